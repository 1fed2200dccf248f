//! The methods of the records about the keys that sign tokens and receipts, and about the server's code key.

use crate::measure;
use crate::store::Fault;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::keys::{KeyMark, MadeWith, SealedKey};
use crate::store::records::receipts::ReceiptKeyRow;
use crate::store::records::{Records, on_postgres, read, write_query};
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
    /// Returns which code key the records were made with. The code key is the server's secret, from which other
    /// keys are derived.
    pub async fn made_with(&self) -> Result<MadeWith, Fault> {
        read!(self, made_with())
    }

    /// Stores the mark of the code key that the records are made with: a value derived from the key, by which a
    /// different key is recognised later. If a mark is stored already, also of another key, it stays, and the call
    /// succeeds.
    pub async fn mark_key(&self, mark: KeyMark) -> Result<(), Fault> {
        write_query!(self, one mark_key(mark))
    }

    /// Returns the random id of these records, which distinguishes them from all other records, also from those
    /// that were made with the same code key.
    pub async fn id(&self) -> Result<[u8; 16], Fault> {
        read!(self, records_id())
    }

    /// Returns every signing key, in the order in which the keys begin to sign.
    pub async fn signing_keys(&self) -> Result<Vec<SealedKey>, Fault> {
        read!(self, signing_keys())
    }

    /// Stores a signing key and returns `true`. Returns `false` and stores nothing if another key of its algorithm
    /// already follows the same previous key, or if it names no previous key although its algorithm already has a key.
    pub async fn add_signing_key(&self, key: SealedKey) -> Result<bool, Fault> {
        write_query!(self, add_signing_key(&key))
    }

    /// Replaces the stored private half of a signing key by the public half `public`, because nothing is signed
    /// with the key any more. Does nothing if there is no such key.
    pub async fn retire_signing_key(&self, kid: String, public: Vec<u8>) -> Result<(), Fault> {
        write_query!(self, retire_signing_key(&kid, &public))
    }

    /// Deletes a stored signing key, retired or not; does nothing if there is no key with this id.
    pub async fn drop_signing_key(&self, kid: String) -> Result<(), Fault> {
        write_query!(self, drop_signing_key(&kid))
    }

    /// Returns every key that signed receipts, the oldest first.
    pub async fn receipt_keys(&self) -> Result<Vec<ReceiptKeyRow>, Fault> {
        read!(self, receipt_keys())
    }

    /// Stores a key that signs receipts and returns `true`; `false` and stores nothing if another one follows the same key.
    pub async fn add_receipt_key(&self, key: ReceiptKeyRow) -> Result<bool, Fault> {
        write_query!(self, one add_receipt_key(&key))
    }

    /// Deletes the private halves of the keys whose successor was made up to this time.
    pub async fn retire_receipt_keys(&self, followed_before: Timestamp) -> Result<(), Fault> {
        write_query!(self, one retire_receipt_keys(followed_before))
    }
}
