//! Profiles as they are stored. Which fields of a profile an app may know is in the consents
//! (`store::records::grants`).

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::pictures::PictureId;
use crate::ticket::time::Timestamp;

/// What the owner of an account tells about themselves beside the name, and the address of a picture from a phone
/// app's token. Every field may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The gender.
    pub gender: Option<Gender>,
    /// The city where they live.
    pub city: Option<String>,
    /// The province or state where they live.
    pub province: Option<String>,
    /// The country where they live.
    pub country: Option<String>,
    /// The language that they read best, as a tag of BCP 47.
    pub language: Option<String>,
    /// The time zone in which they live, as the IANA time zone database names it.
    pub zone: Option<String>,
    /// The time of the last change of the profile; `None` if it never changed.
    pub updated_at: Option<Timestamp>,
    /// The picture that they uploaded.
    pub picture: Option<PictureId>,
    /// The address of a picture, from a phone app's token. It is on another site, so no page of this server shows it.
    pub picture_link: Option<String>,
    /// What the screen whose code they scan is shown of them.
    pub shown_to_screens: ShownToScreens,
}

/// What the screen with a code is shown of the person who scanned it, before it is signed in. Whoever stands before the
/// screen reads it, and it may be a screen that somebody else put before the person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum ShownToScreens {
    /// The name and the picture.
    #[default]
    Name,
    /// The first letter of the name.
    Letter,
    /// Nothing but that the code was scanned.
    Nothing,
}

impl ShownToScreens {
    /// Returns the word for it, in forms, in the records and in the person's own data.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Parses such a word; `None` if the text is not one.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }

    /// Returns what is shown of this name; empty if nothing is.
    pub fn of_name(self, name: &str) -> String {
        match self {
            Self::Name => name.to_owned(),
            Self::Letter => name.chars().take(1).flat_map(char::to_uppercase).collect(),
            Self::Nothing => String::new(),
        }
    }
}

/// The gender of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither of the two (OpenID Connect Core §5.1 leaves the word to the server).
    Other,
}

impl Gender {
    /// Returns the word for the gender, in forms, in the records and in the claim `gender`.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Parses the word for a gender, as [`Self::word`] returns it; `None` if the text is not one of these words.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

impl Profile {
    /// Returns the city, the province and the country, as far as they are given, as one text that is separated by
    /// commas; `None` if none of them is given.
    pub fn place(&self) -> Option<String> {
        let parts: Vec<&str> =
            [&self.city, &self.province, &self.country].into_iter().flatten().map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}
