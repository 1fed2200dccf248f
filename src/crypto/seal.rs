//! Authenticated encryption (AES-256-GCM) of values that are stored where others may read. Access to the store alone is
//! enough neither to read a value nor to write one that decrypts.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

/// Encrypts and decrypts values with one AES-256-GCM key, each under a random nonce.
pub struct Seal(RandomizedNonceKey);

impl Seal {
    /// Makes a `Seal` with this key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(RandomizedNonceKey::new(&AES_256_GCM, key).expect("32 bytes are a key"))
    }

    /// Encrypts a value under a new nonce and returns nonce, ciphertext and tag. `name` is authenticated with
    /// the value, which decrypts under that name only.
    pub fn close(&self, name: &[u8], mut plain: Vec<u8>) -> Vec<u8> {
        let nonce = self.0.seal_in_place_append_tag(Aad::from(name), &mut plain).expect("it is far from too long");
        [&nonce.as_ref()[..], &plain].concat()
    }

    /// Decrypts what [`close`](Self::close) returned; `None` if it was encrypted under another name or key, or
    /// was changed since.
    pub fn open(&self, name: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut plain = sealed.to_vec();
        let length = self.0.open_in_place(nonce, Aad::from(name), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Seal")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_its_key_and_its_name_alone() {
        let (ours, theirs) = (Seal::new(&[1; 32]), Seal::new(&[2; 32]));
        for plain in [&b""[..], b"a secret"] {
            let sealed = ours.close(b"name", plain.to_vec());
            assert_eq!(ours.open(b"name", &sealed).as_deref(), Some(plain));
            assert_eq!(ours.open(b"other", &sealed), None);
            assert_eq!(theirs.open(b"name", &sealed), None);
            assert_ne!(ours.close(b"name", plain.to_vec()), sealed, "never the same twice");
            let mut touched = sealed.clone();
            *touched.last_mut().expect("a tag") ^= 1;
            assert_eq!(ours.open(b"name", &touched), None);
            assert_eq!(ours.open(b"name", &sealed[..8]), None);
        }
    }
}
