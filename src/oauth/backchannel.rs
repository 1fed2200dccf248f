//! Back-channel logout: when a session ends here, the apps that it signed in to hear of it (OpenID Connect Back-Channel
//! Logout 1.0): each app once, however often it asked. A few tries; an app that stays away learns it when its tokens are
//! over. Where an app is told is for administrators to say, see [`super::reach`]; nobody is followed elsewhere.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use serde_json::json;
use tokio::sync::{Semaphore, mpsc};

use super::claims::{seconds, sid};
use super::keys::Kind;
use super::provider::OAuth;
use super::reach::{Resolver, names_reachable};
use super::request::fresh_id;
use crate::account::session::Ended;
use crate::store::apps::{App, Dialect};
use crate::store::grants::Grant;

/// §2.4
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// A logout token counts this long.
const LIFE: Duration = Duration::from_secs(120);
/// How long an app may take to answer; what it answers beyond its status is not read.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Pauses before the second try and the third.
const PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(15)];
/// Apps that are told at a time; the next ended sessions wait, see [`Ended`].
const AT_ONCE: usize = 256;

/// Tells apps what ended, for as long as this server runs.
pub async fn run(oauth: OAuth, mut ended: mpsc::Receiver<Ended>) {
    let client = reqwest::Client::builder()
        .redirect(Policy::none())
        .dns_resolver(Arc::new(Resolver))
        .timeout(TIMEOUT)
        .pool_max_idle_per_host(0)
        .build();
    let Ok(client) = client else {
        tracing::error!("no HTTPS client can be made here: apps do not hear who signs out");
        return;
    };
    let places = Arc::new(Semaphore::new(AT_ONCE));
    while let Some(Ended(mut grants)) = ended.recv().await {
        grants.sort_by_key(|grant| grant.app);
        grants.dedup_by_key(|grant| grant.app);
        for grant in grants {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let (oauth, client) = (oauth.clone(), client.clone());
            // One app that is slow keeps no other waiting.
            tokio::spawn(async move {
                tell(oauth, client, grant).await;
                drop(place);
            });
        }
    }
}

async fn tell(oauth: OAuth, client: reqwest::Client, grant: Grant) {
    let Ok(Some(app)) = oauth.app(&grant.app.to_string(), Dialect::Oidc).await else { return };
    let Some(uri) = app.options.backchannel_logout_uri.clone() else { return };
    if !names_reachable(&uri) {
        tracing::warn!(app.id = %app.id, "an app wants to be told at an address that this server does not call");
        return;
    }
    let mut pauses = PAUSES.iter();
    loop {
        let Some(token) = logout_token(&oauth, &app, &grant).await else { return };
        // Letters of base64url and dots: nothing in it needs quoting.
        let form = client.post(&uri).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let told = form.body(format!("logout_token={token}")).send().await;
        match (told, pauses.next()) {
            (Ok(answer), _) if answer.status().is_success() => return,
            // §2.8: the app says that it cannot, or that it is elsewhere; it says so again if it is asked again.
            (Ok(answer), _) if answer.status().as_u16() == 400 || answer.status().is_redirection() => {
                let status = answer.status().as_u16();
                tracing::warn!(app.id = %app.id, status, "an app refused to sign its visitor out");
                return;
            }
            (_, Some(pause)) => tokio::time::sleep(*pause).await,
            (_, None) => {
                tracing::warn!(app.id = %app.id, "an app could not be told that somebody signed out");
                return;
            }
        }
    }
}

async fn logout_token(oauth: &OAuth, app: &App, grant: &Grant) -> Option<String> {
    let now = oauth.now();
    let claims = json!({
        "iss": oauth.issuer(),
        "aud": app.id.to_string(),
        "iat": seconds(now),
        "exp": seconds(now + LIFE),
        "jti": fresh_id(),
        "sub": oauth.subject(app, grant),
        "sid": grant.session.map(sid),
        "events": { EVENT: {} },
    });
    match oauth.keys.sign(app.options.algorithm, Kind::Logout, &claims).await {
        Ok(token) => Some(token),
        Err(error) => {
            tracing::error!(%error, "a logout token could not be signed");
            None
        }
    }
}
