//! Stores, prunes and exports the receipts of accounts.

use std::sync::Arc;

use futures_util::Stream;
use futures_util::stream::try_unfold;
use jsonwebtoken::jwk::JwkSet;
use tokio::sync::Mutex;

use super::approved::Approved;
use super::file::Begin;
use super::keys::ReceiptKeys;
use super::line::{LineHash, LineKind, Mark};
use super::public_keys::{Line, PublicKeys};
use crate::clock::Clock;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::receipts::{Chain, CheckpointRow, ReceiptAdded, ReceiptRow};
use crate::text::rfc3339;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// How often a receipt is signed anew because another one of the account got its number. Each time another approval of the
/// account got its receipt, and an account has not that many at one moment.
const TRIES: u32 = 64;
/// The number of accounts whose receipts one instance numbers at the same time.
const TURNS: usize = 64;
/// The number of receipts that are read at once, and the number of accounts whose old ones are deleted at once.
const PAGE: u32 = 500;
/// How often the beginning of an export is read anew because receipts were deleted meanwhile.
const BEGINNINGS: u32 = 3;

/// A receipt that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The account.
    pub account: AccountId,
    /// Its number.
    pub seq: u64,
    /// The hash of its line.
    pub hash: LineHash,
}

/// Stores, prunes and exports receipts; cheap to clone.
#[derive(Clone, Debug)]
pub struct Receipts {
    pub(super) records: Records,
    pub(super) keys: ReceiptKeys,
    clock: Clock,
    /// The origin of this site.
    iss: Arc<str>,
    /// Held while a receipt is numbered, one for the accounts of each remainder: many approvals of one account at a moment
    /// take turns here, and find a number taken by other instances only.
    turns: Arc<[Mutex<()>; TURNS]>,
}

impl Receipts {
    /// Makes the service over these records. `secret` is the server's key, from which the key is derived that encrypts the
    /// private keys, and `origin` is the origin of this site.
    pub fn new(records: Records, clock: Clock, secret: &[u8; 32], origin: &str) -> Self {
        let keys = ReceiptKeys::new(records.clone(), clock.clone(), secret);
        let turns = Arc::new(std::array::from_fn(|_| Mutex::default()));
        Self { records, keys, clock, iss: origin.into(), turns }
    }

    /// Stores the receipt of an approval, unless it has one, and returns it; `None` if there is no such account any more.
    /// Approvals of one account at the same moment, on whatever instances, get successive numbers.
    pub async fn keep(&self, approved: Approved<'_>) -> Result<Option<Kept>, Fault> {
        let account = approved.account();
        if let Some(row) = self.records.receipt_for(account, approved.ticket()).await? {
            return Ok(Some(kept(&row)));
        }
        let turn = usize::from(account.as_bytes()[account.as_bytes().len() - 1]) % TURNS;
        let _alone = self.turns[turn].lock().await;
        for _ in 0..TRIES {
            let (last, prev) = end_of(&self.records.receipt_chain(account).await?);
            let receipt = approved.receipt(&self.iss, last + 1, prev);
            let line = self.keys.sign(LineKind::Receipt, &receipt).await?;
            let row = ReceiptRow { account, seq: receipt.seq, ticket: approved.ticket(), at: approved.at(), line };
            let stored = kept(&row);
            match self.records.add_receipt(row).await? {
                ReceiptAdded::Done => return Ok(Some(stored)),
                // Another one has its number, or it has been stored meanwhile.
                ReceiptAdded::Behind => {
                    if let Some(row) = self.records.receipt_for(account, approved.ticket()).await? {
                        return Ok(Some(kept(&row)));
                    }
                }
                ReceiptAdded::NoAccount => return Ok(None),
            }
        }
        Err(Fault::Contended)
    }

    /// Returns the public halves of all keys that ever signed receipts, as a JWK set.
    pub async fn public_keys(&self) -> Result<JwkSet, Fault> {
        self.keys.published().await
    }

    /// Returns the signed head of a chain whose newest receipt is this one.
    pub async fn head(&self, newest: Kept) -> Result<String, Fault> {
        self.sign(LineKind::Head, newest).await
    }

    async fn sign(&self, kind: LineKind, Kept { account, seq, hash }: Kept) -> Result<String, Fault> {
        let at = rfc3339(self.clock.now());
        self.keys.sign(kind, &Mark { iss: self.iss.to_string(), account, seq, hash, at }).await
    }

