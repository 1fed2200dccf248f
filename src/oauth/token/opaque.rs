//! Opaque tokens: a kind, the id of a grant, a generation, and an HMAC over them. Only the grant is
//! stored, and two instances that answer the same request give the same token.

use std::time::Duration;

use aws_lc_rs::constant_time;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::base64url;
use crate::crypto::hash::Keyed;
use crate::store::records::grants::{Grant, GrantId};
use crate::ticket::time::Timestamp;

/// The time within which the exchange of a refresh token or a device code may be repeated, because its answer was lost:
/// one minute.
pub const LOST_ANSWER: Duration = Duration::from_secs(60);

/// What an opaque token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum OpaqueKind {
    /// A refresh token of OpenID Connect, which is rotated at each use.
    Refresh = 1,
    /// An access token of WeChat's dialect.
    WeChatAccess = 2,
    /// A refresh token of WeChat's dialect. A grant has one, which is not rotated.
    WeChatRefresh = 3,
}

/// The content of an opaque token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpaqueToken {
    /// The kind of the token.
    pub kind: OpaqueKind,
    /// The grant that the token belongs to.
    pub grant: GrantId,
    /// The generation of the grant's tokens to which it belongs; 0 for a refresh token of WeChat's dialect.
    pub generation: u32,
}

const BODY: usize = 21;
const TAG: usize = 32;

/// Writes and reads opaque tokens; cheap to clone.
#[derive(Clone, Debug)]
pub struct OpaqueTokens(Keyed);

impl OpaqueTokens {
    /// Makes the reader and writer of opaque tokens, whose HMAC key is derived from the server's secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        // Another name would give another key, and make all tokens in use invalid.
        Self(Keyed::new(secret, "handles of grants"))
    }

    /// Returns the text of a token with this content. Its HMAC has 256 bits that cannot be guessed; RFC
    /// 6749 §10.10 asks for 128.
    pub fn write(&self, token: OpaqueToken) -> String {
        let mut bytes = [0; BODY + TAG];
        bytes[0] = token.kind as u8;
        bytes[1..17].copy_from_slice(&token.grant.0);
        bytes[17..BODY].copy_from_slice(&token.generation.to_be_bytes());
        let tag = self.0.of(&[&bytes[..BODY]]);
        bytes[BODY..].copy_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Returns the content of a token; `None` if this server did not make it, or made it as another
    /// kind. The caller checks whether the grant is still valid.
    pub fn read(&self, text: &str, kind: OpaqueKind) -> Option<OpaqueToken> {
        let bytes: [u8; BODY + TAG] = base64url::decode(text)?;
        let (body, tag) = bytes.split_at(BODY);
        constant_time::verify_slices_are_equal(&self.0.of(&[body]), tag).ok()?;
        let generation = u32::from_be_bytes(body[17..].try_into().ok()?);
        let grant = GrantId(body[1..17].try_into().ok()?);
        (body[0] == kind as u8).then_some(OpaqueToken { kind, grant, generation })
    }
}

/// Returns whether a grant accepts a refresh token of OpenID Connect of this generation: the current one,
/// or the previous one for 60 seconds after the rotation. The caller checks whether the grant is still
/// valid.
pub fn accepts_refresh(grant: &Grant, generation: u32, now: Timestamp) -> bool {
    let is_previous = generation.checked_add(1) == Some(grant.generation);
    generation == grant.generation || (is_previous && !(grant.turned_at + LOST_ANSWER).is_over(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opaque_token_is_read_by_who_made_it_and_as_its_kind() {
        let (ours, theirs) = (OpaqueTokens::new(&[1; 32]), OpaqueTokens::new(&[2; 32]));
        let token = OpaqueToken { kind: OpaqueKind::Refresh, grant: GrantId([7; 16]), generation: 300 };
        let text = ours.write(token);
        assert_eq!(ours.read(&text, OpaqueKind::Refresh), Some(token));
        assert_eq!(ours.read(&text, OpaqueKind::WeChatAccess), None);
        assert_eq!(theirs.read(&text, OpaqueKind::Refresh), None);
        let mut bytes = text.into_bytes();
        bytes[10] ^= 1;
        assert_eq!(ours.read(std::str::from_utf8(&bytes).expect("text"), OpaqueKind::Refresh), None);
        assert_eq!(ours.read("", OpaqueKind::Refresh), None);
    }
}
