//! Which accounts a list shows: the search, the filters, and where a page of the list begins.

use std::fmt;
use std::str::FromStr;

use strum::{EnumString, IntoStaticStr, VariantArray};
use unicode_normalization::UnicodeNormalization as _;

use crate::store::records::accounts::Listed;
use crate::store::records::people::{GroupId, Role};
use crate::ticket::ids::AccountId;

/// The longest text that is searched for, in characters; the rest is ignored.
const TEXT_CHARS: usize = 100;
/// The character that marks the next one as no wildcard in a pattern of `LIKE`.
const ESCAPE: char = '!';

/// Which accounts a list shows. An account has to meet every condition that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleFilter {
    /// A part of the user name, of the display name or of the e-mail address, in upper or lower case, or the whole id of
    /// the account; empty for all accounts.
    pub text: String,
    /// The role.
    pub role: Option<Role>,
    /// A group of which they are members.
    pub group: Option<GroupId>,
    /// The state of the account.
    pub state: Option<PersonState>,
}

/// A state of an account for which a list can be filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum PersonState {
    /// The account is disabled.
    Disabled,
    /// The account has a user name and no way to sign in: its owner was invited, or has to be.
    #[strum(serialize = "no_password")]
    NoWayIn,
}

impl PersonState {
    /// Returns the word for the state in forms and on the command line.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The account behind which a page of a list begins. Lists are in the order of the display names, and in the order of the
/// ids where these are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleAfter {
    /// The display name of that account.
    pub display_name: String,
    /// The id of that account.
    pub id: AccountId,
}

impl PeopleAfter {
    /// Returns the beginning of the page behind this account.
    pub fn of(last: &Listed) -> Self {
        Self { display_name: last.account.display_name.clone(), id: last.account.id }
    }
}

/// The length of the text of an account's id.
const ID_CHARS: usize = 36;

impl fmt::Display for PeopleAfter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", self.id, self.display_name)
    }
}

impl FromStr for PeopleAfter {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (id, name) = text.split_at_checked(ID_CHARS).ok_or(())?;
        // A database refuses a text with the character NUL.
        let display_name = name.chars().filter(|letter| !letter.is_control()).take(TEXT_CHARS).collect();
        Ok(Self { display_name, id: AccountId::parse(id).ok_or(())? })
    }
}

/// The patterns of `LIKE` for a search. The database compares each with the user name and the address, which are stored in
/// lower case, and with the display name in what the database takes for lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Patterns {
    pub parts: Vec<String>,
    pub id: Option<AccountId>,
}

impl PeopleFilter {
    /// Returns whether the filter has no condition, so that it selects all accounts.
    pub fn is_empty(&self) -> bool {
        *self == Self { text: self.text.clone(), ..Self::default() } && self.patterns().is_none()
    }

    /// Returns the patterns of the search; `None` if there is nothing to search for.
    pub(in crate::store) fn patterns(&self) -> Option<Patterns> {
        let text: String = self.text.trim().nfc().filter(|letter| !letter.is_control()).take(TEXT_CHARS).collect();
        if text.is_empty() {
            return None;
        }
        let lower = text.to_lowercase();
        // A database may know the lower case of ASCII alone. Other letters of a name are then found as they are in a word:
        // all small, all capital, or with one capital at the beginning.
        let mut parts: Vec<String> = [lower.clone(), text.to_uppercase(), capitalised(&lower)]
            .map(|name| pattern(&name.to_ascii_lowercase()))
            .into();
        parts.sort_unstable();
        parts.dedup();
        Some(Patterns { parts, id: AccountId::parse(&text) })
    }
}

/// Returns the pattern that finds this text as a part of another one.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// Returns a text in lower case with a capital at the beginning of each word.
fn capitalised(lower: &str) -> String {
    let mut capitalised = String::new();
    let mut is_first = true;
    for letter in lower.chars() {
        if is_first {
            capitalised.extend(letter.to_uppercase());
        } else {
            capitalised.push(letter);
        }
        is_first = !letter.is_alphanumeric();
    }
    capitalised
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searching(text: &str) -> PeopleFilter {
        PeopleFilter { text: text.to_owned(), ..PeopleFilter::default() }
    }

    #[test]
    fn what_is_searched_for_is_no_wildcard() {
        let patterns = searching(" 50%_Off! ").patterns().expect("a search");
        assert_eq!(patterns.parts, ["%50!%!_off!!%"]);
        for nothing in ["", "  ", "\0\n"] {
            assert_eq!(searching(nothing).patterns(), None);
            assert!(searching(nothing).is_empty());
        }
        assert!(!searching("a").is_empty());
        assert!(!PeopleFilter { role: Some(Role::None), ..PeopleFilter::default() }.is_empty());
    }

    #[test]
    fn letters_beyond_ascii_are_found_in_the_cases_that_words_have() {
        let names = |text| searching(text).patterns().expect("a search").parts;
        assert_eq!(names("ZOE\u{308}"), ["%zoË%", "%zoë%"]);
        assert_eq!(names("änne öl"), ["%Änne Öl%", "%änne öl%"]);
    }

    #[test]
    fn the_beginning_of_a_page_is_read_from_its_text() {
        let after = PeopleAfter { display_name: "Zoë 🚀".to_owned(), id: AccountId::from_random([7; 16]) };
        assert_eq!(after.to_string().parse(), Ok(after));
        for wrong in ["", "x", "ä00000000000000000000000000000000000", &"x".repeat(40)] {
            assert_eq!(wrong.parse::<PeopleAfter>(), Err(()), "{wrong}");
        }
    }
}
