//! Names of people: what is typed, and what is shown.

use std::fmt;
use std::str::FromStr;

use crate::names::{self, NotAName};
use crate::text::Texts;
use crate::web::bounds::{DISPLAY_NAME_CHARS, PLACE_NAME_CHARS, USERNAME_CHARS};

/// What an account's owner types to sign in: letters, digits and `. _ - @ +`, in one spelling.
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

/// A user name as somebody types it to sign in. Every text is one: what cannot be a name is nobody's, and goes the same way
/// as a name that nobody has. An account is found by it also under a name that it got before [`Username`] was so strict.
#[derive(Clone, Debug)]
pub struct TypedName(String);

/// A letter and its marks are several characters while they are not composed.
const TYPED_CHARS: usize = 4 * USERNAME_CHARS;

impl TypedName {
    /// As it was typed.
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        let may_be_one = text.chars().count() <= TYPED_CHARS;
        Self(if may_be_one { text.to_owned() } else { String::new() })
    }

    /// What was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The one spelling that all of this name have: by it guesses are counted.
    pub fn spelled(&self) -> String {
        let [_, spelled, _] = names::spellings(&self.0);
        spelled
    }
}

/// What to do about a name at its field; `otherwise` is said of what a name may be there.
pub fn told_of_name(texts: &'static Texts, why: NotAName, otherwise: &'static str) -> &'static str {
    match why {
        NotAName::Hidden(_) => texts.setup.name_hidden,
        NotAName::Length | NotAName::Lines | NotAName::Letters => otherwise,
    }
}

/// What other people are shown: one line, of characters that are seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

impl FromStr for DisplayName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        names::shown(text, DISPLAY_NAME_CHARS).map(Self)
    }
}

/// What somebody calls the place where they live: a city, a province, a country. One line, like a name.
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
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes a name out of whatever a token carries: what may not stand in one is left out.
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
