//! Hands a new secret over to the page that shows it. In between is a redirect, so that a reload of the page
//! does not make another secret. The address of the page contains a random token, under which the secret is
//! stored for a minute; it works once, for the administrator who made the secret, and again for a moment if
//! the request is repeated.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::state::Administration;
use crate::crypto::base64url;
use crate::oauth::AppSecret;
use crate::store::Fault;
use crate::store::single_use::{Holder, Kind, OnceName};
use crate::ticket::ids::{AccountId, AppId};

/// Time for which a new secret is stored, and within which a browser must follow the redirect to its page.
const LIFE: Duration = Duration::from_secs(60);

/// Stores the new secret of an app for a minute. Only [`take`] with the same app, administrator (`by`) and token
/// returns it. If a secret was stored for these before, nothing is changed.
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

/// Returns the secret of an app that is stored under the token, and removes it; a request that is repeated within
/// ten seconds gets it again. `None` if it was taken earlier, has expired, or is another administrator's.
pub async fn take(admin: &Administration, app: AppId, by: AccountId, token: &str) -> Result<Option<String>, Fault> {
    let Some(token) = base64url::decode::<32>(token) else { return Ok(None) };
    let secret = admin.once.take_or_repeat(&name(app, by, &token), admin.now()).await?;
    Ok(secret.and_then(|secret| String::from_utf8(secret).ok()))
}

fn name(app: AppId, by: AccountId, token: &[u8]) -> OnceName {
    OnceName::of(Kind::FreshSecret, &[app.to_string().as_bytes(), by.as_bytes(), token])
}
