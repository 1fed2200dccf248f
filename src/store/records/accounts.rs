//! What an operator does to accounts as a whole: who there is, who signs in no more, and who is gone.

use super::ends::SignedOut;
use super::profiles::{Gender, Profile};
use super::seen::Fingerprint;
use crate::consent::field::{Field, Fields};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// Who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name inside Tessera.
    pub id: AccountId,
    /// What its owner types, in one spelling; none for an account that only a phone's token names.
    pub username: Option<String>,
    /// What people are shown.
    pub display_name: String,
    /// Whether it may administer this server.
    pub is_admin: bool,
    /// Whether an operator has it sign in no more.
    pub is_disabled: bool,
    /// What it tells of its owner beside that.
    pub profile: Profile,
    /// How often an operator has signed it out.
    pub epoch: Epoch,
}

/// An account about to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its fresh id.
    pub id: AccountId,
    /// In one spelling; unique, and unlike all others.
    pub username: String,
    /// What people are shown.
    pub display_name: String,
    /// An argon2id PHC string.
    pub password_hash: String,
    /// Whether it may administer this server.
    pub is_admin: bool,
    /// Now.
    pub created_at: Timestamp,
}

/// What became of a wish to take an administrator's rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demotion {
    /// The account administers nothing any more.
    Done,
    /// It did not before.
    WasNone,
    /// It is the last one that does, and stays so: else nobody could look after the apps.
    IsTheLast,
}

/// An account that a phone's token vouches for.
#[derive(Clone, Debug)]
pub struct Vouched {
    /// The id to give it if it is new.
    pub fresh_id: AccountId,
    /// Who vouches.
    pub issuer: String,
    /// The token's subject.
    pub subject: String,
    /// The name that the token carries.
    pub display_name: String,
    /// The address of a picture that the token carries.
    pub picture: Option<String>,
    /// Now.
    pub now: Timestamp,
}

/// An account as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The account.
    pub account: Account,
    /// The issuer and the subject of the phone's token that vouches for it, where one does.
    pub vouched_by: Option<(String, String)>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What became of a wish to have an account sign in no more, or to be gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is done, and this ended with it.
    Done(SignedOut),
    /// It is the last administrator that signs in, and stays so: else nobody could look after the apps.
    IsTheLast,
}

impl Account {
    /// What it tells at all.
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

    /// By which to tell whether what its owner tells was changed. Pictures are none of it: they are changed by themselves.
    pub fn fingerprint(&self) -> Fingerprint {
        let Profile { gender, city, province, country, language, picture: _, picture_link: _ } = &self.profile;
        // A name that follows a phone's token is not theirs to change.
        let name = (!self.is_named_by_token()).then_some(&self.display_name);
        Fingerprint::over(&(name, gender.map(Gender::word), city, province, country, language))
    }

    /// Whether its name is that of a phone's token, and follows it.
    pub fn is_named_by_token(&self) -> bool {
        self.username.is_none()
    }
}
