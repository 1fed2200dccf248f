//! Back-channel logout: when a session ends here, the apps that it signed in to hear of it (OpenID Connect Back-Channel
//! Logout 1.0). A few tries; an app that stays away learns it when its tokens are over.

use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use serde_json::json;
use tokio::sync::mpsc;

use super::claims::{seconds, sid};
use super::keys::Kind;
use super::provider::OAuth;
use super::request::fresh_id;
use crate::account::session::Ended;
use crate::store::apps::{App, Dialect};
use crate::store::grants::Grant;

/// §2.4
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// A logout token counts this long.
const LIFE: Duration = Duration::from_secs(120);
/// How long an app may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Pauses before the second try and the third.
const PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(15)];

/// Tells apps what ended, for as long as this server runs.
pub async fn run(oauth: OAuth, mut ended: mpsc::Receiver<Ended>) {
    let Ok(client) = reqwest::Client::builder().redirect(Policy::none()).timeout(TIMEOUT).build() else {
        tracing::error!("no HTTPS client can be made here: apps do not hear who signs out");
        return;
    };
    while let Some(Ended(grants)) = ended.recv().await {
        for grant in grants {
            // One app that is slow keeps no other waiting.
            tokio::spawn(tell(oauth.clone(), client.clone(), grant));
        }
    }
}

async fn tell(oauth: OAuth, client: reqwest::Client, grant: Grant) {
    let Ok(Some(app)) = oauth.app(&grant.app.to_string(), Dialect::Oidc).await else { return };
    let Some(uri) = app.options.backchannel_logout_uri.clone() else { return };
    let mut pauses = PAUSES.iter();
    loop {
        let Some(token) = logout_token(&oauth, &app, &grant).await else { return };
        // Letters of base64url and dots: nothing in it needs quoting.
        let form = client.post(&uri).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let told = form.body(format!("logout_token={token}")).send().await;
        match (told, pauses.next()) {
            (Ok(answer), _) if answer.status().is_success() => return,
            // §2.8: the app says that it cannot; it says so again if it is asked again.
            (Ok(answer), _) if answer.status().as_u16() == 400 => {
                tracing::warn!(app.id = %app.id, "an app refused to sign its visitor out");
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
