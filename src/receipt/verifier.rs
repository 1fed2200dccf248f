//! Finds what is wrong in the lines of a file of receipts. It reads each line once and remembers a bounded number of gaps,
//! so that a file of any length takes bounded memory.

use std::fmt;

use super::line::{LineHash, Mark, Receipt};
use super::public_keys::{Line, NotSigned, PublicKeys};
use crate::ticket::ids::AccountId;

/// The largest number of findings that are told one by one; more are only counted.
pub const FINDINGS: usize = 100;
/// The largest number of gaps that are remembered in case their receipts come later in the file.
const GAPS: usize = 1_000;

/// Whose keys the lines were checked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeysOf {
    /// The caller's: what is right is signed by who the caller trusts.
    Caller,
    /// The file's own: a file that somebody made up with keys of their own looks right as well.
    File,
}

/// What is wrong in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is no line.
    Empty,
    /// A line is none that a server writes.
    Unreadable,
    /// A line is signed with a key that is not among the keys.
    UnknownKey,
    /// The signature of a line does not fit.
    Altered,
    /// A line is of another account than the ones before.
    OtherAccount,
    /// The receipts from this number to that one are missing.
    Missing(u64, u64),
    /// This receipt stands behind a later one.
    Reordered(u64),
    /// This receipt is there already.
    Repeated(u64),
    /// This receipt follows another line than the one before it.
    Unchained(u64),
    /// A checkpoint stands behind the beginning.
    CheckpointInside,
    /// A line stands behind the head.
    BehindHead,
    /// The file does not end with a head, so its end may be cut off.
    NoHead,
    /// The head names a later receipt (first) than the last one of the file (second): the end is cut off.
    HeadLater(u64, u64),
    /// The head names an earlier receipt (first) than the last one of the file (second).
    HeadEarlier(u64, u64),
    /// The head names another line under this number than the file has.
    HeadDiffers(u64),
    /// The head of the phone is no head that is signed with one of the keys.
    PhoneUnreadable,
    /// The head of the phone is of another account.
    PhoneOtherAccount,
    /// The phone remembers a later receipt (first) than the last one of the file (second): the end is cut off.
    PhoneLater(u64, u64),
    /// The phone remembers another line under this number than the file has.
    PhoneDiffers(u64),
}

/// Something that is wrong, and the number of the line in which it was found; `None` if it is about the file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The number of the line; the first one is 1.
    pub line: Option<u64>,
    /// What is wrong.
    pub wrong: Wrong,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(out, "line {line}: ")?;
        }
        match self.wrong {
            Wrong::Empty => write!(out, "the file is empty"),
            Wrong::Unreadable => write!(out, "unreadable: this is no line of receipts"),
            Wrong::UnknownKey => write!(out, "signed by an unknown key"),
            Wrong::Altered => write!(out, "altered: the signature does not fit"),
            Wrong::OtherAccount => write!(out, "of another account"),
            Wrong::Missing(from, to) if from == to => write!(out, "missing: receipt {from} should be before this line"),
            Wrong::Missing(from, to) => write!(out, "missing: receipts {from} to {to} should be before this line"),
            Wrong::Reordered(seq) => write!(out, "reordered: receipt {seq} is behind a later one"),
            Wrong::Repeated(seq) => write!(out, "repeated: receipt {seq} was there before"),
            Wrong::Unchained(seq) => write!(out, "receipt {seq} follows another line than the one before it"),
            Wrong::CheckpointInside => write!(out, "reordered: a checkpoint belongs at the beginning"),
            Wrong::BehindHead => write!(out, "behind the head, which should be the last line"),
            Wrong::NoHead => write!(out, "the tail is cut: the signed head at the end is missing"),
            Wrong::HeadLater(head, last) => {
                write!(out, "the tail is cut: the head counts {head} approvals, and the last receipt is {last}")
            }
            Wrong::HeadEarlier(head, last) => {
                write!(
                    out,
                    "the head is of an earlier export: it counts {head} approvals, and the last receipt is {last}"
                )
            }
            Wrong::HeadDiffers(seq) => write!(out, "the head names another receipt {seq} than this file has"),
            Wrong::PhoneUnreadable => write!(out, "the head of the phone is not signed by one of the keys"),
            Wrong::PhoneOtherAccount => write!(out, "the head of the phone is of another account"),
            Wrong::PhoneLater(phone, last) => {
                write!(out, "the tail is cut: the phone remembers {phone} approvals, and the last receipt is {last}")
            }
            Wrong::PhoneDiffers(seq) => write!(out, "the phone remembers another receipt {seq} than this file has"),
        }
    }
}

