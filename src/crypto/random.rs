//! The source of every code, token and id: the random numbers of the operating system. Each call asks it, so that two copies
//! of a machine which was stopped and resumed do not make the same secrets. TLS, signatures and their keys use the generator of
//! the library `aws_lc_rs`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Returns `N` unpredictable bytes.
///
/// # Panics
/// If the operating system gives no randomness: then no secret may be made.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// Returns a new identifier that cannot be guessed: 128 random bits in base64url.
pub fn random_id() -> String {
    URL_SAFE_NO_PAD.encode(random::<16>())
}
