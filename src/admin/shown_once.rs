//! A fresh secret on its way to the page that shows it, over the redirect that keeps a reload from making another one.
//! What is kept meanwhile is worth nothing without the address of that page, and the address works once.

use std::time::Duration;

use aws_lc_rs::digest::{SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::entropy::random;
use crate::login::flow::Stop;
use crate::oauth::{AppSecret, OAuth};
use crate::store::Fault;
use crate::store::once::{Kept, OnceName, Taken};
use crate::ticket::ids::AppId;
use crate::web::problem::Problem;

/// A browser follows a redirect within this.
const LIFE: Duration = Duration::from_secs(60);

/// Keeps the secret; returns the token of the page that will show it.
pub async fn keep(oauth: &OAuth, app: AppId, secret: &AppSecret) -> Result<String, Problem> {
    let token = random::<32>();
    let sealed = veil(secret.expose().into_bytes(), &token);
    match oauth.once.keep(name(app, &token), sealed, oauth.now(), oauth.now() + LIFE).await? {
        Kept::Yes => Ok(URL_SAFE_NO_PAD.encode(token)),
        Kept::Before | Kept::Full => Err(Stop::Full.into()),
    }
}

/// The secret, for the first who asks with the token.
pub async fn take(oauth: &OAuth, app: AppId, token: &str) -> Result<Option<String>, Fault> {
    let Ok(token) = URL_SAFE_NO_PAD.decode(token) else { return Ok(None) };
    match oauth.once.take(name(app, &token), oauth.now()).await? {
        Taken::First(sealed) => Ok(String::from_utf8(veil(sealed, &token)).ok()),
        Taken::Again(_) | Taken::Expired | Taken::Unknown => Ok(None),
    }
}

fn name(app: AppId, token: &[u8]) -> OnceName {
    OnceName::of(&[b"fresh secret", app.to_string().as_bytes(), token])
}

/// A secret has 43 letters, and a token is used for one of them: 64 bytes that nobody else can know cover it.
fn veil(mut text: Vec<u8>, token: &[u8]) -> Vec<u8> {
    let pad = digest(&SHA512, &[b"veil of a fresh secret".as_slice(), token].concat());
    text.iter_mut().zip(pad.as_ref()).for_each(|(letter, pad)| *letter ^= pad);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_secret_does_not_show_it() {
        let secret = AppSecret::from_random([7; 32]).expose();
        let sealed = veil(secret.clone().into_bytes(), &[1; 32]);
        assert!(sealed.iter().zip(secret.bytes()).filter(|(sealed, plain)| **sealed == *plain).count() < 8);
        assert_eq!(veil(sealed.clone(), &[1; 32]), secret.into_bytes());
        assert_ne!(veil(sealed.clone(), &[2; 32]), veil(sealed, &[1; 32]));
    }
}
