//! What an app may ask for. Words that are not known here are left out, as OpenID Connect Core §3.1.2.1 has it.

use std::fmt;
use std::str::FromStr;

use enumset::{EnumSet, EnumSetType};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// One word of `scope`.
#[derive(Debug, EnumSetType, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    /// Who it is.
    #[strum(serialize = "openid")]
    OpenId,
    /// Their name, picture, gender and language, as far as they tell them.
    Profile,
    /// City, province and country (OpenID Connect Core §5.4).
    Address,
    /// To ask again while they are away: a refresh token.
    OfflineAccess,
    /// In WeChat's dialect: who it is, and what they tell of themselves.
    SnsapiLogin,
}

impl Scope {
    /// What OpenID Connect offers; the word of WeChat's dialect is its own.
    pub const OIDC: [Self; 4] = [Self::OpenId, Self::Profile, Self::Address, Self::OfflineAccess];

    /// The word.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A set of them, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Scopes(EnumSet<Scope>);

impl Scopes {
    /// The words of this text that are known.
    pub fn parse(text: &str) -> Self {
        Self(known_words([text]))
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this word is among them.
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(scope)
    }

    /// Whether what they give outlasts the session that it came from: an app that was promised to ask again while its
    /// person is away, or one of WeChat's dialect, where that is so without a word.
    pub fn outlast_a_session(&self) -> bool {
        self.has(Scope::OfflineAccess) || self.has(Scope::SnsapiLogin)
    }

    /// Whether all of these words are among them.
    pub fn cover(&self, others: &Self) -> bool {
        self.0.is_superset(others.0)
    }

    /// Those that are of OpenID Connect, or those of WeChat's dialect.
    #[must_use]
    pub fn only(&self, allowed: &[Scope]) -> Self {
        Self(self.0 & allowed.iter().copied().collect::<EnumSet<_>>())
    }

    /// These and those.
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

/// What the words of these texts mean, as far as they are known. Spaces and commas part them.
pub(super) fn known_words<'a, T: EnumSetType + FromStr>(texts: impl IntoIterator<Item = &'a str>) -> EnumSet<T> {
    let words = texts.into_iter().flat_map(|text| text.split([' ', ',']));
    words.filter_map(|word| word.parse::<T>().ok()).collect()
}

/// Words with a space between them.
pub(super) fn write_words(out: &mut fmt::Formatter<'_>, words: impl Iterator<Item = &'static str>) -> fmt::Result {
    for (at, word) in words.enumerate() {
        out.write_str(if at == 0 { "" } else { " " })?;
        out.write_str(word)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::consent::scope::*;

    #[test]
    fn words_are_known_or_left_out() {
        let scopes = Scopes::parse("profile email openid profile");
        assert_eq!(scopes.to_string(), "openid profile");
        assert!(scopes.cover(&Scopes::parse("openid")) && !Scopes::parse("openid").cover(&scopes));
        assert!(Scopes::parse("OPENID").is_empty());
    }
}
