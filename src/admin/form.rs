//! The form of an app: it reads what was typed as an app, and names the field of an error.

use axum::Form;
use axum::extract::{FromRequest, Request};

use crate::account::told_of_name;
use crate::oauth::client::redirect_uri::NotARedirectUri;
use crate::oauth::{NewApp, NotAnApp};
use crate::store::records::apps::{App, AppOptions, Dialect, SigningAlgorithm, TokenLives, Verification};
use crate::store::records::seen::Fingerprint;
use crate::text::Texts;
use crate::web::problem::Problem;

/// The names of the form's fields.
pub const NAME: &str = "name";
pub const REDIRECT_URI: &str = "redirect_uri";
pub const DIALECT: &str = "dialect";
pub const PUBLIC: &str = "public";
pub const LOGOUT_URI: &str = "post_logout_redirect_uri";
pub const BACKCHANNEL_URI: &str = "backchannel_logout_uri";
pub const ALGORITHM: &str = "algorithm";
pub const ORIGIN: &str = "embed_origin";
pub const KEYS: &str = "jwks";
pub const PAIRWISE: &str = "pairwise";
pub const WITHOUT_PKCE: &str = "without_pkce";
pub const PUSHED_ONLY: &str = "pushed_only";
pub const DEVICE: &str = "device";
pub const CLIENT_CREDENTIALS: &str = "client_credentials";
pub const IN_ID_TOKEN: &str = "profile_in_id_token";
pub const BY_HOST: &str = "matched_by_host";
pub const TOLD: &str = "told_of_refusals";
pub const VERIFICATION: &str = "verification";
pub const ACCESS_LIFE: &str = "access_token_minutes";
pub const REFRESH_IDLE: &str = "refresh_idle_hours";
pub const REFRESH_MAX: &str = "refresh_max_hours";
/// A hidden field: the attempt of this page to make something, so that the same form sent twice makes it
/// once.
pub const ATTEMPT: &str = "attempt";
/// A hidden field: the fingerprint of the settings when the form was shown.
pub const SEEN: &str = "seen";

/// The fields of the form as they were typed.
#[derive(Clone, Debug, Default)]
pub struct AppForm(Vec<(String, String)>);

/// An error in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The name of the field.
    pub name: &'static str,
    /// The wrong value, if the field has several.
    pub value: Option<String>,
    /// What the administrator can do about it.
    pub text: &'static str,
}

impl<S: Send + Sync> FromRequest<S> for AppForm {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
        let Form(mut pairs) = form.map_err(|_| Problem::malformed())?;
        for (_, value) in &mut pairs {
            *value = value.trim().to_owned();
        }
        Ok(Self(pairs))
    }
}

impl AppForm {
    /// Returns the form filled with these settings.
    pub fn of(app: &NewApp) -> Self {
        let mut pairs = vec![(NAME, app.name.clone()), (DIALECT, app.dialect.word().to_owned())];
        let options = &app.options;
        pairs.push((ALGORITHM, options.algorithm.name().to_owned()));
        pairs.push((VERIFICATION, options.verification.word().to_owned()));
        pairs.extend(of_lives(options.lives).map(|(name, life)| (name, life.to_string())));
        pairs.extend(app.redirect_uris.iter().map(|uri| (REDIRECT_URI, uri.clone())));
        pairs.extend(options.post_logout_redirect_uris.iter().map(|uri| (LOGOUT_URI, uri.clone())));
        pairs.extend(options.embed_origins.iter().map(|origin| (ORIGIN, origin.clone())));
        pairs.extend(options.backchannel_logout_uri.iter().map(|uri| (BACKCHANNEL_URI, uri.clone())));
        pairs.extend(options.jwks.iter().map(|keys| (KEYS, keys.to_string())));
        let rights = [
            (PUBLIC, app.is_public),
            (PAIRWISE, options.is_pairwise),
            (WITHOUT_PKCE, options.is_without_pkce),
            (PUSHED_ONLY, options.is_pushed_only),
            (DEVICE, options.has_device_grant),
            (CLIENT_CREDENTIALS, options.has_client_credentials),
            (IN_ID_TOKEN, options.has_profile_in_id_token),
            (BY_HOST, options.is_matched_by_host),
            (TOLD, options.is_told_of_refusals),
        ];
        pairs.extend(rights.into_iter().filter(|(_, given)| *given).map(|(name, _)| (name, "on".to_owned())));
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Returns the form of a registered app for its page.
    pub fn shown(app: &App) -> Self {
        Self::of(&NewApp::of(app)).beside(app)
    }

    /// Returns what was typed, with the fingerprint of the app's current settings.
    pub fn beside(mut self, app: &App) -> Self {
        self.0.retain(|(name, _)| name != SEEN);
        self.0.push((SEEN.to_owned(), app.fingerprint().to_string()));
        self
    }

    /// Returns the fingerprint of the settings when the form was shown; `None` if it is missing.
    pub fn seen(&self) -> Option<Fingerprint> {
        Fingerprint::of(self.one(SEEN))
    }

    /// Returns all that was typed as bytes, which distinguish one form from another.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&self.0).expect("texts are JSON")
    }

