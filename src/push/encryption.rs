//! The encryption of a message (RFC 8291), which only the browser of the phone can read: the push service between sees
//! bytes. It is one record of the content encoding `aes128gcm` (RFC 8188).

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use zeroize::Zeroizing;

use crate::crypto::base64url;
use crate::crypto::random::random;

/// The length of a point of P-256 that is not compressed.
pub(super) const POINT_LEN: usize = 65;
/// The length of the secret that a browser shares with the server (RFC 8291 §3.2).
pub(super) const AUTH_LEN: usize = 16;
/// The record size that the message states (RFC 8188 §2.1); it has one record, which is shorter.
const RECORD: u32 = 4096;
/// The number of bytes to which every text is padded, with its delimiter: so the length of a message does not tell which text
/// or which language it has.
const PADDED: usize = 1024;

/// The keys of the browser of a phone, with which messages are encrypted for it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct ClientKeys {
    p256dh: [u8; POINT_LEN],
    auth: [u8; AUTH_LEN],
}

impl ClientKeys {
    /// Parses the keys as browsers give them, in base64url; `None` if they are none.
    pub(super) fn parse(p256dh: &str, auth: &str) -> Option<Self> {
        Self::of(&base64url::decode::<POINT_LEN>(p256dh)?, &base64url::decode::<AUTH_LEN>(auth)?)
    }

    /// Makes the keys from their bytes; `None` if the public key is no point of P-256, or one of them has another length.
    pub(super) fn of(p256dh: &[u8], auth: &[u8]) -> Option<Self> {
        let keys = Self { p256dh: p256dh.try_into().ok()?, auth: auth.try_into().ok()? };
        let own = PrivateKey::generate(&ECDH_P256).ok()?;
        agree(&own, UnparsedPublicKey::new(&ECDH_P256, keys.p256dh), (), |_| Ok(())).ok()?;
        Some(keys)
    }

    /// Returns the public key of the browser.
    pub(super) fn public(&self) -> &[u8] {
        &self.p256dh
    }

    /// Returns the secret of the browser, for the records.
    pub(super) fn expose_auth(&self) -> &[u8] {
        &self.auth
    }

    /// Encrypts a text with a new key and a new salt; `None` if a key cannot be made, or the text is longer than a record.
    pub(super) fn encrypt(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.encrypt_with(&PrivateKey::generate(&ECDH_P256).ok()?, random(), text, PADDED)
    }

    /// Encrypts a text with this key and this salt, padded to this length (RFC 8291 §3.4).
    fn encrypt_with(&self, own: &PrivateKey, salt: [u8; 16], text: &[u8], padded: usize) -> Option<Vec<u8>> {
        let public = own.compute_public_key().ok()?;
        let from_shared = |shared: &[u8]| {
            // RFC 8291 §3.3: the shared secret and the one of the browser.
            let prk = Salt::new(HKDF_SHA256, &self.auth).extract(shared);
            let input = expand(&prk, &[b"WebPush: info\0", &self.p256dh, public.as_ref()])?;
            Ok(Salt::new(HKDF_SHA256, &salt).extract(input.as_slice()))
        };
        let prk = agree(own, UnparsedPublicKey::new(&ECDH_P256, self.p256dh), (), from_shared).ok()?;
        // RFC 8188 §2.2, §2.3: the beginnings of one block of HKDF are the key and the nonce.
        let key = expand(&prk, &[b"Content-Encoding: aes128gcm\0"]).ok()?;
        let nonce = expand(&prk, &[b"Content-Encoding: nonce\0"]).ok()?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key[..16]).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(&nonce[..12]).ok()?;
        // RFC 8188 §2: the delimiter of the last record, and zeros.
        let mut record = [text, &[2]].concat();
        record.resize(record.len().max(padded), 0);
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record).ok()?;
        // RFC 8188 §2.1: salt, record size, length of the key id, and the key id, which is the public key.
        let id_len = u8::try_from(public.as_ref().len()).ok()?;
        let message = [&salt[..], &RECORD.to_be_bytes(), &[id_len], public.as_ref(), &record].concat();
        (record.len() <= RECORD as usize).then_some(message)
    }
}

impl std::fmt::Debug for ClientKeys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("ClientKeys")
    }
}

/// Expands a key to one block of HKDF-SHA-256.
fn expand(prk: &Prk, info: &[&[u8]]) -> Result<Zeroizing<[u8; 32]>, ()> {
    let mut block = Zeroizing::new([0; 32]);
    prk.expand(info, HKDF_SHA256).and_then(|stream| stream.fill(block.as_mut_slice())).map_err(|_| ())?;
    Ok(block)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    /// RFC 8291 §5 and Appendix A.
    const TEXT: &[u8] = b"When I grow up, I want to be a watermelon";
    const RECEIVER_PUBLIC: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const SENDER_PRIVATE: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
    const MESSAGE: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tl\
        zAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    #[test]
    fn the_example_of_the_standard_is_encrypted_to_its_bytes() {
        let keys = ClientKeys::parse(RECEIVER_PUBLIC, AUTH).expect("keys");
        let own = base64url::decode::<32>(SENDER_PRIVATE).expect("a key");
        let own = PrivateKey::from_private_key(&ECDH_P256, &own).expect("a key");
        let salt = base64url::decode(SALT).expect("a salt");
        let message = keys.encrypt_with(&own, salt, TEXT, 0).expect("encrypts");
        assert_eq!(URL_SAFE_NO_PAD.encode(message), MESSAGE);
    }

    #[test]
    fn messages_have_one_length_and_are_never_the_same() {
        let keys = ClientKeys::parse(RECEIVER_PUBLIC, AUTH).expect("keys");
        let [one, other, long] = [&b"one"[..], b"one", &[b'a'; 900]].map(|text| keys.encrypt(text).expect("encrypts"));
        assert_ne!(one, other);
        assert_eq!([one.len(), other.len(), long.len()], [86 + PADDED + 16; 3]);
        assert_eq!(keys.encrypt(&[b'a'; 5000]), None, "one record only");
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let elsewhere = RECEIVER_PUBLIC.replace("BCVx", "BCVy");
        for (p256dh, auth) in [
            ("", AUTH),
            (RECEIVER_PUBLIC, ""),
            (&RECEIVER_PUBLIC[..80], AUTH),
            (&elsewhere, AUTH),
            (&"A".repeat(87), AUTH),
            (RECEIVER_PUBLIC, RECEIVER_PUBLIC),
        ] {
            assert_eq!(ClientKeys::parse(p256dh, auth), None, "{p256dh} {auth}");
        }
        assert_eq!(format!("{:?}", ClientKeys::parse(RECEIVER_PUBLIC, AUTH)), "Some(ClientKeys)");
    }
}
