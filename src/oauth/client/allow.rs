//! The words by which the command line and the apps file say who may use an app: `everyone`, `nobody` or
//! `group:<name>`.

use std::str::FromStr;

use serde_json::{Value, json};
use thiserror::Error;

use crate::store::records::people::{Audience, Group, GroupId, GroupName};

/// The word for everyone who has an account.
const EVERYONE: &str = "everyone";
/// The word for no one.
const NOBODY: &str = "nobody";
/// What stands before the name of a group.
const GROUP: &str = "group:";

/// One word that says who may use an app. A group is named and not looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allow {
    /// Everyone who has an account.
    Everyone,
    /// No one.
    Nobody,
    /// The members of the group with this name.
    Group(GroupName),
}

/// Why words do not say who may use an app.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotAllowed {
    /// A word has none of the three forms.
    #[error("{0:?} is not everyone, nobody or group:<name>")]
    Word(String),
    /// `everyone` or `nobody` is there beside another word.
    #[error("everyone and nobody stand alone; several groups may be named")]
    Alone,
    /// There is no group of this name.
    #[error("there is no group {0:?}")]
    UnknownGroup(String),
}

impl FromStr for Allow {
    type Err = NotAllowed;

    fn from_str(text: &str) -> Result<Self, NotAllowed> {
        let wrong = || NotAllowed::Word(text.to_owned());
        match text {
            EVERYONE => Ok(Self::Everyone),
            NOBODY => Ok(Self::Nobody),
            _ => text.strip_prefix(GROUP).ok_or_else(wrong)?.parse().map(Self::Group).map_err(|_| wrong()),
        }
    }
}

impl Allow {
    /// Returns the audience that these words together say; an empty list is no one. `groups` are all groups, with the
    /// numbers of their members.
    ///
    /// # Errors
    /// `everyone` or `nobody` is not alone, or a group does not exist.
    pub fn audience(words: &[Self], groups: &[(Group, u64)]) -> Result<Audience, NotAllowed> {
        match words {
            [Self::Everyone] => return Ok(Audience::Everyone),
            [Self::Nobody] => return Ok(Audience::NOBODY),
            _ => {}
        }
        let id_of = |word: &Self| -> Result<GroupId, NotAllowed> {
            let Self::Group(name) = word else { return Err(NotAllowed::Alone) };
            let known = groups.iter().find(|(group, _)| group.name == *name);
            known.map(|(group, _)| group.id).ok_or_else(|| NotAllowed::UnknownGroup(name.to_string()))
        };
        Ok(Audience::groups(words.iter().map(id_of).collect::<Result<Vec<_>, _>>()?))
    }
}

/// Returns who may use an app as JSON, in the form that the apps file takes: `"everyone"`, or a list of `group:<name>`,
/// which is empty if no one may. `groups` are all groups; a group of the audience that is not among them is left out.
pub fn allow_json(audience: &Audience, groups: &[(Group, u64)]) -> Value {
    let Audience::Groups(ids) = audience else { return json!(EVERYONE) };
    let named = groups.iter().filter(|(group, _)| ids.contains(&group.id));
    named.map(|(group, _)| json!(format!("{GROUP}{}", group.name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::time::Timestamp;

    fn group(byte: u8, name: &str) -> (Group, u64) {
        let group = Group {
            id: GroupId::from_random([byte; 16]),
            name: name.parse().expect("a name"),
            description: String::new(),
            grants_rights: false,
            created_at: Timestamp::from_millis(0),
        };
        (group, 0)
    }

    fn audience(words: &[&str]) -> Result<Audience, NotAllowed> {
        let groups = [group(1, "staff"), group(2, "Vertrieb: \"Süd\"")];
        let words = words.iter().map(|word| word.parse()).collect::<Result<Vec<Allow>, _>>()?;
        Allow::audience(&words, &groups)
    }

    #[test]
    fn words_say_who_may_use_an_app_and_are_said_again_in_the_same_words() {
        let groups = [group(1, "staff"), group(2, "Vertrieb: \"Süd\"")];
        for (words, said) in [
            (&["everyone"][..], json!("everyone")),
            (&["nobody"], json!([])),
            (&[], json!([])),
            (&["group:staff", "group:staff"], json!(["group:staff"])),
            (&["group:Vertrieb: \"Süd\"", "group:staff"], json!(["group:staff", "group:Vertrieb: \"Süd\""])),
        ] {
            let audience = audience(words).expect("right");
            assert_eq!(allow_json(&audience, &groups), said, "{words:?}");
        }
    }

    #[test]
    fn a_word_that_says_nothing_is_refused_and_named() {
        for wrong in ["", "staff", "Everyone", "group:", "group:a,b", "group:a\u{200b}"] {
            assert_eq!(audience(&[wrong]), Err(NotAllowed::Word(wrong.to_owned())));
        }
        for mixed in [&["everyone", "group:staff"][..], &["nobody", "everyone"], &["group:staff", "nobody"]] {
            assert_eq!(audience(mixed), Err(NotAllowed::Alone), "{mixed:?}");
        }
        let unknown = audience(&["group:staff", "group:stuff"]).expect_err("not there");
        assert_eq!(unknown.to_string(), "there is no group \"stuff\"");
        assert_eq!(audience(&["group:Staff"]), Err(NotAllowed::UnknownGroup("Staff".to_owned())), "letter by letter");
    }
}
