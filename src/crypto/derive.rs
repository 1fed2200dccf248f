//! Keys that follow from another key.

use aws_lc_rs::hmac;

/// A key for one purpose, out of the server's secret: what is done with one tells nothing of another.
pub fn derive(secret: &[u8; 32], purpose: &str) -> [u8; 32] {
    let mut key = [0; 32];
    key.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), purpose.as_bytes()).as_ref());
    key
}