    /// Deletes the receipts that were made up to this time, and stores a signed checkpoint in their place for each account.
    /// Returns for how many accounts. It is called periodically on each instance.
    pub async fn sweep(&self, older_than: Timestamp) -> Result<usize, Fault> {
        let mut pruned = 0;
        let keys = self.keys.public().await?;
        loop {
            let last = self.records.old_receipts(older_than, PAGE).await?;
            let signed = last.iter().filter(|row| is_as_signed(&keys, row, older_than));
            let mut done = 0;
            for row in signed {
                let Kept { account, seq, hash } = kept(row);
                let line = self.sign(LineKind::Checkpoint, kept(row)).await?;
                self.records.prune_receipts(CheckpointRow { account, seq, hash: hash.0, line }).await?;
                done += 1;
            }
            pruned += done;
            if done == 0 || last.len() < PAGE as usize {
                break;
            }
        }
        self.keys.sweep().await?;
        Ok(pruned)
    }

    /// Returns the receipts of an account as the lines of a file, in pieces: the public keys first, then the checkpoint if
    /// there is one, the receipts in their order, and the signed head. A failure of the records breaks it off, so that no one
    /// takes it for whole; without its head it does not verify either.
    pub fn export(&self, account: AccountId) -> impl Stream<Item = Result<String, Fault>> + use<> {
        let first: Option<(Self, Option<Kept>)> = Some((self.clone(), None));
        try_unfold(first, move |next| async move {
            let Some((receipts, last)) = next else { return Ok(None) };
            let Some(last) = last else {
                let (text, last) = receipts.beginning(account).await?;
                return Ok(Some((text, Some((receipts, Some(last))))));
            };
            let rows = receipts.records.receipts_after(account, last.seq, PAGE).await?;
            match rows.last() {
                Some(row) => {
                    let text = rows.iter().flat_map(|row| [row.line.as_str(), "\n"]).collect();
                    let last = kept(row);
                    Ok(Some((text, Some((receipts, Some(last))))))
                }
                None => match end_of(&receipts.records.receipt_chain(account).await?) {
                    end if end == (last.seq, last.hash) => Ok(Some((receipts.head(last).await? + "\n", None))),
                    // Another approval came just now.
                    (seq, _) if seq > last.seq => Ok(Some((String::new(), Some((receipts, Some(last)))))),
                    // What was exported is not there any more, so it has no end to sign.
                    _ => Err(Fault::Contended),
                },
            }
        })
    }

    /// Returns the first lines of an export, and what the first receipt after them follows.
    async fn beginning(&self, account: AccountId) -> Result<(String, Kept), Fault> {
        let mut chain = self.records.receipt_chain(account).await?;
        for _ in 0..BEGINNINGS {
            let last = chain.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.seq);
            let next = self.records.receipts_after(account, last, 1).await?;
            if next.first().is_none_or(|next| next.seq == last + 1) {
                break;
            }
            chain = self.records.receipt_chain(account).await?;
        }
        let keys = self.keys.published().await?;
        let mut text = Begin { version: 1, site: self.iss.to_string(), account, keys }.text();
        let (seq, hash) = match &chain.checkpoint {
            Some(checkpoint) => {
                text.push_str(&checkpoint.line);
                text.push('\n');
                (checkpoint.seq, LineHash(checkpoint.hash))
            }
            None => (0, LineHash::NONE),
        };
        Ok((text, Kept { account, seq, hash }))
    }
}

/// Returns whether an old receipt is what this server signed, and as old as its row says. A checkpoint stands for it otherwise,
/// and whoever can write to the database would have receipts deleted with the server's signature.
fn is_as_signed(keys: &PublicKeys, row: &ReceiptRow, older_than: Timestamp) -> bool {
    let is_signed = match keys.open(&row.line) {
        Ok(Line::Receipt(said)) => (said.account, said.seq) == (row.account, row.seq) && said.at <= rfc3339(older_than),
        Ok(Line::Checkpoint(_) | Line::Head(_)) | Err(_) => false,
    };
    if !is_signed {
        let (account, seq) = (row.account, row.seq);
        tracing::error!(%account, seq, "an old receipt is not what was signed, so it and those before it stay");
    }
    is_signed
}

/// Returns a stored receipt with the hash of its line.
pub(super) fn kept(row: &ReceiptRow) -> Kept {
    Kept { account: row.account, seq: row.seq, hash: LineHash::of(&row.line) }
}

/// Returns the number and the hash that the next receipt of a chain follows.
pub(super) fn end_of(chain: &Chain) -> (u64, LineHash) {
    match (&chain.newest, &chain.checkpoint) {
        (Some(newest), _) => (newest.seq, LineHash::of(&newest.line)),
        (None, Some(checkpoint)) => (checkpoint.seq, LineHash(checkpoint.hash)),
        (None, None) => (0, LineHash::NONE),
    }
}
