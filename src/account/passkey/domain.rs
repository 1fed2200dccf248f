//! The domain that passkeys belong to, and whether there can be any.

use std::sync::Arc;
use std::time::Duration;

use url::Url;
use webauthn_rs::prelude::{Webauthn, WebauthnBuilder};

use crate::clock::Clock;
use crate::settings::{NoPasskeys, Settings};
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::passkeys::Passkey;
use crate::store::single_use::Once;
use crate::ticket::ids::AccountId;

/// How long a person has from the options to the answer.
pub(super) const LIFE: Duration = Duration::from_secs(300);

/// Makes challenges for passkeys, and verifies the answers; cheap to clone.
#[derive(Clone, Debug)]
pub struct Passkeys {
    pub(super) relying_party: Result<Arc<RelyingParty>, NoPasskeys>,
    pub(super) records: Records,
    pub(super) once: Once,
    pub(super) clock: Clock,
}

/// The site that passkeys belong to, as browsers know it.
#[derive(Debug)]
pub(super) struct RelyingParty {
    pub(super) domain: String,
    pub(super) webauthn: Webauthn,
    /// Whether no other site has passkeys of this domain: only then is a passkey that no account has of no use.
    pub(super) is_alone: bool,
    /// The further origins that may use the passkeys of this domain.
    origins: Vec<String>,
}

impl RelyingParty {
    /// Reads the domain and the origins of the configuration.
    ///
    /// # Errors
    /// A line for the operator, if the domain does not fit the public URL.
    fn of(settings: &Settings) -> Result<Result<Self, NoPasskeys>, String> {
        let wrong = |what: &str| format!("account.passkey_domain: {what}");
        let public = Url::parse(&settings.public_url).map_err(|error| format!("server.public_url: {error}"))?;
        let host = match settings.passkey_host() {
            Ok(host) => host,
            Err(why) => return Ok(Err(why)),
        };
        let domain = settings.account.passkey_domain.as_deref().unwrap_or(&host);
        let is_within = host == domain || host.strip_suffix(domain).is_some_and(|before| before.ends_with('.'));
        if !is_within {
            return Err(wrong(&format!(
                "{domain} is neither {host}, the host of server.public_url, nor a domain above it"
            )));
        }
        let builder = WebauthnBuilder::new(domain, &public).map_err(|error| wrong(&error.to_string()))?;
        let mut builder = builder.rp_name(&settings.look.name).timeout(LIFE);
        for origin in &settings.account.passkey_origins {
            let origin = Url::parse(origin).map_err(|error| format!("account.passkey_origins: {error}"))?;
            builder = builder.append_allowed_origin(&origin);
        }
        let webauthn = builder.build().map_err(|error| wrong(&error.to_string()))?;
        let origins = settings.account.passkey_origins.clone();
        let is_alone = host == domain && origins.is_empty();
        Ok(Ok(Self { domain: domain.to_owned(), webauthn, is_alone, origins }))
    }
}

impl Passkeys {
    /// Makes the service for the domain that the configuration names.
    ///
    /// # Errors
    /// A line for the operator, if the domain does not fit the public URL, or if nobody could sign in: without passwords,
    /// at an address where there can be no passkeys.
    pub fn new(settings: &Settings, records: Records, once: Once, clock: Clock) -> Result<Self, String> {
        let relying_party = Self::check(settings)?.map(Arc::new);
        Ok(Self { relying_party, records, once, clock })
    }

    /// Checks that the domain and the origins of the configuration fit the public URL, and that somebody can sign in.
    ///
    /// # Errors
    /// A line for the operator.
    pub fn check_settings(settings: &Settings) -> Result<(), String> {
        Self::check(settings).map(|_| ())
    }

    fn check(settings: &Settings) -> Result<Result<RelyingParty, NoPasskeys>, String> {
        let relying_party = RelyingParty::of(settings)?;
        if relying_party.is_err() && !settings.account.takes_passwords() {
            return Err(format!(
                "account.passwords: is off, and there can be no passkeys at {}: nobody could sign in. Passkeys need \
                 https:// and a domain, or http://localhost",
                settings.public_url
            ));
        }
        Ok(relying_party)
    }

