//! Keeps a new secret until its page has shown it. The form that makes a secret is answered with a redirect,
//! so that a reload does not make another. What is stored is useless without the address of that page. The
//! address works once for its administrator, and for a moment longer if they repeat the request that led to
//! it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::state::Administration;
use crate::crypto::base64url;
use crate::oauth::AppSecret;
use crate::store::Fault;
use crate::store::single_use::{Holder, Kind, OnceName};
use crate::ticket::ids::{AccountId, AppId};

/// How long a secret is kept, which is enough for a browser to follow a redirect.
const LIFE: Duration = Duration::from_secs(60);

/// Keeps the secret for this administrator, under the token of the page that will show it.
pub async fn keep(
    admin: &Administration,
    app: AppId,
    by: AccountId,
    token: &[u8; 32],
    secret: &AppSecret,
) -> Result<(), Fault> {
    let (name, holder, now) = (name(app, by, token), Holder::account(by, app), admin.now());
    admin.once.keep(&name, holder, secret.expose().into_bytes(), now, now + LIFE).await?;
    Ok(())
}

/// Returns the address of the page that shows the secret under this token.
pub fn address(app: AppId, token: &[u8; 32]) -> String {
    format!("/admin/apps/{app}?secret={}", URL_SAFE_NO_PAD.encode(token))
}

/// Takes the secret under this token; `None` if it was shown before, or to another administrator.
pub async fn take(admin: &Administration, app: AppId, by: AccountId, token: &str) -> Result<Option<String>, Fault> {
    let Some(token) = base64url::decode::<32>(token) else { return Ok(None) };
    let secret = admin.once.take_or_repeat(&name(app, by, &token), admin.now()).await?;
    Ok(secret.and_then(|secret| String::from_utf8(secret).ok()))
}

fn name(app: AppId, by: AccountId, token: &[u8]) -> OnceName {
    OnceName::of(Kind::FreshSecret, &[app.to_string().as_bytes(), by.as_bytes(), token])
}
