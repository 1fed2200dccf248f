//! Names of people: what is typed, and what is shown.

use std::fmt;
use std::str::FromStr;

use crate::web::bounds::{DISPLAY_NAME_CHARS, PLACE_NAME_CHARS, USERNAME_CHARS};

/// What an account's owner types to sign in: letters, digits and `. _ - @ +`, case ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

impl FromStr for Username {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim().to_lowercase();
        let fits = !name.is_empty() && name.chars().count() <= USERNAME_CHARS;
        if fits && name.chars().all(|letter| letter.is_alphanumeric() || "._-@+".contains(letter)) {
            Ok(Self(name))
        } else {
            Err("a user name has 1 to 64 letters, digits and . _ - @ +")
        }
    }
}

impl Username {
    /// In lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

/// What other people are shown: one line, without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

impl FromStr for DisplayName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        one_line(text, DISPLAY_NAME_CHARS).map(Self).ok_or("a display name has 1 to 64 characters on one line")
    }
}

/// What somebody calls the place where they live: a city, a province, a country. One line, like a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceName(String);

impl FromStr for PlaceName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        one_line(text, PLACE_NAME_CHARS).map(Self).ok_or("a place's name has 1 to 64 characters on one line")
    }
}

impl fmt::Display for PlaceName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Something on one line, without what moves the text around it.
fn one_line(text: &str, most: usize) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= most;
    (fits && !text.chars().any(|letter| letter.is_control() || turns(letter))).then(|| text.to_owned())
}

/// Characters that turn the direction of the text after them: a name could rewrite the sentence around it.
fn turns(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

impl DisplayName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes a name out of whatever a token carries: what may not stand in one is left out.
    pub fn lenient(text: &str) -> Option<Self> {
        let clean: String =
            text.chars().filter(|letter| !letter.is_control() && !turns(*letter)).take(DISPLAY_NAME_CHARS).collect();
        clean.parse().ok()
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
