//! A mail in the queue, and what became of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::store::records::activity::NewActivity;
use crate::store::records::links::{LinkHash, NewLink};
use crate::store::records::people::Email;
use crate::ticket::ids::{AccountId, uuid_id};
use crate::ticket::time::Timestamp;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// The time from the beginning of the first try to send a mail to the second one. It doubles with each try up to 128 times
/// as long.
pub const FIRST_PAUSE: Duration = Duration::from_secs(60);
/// The time for which an instance alone has a mail that it took. It is longer than a try may take (`mail::smtp`), so that
/// no instance begins a second try while the first one still runs. Another instance takes the mail after this time if the
/// one that had it stored no result, for example because it crashed.
pub const HELD_FOR: Duration = Duration::from_secs(20 * 60);
/// The time within which a mail has to be sent. After that it is given up.
pub const SEND_WITHIN: Duration = DAY;
/// How long it stays stored what became of a mail.
pub const MAIL_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// The largest number of mails that wait at the same time.
pub const WAITING: u32 = 10_000;
/// The largest number of waiting mails at which people who are not signed in may still cause another one, so that they
/// do not use up the queue of all others.
pub const WAITING_OF_STRANGERS: u32 = WAITING / 2;

uuid_id! {
    /// The id of a mail. It is part of its Message-ID, so that a mail that is sent twice after a crash can be recognised.
    MailId
}

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum MailKind {
    /// A link that proves the address.
    ProveAddress,
    /// A one-time link that invites a person.
    Invite,
    /// A one-time link that lets a person back in, made by somebody who manages people.
    Recover,
    /// The same link, asked for on the sign-in page by somebody who is not signed in.
    RecoverOneself,
    /// The account signed in on a device or in a network that is new to it.
    NewDevice,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// The password was changed or set.
    PasswordChanged,
    /// The address was changed. The mail goes to the address that the account had before.
    AddressChanged,
}

impl MailKind {
    /// Returns the word for the kind, in the records and in the log.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns the largest number of mails of this kind for one account within a day. Each kind has its own, so that mails
    /// that somebody else causes do not keep the owner's notices away.
    pub fn per_day(self) -> u32 {
        if self == Self::RecoverOneself { 20 } else { 10 }
    }

    /// Returns the largest numbers of mails of this kind that strangers may cause and that count together
    /// ([`CountedWith`]), each with the time within which it holds.
    pub fn of_strangers(self) -> &'static [(Duration, u32)] {
        if self == Self::RecoverOneself { &[(DAY, 3)] } else { &[(HOUR, 10), (DAY, 20)] }
    }
}

/// What mails that strangers cause have in common, so that they are counted together, whatever accounts they are about: the
/// address to which they go, or the network from which they were asked for. It is an HMAC, so that the records contain
/// neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedWith(pub [u8; 16]);

/// What a mail names beside the account. What is unknown is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailFacts {
    /// The name of the person who made the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_by: Option<String>,
    /// The browser in which it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// The operating system on which it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The place from which it came, as in "Vienna, Austria".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The name of the passkey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passkey: Option<String>,
}

/// Who caused a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CausedBy {
    /// The owner or an administrator caused it, or it is a notice.
    Known,
    /// Somebody caused it who is not signed in, or who may have signed up a moment ago. It is refused earlier when the queue
    /// is long, and counts together with other mails.
    Stranger(CountedWith),
}

/// A mail that is to be put into the queue.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// The id of the mail. The same mail, put into the queue twice, has the same id and is sent once.
    pub id: MailId,
    /// The account that it is about.
    pub account: AccountId,
    /// What it is about.
    pub kind: MailKind,
    /// Who caused it.
    pub caused_by: CausedBy,
    /// The address to which it goes.
    pub to: Email,
    /// The tag of the language in which it is written.
    pub language: String,
    /// What it names.
    pub facts: MailFacts,
    /// The one-time link in it: its hash, and its path, encrypted.
    pub link: Option<(LinkHash, Vec<u8>)>,
    /// The present time.
    pub now: Timestamp,
}

/// A link for a forgotten password and the mail that contains it, before they are stored.
#[derive(Clone, Debug)]
pub struct NewRecovery {
    /// The link.
    pub link: NewLink,
    /// The mail.
    pub mail: NewMail,
    /// The earliest time from which on a mail of the same kind to the same account is enough, as long as its link can still
    /// be opened.
    pub none_since: Timestamp,
}

/// The result of putting a mail into the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Queued {
    /// It will be sent.
    Done,
    /// It was put there before, or another one was that is enough.
    Before,
    /// The account had as many mails of this kind within a day as [`MailKind::per_day`] allows.
    TooMany,
    /// Strangers caused as many mails with the same [`CountedWith`] as [`MailKind::of_strangers`] allows.
    TooManyOfStrangers,
    /// The queue is full.
    Full,
    /// There is no such account, or it gets no such link.
    Unknown,
}

/// A mail that was taken out of the queue to be sent.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The id of the mail.
    pub id: MailId,
    /// The account that it is about.
    pub account: AccountId,
    /// What it is about.
    pub kind: MailKind,
    /// The address to which it goes.
    pub to: Email,
    /// The tag of the language in which it is written.
    pub language: String,
    /// What it names.
    pub facts: MailFacts,
    /// The one-time link in it: its hash, and its path, encrypted.
    pub link: Option<(LinkHash, Vec<u8>)>,
    /// The time at which it was put into the queue.
    pub created_at: Timestamp,
    /// The number of tries, this one included.
    pub tries: u64,
}

impl Mail {
    /// Returns the time of the next try, if this one, which began at `taken_at`, did not succeed.
    pub fn next_try(&self, taken_at: Timestamp) -> Timestamp {
        let doublings = self.tries.saturating_sub(1).min(7);
        taken_at + FIRST_PAUSE * (1 << doublings)
    }
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum MailEnd {
    /// The mail server took it.
    Sent,
    /// The mail server refused it for good.
    Refused,
    /// It could not be sent within [`SEND_WITHIN`].
    Expired,
    /// It was not sent, because its link does not work any more.
    Dropped,
}

impl MailEnd {
    /// Returns the word for the outcome, in the records and in the log.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The end of a mail, which is to be stored.
#[derive(Clone, Debug)]
pub struct MailEnded {
    /// The id of the mail.
    pub id: MailId,
    /// What became of it.
    pub end: MailEnd,
    /// The line of activity that tells of it; `None` for no line.
    pub line: Option<NewActivity>,
    /// The present time.
    pub now: Timestamp,
}

/// What is stored of a mail for those who caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRecord {
    /// What it is about.
    pub kind: MailKind,
    /// The hash of the one-time link in it.
    pub link: Option<LinkHash>,
    /// The time at which it was put into the queue.
    pub created_at: Timestamp,
    /// The number of tries to send it.
    pub tries: u64,
    /// What became of it, and when; `None` while it waits.
    pub ended: Option<(MailEnd, Timestamp)>,
}
