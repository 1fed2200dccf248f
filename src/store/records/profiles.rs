//! What people tell of themselves, as it is kept. What of it an app may know is in their consents (`store::grants`).

use super::pictures::PictureId;

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
