//! The secret of a one-time link.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::base64url;
use crate::crypto::hash::sha256;
use crate::store::records::links::LinkHash;

/// The secret of a one-time link: 256 bits that cannot be guessed. Its `Debug` output does not contain it.
pub struct LinkToken([u8; 32]);

impl fmt::Debug for LinkToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("LinkToken")
    }
}

impl LinkToken {
    /// Makes the secret of 32 bytes that cannot be guessed.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Parses the secret in an address; `None` if the text cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        base64url::decode(text).map(Self)
    }

    /// Returns the hash by which the records know the link.
    pub fn hash(&self) -> LinkHash {
        LinkHash(sha256(&[&self.0]))
    }

    /// Returns the bytes of the secret.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the secret as an address contains it.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Returns the path of the link.
    pub fn path(&self) -> String {
        format!("/welcome/{}", self.text())
    }

    /// Returns the link at this origin, to be passed on to its person.
    pub fn link(&self, origin: &str) -> String {
        format!("{origin}{}", self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_as_it_was_written_and_a_cut_one_is_not() {
        let token = LinkToken::from_random([7; 32]);
        let link = token.link("https://login.example");
        let text = link.strip_prefix("https://login.example/welcome/").expect("the path");
        assert_eq!(LinkToken::parse(text).expect("a secret").hash(), token.hash());
        for not in ["", "x", &text[1..], &text[..42], &format!("{text}A"), "%2e%2e"] {
            assert!(LinkToken::parse(not).is_none(), "{not:?}");
        }
        assert_eq!(format!("{token:?}"), "LinkToken");
    }
}
