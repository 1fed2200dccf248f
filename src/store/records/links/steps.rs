//! The steps of a one-time link, with what each of them takes and what it can lead to.

use super::link::{LinkHash, LinkPurpose, LinkRefusal, OpenerHash};
use crate::store::records::accounts::NewAccount;
use crate::store::records::activity::NewActivity;
use crate::store::records::passkeys::{CredentialId, Passkey, PasskeyAdded};
use crate::store::records::{SeenPlaces, SessionRow};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, SessionTokenHash};
use crate::ticket::time::Timestamp;

/// A one-time link for an account, before it is stored.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The hash of the link.
    pub token: LinkHash,
    /// What the link is for: to invite or to recover.
    pub purpose: LinkPurpose,
    /// The account that the link is for.
    pub account: AccountId,
    /// The account of the person who makes it, and their name at this time; `None` for the command line.
    pub made_by: Option<(AccountId, String)>,
    /// What becomes of the earlier links of the account that still work.
    pub earlier: Earlier,
    /// The present time.
    pub now: Timestamp,
    /// The line of activity that tells of the link.
    pub line: NewActivity,
}

/// What becomes of the earlier links of an account when another one is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// They are withdrawn.
    Withdrawn,
    /// They still work, because the other one was asked for by somebody who is not signed in.
    Kept,
}

/// The result of `Records::make_link`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkMade {
    /// The link is stored, and works until this time. Earlier links of the account do not work any more.
    Done {
        /// The end of the link.
        until: Timestamp,
    },
    /// There is no such account.
    Unknown,
    /// The account is disabled.
    Disabled,
    /// The account has no user name, because a phone app's token signs it in.
    NoUsername,
    /// The owner of the account can sign in already, so they are not invited; they may be let back in.
    HasWayIn,
}

/// The result of opening a one-time link in a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkOpened {
    /// The link belongs to this browser now.
    Now,
    /// It belonged to this browser before.
    Before,
    /// It belongs to another browser.
    Elsewhere {
        /// Whether this was the first other browser that tried.
        is_first: bool,
    },
    /// The link does not work any more.
    Over(LinkRefusal),
}

/// How a person chose to sign in, with a one-time link.
#[derive(Clone, Debug)]
pub enum WayIn {
    /// With a password, by its hash as a PHC string.
    Password(String),
    /// With a passkey. The account has no password from then on.
    Passkey(Box<Passkey>),
}

/// What a person chose with a one-time link, and the session in which they go on.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The hash of the link.
    pub token: LinkHash,
    /// The browser that uses it.
    pub opener: OpenerHash,
    /// How the person signs in from now on.
    pub way: WayIn,
    /// The new display name; `None` if it stays as it is.
    pub display_name: Option<String>,
    /// Whether all sessions and grants of the account end first.
    pub ends_all: bool,
    /// The session in which the person goes on. Whether its device is unusual is found out when it is stored.
    pub goes_on_in: SessionRow,
    /// The device and the network of the person.
    pub places: SeenPlaces,
    /// The lines of activity that tell of it.
    pub lines: Vec<NewActivity>,
    /// The present time.
    pub now: Timestamp,
}

/// The result of `Records::enrol`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enrolled {
    /// The link was used, and this many sessions of the account ended.
    Done {
        /// The number of sessions that ended.
        sessions: u64,
    },
    /// Nothing was changed.
    Refused(LinkRefusal),
    /// Nothing was changed, because the passkey cannot be added.
    NoPasskey(PasskeyAdded),
}

/// The first account, and the link with which it is made.
#[derive(Clone, Debug)]
pub struct SetUp {
    /// The hash of the link.
    pub token: LinkHash,
    /// The browser that uses it.
    pub opener: OpenerHash,
    /// The account.
    pub account: NewAccount,
    /// The passkey of the account, if its owner signs in with one.
    pub passkey: Option<Passkey>,
}

/// The result of `Records::set_up`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstAccount {
    /// The account was added.
    Made,
    /// There is an account already.
    NotFirst,
    /// The link belongs to another browser.
    OtherBrowser,
    /// The passkey cannot be added.
    NoPasskey(PasskeyAdded),
}

/// What a person proved themselves with, once more.
#[derive(Clone)]
pub enum ProvenBy {
    /// A password that matched this stored hash, a PHC string.
    Password(String),
    /// This passkey.
    Passkey(CredentialId),
}

/// Proof that a person gave the password of their account, or used a passkey of it, in a session that is open, for
/// `Records::prove_session`.
#[derive(Clone)]
pub struct SessionProof {
    /// The session.
    pub session: SessionTokenHash,
    /// The epoch of the account at the proof.
    pub seen: Epoch,
    /// What the person proved themselves with.
    pub by: ProvenBy,
    /// The present time.
    pub now: Timestamp,
}
