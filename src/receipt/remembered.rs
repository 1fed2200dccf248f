//! The heads that a phone remembers, and what they tell of the chain that the server has now: a server that was restored
//! from an old backup, or whose newest receipts were deleted, has a shorter chain, or another one.

use super::line::{LineHash, Mark, unchecked};
use super::receipts::{Kept, Receipts, end_of, kept};
use crate::store::Fault;
use crate::store::records::SIDE_BY_SIDE;
use crate::store::records::receipts::CheckpointRow;
use crate::ticket::ids::AccountId;

/// The largest number of accounts of which a phone remembers the head: as many as may be signed in on it side by side. The one
/// that approved last comes first.
const ACCOUNTS: usize = SIDE_BY_SIDE;
/// The largest size in bytes of all heads that a phone remembers. Browsers drop a cookie above 4096 bytes, its name and its
/// attributes included; a head of an ordinary site has some 500.
const BYTES: usize = 3840;
/// What separates the heads. It is in no head.
const BETWEEN: char = '~';

/// What the chain of an account is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainState {
    /// Every receipt is there that should be, as far as the server and this phone know. `approvals` is the number of the
    /// newest one, and so that of all approvals that left a receipt.
    Complete {
        /// The number of approvals.
        approvals: u64,
    },
    /// The phone remembers a higher number than the server has, so the newest receipts are gone.
    Shorter {
        /// The number of approvals of which the server has or had the receipts.
        approvals: u64,
        /// The number that the phone remembers.
        remembered: u64,
    },
    /// The server has another line under the number that the phone remembers, or does not know the key that signed it.
    Differs,
    /// Numbers are missing between the first and the newest receipt.
    Incomplete,
}

/// Returns the head of an account among those that a phone remembers, and its text; `None` if there is none. What it says
/// was not checked.
pub fn head_of(heads: &str, account: AccountId) -> Option<(Mark, &str)> {
    heads.split(BETWEEN).take(ACCOUNTS).find_map(|text| {
        let head: Mark = unchecked(text)?;
        (head.account == account).then_some((head, text))
    })
}

/// Returns the heads that a phone remembers from now on: `head`, which is that of this account, and those of others before.
pub fn with_head(heads: &str, account: AccountId, head: &str) -> String {
    joined(std::iter::once(head).chain(others(heads, account)))
}

/// Returns the heads that a phone remembers without that of this account.
pub fn without_head(heads: &str, account: AccountId) -> String {
    joined(others(heads, account))
}

fn others(heads: &str, account: AccountId) -> impl Iterator<Item = &str> {
    let own = head_of(heads, account).map(|(_, text)| text);
    heads.split(BETWEEN).filter(move |text| !text.is_empty() && Some(*text) != own)
}

fn joined<'a>(heads: impl Iterator<Item = &'a str>) -> String {
    let mut all = String::new();
    for head in heads.take(ACCOUNTS) {
        if !all.is_empty() && all.len() + 1 + head.len() > BYTES {
            break;
        }
        if !all.is_empty() {
            all.push(BETWEEN);
        }
        all.push_str(head);
    }
    all
}

impl Receipts {
    /// Compares the chain of an account with the heads that a phone remembers. Returns what the chain is like, and the
    /// newest receipt that the phone may remember from now on: `None` if the chain is not what it should be, so that the
    /// phone goes on to warn, or if there is no receipt.
    pub async fn compare(&self, account: AccountId, heads: &str) -> Result<(ChainState, Option<Kept>), Fault> {
        let chain = self.records.receipt_chain(account).await?;
        let (approvals, hash) = end_of(&chain);
        let first = chain.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.seq);
        if let Some((claimed, text)) = head_of(heads, account) {
            let is_signed = self.keys.public().await?.open_head(text).as_ref() == Some(&claimed);
            if !is_signed {
                return Ok((ChainState::Differs, None));
            }
            if claimed.seq > approvals {
                return Ok((ChainState::Shorter { approvals, remembered: claimed.seq }, None));
            }
            // Of a receipt that was deleted because of its age nothing is left to compare with.
            let now = self.hash_at(account, claimed.seq, chain.checkpoint.as_ref()).await?;
            if now.is_some_and(|now| now != claimed.hash) {
                return Ok((ChainState::Differs, None));
            }
        }
        if chain.count != approvals.saturating_sub(first) {
            return Ok((ChainState::Incomplete, None));
        }
        let newest = chain.newest.is_some().then_some(Kept { account, seq: approvals, hash });
        Ok((ChainState::Complete { approvals }, newest))
    }

    /// Returns the hash of the line with this number; `None` if it is not stored any more.
    async fn hash_at(
        &self,
        account: AccountId,
        seq: u64,
        checkpoint: Option<&CheckpointRow>,
    ) -> Result<Option<LineHash>, Fault> {
        match checkpoint {
            Some(checkpoint) if checkpoint.seq == seq => return Ok(Some(LineHash(checkpoint.hash))),
            Some(checkpoint) if checkpoint.seq > seq => return Ok(None),
            _ if seq == 0 => return Ok(Some(LineHash::NONE)),
            _ => {}
        }
        let row = self.records.receipts_after(account, seq - 1, 1).await?.pop().filter(|row| row.seq == seq);
        // A line that is missing is another one than the phone remembers.
        Ok(Some(row.map_or(LineHash::NONE, |row| kept(&row).hash)))
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn account(of: u8) -> AccountId {
        AccountId::from_random([of; 16])
    }

    fn head(of: u8, seq: u64) -> String {
        let at = "2027-01-15T08:00:00Z".to_owned();
        let mark =
            Mark { iss: "https://login.example".to_owned(), account: account(of), seq, hash: LineHash::NONE, at };
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(serde_json::to_vec(&mark).expect("JSON")))
    }

    #[test]
    fn a_phone_remembers_the_newest_head_of_the_accounts_that_approved_last() {
        let mut heads = String::new();
        for (of, seq) in [(1, 1), (2, 5), (1, 2)] {
            heads = with_head(&heads, account(of), &head(of, seq));
        }
        assert_eq!(head_of(&heads, account(1)).map(|(mark, _)| mark.seq), Some(2));
        assert_eq!(head_of(&heads, account(2)).map(|(mark, _)| mark.seq), Some(5));
        assert_eq!(without_head(&heads, account(1)), head(2, 5));
        for of in [3, 4, 5, 6] {
            heads = with_head(&heads, account(of), &head(of, 1));
        }
        assert_eq!(head_of(&heads, account(2)), None, "five accounts are remembered");
        assert_eq!(head_of(&heads, account(1)).map(|(_, text)| text.to_owned()), Some(head(1, 2)));
        for of in 1..=6 {
            heads = with_head(&heads, account(of), &"x".repeat(1000));
        }
        assert!(heads.len() <= BYTES, "{} bytes", heads.len());
        for garbage in ["", "~", "x", "a.b.c", "e30.e30.c2ln~~"] {
            assert_eq!(head_of(garbage, account(1)), None, "{garbage}");
            assert!(with_head(garbage, account(1), "new").starts_with("new"));
        }
    }
}
