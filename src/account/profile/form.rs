//! The form of a profile: reads the typed fields as a profile, and says what is wrong at which field.

use serde::Deserialize;

use super::language::Language;
use super::zone;
use crate::account::name::{DisplayName, PlaceName, name_error_text};
use crate::store::records::Account;
use crate::store::records::fingerprint::Fingerprint;
use crate::store::records::profiles::{Gender, Profile, ShownToScreens};
use crate::text::Texts;
use crate::web::form::Wrong;

/// Name of the form's field for the display name. The constants below it are the names of the other fields.
pub const NAME: &str = "display_name";
pub const GIVEN_NAME: &str = "given_name";
pub const FAMILY_NAME: &str = "family_name";
pub const GENDER: &str = "gender";
pub const CITY: &str = "city";
pub const PROVINCE: &str = "province";
pub const COUNTRY: &str = "country";
pub const LANGUAGE: &str = "language";
pub const ZONE: &str = "zone";
pub const SHOWN: &str = "shown_to_screens";
/// Name of the field for the e-mail address, which has a form of its own. The constant below it is the name of the field
/// for the password in that form.
pub const EMAIL: &str = "email";

/// The content of the form of a profile: as it is shown at first, or as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub display_name: String,
    pub given_name: String,
    pub family_name: String,
    pub gender: String,
    pub city: String,
    pub province: String,
    pub country: String,
    pub language: String,
    pub zone: String,
    /// Empty in a form of an earlier version, which leaves it as it is.
    pub shown_to_screens: String,
    /// The fingerprint of the profile when the form was shown, in a hidden field.
    pub seen: String,
}

impl Typed {
    /// Makes the content of the form from the stored profile of an account.
    pub fn of(account: &Account) -> Self {
        let Profile { given_name, family_name, gender, city, province, country, language, zone, .. } =
            account.profile.clone();
        Self {
            display_name: account.display_name.clone(),
            given_name: given_name.unwrap_or_default(),
            family_name: family_name.unwrap_or_default(),
            gender: gender.map_or("", Gender::word).to_owned(),
            city: city.unwrap_or_default(),
            province: province.unwrap_or_default(),
            country: country.unwrap_or_default(),
            language: language.unwrap_or_default(),
            zone: zone.unwrap_or_default(),
            shown_to_screens: account.profile.shown_to_screens.word().to_owned(),
            seen: account.fingerprint().to_string(),
        }
    }

    /// Returns the typed fields with the fingerprint that the profile of `account` has now. A form with it is
    /// accepted although another request changed the profile after the form was first shown.
    #[must_use]
    pub fn beside(self, account: &Account) -> Self {
        Self { seen: account.fingerprint().to_string(), ..self }
    }

    /// Returns the fingerprint that the profile had when the form was shown; `None` if the form has no valid one.
    pub fn seen(&self) -> Option<Fingerprint> {
        Fingerprint::of(&self.seen)
    }

    /// Checks the typed fields and returns the account with the changed profile, which is not stored yet; or
    /// all errors of the fields. If the display name comes from the token of a phone app, it stays as it is.
    pub fn read(&self, texts: &'static Texts, account: Account) -> Result<Account, Vec<Wrong>> {
        let mut wrongs = Vec::new();
        let mut wrong = |name, text| wrongs.push(Wrong { name, text });
        // A name that follows a phone's token is not in the form.
        let display_name = if account.is_named_by_token() {
            account.display_name.clone()
        } else {
            let name = self.display_name.parse::<DisplayName>();
            name.map_or_else(
                |why| {
                    wrong(NAME, name_error_text(texts, why, texts.setup.wrong_display_name));
                    String::new()
                },
                |name| name.to_string(),
            )
        };
        let gender = chosen(&self.gender, Gender::of).unwrap_or_else(|()| {
            wrong(GENDER, texts.profile.wrong_choice);
            None
        });
        let mut part = |name, text: &str| {
            let part = Some(text.trim()).filter(|text| !text.is_empty()).map(str::parse::<DisplayName>).transpose();
            part.unwrap_or_else(|why| {
                wrong(name, name_error_text(texts, why, texts.own.name_wrong));
                None
            })
            .map(|part| part.to_string())
        };
        let (given_name, family_name) = (part(GIVEN_NAME, &self.given_name), part(FAMILY_NAME, &self.family_name));
        let mut place = |name, text: &str| {
            let place = Some(text.trim()).filter(|text| !text.is_empty()).map(str::parse::<PlaceName>).transpose();
            place
                .unwrap_or_else(|why| {
                    wrong(name, name_error_text(texts, why, texts.profile.wrong_place));
                    None
                })
                .map(|place| place.to_string())
        };
        let (city, province, country) =
            (place(CITY, &self.city), place(PROVINCE, &self.province), place(COUNTRY, &self.country));
        let language = chosen(&self.language, Language::of).unwrap_or_else(|()| {
            wrong(LANGUAGE, texts.profile.wrong_choice);
            None
        });
        let zone = chosen(self.zone.trim(), zone::known).unwrap_or_else(|()| {
            wrong(ZONE, texts.own.zone_wrong);
            None
        });
        let shown_to_screens = chosen(&self.shown_to_screens, ShownToScreens::of).unwrap_or_else(|()| {
            wrong(SHOWN, texts.profile.wrong_choice);
            None
        });
        if !wrongs.is_empty() {
            return Err(wrongs);
        }
        let shown_to_screens = shown_to_screens.unwrap_or(account.profile.shown_to_screens);
        let language = language.map(|language| language.tag.to_owned());
        let profile = Profile {
            given_name,
            family_name,
            gender,
            city,
            province,
            country,
            language,
            zone,
            shown_to_screens,
            ..account.profile
        };
        Ok(Account { display_name, profile, ..account })
    }
}

/// Parses the value of a selection field; `None` if it is empty, and an error if `of` does not know the value.
fn chosen<T>(word: &str, of: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, ()> {
    if word.is_empty() { Ok(None) } else { of(word).map(Some).ok_or(()) }
}
