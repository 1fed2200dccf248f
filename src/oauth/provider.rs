//! What the handlers of this feature work with, and where they are.

use std::time::Duration;

use axum::extract::FromRef;
use axum::middleware::{from_fn, from_fn_with_state};

use super::error::OAuthError;
use super::handle::Handles;
use super::keys::Keys;
use super::secret::AppSecret;
use super::subject::Subjects;
use super::{
    authorised, authorize, consent, device, discovery, embed, introspect, logout, revoke, scripts, theme, token,
    userinfo,
};
use crate::about;
use crate::clock::Clock;
use crate::hash::Keyed;
use crate::login::{Login, in_its_frame};
use crate::store::Fault;
use crate::store::apps::{App, Dialect};
use crate::store::grants::{Grant, GrantId};
use crate::store::once::Once;
use crate::store::records::{Account, Records};
use crate::ticket::time::Timestamp;
use crate::web::picture::Pictures;
use crate::web::routes::{Routes, get, post};

/// A code is exchanged within this (ASVS 10.4.3 asks for a minute at most).
pub const CODE_LIFE: Duration = Duration::from_secs(60);
/// In WeChat's dialect it is as there.
pub const WECHAT_CODE_LIFE: Duration = Duration::from_secs(600);
/// A person has this long to sign in, or out, from the app's request on: twice as long as a page renews its code.
pub const REQUEST_LIFE: Duration = Duration::from_secs(600);
/// An app has this long to send its visitor with a request that it pushed (RFC 9126 §2.2).
pub const PUSHED_LIFE: Duration = Duration::from_secs(90);

/// What the handlers of this feature work with.
#[derive(Clone, Debug)]
pub struct OAuth {
    /// The sign-in that every request leads to.
    pub login: Login,
    /// Where apps, grants and consents are kept.
    pub records: Records,
    /// Logos of apps.
    pub pictures: Pictures,
    /// Where codes and requests are kept.
    pub once: Once,
    /// What signs tokens.
    pub keys: Keys,
    /// What makes refresh tokens.
    pub handles: Handles,
    /// What the codes of claims, and of steps that may be repeated, follow from.
    pub codes: Keyed,
    /// What follows from attempts of administrators to make something.
    pub attempts: Keyed,
    /// What people are called.
    pub subjects: Subjects,
    /// The time.
    pub clock: Clock,
}

impl OAuth {
    /// `iss`: this server's name in all protocols.
    pub fn issuer(&self) -> &str {
        self.login.site.origin()
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An app that speaks this dialect and may sign people in. The request is about whatever app it names.
    pub async fn app(&self, id: &str, dialect: Dialect) -> Result<Option<App>, Fault> {
        let Ok(id) = id.parse() else { return Ok(None) };
        about::app(id);
        let app = self.records.known_app(id).await?;
        Ok(app.filter(|app| app.disabled_at.is_none() && app.dialect.includes(dialect)))
    }

    /// A grant, and whose it is. The request is about it, and so about its app and its account.
    pub async fn grant(&self, id: GrantId) -> Result<Option<(Grant, Option<Account>)>, Fault> {
        let known = self.records.grant(id).await?;
        if let Some((grant, _)) = &known {
            say_about(grant);
        }
        Ok(known)
    }

    /// Whether this text is a secret of the app.
    pub fn is_secret_of(app: &App, text: &str) -> Result<(), OAuthError> {
        if AppSecret::fits(text, app) { Ok(()) } else { Err(OAuthError::InvalidClient) }
    }
}

/// The request is about the app and the account of this grant.
pub fn say_about(grant: &Grant) {
    about::app(grant.app);
    if let Some(account) = grant.account {
        about::account(account);
    }
}

/// The pages of this feature: a person is before them, and only from this site may they be written to.
pub fn pages<S>(login: Login) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    OAuth: FromRef<S>,
{
    let framed = Routes::new()
        .route("/framed/{ticket}/claim", post(embed::claim))
        .layer(from_fn_with_state(login, in_its_frame));
    // The page around a frame is told why there is none.
    let frames = Routes::new().route("/embed/{app}", get(embed::begin)).layer(from_fn(scripts::told_why));
    let led_to = Routes::new()
        .route("/oauth/authorize/{id}", get(authorize::go_on).post(consent::decide))
        .route("/oauth/logout/{id}", get(logout::go_on).post(logout::confirm))
        .in_windows_of_sites();
    framed
        .merge(frames)
        .merge(led_to)
        .route("/account/apps", get(authorised::page).post(authorised::withdraw))
        .route("/account/apps/{app}", post(authorised::change))
        .route("/embed/theme.css", get(theme::style))
        .route("/embed/go/{id}", get(embed::go_on))
        .route("/embed/done/{id}", get(embed::done))
}

/// What apps ask, and what browsers ask for them from other sites. No cookie counts here.
pub fn protocol<S>(oauth: OAuth) -> Routes<S>
where
    S: Clone + Send + Sync + 'static,
    OAuth: FromRef<S>,
{
    // RFC 9700 §2.6: a browser is sent here, and no script asks.
    let begins = Routes::new()
        .route("/oauth/authorize", get(authorize::begin).post(authorize::begin))
        .route("/oauth/logout", get(logout::begin).post(logout::begin))
        .in_windows_of_sites();
    Routes::new()
        .route("/.well-known/openid-configuration", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/oauth/jwks", get(discovery::jwks))
        .route("/oauth/token", post(token::token))
        .route("/oauth/userinfo", get(userinfo::userinfo).post(userinfo::userinfo))
        .route("/oauth/introspect", post(introspect::introspect))
        .route("/oauth/revoke", post(revoke::revoke))
        .route("/oauth/par", post(authorize::push))
        .route("/oauth/device", post(device::authorize))
        .layer(scripts::of_any_origin())
        .layer(from_fn_with_state(oauth, scripts::by_name))
        .merge(begins)
}
