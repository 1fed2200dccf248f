//! The scopes that an app may ask for. Unknown values are ignored, as OpenID Connect Core §3.1.2.1 says.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A scope value (RFC 6749 §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// The identity of the person.
    OpenId,
    /// Their name, picture, gender and language, as far as they give them.
    Profile,
    /// City, province and country (OpenID Connect Core §5.4).
    Address,
    /// A refresh token, with which the app may ask again while the person is away.
    OfflineAccess,
    /// The identity of the person and what they give of themselves, in WeChat's dialect.
    SnsapiLogin,
}

impl Scope {
    /// The scopes of OpenID Connect; the scope of WeChat's dialect is not among them.
    pub const OIDC: [Self; 4] = [Self::OpenId, Self::Profile, Self::Address, Self::OfflineAccess];
    const ALL: [Self; 5] = [Self::OpenId, Self::Profile, Self::Address, Self::OfflineAccess, Self::SnsapiLogin];

    /// Returns the value as it is written in `scope`.
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

/// A set of scopes, in the order of [`Scope`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Reads the known scopes of this text; unknown words are left out.
    pub fn parse(text: &str) -> Self {
        let mut known: Vec<Scope> = text
            .split([' ', ','])
            .filter_map(|word| Scope::ALL.into_iter().find(|scope| scope.word() == word))
            .collect();
        known.sort_unstable();
        known.dedup();
        Self(known)
    }

    /// Returns whether no scope is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether this scope is in the set.
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Returns whether a grant of these scopes outlasts the session that it came from: if the app may ask for refresh
    /// tokens (`offline_access`), or speaks WeChat's dialect, in which it always may.
    pub fn outlast_a_session(&self) -> bool {
        self.has(Scope::OfflineAccess) || self.has(Scope::SnsapiLogin)
    }

    /// Returns whether all of the other scopes are in this set.
    pub fn cover(&self, others: &Self) -> bool {
        others.0.iter().all(|scope| self.has(*scope))
    }

    /// Returns the scopes of this set that are among the allowed ones.
    #[must_use]
    pub fn only(&self, allowed: &[Scope]) -> Self {
        Self(self.0.iter().copied().filter(|scope| allowed.contains(scope)).collect())
    }

    /// Returns the union of both sets.
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
