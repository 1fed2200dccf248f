//! Accounts as they are stored, and what an operator does to them: list, disable and delete.

use super::early_ends::SignedOut;
use super::fingerprint::Fingerprint;
use super::people::{Email, Role};
use super::profiles::{Gender, Profile};
use super::scan_switch::AccountScan;
use crate::consent::field::{Field, Fields};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// The account of a person at this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The id of the account inside Tessera.
    pub id: AccountId,
    /// The username that its owner types, normalized; `None` for an account that was made from a phone app's token.
    pub username: Option<String>,
    /// The display name, which people are shown.
    pub display_name: String,
    /// The e-mail address; `None` if none is known.
    pub email: Option<Email>,
    /// The time at which it was proven that the address belongs to the owner of the account; `None` if it was not.
    pub email_verified_at: Option<Timestamp>,
    /// What the account may administer.
    pub role: Role,
    /// Whether an operator disabled the account.
    pub is_disabled: bool,
    /// The rest of the profile of its owner, beside the display name.
    pub profile: Profile,
    /// The number of times that everything which the account had open was ended. What began in an earlier epoch
    /// is refused.
    pub epoch: Epoch,
    /// The time at which the account is deleted because its owner asked for it; `None` if they did not.
    pub deletion_due_at: Option<Timestamp>,
    /// Whether it takes part in the sign-in by scan.
    pub scan: AccountScan,
}

/// An account that is to be added.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The new id of the account.
    pub id: AccountId,
    /// The username, normalized. It must be unique, and must not look like that of another account.
    pub username: String,
    /// The display name, which people are shown.
    pub display_name: String,
    /// The e-mail address. If it is proven, no other account may have it as a proven one.
    pub email: Option<Email>,
    /// The time at which an operator said that the address is proven; `None` if nobody did.
    pub email_verified_at: Option<Timestamp>,
    /// The password hash, an argon2id PHC string; `None` if the owner is to choose a password with a one-time link.
    pub password_hash: Option<String>,
    /// What the account may administer.
    pub role: Role,
    /// The time at which the account is added.
    pub created_at: Timestamp,
}

/// The result of `Records::set_role`, which gives an account a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleChange {
    /// The account has the role now, and had this one before.
    Done {
        /// The role before the change.
        before: Role,
    },
    /// The account had this role already.
    Same,
    /// No other administrator can sign in, so the account keeps its role: otherwise the server could not be
    /// administered.
    IsTheLast,
    /// There is no such account.
    Unknown,
}

/// The issuer, the subject, the name and the picture in a valid token of the operator's phone app. The account of
/// this subject is made or updated from them.
#[derive(Clone, Debug)]
pub struct Vouched {
    /// The id that the account gets if it has to be made.
    pub fresh_id: AccountId,
    /// The issuer of the token.
    pub issuer: String,
    /// The subject of the token.
    pub subject: String,
    /// The name in the token.
    pub display_name: String,
    /// The address of a picture in the token; `None` if it has none.
    pub picture: Option<String>,
    /// The present time.
    pub now: Timestamp,
}

/// An account in the list that an operator sees: with its time of creation and, if it was made from a phone app's
/// token, the issuer and the subject of that token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The account.
    pub account: Account,
    /// The issuer and the subject of the phone app's tokens for this account; `None` for an account with a username.
    pub vouched_by: Option<(String, String)>,
    /// The time at which the account was made.
    pub created_at: Timestamp,
    /// Whether the account has a password.
    pub has_password: bool,
    /// The number of its passkeys, of whatever domain.
    pub passkeys: u64,
    /// Whether its owner can sign in with a password or a passkey at this server. One who was only invited cannot.
    pub has_way_in: bool,
}

/// The result of disabling or deleting an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// The account was disabled or deleted, and this much ended with it.
    Done(SignedOut),
    /// The account is the last administrator that can sign in, so it was not changed: otherwise the apps could
    /// not be administered.
    IsTheLast,
}

/// Whether several accounts may have one e-mail address as long as none of them has proven it. A proven address belongs to
/// one account in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnprovenAddresses {
    /// They may not: no mail is sent by which somebody could prove an address, so the first account that has it keeps it.
    Exclusive,
    /// They may: each of them is sent a link that proves the address, and the one that proves it takes it from the others.
    Shared,
}

/// The result of `Records::change_email`, which replaces or removes the e-mail address of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailChange {
    /// The account has the address now.
    Done,
    /// The account had exactly this address already, and keeps whether it was proven.
    Same,
    /// The address belongs to another account, perhaps in other letter cases; nothing was changed.
    Taken,
    /// There is no such account.
    Unknown,
}

/// The result of `Records::ask_deletion`, by which the owner of an account asks for its deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionAsked {
    /// The account is deleted at this time unless its owner takes it back.
    Due {
        /// The time at which it is deleted.
        at: Timestamp,
        /// Whether the owner had not asked before.
        is_new: bool,
    },
    /// The account is the last administrator that can sign in, so it is not deleted.
    IsTheLast,
    /// There is no such account.
    Unknown,
}

/// The result of `Records::delete_due_account`, which deletes an account whose owner asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueDeletion {
    /// The account was deleted, and this much ended with it.
    Done(SignedOut),
    /// The account has become the last administrator that can sign in, so it stays, and is not due any more.
    IsTheLast,
    /// The account does not exist any more, or its owner took it back.
    NotDue,
}

impl Account {
    /// Returns the set of the fields that have a value: always the display name, and of the others those that are
    /// given. The full name is given if the given name or the family name is, and the place if the city, the province
    /// or the country is.
    pub fn filled_fields(&self) -> Fields {
        let profile = &self.profile;
        Fields::which(|field| match field {
            Field::Name => true,
            Field::UserName => self.username.is_some(),
            Field::FullName => profile.given_name.is_some() || profile.family_name.is_some(),
            Field::Email => self.email.is_some(),
            Field::Zone => profile.zone.is_some(),
            Field::Picture => profile.picture.is_some() || profile.picture_link.is_some(),
            Field::Language => profile.language.is_some(),
            Field::Gender => profile.gender.is_some(),
            Field::Place => profile.place().is_some(),
        })
    }

    /// Returns a fingerprint of what the owner can change in the profile with its form: it is different after a
    /// change. Pictures are not part of it, because they are changed separately, nor is a name that comes from a
    /// phone app's token.
    pub fn fingerprint(&self) -> Fingerprint {
        let Profile { given_name, family_name, zone, gender, city, province, country, language, .. } = &self.profile;
        let shown = self.profile.shown_to_screens.word();
        // A name that follows a phone's token is not the owner's to change.
        let name = (!self.is_named_by_token()).then_some(&self.display_name);
        let names = (name, given_name, family_name);
        Fingerprint::over(&(names, gender.map(Gender::word), city, province, country, language, zone, shown))
    }

    /// Returns whether the account may administer this server.
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// Returns whether the account may invite, recover, disable and group people.
    pub fn manages_people(&self) -> bool {
        self.role != Role::None
    }

    /// Returns whether the display name comes from a phone app's token and is updated from it, so that the
    /// owner cannot change it.
    pub fn is_named_by_token(&self) -> bool {
        self.username.is_none()
    }
}
