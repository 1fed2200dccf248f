//! What people tell of themselves, as it is kept. What of it an app may know is in their consents (`store::grants`).

use strum::{EnumString, IntoStaticStr, VariantArray};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither of the two (OpenID Connect Core §5.1 leaves the word to us).
    Other,
}

impl Gender {
    /// The word for it: in forms, in the records and in OpenID Connect.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The gender of this word.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
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
