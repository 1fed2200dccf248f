//! Derives keys from another key.

use aws_lc_rs::hmac;

/// Derives a key for one purpose from the server's secret. What is done with one derived key tells nothing about
/// another.
pub fn derive(secret: &[u8; 32], purpose: &str) -> [u8; 32] {
    let mut key = [0; 32];
    key.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), purpose.as_bytes()).as_ref());
    key
}
