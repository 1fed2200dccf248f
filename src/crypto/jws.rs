//! Signatures of JSON Web Tokens (RFC 7519) and other compact JSON Web Signatures (RFC 7515), made and checked with a key
//! that the caller chose.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Returns a signed text (RFC 7515 §7.1): header and claims as JSON, and the signature over both, which `sign` makes;
/// `None` if the claims cannot be written as JSON or the signature fails.
pub fn signed<E>(
    header: &impl Serialize,
    claims: &impl Serialize,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Option<String> {
    let mut text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(header).ok()?);
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims).ok()?, &mut text);
    let signature = sign(text.as_bytes()).ok()?;
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut text);
    Some(text)
}

/// Returns the claims of a JSON Web Token if its signature is valid for this key and this algorithm; `None` if it is
/// not, or if the claims cannot be parsed. The caller checks the times and the audience.
pub fn verified_claims<T: DeserializeOwned>(token: &str, algorithm: Algorithm, key: &DecodingKey) -> Option<T> {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    decode(token, key, &validation).ok().map(|token| token.claims)
}
