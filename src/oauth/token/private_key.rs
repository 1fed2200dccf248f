//! The private half of a signing key, parsed once and not at each signature, as the library `jsonwebtoken`
//! would do it. Parsing checks that both halves fit, which takes several times as long as a signature.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::error::{KeyRejected, Unspecified};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256};
use serde::Serialize;

use crate::crypto::jws::signed;
use crate::store::records::app_options::SigningAlgorithm;

/// A private key that signs, one variant for each algorithm. It cannot be printed or serialised.
pub enum PrivateKey {
    /// For RS256.
    Rsa(RsaKeyPair),
    /// For ES256.
    Ec(EcdsaKeyPair),
    /// For `EdDSA`.
    Ed(Ed25519KeyPair),
}

impl PrivateKey {
    /// Makes a new private key for this algorithm, and returns it in PKCS #8 (DER).
    pub fn generate(algorithm: SigningAlgorithm) -> Result<Vec<u8>, Unspecified> {
        Ok(match algorithm {
            SigningAlgorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048)?.as_der()?.as_ref().to_vec(),
            SigningAlgorithm::Es256 => {
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?.to_pkcs8v1()?.as_ref().to_vec()
            }
            SigningAlgorithm::EdDsa => {
                let der: Pkcs8V1Der<'_> = Ed25519KeyPair::generate()?.as_der()?;
                der.as_ref().to_vec()
            }
        })
    }

    /// Parses a private key for this algorithm from PKCS #8 (DER), and checks that its halves fit.
    pub fn read(algorithm: SigningAlgorithm, pkcs8: &[u8]) -> Result<Self, KeyRejected> {
        Ok(match algorithm {
            SigningAlgorithm::Rs256 => Self::Rsa(RsaKeyPair::from_pkcs8(pkcs8)?),
            SigningAlgorithm::Es256 => Self::Ec(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)?),
            SigningAlgorithm::EdDsa => Self::Ed(Ed25519KeyPair::from_pkcs8(pkcs8)?),
        })
    }

    /// Returns a signed token (RFC 7515 §7.1): header and claims as JSON, and the signature over both;
    /// `None` if the claims cannot be written as JSON or the signature fails.
    pub fn token(&self, header: &impl Serialize, claims: &impl Serialize) -> Option<String> {
        signed(header, claims, |bytes| self.sign(bytes))
    }

    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature)?;
                Ok(signature)
            }
            Self::Ec(key) => Ok(key.sign(&SystemRandom::new(), bytes)?.as_ref().to_vec()),
            Self::Ed(key) => Ok(key.try_sign(bytes)?.as_ref().to_vec()),
        }
    }
}
