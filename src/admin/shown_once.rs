//! A fresh secret on its way to the page that shows it, over the redirect that keeps a reload from making another one.
//! What is kept meanwhile is worth nothing without the address of that page, and the address works once: for its
//! administrator, and for a moment longer where they repeat what led to it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::state::Administration;
use crate::oauth::AppSecret;
use crate::store::Fault;
use crate::store::single_use::{Holder, Kind, OnceName};
use crate::ticket::ids::{AccountId, AppId};

/// A browser follows a redirect within this.
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

/// The address of the page that shows what is kept under this token.
pub fn address(app: AppId, token: &[u8; 32]) -> String {
    format!("/admin/apps/{app}?secret={}", URL_SAFE_NO_PAD.encode(token))
}

/// The secret, for this administrator when they first ask with the token.
pub async fn take(admin: &Administration, app: AppId, by: AccountId, token: &str) -> Result<Option<String>, Fault> {
    let Ok(token) = URL_SAFE_NO_PAD.decode(token) else { return Ok(None) };
    let secret = admin.once.take_or_repeat(&name(app, by, &token), admin.now()).await?;
    Ok(secret.and_then(|secret| String::from_utf8(secret).ok()))
}

fn name(app: AppId, by: AccountId, token: &[u8]) -> OnceName {
    OnceName::of(Kind::FreshSecret, &[app.to_string().as_bytes(), by.as_bytes(), token])
}
