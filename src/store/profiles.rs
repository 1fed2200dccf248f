//! What people tell of themselves, as it is kept. What of it an app may know is in their consents (`store::grants`).

use tokio::time::timeout;

use super::Fault;
use super::pictures::{NewPicture, PictureId};
use super::postgres;
use super::records::{Account, Records, on_postgres, read, write, write_whole};
use super::seen::{Fingerprint, Settled};
use super::sqlite;
use crate::measure;
use crate::ticket::field::{Field, Fields};
use crate::ticket::ids::AccountId;

/// What an account tells of its owner beside the name. All of it may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Their gender.
    pub gender: Option<Gender>,
    /// Where they live: a city,
    pub city: Option<String>,
    /// a province or state,
    pub province: Option<String>,
    /// and a country.
    pub country: Option<String>,
    /// The language that they read best, as a tag of BCP 47.
    pub language: Option<String>,
    /// The picture that they uploaded.
    pub picture: Option<PictureId>,
    /// The address of a picture that a phone's token told. It is on another site, so no page of this one shows it.
    pub picture_link: Option<String>,
}

/// A gender that somebody tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither of the two (OpenID Connect Core §5.1 leaves the word to us).
    Other,
}

impl Gender {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Female, Self::Male, Self::Other];

    /// The word for it: in forms, in the records and in OpenID Connect.
    pub fn word(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
            Self::Other => "other",
        }
    }

    /// The gender of this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gender| gender.word() == word)
    }
}

impl Profile {
    /// City, province and country, as far as they are told.
    pub fn place(&self) -> Option<String> {
        let parts: Vec<&str> =
            [&self.city, &self.province, &self.country].into_iter().flatten().map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
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

impl Records {
    /// An account.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        read!(self, account_by_id(id))
    }

    /// Keeps what an account's owner tells: the name that it has here, and the rest but for pictures. Not where it is
    /// another than `seen` by now.
    pub async fn settle_profile(&self, account: Account, seen: Option<Fingerprint>) -> Result<Settled, Fault> {
        write_whole!(self, settle_profile(&account, seen))
    }

    /// Gives an account another picture, or none, and forgets the one before. Nothing is done, and `false` said, where the
    /// account has another picture by now than `from`.
    pub async fn swap_picture(
        &self,
        account: AccountId,
        from: Option<PictureId>,
        to: Option<NewPicture>,
    ) -> Result<bool, Fault> {
        write_whole!(self, swap_picture(account, from, to.as_ref()))
    }
}