    /// Returns the value of a field; empty if it is missing.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Returns all values of a field that are not empty.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.clone()).collect()
    }

    /// Returns whether a box is ticked.
    pub fn has(&self, name: &str) -> bool {
        !self.one(name).is_empty()
    }

    /// Returns whether any of the settings that few apps need is filled in.
    pub fn says_more(&self) -> bool {
        let more = [
            LOGOUT_URI,
            BACKCHANNEL_URI,
            ORIGIN,
            KEYS,
            PAIRWISE,
            WITHOUT_PKCE,
            PUSHED_ONLY,
            DEVICE,
            CLIENT_CREDENTIALS,
            BY_HOST,
            TOLD,
        ];
        self.dialect() != Dialect::Oidc
            || self.algorithm() != SigningAlgorithm::Rs256
            || self.verification() != Verification::Any
            || self.lives() != Ok(TokenLives::default())
            || more.iter().any(|name| self.has(name))
    }

    /// Returns the chosen dialect.
    pub fn dialect(&self) -> Dialect {
        Dialect::of(self.one(DIALECT)).unwrap_or(Dialect::Oidc)
    }

    /// Returns the chosen algorithm.
    pub fn algorithm(&self) -> SigningAlgorithm {
        SigningAlgorithm::of(self.one(ALGORITHM)).unwrap_or_default()
    }

    /// Returns how visitors have to sign in.
    pub fn verification(&self) -> Verification {
        Verification::of(self.one(VERIFICATION)).unwrap_or_default()
    }

    /// Returns the lifetimes of tokens; empty fields have the default.
    fn lives(&self) -> Result<TokenLives, NotAnApp> {
        let usual = TokenLives::default();
        let read = |name, usual, why: NotAnApp| match self.one(name) {
            "" => Ok(usual),
            text => text.parse().map_err(|_| why),
        };
        Ok(TokenLives {
            access_token_minutes: read(ACCESS_LIFE, usual.access_token_minutes, NotAnApp::AccessLife)?,
            refresh_idle_hours: read(REFRESH_IDLE, usual.refresh_idle_hours, NotAnApp::RefreshIdle)?,
            refresh_max_hours: read(REFRESH_MAX, usual.refresh_max_hours, NotAnApp::RefreshMax)?,
        })
    }

    /// Returns the settings of the form. Only values that cannot be parsed are errors here; the rest is
    /// checked later.
    pub fn app(&self) -> Result<NewApp, NotAnApp> {
        let keys = Some(self.one(KEYS)).filter(|text| !text.is_empty()).map(serde_json::from_str);
        Ok(NewApp {
            name: self.one(NAME).to_owned(),
            redirect_uris: self.all(REDIRECT_URI),
            dialect: self.dialect(),
            is_public: self.has(PUBLIC),
            options: AppOptions {
                algorithm: self.algorithm(),
                is_pairwise: self.has(PAIRWISE),
                is_without_pkce: self.has(WITHOUT_PKCE),
                is_pushed_only: self.has(PUSHED_ONLY),
                has_device_grant: self.has(DEVICE),
                has_client_credentials: self.has(CLIENT_CREDENTIALS),
                has_profile_in_id_token: self.has(IN_ID_TOKEN),
                post_logout_redirect_uris: self.all(LOGOUT_URI),
                backchannel_logout_uri: self.all(BACKCHANNEL_URI).pop(),
                jwks: keys.transpose().map_err(|_| NotAnApp::Keys)?,
                embed_origins: self.all(ORIGIN),
                is_told_of_refusals: self.has(TOLD),
                is_matched_by_host: self.has(BY_HOST),
                verification: self.verification(),
                lives: self.lives()?,
                logo: None,
            },
        })
    }
}