    /// Checks that the domain and the origins of the configuration fit the public URL, and that the records have no passkeys
    /// of another domain, which no browser would find any more.
    ///
    /// # Errors
    /// A line for the operator.
    pub async fn check_domain(settings: &Settings, records: &Records) -> Result<(), String> {
        let Ok(ours) = Self::check(settings)? else { return Ok(()) };
        let stored = records.passkey_domain().await.map_err(|fault| format!("store: {fault}"))?;
        match stored {
            Some(stored) if stored != ours.domain => Err(format!(
                "account.passkey_domain: is {}, and the passkeys of these records belong to {stored}. Set it back to \
                 {stored}; or run `tessera passkeys move`, after which the earlier passkeys no longer work",
                ours.domain
            )),
            Some(_) | None => Ok(()),
        }
    }

    /// Returns the domain that the configuration names for passkeys; `None` if there can be none.
    ///
    /// # Errors
    /// A line for the operator, if the domain does not fit the public URL.
    pub fn domain_in(settings: &Settings) -> Result<Option<String>, String> {
        Ok(RelyingParty::of(settings)?.ok().map(|ours| ours.domain))
    }

    /// Returns why there can be no passkeys at the address of this server; `None` if there can be.
    pub fn unavailable(&self) -> Option<NoPasskeys> {
        self.relying_party.as_ref().err().copied()
    }

    /// Returns whether people may sign in with a password.
    pub fn takes_passwords(&self) -> bool {
        self.records.ways_in().passwords
    }

    /// Returns the domain that passkeys belong to; `None` if there can be none.
    pub fn domain(&self) -> Option<&str> {
        self.relying_party.as_ref().ok().map(|ours| ours.domain.as_str())
    }

    /// Returns whether browsers offer this passkey at the address of this server: whether it was made for the domain of now.
    pub fn is_offered(&self, passkey: &Passkey) -> bool {
        self.domain() == Some(passkey.domain.as_str())
    }

    /// Returns the passkeys of an account that browsers offer at the address of this server, the oldest first.
    ///
    /// # Errors
    /// If the records fail.
    pub async fn offered_of(&self, account: AccountId) -> Result<Vec<Passkey>, Fault> {
        let mut all = self.records.passkeys_of(account).await?;
        all.retain(|passkey| self.is_offered(passkey));
        Ok(all)
    }

    /// Returns the further origins that may use the passkeys of this domain.
    pub fn origins(&self) -> &[String] {
        self.relying_party.as_ref().map_or(&[], |ours| &ours.origins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str, domain: Option<&str>) -> Result<Result<String, NoPasskeys>, String> {
        let mut settings = Settings { public_url: url.into(), ..Settings::defaults() };
        settings.account.passkey_domain = domain.map(str::to_owned);
        Ok(RelyingParty::of(&settings)?.map(|ours| ours.domain))
    }

    #[test]
    fn passkeys_belong_to_the_host_or_to_a_domain_above_it() {
        for (url, domain, ours) in [
            ("https://login.example.com", None, "login.example.com"),
            ("https://login.example.com:8443", Some("example.com"), "example.com"),
            ("http://localhost:3000", None, "localhost"),
        ] {
            assert_eq!(at(url, domain), Ok(Ok(ours.to_owned())), "{url}");
        }
        for other in ["ample.com", "example.org", "login.example.com.evil.example", "a.login.example.com", "com."] {
            assert!(at("https://login.example.com", Some(other)).is_err(), "{other}");
        }
    }

    #[test]
    fn there_are_none_at_an_ip_address_or_without_tls() {
        for (url, why) in [
            ("https://192.0.2.1", NoPasskeys::IpAddress),
            ("http://127.0.0.1:3000", NoPasskeys::IpAddress),
            ("https://[2001:db8::1]", NoPasskeys::IpAddress),
            ("http://login.example.com", NoPasskeys::PlainHttp),
        ] {
            assert_eq!(at(url, None), Ok(Err(why)), "{url}");
        }
    }
}
