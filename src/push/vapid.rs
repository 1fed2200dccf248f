//! Voluntary application server identification (RFC 8292): a token by which a push service knows that a message comes from
//! the server for which the browser subscribed. The key follows from the secret of the server, so it is the same after a
//! restart and on every instance.

use std::fmt;
use std::time::Duration;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Header};
use serde::Serialize;

use crate::crypto::derive::derive;
use crate::crypto::jws::signed;
use crate::ticket::time::Timestamp;

/// The lifetime of a token. RFC 8292 §2 allows a day; a token is used at once, and the clocks of push services may differ.
const LIFE: Duration = Duration::from_secs(3600);
/// The largest number of scalars that are derived in search of one in range. Each is out of range once in 2³² times.
const DRAWS: u8 = 4;

/// The claims of a token (RFC 8292 §2).
#[derive(Serialize)]
struct Claims<'a> {
    /// The origin of the push service.
    aud: &'a str,
    /// The end of the token, in seconds since 1970.
    exp: u64,
    /// Where the push service reaches whoever runs this server.
    sub: &'a str,
}

/// The key by which push services know this server, and who runs it.
pub(super) struct Vapid {
    pair: EcdsaKeyPair,
    public: String,
    contact: String,
    random: SystemRandom,
}

impl Vapid {
    /// Derives the key from the secret of the server; `None` if no key follows from it, which does not happen.
    pub(super) fn new(secret: &[u8; 32], contact: &str) -> Option<Self> {
        (0..DRAWS).find_map(|draw| {
            // A scalar that is zero or not below the order of P-256 is rejected.
            let scalar = derive(secret, &format!("key of push services {draw}"));
            let private = PrivateKey::from_private_key(&ECDH_P256, scalar.as_slice()).ok()?;
            let public = private.compute_public_key().ok()?;
            let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar.as_slice(), public.as_ref());
            let public = URL_SAFE_NO_PAD.encode(public.as_ref());
            Some(Self { pair: pair.ok()?, public, contact: contact.to_owned(), random: SystemRandom::new() })
        })
    }

    /// Returns the public key, for which browsers subscribe: a point that is not compressed, in base64url.
    pub(super) fn public(&self) -> &str {
        &self.public
    }

    /// Returns the value of the header `Authorization` for a message to this push service (RFC 8292 §3); `None` if it cannot
    /// be signed.
    pub(super) fn authorization(&self, service: &str, now: Timestamp) -> Option<String> {
        let exp = (now + LIFE).as_millis() / 1000;
        let claims = Claims { aud: service, exp, sub: &self.contact };
        let sign = |text: &[u8]| self.pair.sign(&self.random, text).map(|made| made.as_ref().to_vec());
        let token = signed(&Header::new(Algorithm::ES256), &claims, sign)?;
        Some(format!("vapid t={token}, k={}", self.public))
    }
}

impl fmt::Debug for Vapid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Vapid")
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::DecodingKey;
    use serde_json::Value;

    use super::*;
    use crate::crypto::jws::verified_claims;

    #[test]
    fn the_key_follows_from_the_secret_and_signs_for_one_push_service() {
        let of = |secret: u8| Vapid::new(&[secret; 32], "mailto:a@example.com").expect("a key");
        let (ours, again, theirs) = (of(1), of(1), of(2));
        assert_eq!(ours.public(), again.public());
        assert_ne!(ours.public(), theirs.public());
        let now = Timestamp::from_millis(1_800_000_000_000);
        let header = ours.authorization("https://push.example.com", now).expect("signs");
        let (token, key) = header.strip_prefix("vapid t=").and_then(|rest| rest.split_once(", k=")).expect("both");
        let point = URL_SAFE_NO_PAD.decode(key).expect("base64url");
        let key = |point: &[u8]| {
            let [x, y] = [&point[1..33], &point[33..]].map(|part| URL_SAFE_NO_PAD.encode(part));
            DecodingKey::from_ec_components(&x, &y).expect("a key")
        };
        let claims: Value = verified_claims(token, Algorithm::ES256, &key(&point)).expect("a signature");
        let expected = serde_json::json!({
            "aud": "https://push.example.com", "exp": 1_800_003_600_u64, "sub": "mailto:a@example.com",
        });
        assert_eq!(claims, expected);
        let other = URL_SAFE_NO_PAD.decode(theirs.public()).expect("base64url");
        assert_eq!(verified_claims::<Value>(token, Algorithm::ES256, &key(&other)), None);
        assert_eq!(format!("{ours:?}"), "Vapid");
    }
}
