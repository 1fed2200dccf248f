//! The keys that sign receipts: Ed25519, of their own kind, so that no token passes for a receipt and no receipt for a
//! token. A key is made when the first receipt needs one and gets a successor after a year; the private half is deleted
//! then, and the public half stays in the records, so that old receipts can be checked.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, Header};
use parking_lot::RwLock;
use serde::Serialize;

use super::line::LineKind;
use super::public_keys::{PublicKeys, jwk_of};
use crate::clock::Clock;
use crate::crypto::derive::derive;
use crate::crypto::hash::Keyed;
use crate::crypto::jws::signed;
use crate::crypto::seal::Seal;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::receipts::ReceiptKeyRow;
use crate::ticket::time::Timestamp;

/// The age at which a key gets a successor: a year. The set of keys with which a person checks old receipts stays small so.
const REPLACED_AFTER: Duration = Duration::from_secs(365 * 24 * 3600);
/// The time for which the private half of a key stays after its successor was made, far longer than an instance signs with
/// the key that it read before.
const RETIRED_AFTER: Duration = Duration::from_secs(24 * 3600);
/// The greatest age of the keys in memory; older ones are read again.
const READ_EVERY: Duration = Duration::from_secs(10);

/// What is said of a key that cannot be used: nothing of it is in the answer to a client.
const UNUSABLE: Fault = Fault::Unreadable("receipt_keys");

/// A key that signs.
struct SigningKey {
    kid: String,
    created_at: Timestamp,
    pair: Ed25519KeyPair,
}

/// Makes the keys, and signs with them; cheap to clone.
#[derive(Clone)]
pub struct ReceiptKeys(Arc<Inner>);

struct Inner {
    records: Records,
    clock: Clock,
    seal: Seal,
    /// Makes the hashes by which rows of the records are recognised as written by this server.
    vouching: Keyed,
    /// The key that signs, and when it was read.
    read: RwLock<Option<(Arc<SigningKey>, Timestamp)>>,
}

impl std::fmt::Debug for ReceiptKeys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("ReceiptKeys")
    }
}

impl ReceiptKeys {
    /// Makes a `ReceiptKeys` over these records. The private halves there are encrypted with a key that is derived from the
    /// server's secret, and a key counts only with a hash that is keyed with it, so that access to the database alone is enough
    /// neither to sign anything nor to have another key trusted.
    pub fn new(records: Records, clock: Clock, secret: &[u8; 32]) -> Self {
        let seal = Seal::new(&derive(secret, "seal of the keys of receipts"));
        let vouching = Keyed::new(secret, "keys of receipts");
        Self(Arc::new(Inner { records, clock, seal, vouching, read: RwLock::default() }))
    }

    /// Returns a signed line of this kind.
    pub async fn sign(&self, kind: LineKind, says: &impl Serialize) -> Result<String, Fault> {
        let key = self.signing().await?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(<&str>::from(kind).to_owned());
        header.kid = Some(key.kid.clone());
        let signed = signed(&header, says, |bytes| key.pair.try_sign(bytes).map(|made| made.as_ref().to_vec()));
        signed.ok_or(UNUSABLE)
    }

    /// Returns the public halves of all keys that ever signed receipts, as a JWK set.
    pub async fn published(&self) -> Result<JwkSet, Fault> {
        let rows = self.rows().await?;
        let keys: Option<Vec<Jwk>> = rows.iter().map(|row| jwk_of(&row.public)).collect();
        Ok(JwkSet { keys: keys.ok_or(UNUSABLE)? })
    }

    /// Returns the keys in the records that this server made, the oldest first.
    async fn rows(&self) -> Result<Vec<ReceiptKeyRow>, Fault> {
        let mut rows = self.0.records.receipt_keys().await?;
        rows.retain(|row| row.vouched == self.vouched(&row.kid, &row.public, row.created_at));
        Ok(rows)
    }

    fn vouched(&self, kid: &str, public: &[u8], created_at: Timestamp) -> [u8; 32] {
        self.0.vouching.of(&[kid.as_bytes(), public, &created_at.as_millis().to_be_bytes()])
    }

    /// Returns the same for checking lines.
    pub async fn public(&self) -> Result<PublicKeys, Fault> {
        Ok(PublicKeys::of(&self.published().await?))
    }

    /// Deletes the private halves of keys that have a successor for a day.
    pub async fn sweep(&self) -> Result<(), Fault> {
        self.0.records.retire_receipt_keys(self.0.clock.now().before(RETIRED_AFTER)).await
    }

    /// Returns the key that signs now. Makes the first one, or the successor of one that is a year old.
    async fn signing(&self) -> Result<Arc<SigningKey>, Fault> {
        let now = self.0.clock.now();
        if let Some((key, read_at)) = &*self.0.read.read()
            && now.since(*read_at) < READ_EVERY
            && now.since(key.created_at) < REPLACED_AFTER
        {
            return Ok(Arc::clone(key));
        }
        let mut rows = self.rows().await?;
        let is_due = rows.last().is_none_or(|row| now.since(row.created_at) >= REPLACED_AFTER);
        // A key that was made with another secret of the server signs nothing here, and is followed by one that does.
        if is_due || rows.last().is_some_and(|row| self.opened(row).is_none()) {
            let follows = rows.last().map(|row| row.kid.clone()).unwrap_or_default();
            // If another instance stored one first, that one is read.
            self.0.records.add_receipt_key(self.made(follows, now)?).await?;
            rows = self.rows().await?;
        }
        let key = rows.iter().rev().find_map(|row| self.opened(row)).map(Arc::new).ok_or(UNUSABLE)?;
        *self.0.read.write() = Some((Arc::clone(&key), now));
        Ok(key)
    }

    fn opened(&self, row: &ReceiptKeyRow) -> Option<SigningKey> {
        let private = self.0.seal.open(row.kid.as_bytes(), row.sealed.as_deref()?)?;
        let pair = Ed25519KeyPair::from_pkcs8(&private).ok()?;
        Some(SigningKey { kid: row.kid.clone(), created_at: row.created_at, pair })
    }

    fn made(&self, follows: String, now: Timestamp) -> Result<ReceiptKeyRow, Fault> {
        let pair = Ed25519KeyPair::generate().map_err(|_| UNUSABLE)?;
        let public = pair.public_key().as_ref().to_vec();
        let kid = kid_of(&public).ok_or(UNUSABLE)?;
        let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| UNUSABLE)?;
        let sealed = Some(self.0.seal.close(kid.as_bytes(), private.as_ref().to_vec()));
        let vouched = self.vouched(&kid, &public, now).to_vec();
        Ok(ReceiptKeyRow { kid, public, sealed, created_at: now, vouched, follows })
    }
}

fn kid_of(public: &[u8]) -> Option<String> {
    jwk_of(public)?.common.key_id
}
