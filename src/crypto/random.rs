//! The only source of randomness: the operating system's, through the same library as TLS and signatures.

use aws_lc_rs::rand;

/// Returns `N` unpredictable bytes.
///
/// # Panics
/// If the operating system gives no randomness: nothing secret may be made then.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}
