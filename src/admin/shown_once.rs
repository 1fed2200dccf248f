//! A fresh secret on its way to the page that shows it, over the redirect that keeps a reload from making another one.
//! What is kept meanwhile is worth nothing without the address of that page, and the address works once.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::entropy::random;
use crate::oauth::{AppSecret, OAuth};
use crate::store::Fault;
use crate::store::once::{Holder, Kind, OnceName, Taken};
use crate::ticket::ids::{AccountId, AppId};

/// A browser follows a redirect within this.
const LIFE: Duration = Duration::from_secs(60);

/// Keeps the secret for this administrator; returns the token of the page that will show it.
pub async fn keep(oauth: &OAuth, app: AppId, by: AccountId, secret: &AppSecret) -> Result<String, Fault> {
    let (token, holder) = (random::<32>(), Holder::account(by, app));
    oauth.once.keep(&name(app, &token), holder, secret.expose().into_bytes(), oauth.now(), oauth.now() + LIFE).await?;
    Ok(URL_SAFE_NO_PAD.encode(token))
}

/// The secret, for the first who asks with the token.
pub async fn take(oauth: &OAuth, app: AppId, token: &str) -> Result<Option<String>, Fault> {
    let Ok(token) = URL_SAFE_NO_PAD.decode(token) else { return Ok(None) };
    match oauth.once.take(&name(app, &token), oauth.now()).await? {
        Taken::First(secret) => Ok(String::from_utf8(secret).ok()),
        Taken::Again(_) | Taken::Expired | Taken::Unknown => Ok(None),
    }
}

fn name(app: AppId, token: &[u8]) -> OnceName {
    OnceName::of(Kind::FreshSecret, &[app.to_string().as_bytes(), token])
}
