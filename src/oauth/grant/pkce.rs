//! Proof Key for Code Exchange (RFC 7636), with `S256` as its only method.

use crate::store::records::app_options::Switch;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::base64url;
use crate::crypto::hash::sha256;
use crate::oauth::error::OAuthError;
use crate::oauth::params::{Param, Params};
use crate::store::records::apps::App;

/// Returns the PKCE code challenge of an authorization request; `None` if it has neither a challenge nor a method, and
/// the app has both [`Switch::WithoutPkce`] and a secret. Fails for any other request without a challenge, for a
/// challenge that is not a SHA-256 hash in base64url, and for a method that is missing (it would be `plain`) or not
/// `S256`.
pub fn challenge_in(app: &App, params: &Params) -> Result<Option<String>, OAuthError> {
    let (challenge, method) = (params.get(Param::CodeChallenge), params.get(Param::CodeChallengeMethod));
    match (challenge, method) {
        (Some(challenge), Some("S256")) => {
            let is_hash = base64url::decode::<32>(challenge).is_some();
            let wrong = OAuthError::InvalidRequest("code_challenge is SHA-256 of the verifier in base64url");
            if is_hash { Ok(Some(challenge.to_owned())) } else { Err(wrong) }
        }
        (None, None) if app.options.has(Switch::WithoutPkce) && !app.secrets.is_empty() => Ok(None),
        (None, _) => Err(OAuthError::InvalidRequest("PKCE is needed: code_challenge and code_challenge_method=S256")),
        (Some(_), _) => Err(OAuthError::InvalidRequest("code_challenge_method is S256; plain is not offered")),
    }
}

/// Returns the code challenge of a verifier; `None` if the text is not a valid verifier (RFC 7636 §4.1).
pub fn challenge_of(verifier: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_verifier = (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_plain);
    is_verifier.then(|| URL_SAFE_NO_PAD.encode(sha256(&[verifier.as_bytes()])))
}
