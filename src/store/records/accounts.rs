//! Accounts as they are stored, and what an operator does to them: list, disable and delete.

use super::ends::SignedOut;
use super::fingerprint::Fingerprint;
use super::profiles::{Gender, Profile};
use crate::consent::field::{Field, Fields};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// An account: a person who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The id of the account inside Tessera.
    pub id: AccountId,
    /// The username that its owner types, in one spelling; `None` for an account that only a phone's token names.
    pub username: Option<String>,
    /// The display name, which people are shown.
    pub display_name: String,
    /// Whether the account may administer this server.
    pub is_admin: bool,
    /// Whether an operator disabled the account.
    pub is_disabled: bool,
    /// The rest of the profile of its owner.
    pub profile: Profile,
    /// The current epoch of the account.
    pub epoch: Epoch,
}

/// An account that is to be added.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The new id of the account.
    pub id: AccountId,
    /// The username in one spelling; unique, and not to be mistaken for another.
    pub username: String,
    /// The display name, which people are shown.
    pub display_name: String,
    /// The password hash, an argon2id PHC string.
    pub password_hash: String,
    /// Whether the account may administer this server.
    pub is_admin: bool,
    /// The present time.
    pub created_at: Timestamp,
}

/// The result of taking the rights of an administrator away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demotion {
    /// The account has no such rights any more.
    Done,
    /// The account had no such rights.
    WasNone,
    /// The account is the last administrator, and stays so: otherwise the apps could not be administered.
    IsTheLast,
}

/// An account for which a phone's token vouches.
#[derive(Clone, Debug)]
pub struct Vouched {
    /// The id that it gets if it is new.
    pub fresh_id: AccountId,
    /// The issuer of the token.
    pub issuer: String,
    /// The subject of the token.
    pub subject: String,
    /// The name in the token.
    pub display_name: String,
    /// The address of a picture in the token.
    pub picture: Option<String>,
    /// The present time.
    pub now: Timestamp,
}

/// An account as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The account.
    pub account: Account,
    /// The issuer and the subject of the phone's token that vouches for it, if one does.
    pub vouched_by: Option<(String, String)>,
    /// The time at which the account was made.
    pub created_at: Timestamp,
}

/// The result of disabling or deleting an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is done, and this much ended with it.
    Done(SignedOut),
    /// The account is the last administrator that can sign in, and stays so: otherwise the apps could not be
    /// administered.
    IsTheLast,
}

impl Account {
    /// Returns the fields of the profile that the person has filled in.
    pub fn told(&self) -> Fields {
        let profile = &self.profile;
        let told = [
            (Field::Name, true),
            (Field::Picture, profile.picture.is_some() || profile.picture_link.is_some()),
            (Field::Language, profile.language.is_some()),
            (Field::Gender, profile.gender.is_some()),
            (Field::Place, profile.place().is_some()),
        ];
        Fields::of(&told.into_iter().filter_map(|(field, is_told)| is_told.then_some(field)).collect::<Vec<_>>())
    }

    /// Returns a fingerprint of the profile, which changes when its owner changes it. Pictures are not part of it: they
    /// are changed separately.
    pub fn fingerprint(&self) -> Fingerprint {
        let Profile { gender, city, province, country, language, picture: _, picture_link: _ } = &self.profile;
        // A name that follows a phone's token is not the owner's to change.
        let name = (!self.is_named_by_token()).then_some(&self.display_name);
        Fingerprint::over(&(name, gender.map(Gender::word), city, province, country, language))
    }

    /// Returns whether its name is that of a phone's token, and follows it.
    pub fn is_named_by_token(&self) -> bool {
        self.username.is_none()
    }
}