impl FieldError {
    /// Returns the error in this language, at its field.
    pub fn of(texts: &'static Texts, why: NotAnApp) -> Self {
        let (name, value, text) = match why {
            NotAnApp::Name(why) => (NAME, None, told_of_name(texts, why, texts.app_wrong.name)),
            NotAnApp::Taken(..) => (NAME, None, texts.app_wrong.name_taken),
            NotAnApp::HowManyUris => (REDIRECT_URI, None, texts.app_wrong.uris),
            NotAnApp::Uri(uri, why) => (REDIRECT_URI, Some(uri), wrong_uri(texts, why)),
            NotAnApp::Hosts => (PAIRWISE, None, texts.app_wrong.hosts),
            NotAnApp::PublicWeChat => (DIALECT, None, texts.app_wrong.public_wechat),
            NotAnApp::PublicRights => (PUBLIC, None, texts.app_wrong.public_rights),
            NotAnApp::HowManyLogoutUris => (LOGOUT_URI, None, texts.app_wrong.logout_uris),
            NotAnApp::LogoutUri(uri, why) => (LOGOUT_URI, Some(uri), wrong_uri(texts, why)),
            NotAnApp::BackchannelUri(_, why) => (BACKCHANNEL_URI, None, wrong_uri(texts, why)),
            NotAnApp::BackchannelAddress(_) => (BACKCHANNEL_URI, None, texts.app_wrong.backchannel),
            NotAnApp::HowManyOrigins => (ORIGIN, None, texts.app_wrong.origins),
            NotAnApp::Origin(origin) => (ORIGIN, Some(origin), texts.app_wrong.origin),
            NotAnApp::OriginHost(origin) => (ORIGIN, Some(origin), texts.app_wrong.origin_host),
            NotAnApp::Keys => (KEYS, None, texts.app_wrong.keys),
            NotAnApp::AccessLife => (ACCESS_LIFE, None, texts.app_wrong.access_life),
            NotAnApp::RefreshIdle => (REFRESH_IDLE, None, texts.app_wrong.refresh_idle),
            NotAnApp::RefreshMax => (REFRESH_MAX, None, texts.app_wrong.refresh_max),
        };
        Self { name, value, text }
    }
}

fn of_lives(lives: TokenLives) -> [(&'static str, u16); 3] {
    [
        (ACCESS_LIFE, lives.access_token_minutes),
        (REFRESH_IDLE, lives.refresh_idle_hours),
        (REFRESH_MAX, lives.refresh_max_hours),
    ]
}

fn wrong_uri(texts: &'static Texts, why: NotARedirectUri) -> &'static str {
    match why {
        NotARedirectUri::Malformed => texts.app_wrong.uri_malformed,
        NotARedirectUri::Insecure => texts.app_wrong.uri_insecure,
        NotARedirectUri::Fragment => texts.app_wrong.uri_fragment,
        NotARedirectUri::Ambiguous => texts.app_wrong.uri_ambiguous,
        NotARedirectUri::NativeOnly => texts.app_wrong.uri_native,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_app_is_stands_in_its_form_and_is_read_from_it_again() {
        let plain = NewApp {
            name: "Shop".to_owned(),
            redirect_uris: vec!["https://shop.example/a".to_owned(), "https://shop.example/b".to_owned()],
            dialect: Dialect::Both,
            is_public: false,
            options: AppOptions::default(),
        };
        let full = AppOptions {
            algorithm: SigningAlgorithm::EdDsa,
            is_pairwise: true,
            is_without_pkce: true,
            is_pushed_only: true,
            has_device_grant: true,
            has_client_credentials: true,
            has_profile_in_id_token: true,
            post_logout_redirect_uris: vec!["https://shop.example/out".to_owned()],
            backchannel_logout_uri: Some("https://shop.example/ended".to_owned()),
            jwks: Some(serde_json::json!({"keys": []})),
            embed_origins: vec!["https://shop.example".to_owned()],
            is_told_of_refusals: true,
            is_matched_by_host: true,
            verification: Verification::Scan,
            lives: TokenLives { access_token_minutes: 5, refresh_idle_hours: 6, refresh_max_hours: 7 },
            logo: None,
        };
        for app in [plain.clone(), NewApp { options: full, is_public: true, ..plain }] {
            let read = AppForm::of(&app).app().expect("readable");
            assert_eq!((read.name, read.redirect_uris, read.dialect), (app.name, app.redirect_uris, app.dialect));
            assert_eq!((read.is_public, read.options), (app.is_public, app.options));
        }
    }
}
