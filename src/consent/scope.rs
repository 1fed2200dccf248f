//! The scopes that an app may ask for. Unknown values are ignored, as OpenID Connect Core §3.1.2.1 says.

use std::fmt;
use std::str::FromStr;

use enumset::{EnumSet, EnumSetType};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// A scope that an app may ask for (RFC 6749 §3.3).
#[derive(Debug, EnumSetType, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    /// The identity of the person.
    #[strum(serialize = "openid")]
    OpenId,
    /// The names, picture, gender, language and time zone of the person, as far as they give them.
    Profile,
    /// The e-mail address of the person, and whether it was proven (OpenID Connect Core §5.4).
    Email,
    /// The city, province and country of the person (OpenID Connect Core §5.4).
    Address,
    /// The names of the groups in which an administrator put the person. No standard has this scope; apps that read
    /// groups ask for it by this name.
    Groups,
    /// A refresh token, with which the app gets new tokens while the person is away.
    OfflineAccess,
    /// The identity of the person and what they give of themselves, in WeChat's dialect.
    SnsapiLogin,
}

impl Scope {
    /// The scopes of OpenID Connect; the scope of WeChat's dialect is not among them.
    pub const OIDC: [Self; 6] =
        [Self::OpenId, Self::Profile, Self::Email, Self::Address, Self::Groups, Self::OfflineAccess];

    /// Returns the scope as it is written in the parameter `scope` of a request.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A set of scopes. Its text has the words of the scopes, separated by spaces, in the order of [`Scope`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Scopes(EnumSet<Scope>);

impl Scopes {
    /// Parses a list of scopes, as the parameter `scope` of a request contains it, separated by spaces or commas;
    /// unknown words are left out.
    pub fn parse(text: &str) -> Self {
        Self(known_words([text]))
    }

    /// Returns whether the set has no scopes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether this scope is in the set.
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(scope)
    }

    /// Returns whether a grant of these scopes outlasts the session that it came from: if it has a refresh
    /// token (`offline_access`), or is of WeChat's dialect, in which every grant has one. The query `end_session` in
    /// `store/records/queries/early_ends.rs` has the same rule in SQL; change both together.
    pub fn outlast_a_session(&self) -> bool {
        self.has(Scope::OfflineAccess) || self.has(Scope::SnsapiLogin)
    }

    /// Returns whether all scopes of `others` are in this set.
    pub fn cover(&self, others: &Self) -> bool {
        self.0.is_superset(others.0)
    }

    /// Returns the scopes of this set that are among the allowed ones.
    #[must_use]
    pub fn only(&self, allowed: &[Scope]) -> Self {
        Self(self.0 & allowed.iter().copied().collect::<EnumSet<_>>())
    }

    /// Returns the union of both sets.
    #[must_use]
    pub fn union(&self, others: &Self) -> Self {
        Self(self.0 | others.0)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_words(out, self.0.iter().map(Scope::word))
    }
}

impl From<Scopes> for String {
    fn from(scopes: Scopes) -> Self {
        scopes.to_string()
    }
}

impl From<String> for Scopes {
    fn from(words: String) -> Self {
        Self::parse(&words)
    }
}

/// Parses a set of values of the enum `T`, scopes or fields, from texts with their words, separated by spaces or
/// commas. Unknown words are left out.
pub(super) fn known_words<'a, T: EnumSetType + FromStr>(texts: impl IntoIterator<Item = &'a str>) -> EnumSet<T> {
    let words = texts.into_iter().flat_map(|text| text.split([' ', ',']));
    words.filter_map(|word| word.parse::<T>().ok()).collect()
}

/// Writes these words to a formatter, separated by spaces.
pub(super) fn write_words(out: &mut fmt::Formatter<'_>, words: impl Iterator<Item = &'static str>) -> fmt::Result {
    for (at, word) in words.enumerate() {
        out.write_str(if at == 0 { "" } else { " " })?;
        out.write_str(word)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_or_left_out() {
        let scopes = Scopes::parse("profile phone openid profile groups,email");
        assert_eq!(scopes.to_string(), "openid profile email groups");
        assert!(scopes.cover(&Scopes::parse("openid")) && !Scopes::parse("openid").cover(&scopes));
        assert!(Scopes::parse("OPENID").is_empty());
    }
}
