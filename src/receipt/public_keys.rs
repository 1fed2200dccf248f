//! The public halves of the keys that sign receipts, and how a line is checked with them. Nothing here needs the server.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, OctetKeyPairParameters,
    OctetKeyPairType, PublicKeyUse, ThumbprintHash,
};
use jsonwebtoken::{Algorithm, DecodingKey, decode_header};

use super::line::{LineKind, Mark, Receipt};
use crate::crypto::jws::verified_claims;

/// Makes the JWK of an Ed25519 key; `None` if it is malformed.
pub fn jwk_of(public: &[u8]) -> Option<Jwk> {
    let mut jwk = Jwk {
        common: CommonParameters::default(),
        algorithm: AlgorithmParameters::OctetKeyPair(OctetKeyPairParameters {
            key_type: OctetKeyPairType::OctetKeyPair,
            curve: EllipticCurve::Ed25519,
            x: URL_SAFE_NO_PAD.encode(public),
        }),
    };
    jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256).ok()?);
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    jwk.common.key_algorithm = Some(KeyAlgorithm::EdDSA);
    Some(jwk)
}

/// A line whose signature is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The receipt of an approval.
    Receipt(Box<Receipt>),
    /// What stands in the place of deleted receipts.
    Checkpoint(Mark),
    /// The end of the chain.
    Head(Mark),
}

/// Why a line does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSigned {
    /// It is none of the lines that a server writes.
    Unreadable,
    /// It is signed with none of these keys, or it says so.
    UnknownKey,
    /// Its signature does not fit.
    Altered,
}

/// Keys with which lines are checked, by their ids.
#[derive(Clone, Default)]
pub struct PublicKeys(HashMap<String, DecodingKey>);

impl PublicKeys {
    /// Takes the Ed25519 keys of a JWK set. A key of another kind signs no receipts and is left out; so is one whose id is
    /// not its thumbprint (RFC 7638), because the ids of receipts' keys are.
    pub fn of(set: &JwkSet) -> Self {
        let keys = set.keys.iter().filter_map(|jwk| {
            let AlgorithmParameters::OctetKeyPair(parameters) = &jwk.algorithm else { return None };
            let kid = jwk.thumbprint(ThumbprintHash::SHA256).ok()?;
            let is_ours = parameters.curve == EllipticCurve::Ed25519
                && jwk.common.key_id.as_ref().is_none_or(|named| *named == kid);
            let key = DecodingKey::from_jwk(jwk).ok().filter(|_| is_ours)?;
            Some((kid, key))
        });
        Self(keys.collect())
    }

    /// Returns whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns what a line says if its signature is valid.
    pub fn open(&self, line: &str) -> Result<Line, NotSigned> {
        let header = decode_header(line).map_err(|_| NotSigned::Unreadable)?;
        let kind = header.typ.as_deref().and_then(|typ| typ.parse::<LineKind>().ok());
        let (Some(kind), Some(kid), Algorithm::EdDSA) = (kind, &header.kid, header.alg) else {
            return Err(NotSigned::Unreadable);
        };
        let key = self.0.get(kid).ok_or(NotSigned::UnknownKey)?;
        let line = match kind {
            LineKind::Receipt => verified_claims(line, Algorithm::EdDSA, key).map(|said| Line::Receipt(Box::new(said))),
            LineKind::Checkpoint => verified_claims(line, Algorithm::EdDSA, key).map(Line::Checkpoint),
            LineKind::Head => verified_claims(line, Algorithm::EdDSA, key).map(Line::Head),
        };
        line.ok_or(NotSigned::Altered)
    }

    /// Returns what a head says if its signature is valid; `None` for any other text.
    pub fn open_head(&self, line: &str) -> Option<Mark> {
        match self.open(line) {
            Ok(Line::Head(head)) => Some(head),
            Ok(Line::Receipt(_) | Line::Checkpoint(_)) | Err(_) => None,
        }
    }
}
