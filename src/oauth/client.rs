//! An app (an OAuth client): who it is, and the secret by which it proves that.

use aws_lc_rs::{constant_time, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use super::redirect_uri::{NotARedirectUri, RedirectUri};
use crate::account::DisplayName;
use crate::store::apps::{App, AppOptions, AppSecretHash, Dialect};
use crate::ticket::ids::AppId;
use crate::ticket::time::Timestamp;
use crate::web::bounds::REDIRECT_URIS;

/// An app's secret, as it is shown once. Does not print and does not serialise.
pub struct AppSecret([u8; 32]);

impl AppSecret {
    /// A secret out of 32 random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What is kept of it.
    pub fn hash(&self) -> AppSecretHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, &self.0).as_ref());
        AppSecretHash(hash)
    }

    /// The text for the app's configuration: the one place where the secret leaves.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Whether this text is a secret of the app; a public app has none, so no text is.
    pub fn fits(text: &str, app: &App) -> bool {
        let Some(given) = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).map(Self) else {
            return false;
        };
        let given = given.hash();
        app.secrets.iter().any(|kept| constant_time::verify_slices_are_equal(&kept.0, &given.0).is_ok())
    }
}

impl std::fmt::Debug for AppSecret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("AppSecret")
    }
}

/// What is said of an app when it is registered.
#[derive(Clone, Debug)]
pub struct NewApp {
    /// What people are shown.
    pub name: String,
    /// Where it may have people sent back to.
    pub redirect_uris: Vec<String>,
    /// Which protocol it speaks.
    pub dialect: Dialect,
    /// Whether it can keep no secret: an app on people's own devices, which proves itself by PKCE alone.
    pub is_public: bool,
}

/// Why an app cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotAnApp {
    /// Its name does not fit on one line.
    #[error("an app's name has 1 to 64 characters on one line")]
    Name,
    /// It has nowhere to have people sent back to, or too many such places.
    #[error("an app has 1 to {REDIRECT_URIS} redirect URIs, each of them once")]
    HowManyUris,
    /// One of those places is none.
    #[error("{0:?}: {1}")]
    Uri(String, NotARedirectUri),
    /// The dialect of WeChat knows no PKCE: without a secret whoever sees a code could use it.
    #[error("a public app speaks oidc: the dialect of WeChat needs a secret")]
    PublicWeChat,
}

impl NewApp {
    /// The app, and its secret where it has one; `id` and `secret` are fresh.
    pub fn register(self, id: AppId, secret: AppSecret, now: Timestamp) -> Result<(App, Option<AppSecret>), NotAnApp> {
        let name: DisplayName = self.name.parse().map_err(|_| NotAnApp::Name)?;
        let uris = &self.redirect_uris;
        let is_repeated = uris.iter().enumerate().any(|(at, uri)| uris[..at].contains(uri));
        if !(1..=REDIRECT_URIS).contains(&uris.len()) || is_repeated {
            return Err(NotAnApp::HowManyUris);
        }
        for uri in uris {
            uri.parse::<RedirectUri>().map_err(|why| NotAnApp::Uri(uri.clone(), why))?;
        }
        if self.is_public && self.dialect != Dialect::Oidc {
            return Err(NotAnApp::PublicWeChat);
        }
        let secret = (!self.is_public).then_some(secret);
        let app = App {
            id,
            name: name.as_str().to_owned(),
            dialect: self.dialect,
            redirect_uris: self.redirect_uris,
            secrets: secret.iter().map(AppSecret::hash).collect(),
            created_at: now,
            disabled_at: None,
            options: AppOptions::default(),
        };
        Ok((app, secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> NewApp {
        NewApp {
            name: "Shop".to_owned(),
            redirect_uris: vec!["https://shop.example/signed-in".to_owned()],
            dialect: Dialect::Oidc,
            is_public: false,
        }
    }

    fn register(app: NewApp) -> Result<(App, Option<AppSecret>), NotAnApp> {
        app.register(AppId::from_random([7; 8]), AppSecret::from_random([8; 32]), Timestamp::from_millis(0))
    }

    #[test]
    fn an_app_is_known_by_its_secret_and_by_no_other() {
        let (app, secret) = register(shop()).expect("right");
        let shown = secret.expect("a secret").expose();
        assert!(AppSecret::fits(&shown, &app));
        for wrong in ["", "secret", &shown[1..], &format!("{shown}="), &AppSecret::from_random([9; 32]).expose()] {
            assert!(!AppSecret::fits(wrong, &app), "{wrong}");
        }
        let (public, none) = register(NewApp { is_public: true, ..shop() }).expect("right");
        assert!(none.is_none() && public.secrets.is_empty());
        assert!(!AppSecret::fits(&shown, &public));
    }

    #[test]
    fn what_is_kept_of_an_app_does_not_print_its_secret() {
        let (app, secret) = register(shop()).expect("right");
        assert_eq!(format!("{:?} {:?}", app.secrets, secret), "[AppSecretHash] Some(AppSecret)");
    }

    #[test]
    fn an_app_that_is_not_right_is_refused_in_words() {
        let refused = |app: NewApp| register(app).map(|_| ()).expect_err("not right");
        assert_eq!(refused(NewApp { name: " ".to_owned(), ..shop() }), NotAnApp::Name);
        assert_eq!(refused(NewApp { redirect_uris: Vec::new(), ..shop() }), NotAnApp::HowManyUris);
        let many = (0..=REDIRECT_URIS).map(|at| format!("https://shop.example/{at}")).collect();
        assert_eq!(refused(NewApp { redirect_uris: many, ..shop() }), NotAnApp::HowManyUris);
        let twice = vec![shop().redirect_uris[0].clone(); 2];
        assert_eq!(refused(NewApp { redirect_uris: twice, ..shop() }), NotAnApp::HowManyUris);
        let plain = "http://shop.example/".to_owned();
        let why = refused(NewApp { redirect_uris: vec![plain.clone()], ..shop() });
        assert_eq!(why, NotAnApp::Uri(plain, NotARedirectUri::Insecure));
        let public = refused(NewApp { is_public: true, dialect: Dialect::Both, ..shop() });
        assert_eq!(public, NotAnApp::PublicWeChat);
    }
}
