//! Subject identifiers: the names of a person at apps. They are derived from the account and the server's
//! secret, so nothing is stored, and they reveal nothing about the account. Unless an app's subject type is
//! `public`, apps on different hosts cannot find out that they know the same person.

use crate::store::records::app_options::SubjectType;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::hash::Keyed;
use crate::oauth::client::redirect_uri::RedirectUri;
use crate::store::records::apps::App;
use crate::ticket::ids::AccountId;

/// Derives the identifiers by which apps know a person: `sub`, and `openid` and `unionid` in WeChat's dialect; cheap to
/// clone.
#[derive(Clone, Debug)]
pub struct Subjects(Keyed);

impl Subjects {
    /// Makes a `Subjects`, which derives the identifiers from the server's secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(Keyed::new(secret, "names of accounts at apps"))
    }

    /// Returns the subject identifier `sub` of an account at an app (OpenID Connect Core §8). It is the same at all
    /// apps of the subject type `public`, and at all apps of the subject type `pairwise` whose redirect URIs have the
    /// same host, whatever the port (§8.1).
    pub fn sub(&self, app: &App, account: AccountId) -> String {
        let uri = app.redirect_uris.first().and_then(|uri| uri.parse::<RedirectUri>().ok());
        match uri.filter(|_| app.options.subject_type == SubjectType::Pairwise) {
            Some(uri) => self.name("pairwise", &uri.sector(), account),
            None => self.name("public", "", account),
        }
    }

    /// Returns the `openid` of an account at an app in WeChat's dialect, which is different at every app.
    pub fn openid(&self, app: &App, account: AccountId) -> String {
        self.name("openid", &app.id.to_string(), account)
    }

    /// Returns the `unionid` of an account in WeChat's dialect, which is the same at all apps of one owner.
    /// All apps of this server count as apps of one owner.
    pub fn unionid(&self, account: AccountId) -> String {
        self.name("unionid", "", account)
    }

    /// Derives an identifier of an account from the server's secret. One of another `kind` or another `of` (a host or
    /// an app; empty for all apps) cannot be linked with it. It has 168 bits, written as 28 characters as on WeChat's
    /// platform.
    fn name(&self, kind: &str, of: &str, account: AccountId) -> String {
        let parts = [kind.as_bytes(), b"\0", of.as_bytes(), b"\0", account.as_bytes()];
        URL_SAFE_NO_PAD.encode(&self.0.of(&parts)[..21])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::client::registration::NewApp;
    use crate::oauth::client::secret::AppSecret;
    use crate::store::records::app_options::AppOptions;
    use crate::store::records::apps::Dialects;
    use crate::store::records::people::Audience;
    use crate::ticket::ids::AppId;
    use crate::ticket::time::Timestamp;

    fn app(uri: &str) -> App {
        let app = NewApp {
            name: "Shop".to_owned(),
            redirect_uris: vec![uri.to_owned()],
            dialects: Dialects::Oidc,
            has_secret: false,
            options: AppOptions { subject_type: SubjectType::Pairwise, ..AppOptions::default() },
            audience: Audience::Everyone,
        };
        let (id, secret) = (AppId::from_random([7; 8]), AppSecret::from_random([8; 32]));
        app.register(id, secret, Timestamp::from_millis(0)).expect("right").0
    }

    #[test]
    fn a_pairwise_subject_is_that_of_a_host_whatever_its_port() {
        let (subjects, account) = (Subjects::new(&[1; 32]), AccountId::from_random([2; 16]));
        let sub = |uri: &str| subjects.sub(&app(uri), account);
        let shop = sub("https://shop.example/signed-in");
        for same in ["https://shop.example:8443/signed-in", "https://shop.example", "https://Shop.Example/?x=1"] {
            assert_eq!(sub(same), shop, "{same}");
        }
        for other in ["https://www.shop.example/signed-in", "https://shop.example.org/", "com.example.shop:/back"] {
            assert_ne!(sub(other), shop, "{other}");
        }
    }
}
