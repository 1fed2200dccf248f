//! What an app may ask for. Words that are not known here are left out, as OpenID Connect Core §3.1.2.1 has it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One word of `scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// Who it is.
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
    const ALL: [Self; 5] = [Self::OpenId, Self::Profile, Self::Address, Self::OfflineAccess, Self::SnsapiLogin];

    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Address => "address",
            Self::OfflineAccess => "offline_access",
            Self::SnsapiLogin => "snsapi_login",
        }
    }
}

/// A set of them, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// The words of this text that are known.
    pub fn parse(text: &str) -> Self {
        let mut known: Vec<Scope> = text
            .split([' ', ','])
            .filter_map(|word| Scope::ALL.into_iter().find(|scope| scope.word() == word))
            .collect();
        known.sort_unstable();
        known.dedup();
        Self(known)
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this word is among them.
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether what they give outlasts the session that it came from: an app that was promised to ask again while its
    /// person is away, or one of WeChat's dialect, where that is so without a word.
    pub fn outlast_a_session(&self) -> bool {
        self.has(Scope::OfflineAccess) || self.has(Scope::SnsapiLogin)
    }

    /// Whether all of these words are among them.
    pub fn cover(&self, others: &Self) -> bool {
        others.0.iter().all(|scope| self.has(*scope))
    }

    /// Those that are of OpenID Connect, or those of WeChat's dialect.
    #[must_use]
    pub fn only(&self, allowed: &[Scope]) -> Self {
        Self(self.0.iter().copied().filter(|scope| allowed.contains(scope)).collect())
    }

    /// These and those.
    #[must_use]
    pub fn with(&self, others: &Self) -> Self {
        Self::parse(&format!("{self} {others}"))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.0.iter().enumerate() {
            out.write_str(if at == 0 { "" } else { " " })?;
            out.write_str(scope.word())?;
        }
        Ok(())
    }
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
