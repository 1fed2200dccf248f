//! Derives keys from another key.

use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use zeroize::Zeroizing;

/// Derives a key for one purpose from a secret of the server, by HKDF-SHA-256 (RFC 5869). The same secret and
/// purpose always give the same key, which reveals nothing about the keys for other purposes.
pub fn derive(secret: &[u8; 32], purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let (root, info) = (Salt::new(HKDF_SHA256, &[]).extract(secret), [purpose.as_bytes()]);
    let stream = root.expand(&info, HKDF_SHA256).expect("one block can be asked for");
    stream.fill(key.as_mut_slice()).expect("one block is what was asked for");
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_follows_from_its_secret_and_its_purpose_alone() {
        let (ours, theirs) = ([1; 32], [2; 32]);
        assert_eq!(derive(&ours, "one"), derive(&ours, "one"));
        assert_ne!(derive(&ours, "one"), derive(&ours, "other"));
        assert_ne!(derive(&ours, "one"), derive(&theirs, "one"));
    }
}
