//! Measures how many tokens are signed a second, with the claims of an access token. It is compared with the
//! library, which signs as many bytes with the same kind of key in the same process, without header, JSON,
//! base64 and the choice of the key.

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256};
use serde::Serialize;
use tessera::clock::Clock;
use tessera::oauth::token::signing_keys::{Keys, TokenKind};
use tessera::store::records::Records;
use tessera::store::records::app_options::SigningAlgorithm;
use tessera::store::records::passkeys::WaysIn;

use crate::harness::proc;
use crate::harness::server::scratch;
use crate::harness::table::{Row, median};
use crate::{Failure, ROUNDS};

const ROUND: Duration = Duration::from_millis(500);
/// The target: four fifths of what the library does by itself, because a token costs little more than its
/// signature.
const OF_LIBRARY: f64 = 0.8;
/// The number of tokens between two looks at the clock.
const AT_ONCE: u32 = 20;

/// Twelve claims of realistic length.
#[derive(Serialize)]
struct Claims {
    iss: &'static str,
    aud: &'static str,
    sub: &'static str,
    client_id: &'static str,
    scope: &'static str,
    iat: u64,
    exp: u64,
    jti: &'static str,
    grant: &'static str,
    auth_time: u64,
    acr: &'static str,
    amr: [&'static str; 1],
}

const CLAIMS: Claims = Claims {
    iss: "https://login.example.com",
    aud: "https://login.example.com",
    sub: "Zm9ydHktdGhyZWUgY2hhcmFjdGVycyBvZiBiYXNlNjQ",
    client_id: "ts0123456789abcdef",
    scope: "openid profile",
    iat: 1_800_000_000,
    exp: 1_800_000_600,
    jti: "AAAAAAAAAAAAAAAAAAAAAA",
    grant: "AAAAAAAAAAAAAAAAAAAAAA",
    auth_time: 1_800_000_000,
    acr: "urn:tessera:scan",
    amr: ["mca"],
};

/// A key of the library itself.
enum Bare {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

/// Measures all three algorithms.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let folder = scratch()?;
    let records = Records::sqlite(&folder.path().join("signing.db"), WaysIn::BOTH).await?;
    let keys = Keys::new(records, Clock::system(), &[7; 32]);
    let mut rows = Vec::new();
    for algorithm in [SigningAlgorithm::Es256, SigningAlgorithm::EdDsa, SigningAlgorithm::Rs256] {
        let bare = Bare::new(algorithm)?;
        let token = keys.sign(algorithm, TokenKind::Access, &CLAIMS).await?;
        let (signed, _) = token.rsplit_once('.').ok_or("a token has no signature")?;
        let (mut ours, mut floor) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(rate(async || Ok(keys.sign(algorithm, TokenKind::Access, &CLAIMS).await?.len())).await?);
            floor.push(rate(async || bare.sign(signed.as_bytes())).await?);
        }
        let figure = format!("{} tokens per CPU-second; signatures by aws-lc-rs", algorithm.name());
        rows.push(Row::new(figure, median(ours)).floor(median(floor)).at_least_times(OF_LIBRARY));
    }
    Ok(rows)
}

/// Returns how often the work is done per second of this process' CPU time. The work returns the length of
/// its result.
async fn rate(work: impl AsyncFn() -> Result<usize, Failure>) -> Result<f64, Failure> {
    let (before, end) = (proc::cpu(std::process::id())?, Instant::now() + ROUND);
    let mut count = 0;
    while Instant::now() < end {
        for _ in 0..AT_ONCE {
            black_box(work().await?);
        }
        count += AT_ONCE;
    }
    let used = proc::cpu(std::process::id())?.saturating_sub(before);
    Ok(f64::from(count) / used.as_secs_f64())
}

impl Bare {
    fn new(algorithm: SigningAlgorithm) -> Result<Self, Failure> {
        Ok(match algorithm {
            SigningAlgorithm::Rs256 => Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048)?),
            SigningAlgorithm::Es256 => Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?),
            SigningAlgorithm::EdDsa => Self::Ed(Ed25519KeyPair::generate()?),
        })
    }

    fn sign(&self, bytes: &[u8]) -> Result<usize, Failure> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature)?;
                Ok(signature.len())
            }
            Self::Ec(key) => Ok(key.sign(&SystemRandom::new(), bytes)?.as_ref().len()),
            Self::Ed(key) => Ok(key.sign(bytes).as_ref().len()),
        }
    }
}