/// What came of the check of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whose keys the lines were checked with.
    pub keys_of: KeysOf,
    /// The account that the file is of; `None` if no line says it.
    pub account: Option<AccountId>,
    /// The number of receipts whose signature is valid.
    pub receipts: u64,
    /// The number of the receipt at which the file begins to tell: 1, or the one behind the checkpoint.
    pub first: u64,
    /// The number of the last receipt, which is the number of all approvals; 0 if there is none.
    pub last: u64,
    /// The time at which the head of the file was signed, as RFC 3339 has it; `None` if there is no head. A file that was cut
    /// and ends with an older head is found by this time alone, unless a phone remembers a later head.
    pub signed_at: Option<String>,
    /// Whether the head of the phone is older than the beginning of the file, so that it could not be compared.
    pub is_phone_older: bool,
    /// What is wrong, in the order in which it was found; at most [`FINDINGS`].
    pub findings: Vec<Finding>,
    /// The number of findings that are not among them.
    pub more: u64,
}

impl Verdict {
    /// Returns whether nothing is wrong.
    pub fn is_right(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Reads the lines of a file one after the other.
pub struct Verifier {
    keys: PublicKeys,
    phone: Option<Mark>,
    verdict: Verdict,
    /// The number of lines that were read.
    lines: u64,
    /// Whether a signed line was read.
    has_begun: bool,
    /// The hash of the line with the highest number; `None` if it is not known, because that line does not count.
    tail: Option<LineHash>,
    /// The lines since then that do not count. Each may have been one of the receipts that follow.
    lost: u64,
    /// The receipts that are missing so far: from, to, and the line in which that was noticed.
    gaps: Vec<(u64, u64, u64)>,
    /// The line with the head, and what it says.
    head: Option<(u64, Mark)>,
}

impl Verifier {
    /// Begins the check of a file with these keys. `phone` is the head that a phone remembers.
    pub fn new(keys: PublicKeys, keys_of: KeysOf, phone: Option<&str>) -> Self {
        let head = phone.map(|text| keys.open_head(text.trim()));
        let verdict = Verdict {
            keys_of,
            account: None,
            receipts: 0,
            first: 1,
            last: 0,
            signed_at: None,
            is_phone_older: false,
            findings: Vec::new(),
            more: 0,
        };
        let mut verifier = Self {
            keys,
            phone: None,
            verdict,
            lines: 0,
            has_begun: false,
            tail: Some(LineHash::NONE),
            lost: 0,
            gaps: Vec::new(),
            head: None,
        };
        match head {
            Some(None) => verifier.found(None, Wrong::PhoneUnreadable),
            Some(head) => verifier.phone = head,
            None => {}
        }
        verifier
    }

    /// Takes the first line of a file, which names its account.
    pub fn begin(&mut self, account: AccountId) {
        self.lines += 1;
        self.verdict.account = Some(account);
    }

    /// Takes the next line; `None` if it is no text, or too long to be a line of receipts.
    pub fn line(&mut self, text: Option<&str>) {
        self.lines += 1;
        let opened = text.map_or(Err(NotSigned::Unreadable), |text| self.keys.open(text));
        if self.head.is_some() {
            return self.found_here(Wrong::BehindHead);
        }
        let said = match opened {
            Ok(said) => said,
            Err(why) => {
                self.lost += 1;
                return self.found_here(match why {
                    NotSigned::Unreadable => Wrong::Unreadable,
                    NotSigned::UnknownKey => Wrong::UnknownKey,
                    NotSigned::Altered => Wrong::Altered,
                });
            }
        };
        let account = match &said {
            Line::Receipt(receipt) => receipt.account,
            Line::Checkpoint(mark) | Line::Head(mark) => mark.account,
        };
        if *self.verdict.account.get_or_insert(account) != account {
            self.lost += 1;
            return self.found_here(Wrong::OtherAccount);
        }
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        match said {
            Line::Receipt(receipt) => self.receipt(&receipt, LineHash::of(text.unwrap_or_default())),
            Line::Checkpoint(mark) if is_first && self.lost == 0 => {
                (self.verdict.first, self.verdict.last, self.tail) =
                    (mark.seq.saturating_add(1), mark.seq, Some(mark.hash));
                self.compare_with_phone(mark.seq, mark.hash);
            }
            Line::Checkpoint(_) => self.found_here(Wrong::CheckpointInside),
            Line::Head(mark) => self.head = Some((self.lines, mark)),
        }
    }

    fn receipt(&mut self, receipt: &Receipt, hash: LineHash) {
        let (seq, next) = (receipt.seq, self.verdict.last.saturating_add(1));
        self.verdict.receipts += 1;
        if seq < next {
            let wrong = if self.fill_gap(seq) { Wrong::Reordered(seq) } else { Wrong::Repeated(seq) };
            return self.found_here(wrong);
        }
        self.compare_with_phone(seq, hash);
        // Lines that do not count may have been the receipts between.
        if seq - next > self.lost {
            self.miss(next.saturating_add(self.lost), seq - 1);
        } else if seq == next && self.tail.is_some_and(|tail| tail != receipt.prev) {
            self.found_here(Wrong::Unchained(seq));
        }
        (self.verdict.last, self.tail, self.lost) = (seq, Some(hash), 0);
    }

    fn miss(&mut self, from: u64, to: u64) {
        if self.gaps.len() >= GAPS {
            let (from, to, line) = self.gaps.remove(0);
            self.found(Some(line), Wrong::Missing(from, to));
        }
        self.gaps.push((from, to, self.lines));
    }

    /// Removes a receipt from the missing ones, and returns whether it was among them.
    fn fill_gap(&mut self, seq: u64) -> bool {
        let Some(at) = self.gaps.iter().position(|(from, to, _)| (*from..=*to).contains(&seq)) else { return false };
        let (from, to, line) = self.gaps[at];
        let parts = [(from, seq.saturating_sub(1), line), (seq.saturating_add(1), to, line)];
        self.gaps.splice(at..=at, parts.into_iter().filter(|(from, to, _)| from <= to));
        true
    }

    fn compare_with_phone(&mut self, seq: u64, hash: LineHash) {
        let account = self.verdict.account;
        let differs = |phone: &Mark| phone.seq == seq && phone.hash != hash && Some(phone.account) == account;
        if self.phone.as_ref().is_some_and(differs) {
            self.found_here(Wrong::PhoneDiffers(seq));
        }
    }

    /// Ends the check, and returns what came of it.
    pub fn end(mut self) -> Verdict {
        for (from, to, line) in std::mem::take(&mut self.gaps) {
            self.found(Some(line), Wrong::Missing(from, to));
        }
        let last = self.verdict.last;
        self.verdict.signed_at = self.head.as_ref().map(|(_, head)| head.at.clone());
        match self.head.take() {
            _ if self.lines == 0 => self.found(None, Wrong::Empty),
            None => self.found(None, Wrong::NoHead),
            Some((line, head)) if head.seq > last.saturating_add(self.lost) => {
                self.found(Some(line), Wrong::HeadLater(head.seq, last));
            }
            // The last receipts do not count, which was said.
            Some((_, head)) if head.seq > last => {}
            Some((line, head)) if head.seq < last => self.found(Some(line), Wrong::HeadEarlier(head.seq, last)),
            Some((line, head)) if self.tail.is_some_and(|tail| tail != head.hash) => {
                self.found(Some(line), Wrong::HeadDiffers(head.seq));
            }
            Some(_) => {}
        }
        if let Some(phone) = self.phone.take() {
            if self.verdict.account.is_some_and(|account| account != phone.account) {
                self.found(None, Wrong::PhoneOtherAccount);
            } else if phone.seq > last {
                self.found(None, Wrong::PhoneLater(phone.seq, last));
            } else {
                self.verdict.is_phone_older = phone.seq + 1 < self.verdict.first;
            }
        }
        self.verdict.findings.sort_by_key(|finding| finding.line.unwrap_or(u64::MAX));
        self.verdict
    }

    fn found_here(&mut self, wrong: Wrong) {
        self.found(Some(self.lines), wrong);
    }

    fn found(&mut self, line: Option<u64>, wrong: Wrong) {
        if self.verdict.findings.len() < FINDINGS {
            self.verdict.findings.push(Finding { line, wrong });
        } else {
            self.verdict.more += 1;
        }
    }
}

#[cfg(test)]
#[path = "verifier_tests.rs"]
mod tests;
