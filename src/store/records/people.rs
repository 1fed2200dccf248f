//! What an organisation knows of the people who have accounts: e-mail addresses, roles and groups.

use std::fmt;
use std::str::FromStr;

use enumset::EnumSetType;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};
use thiserror::Error;
use url::Host;

use crate::names::{NotAName, shown, skeleton};
use crate::ticket::ids::uuid_id;
use crate::ticket::time::Timestamp;

/// The longest e-mail address, in bytes (RFC 5321 §4.5.3.1.3 allows 256 with its two brackets).
const EMAIL_BYTES: usize = 254;
/// The longest part of an e-mail address before the `@`, in bytes (RFC 5321 §4.5.3.1.1).
const LOCAL_PART_BYTES: usize = 64;
/// The longest name of a group, in characters.
const GROUP_NAME_CHARS: usize = 64;

/// What an account may administer beside itself.
#[derive(Debug, Default, Hash, PartialOrd, Ord, EnumSetType, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Role {
    /// Nothing.
    #[default]
    None,
    /// People: it may invite, recover, disable and group them. It may not change apps or administrators.
    People,
    /// Everything.
    Admin,
}

impl Role {
    /// Returns the word for the role in forms, in JSON and on the command line: `none`, `people` or `admin`.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// An e-mail address, trimmed. The name before the `@` is as it was typed and of ASCII letters only, because apps and
/// databases disagree about which others are the same; the host is in the form of the DNS (`xn--…`), so that no letter of
/// another script looks like one of Latin. Two addresses that differ only in upper and lower case belong to the same account:
/// see [`Self::key`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Email(String);

/// Why a text is not accepted as an e-mail address.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error(
    "an email address has the form name@host, with ASCII letters before the @, without spaces, and at most 254 characters"
)]
pub struct NotAnEmail;

impl FromStr for Email {
    type Err = NotAnEmail;

    /// Accepts a text with a name in ASCII before the last `@` and a host behind it, without white space, control characters
    /// or invisible characters. It does not check that the address exists.
    fn from_str(text: &str) -> Result<Self, NotAnEmail> {
        let text = text.trim();
        let (local, host) = text.rsplit_once('@').ok_or(NotAnEmail)?;
        let is_host = host.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
        });
        let is_local = (1..=LOCAL_PART_BYTES).contains(&local.len())
            && local.chars().all(|letter| letter.is_ascii_graphic() && !"@<>(),;:\\\"[]".contains(letter));
        // A name of visible characters on one line stays as it is; any other is refused or changed by this.
        let is_visible = shown(text, EMAIL_BYTES).is_ok_and(|seen| seen == text);
        if !is_host || !is_local || !is_visible {
            return Err(NotAnEmail);
        }
        let host = match Host::parse(host) {
            Ok(Host::Domain(host)) => host,
            Ok(Host::Ipv4(_) | Host::Ipv6(_)) | Err(_) => return Err(NotAnEmail),
        };
        Some(format!("{local}@{host}")).filter(|address| address.len() <= EMAIL_BYTES).map(Self).ok_or(NotAnEmail)
    }
}

impl Email {
    /// Returns the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form in which addresses are compared: in lower case. No two accounts have the same.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// Makes an address again from its stored text, which was checked when it was stored.
    pub(in crate::store) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

uuid_id! {
    /// The id of a group, which stays the same when the group is renamed.
    GroupId
}

/// The name of a group, as apps get it in the claim `groups`: one line of visible characters without a comma, because
/// many apps read a list of groups that is separated by commas.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct GroupName(String);

impl FromStr for GroupName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let name = shown(text, GROUP_NAME_CHARS)?;
        if name.contains(',') { Err(NotAName::Letters) } else { Ok(Self(name)) }
    }
}

impl GroupName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form that is equal for names that look alike. No two groups have the same.
    pub(in crate::store) fn skeleton(&self) -> String {
        skeleton(&self.0)
    }

    /// Makes a name again from its stored text, which was checked when it was stored.
    pub(in crate::store) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A group of accounts. Apps get its name, and an app may be open to the members of some groups only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The id of the group.
    pub id: GroupId,
    /// The name, which no other group has and no name of another group looks like.
    pub name: GroupName,
    /// A text for administrators, which may be empty.
    pub description: String,
    /// Whether an app gives rights to its members, so that only administrators may change who they are.
    pub grants_rights: bool,
    /// The time at which the group was made.
    pub created_at: Timestamp,
}

/// The result of `Records::change_group`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupChange {
    /// The group is stored as it was given.
    Done,
    /// Another group has this name, or one that looks like it; nothing was changed.
    NameTaken,
    /// There is no such group.
    Unknown,
}

/// Who may use an app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    /// Everyone who has an account.
    #[default]
    Everyone,
    /// The members of these groups, in the order of their ids; no one if there are none.
    Groups(Vec<GroupId>),
}

impl Audience {
    /// The audience of an app that no one may use yet.
    pub const NOBODY: Self = Self::Groups(Vec::new());

    /// Makes the audience of the members of these groups, without duplicates.
    pub fn groups(groups: impl IntoIterator<Item = GroupId>) -> Self {
        let mut groups: Vec<GroupId> = groups.into_iter().collect();
        groups.sort_unstable();
        groups.dedup();
        Self::Groups(groups)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_host() {
        for (typed, stored) in [
            ("a@example.org", "a@example.org"),
            (" Alice.B+c@Mail.Example.org ", "Alice.B+c@mail.example.org"),
            ("o'neil@localhost", "o'neil@localhost"),
            // One host has one form, and what looks like another one does not look like it any more.
            ("a@例子.广告", "a@xn--fsqu00a.xn--4rr70v"),
            ("root@\u{ff45}xample.com", "root@example.com"),
            ("root@ex\u{430}mple.com", "root@xn--exmple-4nf.com"),
        ] {
            assert_eq!(typed.parse::<Email>().map(|email| email.as_str().to_owned()), Ok(stored.to_owned()));
        }
        let long = format!("{}@example.org", "x".repeat(65));
        for not in [
            "",
            "@",
            "alice",
            "alice@",
            "@host",
            "a b@host",
            "a@-host",
            "a@host-",
            "a@ho..st",
            "a@h\u{200b}ost",
            "a@\u{202e}host",
            "a\n@host",
            "a,b@host",
            "用户@host",
            "roo\u{1d57}@host",
            "a@192.0.2.1",
            "<a@host>",
            &long,
        ] {
            assert_eq!(not.parse::<Email>(), Err(NotAnEmail), "{not:?}");
        }
    }

    #[test]
    fn two_letter_cases_are_one_address() {
        let [one, other]: [Email; 2] =
            ["Alice@Example.org", "alice@example.ORG"].map(|text| text.parse().expect("an address"));
        assert_eq!(one.key(), other.key());
    }

    #[test]
    fn a_group_has_a_visible_name_without_a_comma() {
        for name in ["staff", "Vertrieb Österreich", "研发"] {
            assert_eq!(name.parse::<GroupName>().map(|name| name.as_str().to_owned()), Ok(name.to_owned()));
        }
        for not in ["", "a,b", "a\u{200b}", "a\nb"] {
            assert!(not.parse::<GroupName>().is_err(), "{not:?}");
        }
    }
}
