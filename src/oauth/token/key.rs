//! One signing key: decrypted from the records, reduced to its encrypted public half once it is retired,
//! and chosen by its age.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

use super::key_error::KeyError;
use super::private_key::PrivateKey;
use crate::crypto::seal::Seal;
use crate::store::records::app_options::SigningAlgorithm;
use crate::store::records::keys::SealedKey;
use crate::ticket::time::Timestamp;

/// The age at which a signing key gets a successor: 90 days.
const REPLACED_AFTER: Duration = Duration::from_secs(90 * 24 * 3600);

/// The result of a search among the signing keys of one algorithm: the key that signs at the given time, and whether
/// the youngest key needs a successor.
pub struct Newest {
    /// The key that signs at this time.
    pub signs: Arc<Key>,
    /// Whether the youngest key, which perhaps does not sign yet, is so old that it needs a successor.
    pub is_old: bool,
}

/// A signing key after it was decrypted.
pub struct Key {
    /// The algorithm with which it signs.
    pub algorithm: SigningAlgorithm,
    /// Its identifier: the thumbprint of its public half (RFC 7638).
    pub kid: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The time from which it signs.
    pub signs_from: Timestamp,
    /// The encrypted bytes from which it was read. They change once the key is retired.
    pub sealed: Vec<u8>,
    /// The private half; `None` once the key is retired.
    pub sign: Option<PrivateKey>,
    /// The public half, for checking signatures.
    pub verify: DecodingKey,
    /// The public half, as it is published in the JWK set.
    pub jwk: Jwk,
}

impl Newest {
    /// Finds among these keys the one of an algorithm that signs at the time `now`: the latest whose time to sign has
    /// come or, if none has, the one that signs first. `None` if there is no key of the algorithm.
    pub fn of(keys: &[Arc<Key>], algorithm: SigningAlgorithm, now: Timestamp) -> Option<Self> {
        let of = keys.iter().filter(|key| key.algorithm == algorithm);
        let youngest = of.clone().max_by_key(|key| key.created_at)?;
        let signs = of.clone().filter(|key| key.signs_from <= now).max_by_key(|key| key.signs_from);
        // The first key signs at once, also if the clock of the instance that made it is ahead.
        let signs = signs.or_else(|| of.min_by_key(|key| key.signs_from))?;
        let is_old = now.since(youngest.created_at) > REPLACED_AFTER;
        Some(Self { signs: Arc::clone(signs), is_old })
    }
}

impl Key {
    /// Decrypts a key from its row in the records. A retired key has a public half only.
    ///
    /// # Errors
    /// [`KeyError::Sealed`] if the row was encrypted with another server key, or if its algorithm is
    /// unknown; [`KeyError::Library`] if the decrypted key is malformed.
    pub fn open(seal: &Seal, row: &SealedKey) -> Result<Self, KeyError> {
        let algorithm = SigningAlgorithm::of(&row.algorithm).ok_or(KeyError::Sealed)?;
        let (mut jwk, sign) = if let Some(private) = seal.open(row.kid.as_bytes(), &row.sealed) {
            let sign = PrivateKey::read(algorithm, &private).map_err(|_| KeyError::Library)?;
            (public_half(algorithm, &private)?, Some(sign))
        } else {
            let public = seal.open(&retired_name(&row.kid), &row.sealed).ok_or(KeyError::Sealed)?;
            (serde_json::from_slice(&public).map_err(|_| KeyError::Library)?, None)
        };
        jwk.common.key_id = Some(row.kid.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let verify = DecodingKey::from_jwk(&jwk).map_err(|_| KeyError::Library)?;
        let SealedKey { kid, sealed, created_at, signs_from, .. } = row.clone();
        Ok(Self { algorithm, kid, created_at, signs_from, sealed, sign, verify, jwk })
    }

    /// Returns the encrypted public half of the key, which replaces the encrypted private half in the records once the
    /// key is retired. The two are encrypted under different names, so that neither can be taken for the other.
    pub fn retired(&self, seal: &Seal) -> Vec<u8> {
        let public = serde_json::to_vec(&self.jwk).expect("a key is JSON");
        seal.close(&retired_name(&self.kid), public)
    }
}

fn retired_name(kid: &str) -> Vec<u8> {
    [b"public half of ", kid.as_bytes()].concat()
}

/// Returns an algorithm as a value of the library `jsonwebtoken`.
pub fn jwt(algorithm: SigningAlgorithm) -> Algorithm {
    match algorithm {
        SigningAlgorithm::Rs256 => Algorithm::RS256,
        SigningAlgorithm::Es256 => Algorithm::ES256,
        SigningAlgorithm::EdDsa => Algorithm::EdDSA,
    }
}

/// Returns the public half, as a JWK, of a private key in PKCS #8 (DER). The library `jsonwebtoken` reads
/// RSA keys from PEM only, and other keys from DER.
pub fn public_half(algorithm: SigningAlgorithm, private: &[u8]) -> Result<Jwk, KeyError> {
    let key = match algorithm {
        SigningAlgorithm::Rs256 => {
            let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(private));
            EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| KeyError::Library)?
        }
        SigningAlgorithm::Es256 => EncodingKey::from_ec_der(private),
        SigningAlgorithm::EdDsa => EncodingKey::from_ed_der(private),
    };
    Jwk::from_encoding_key(&key, jwt(algorithm)).map_err(|_| KeyError::Library)
}
