//! Names of people: user names and display names.

use std::fmt;
use std::str::FromStr;

use crate::names::{self, NotAName};
use crate::text::Texts;
use crate::web::bounds::{DISPLAY_NAME_CHARS, PLACE_NAME_CHARS, USERNAME_CHARS};

/// A checked user name of an account: letters, digits and `. _ - @ +`, in the one spelling in which it is
/// stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

impl FromStr for Username {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let name = names::username(text)?;
        if name.chars().count() <= USERNAME_CHARS { Ok(Self(name)) } else { Err(NotAName::Letters) }
    }
}

impl Username {
    /// Returns the name in its stored spelling, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

/// A user name as it is typed to sign in. It is not checked: a text that cannot be a user name is treated like one
/// that no account has. Accounts whose names were stored before the rules of [`Username`] were tightened can be
/// found with it too.
#[derive(Clone, Debug)]
pub struct TypedName(String);

/// Largest number of characters of a [`TypedName`]. It is larger than that of a [`Username`], because a letter and
/// its combining marks are several characters before they are composed into one.
const TYPED_CHARS: usize = 4 * USERNAME_CHARS;

impl TypedName {
    /// Makes a name of the text that a person typed. White space around it is removed. A text that is too long
    /// becomes the empty text, which no account has as its name.
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        let may_be_one = text.chars().count() <= TYPED_CHARS;
        Self(if may_be_one { text.to_owned() } else { String::new() })
    }

    /// Returns the text that was typed, without the white space around it; empty if it was too long.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the normalized user name (case, width, composition), which is the same for all ways to type it.
    /// Failed sign-ins are counted by it. It is empty for a text that cannot be a user name.
    pub fn spelled(&self) -> String {
        let [_, spelled, _] = names::spellings(&self.0);
        spelled
    }
}

/// Returns the message for a field in which an invalid name was typed. An invisible character has a message of
/// its own; for any other reason it is `otherwise`, which describes the names that are allowed in the field.
pub fn name_error_text(texts: &'static Texts, why: NotAName, otherwise: &'static str) -> &'static str {
    match why {
        NotAName::Hidden(_) => texts.setup.name_hidden,
        NotAName::Length | NotAName::Lines | NotAName::Letters => otherwise,
    }
}

/// A name that other people see: one line of visible characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

impl FromStr for DisplayName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        names::shown(text, DISPLAY_NAME_CHARS).map(Self)
    }
}

/// The name of a place where a person lives: a city, a province, a country. One line, like a display name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceName(String);

impl FromStr for PlaceName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        names::shown(text, PLACE_NAME_CHARS).map(Self)
    }
}

impl fmt::Display for PlaceName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl DisplayName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes a display name from a name in the token of a phone app. Characters that are not allowed, and those
    /// beyond the largest length, are removed instead of refused; `None` if nothing is left.
    pub fn lenient(text: &str) -> Option<Self> {
        names::shown_of(text, DISPLAY_NAME_CHARS).map(Self)
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_at_one_name_are_counted_together_however_it_is_spelled() {
        for spelling in ["alice", "ALICE", " Alice ", "ＡＬＩＣＥ", "ａlice"] {
            assert_eq!(TypedName::of(spelling).spelled(), "alice", "{spelling}");
        }
        assert_eq!(TypedName::of("Zoe\u{308}").spelled(), TypedName::of("ZOË").spelled());
        for nobody in ["", "no body", "\u{200b}", "alice\0", &"x".repeat(4000)] {
            assert_eq!(TypedName::of(nobody).spelled(), "", "{nobody}");
        }
    }

    #[test]
    fn a_user_name_is_as_long_as_it_may_be_once_it_is_composed() {
        assert!("e\u{301}".repeat(64).parse::<Username>().is_ok());
        assert_eq!("e\u{301}".repeat(65).parse::<Username>(), Err(NotAName::Letters));
    }
}
