//! The verifier, against files that were manipulated in each way.

use std::io::{BufRead, Read};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, Header};

use super::super::file::{Begin, verify};
use super::super::line::{LineHash, LineKind, Mark, Receipt, ReceiptPurpose};
use super::super::public_keys::{PublicKeys, jwk_of};
use super::{FINDINGS, Finding, KeysOf, Verdict, Wrong};
use crate::crypto::jws::signed;
use crate::ticket::ids::AccountId;
use crate::ticket::ladder::Reasons;

const ISS: &str = "https://login.example";

/// Who signs lines.
struct Signer {
    pair: Ed25519KeyPair,
    set: JwkSet,
}

impl Signer {
    fn new() -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key");
        let set = JwkSet { keys: vec![jwk_of(pair.public_key().as_ref()).expect("a key")] };
        Self { pair, set }
    }

    fn sign(&self, kind: LineKind, says: &impl serde::Serialize) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(<&str>::from(kind).to_owned());
        header.kid.clone_from(&self.set.keys[0].common.key_id);
        let sign = |bytes: &[u8]| self.pair.try_sign(bytes).map(|made| made.as_ref().to_vec());
        signed(&header, says, sign).expect("signs")
    }

    fn receipt(&self, of: u8, seq: u64, prev: LineHash) -> String {
        let receipt = Receipt {
            iss: ISS.to_owned(),
            account: account(of),
            seq,
            prev,
            at: "2027-01-15T08:00:00Z".to_owned(),
            purpose: ReceiptPurpose::Session,
            app: None,
            browser: Some("Firefox".to_owned()),
            system: None,
            address: "192.0.2.7".to_owned(),
            rung: "tap".to_owned(),
            reasons: Reasons::NONE,
            session: None,
            ticket: format!("{seq:032x}"),
        };
        self.sign(LineKind::Receipt, &receipt)
    }

    fn mark(&self, kind: LineKind, of: u8, seq: u64, hash: LineHash) -> String {
        let at = "2027-01-15T09:00:00Z".to_owned();
        self.sign(kind, &Mark { iss: ISS.to_owned(), account: account(of), seq, hash, at })
    }

    /// The lines of an export with this many receipts behind the one of this number.
    fn file_after(&self, before: u64, count: u64) -> Vec<String> {
        let begin = Begin { version: 1, site: ISS.to_owned(), account: account(1), keys: self.set.clone() };
        let mut lines = vec![begin.text().trim_end().to_owned()];
        let mut prev = LineHash::NONE;
        if before > 0 {
            prev = LineHash([7; 32]);
            lines.push(self.mark(LineKind::Checkpoint, 1, before, prev));
        }
        for seq in before + 1..=before + count {
            lines.push(self.receipt(1, seq, prev));
            prev = LineHash::of(&lines[lines.len() - 1]);
        }
        lines.push(self.mark(LineKind::Head, 1, before + count, prev));
        lines
    }

    fn file(&self, count: u64) -> Vec<String> {
        self.file_after(0, count)
    }

    /// What is wrong in these lines.
    fn finds(&self, lines: &[String]) -> Vec<(Option<u64>, Wrong)> {
        said(&checked(lines, Some(PublicKeys::of(&self.set)), None))
    }
}

fn account(of: u8) -> AccountId {
    AccountId::from_random([of; 16])
}

fn checked(lines: &[String], keys: Option<PublicKeys>, head: Option<&str>) -> Verdict {
    let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    verify(text.as_bytes(), keys, head).expect("it is in memory")
}

fn said(verdict: &Verdict) -> Vec<(Option<u64>, Wrong)> {
    verdict.findings.iter().map(|Finding { line, wrong }| (*line, *wrong)).collect()
}

/// The same line with another character in its signature.
fn altered(line: &str) -> String {
    let at = line.rfind('.').expect("a signature") + 5;
    let other = if line.as_bytes()[at] == b'A' { "B" } else { "A" };
    format!("{}{other}{}", &line[..at], &line[at + 1..])
}

#[test]
fn sec_75_a_whole_file_is_right_with_its_own_keys_and_with_trusted_ones() {
    let signer = Signer::new();
    for count in [0, 1, 2, 9] {
        let lines = signer.file(count);
        for keys in [None, Some(PublicKeys::of(&signer.set))] {
            let keys_of = if keys.is_some() { KeysOf::Caller } else { KeysOf::File };
            let verdict = checked(&lines, keys, None);
            assert!(verdict.is_right(), "{count}: {verdict:?}");
            assert_eq!((verdict.receipts, verdict.first, verdict.last, verdict.keys_of), (count, 1, count, keys_of));
            assert_eq!(verdict.account, Some(account(1)));
        }
    }
    let pruned = checked(&signer.file_after(40, 3), None, None);
    assert!(pruned.is_right(), "{pruned:?}");
    assert_eq!((pruned.receipts, pruned.first, pruned.last), (3, 41, 43), "it verifies from the checkpoint on");
    assert!(checked(&signer.file_after(40, 0), None, None).is_right());
    // The first line is not needed by whoever brings the keys.
    assert_eq!(signer.finds(&signer.file(3)[1..]), []);
}

#[test]
fn sec_75_an_altered_line_is_found_wherever_it_is() {
    let signer = Signer::new();
    for at in 1..=4 {
        let mut lines = signer.file(4);
        lines[at] = altered(&lines[at]);
        assert_eq!(signer.finds(&lines), [(Some(at as u64 + 1), Wrong::Altered)]);
        // Other claims under the old signature.
        let mut lines = signer.file(4);
        let other = signer.receipt(1, at as u64, LineHash([9; 32]));
        let parts: Vec<&str> = lines[at].split('.').collect();
        lines[at] = format!("{}.{}.{}", parts[0], other.split('.').nth(1).expect("claims"), parts[2]);
        assert_eq!(signer.finds(&lines), [(Some(at as u64 + 1), Wrong::Altered)]);
    }
    let mut lines = signer.file(4);
    lines[5] = altered(&lines[5]);
    assert_eq!(signer.finds(&lines), [(Some(6), Wrong::Altered), (None, Wrong::NoHead)], "the head");
}

#[test]
fn sec_75_a_missing_a_reordered_and_a_repeated_receipt_are_found() {
    let signer = Signer::new();
    let whole = signer.file(5);
    let with = |change: &dyn Fn(&mut Vec<String>)| {
        let mut lines = whole.clone();
        change(&mut lines);
        signer.finds(&lines)
    };
    assert_eq!(with(&|lines| drop(lines.remove(1))), [(Some(2), Wrong::Missing(1, 1))], "the first");
    assert_eq!(with(&|lines| drop(lines.remove(3))), [(Some(4), Wrong::Missing(3, 3))]);
    assert_eq!(with(&|lines| drop(lines.drain(2..5))), [(Some(3), Wrong::Missing(2, 4))]);
    assert_eq!(with(&|lines| lines.swap(2, 3)), [(Some(4), Wrong::Reordered(2))]);
    let moved = [(3, 2), (4, 3), (5, 4), (6, 1)].map(|(line, seq)| (Some(line), Wrong::Reordered(seq)));
    assert_eq!(with(&|lines| lines.swap(1, 5)), moved, "the last comes first");
    assert_eq!(with(&|lines| lines.insert(4, lines[3].clone())), [(Some(5), Wrong::Repeated(3))]);
    assert_eq!(with(&|lines| lines.insert(5, lines[1].clone())), [(Some(6), Wrong::Repeated(1))]);
    // An altered line explains one receipt that is missing, and no more.
    let both = with(&|lines| {
        lines[2] = altered(&lines[2]);
        lines.remove(3);
    });
    assert_eq!(both, [(Some(3), Wrong::Altered), (Some(4), Wrong::Missing(3, 3))]);
}

#[test]
fn sec_75_a_receipt_that_follows_another_line_is_found_although_it_is_signed() {
    let signer = Signer::new();
    let mut lines = signer.file(4);
    // As a server would that was restored from a backup, and gave the number twice.
    lines[2] = signer.receipt(1, 2, LineHash::of(&lines[1]));
    let again: Receipt = Receipt::read(&lines[2]).expect("a receipt");
    lines[2] = signer.sign(LineKind::Receipt, &Receipt { ticket: "other".to_owned(), ..again });
    assert_eq!(signer.finds(&lines), [(Some(4), Wrong::Unchained(3))]);
    lines[4] = signer.receipt(1, 4, LineHash::of(&lines[3]));
    assert_eq!(signer.finds(&lines), [(Some(4), Wrong::Unchained(3))], "the same receipt again is the same line");
}

#[test]
fn sec_75_a_tail_that_was_cut_is_found_by_the_head_and_by_what_the_phone_remembers() {
    let signer = Signer::new();
    let keys = || Some(PublicKeys::of(&signer.set));
    let (early, whole) = (signer.file(3), signer.file(5));
    assert_eq!(signer.finds(&whole[..whole.len() - 1]), [(None, Wrong::NoHead)]);
    let without_the_last = [&whole[..5], &whole[6..]].concat();
    assert_eq!(signer.finds(&without_the_last), [(Some(6), Wrong::HeadLater(5, 4))]);
    let with_an_older_head = [&whole[..6], &early[4..]].concat();
    assert_eq!(signer.finds(&with_an_older_head), [(Some(7), Wrong::HeadEarlier(3, 5))]);
    let behind = [&whole[..], &whole[1..2]].concat();
    assert_eq!(signer.finds(&behind), [(Some(8), Wrong::BehindHead)]);

    // A file that the server itself cut ends with a head that fits; the phone knows better.
    let phone = whole.last().map(String::as_str);
    assert_eq!(signer.finds(&early), []);
    assert_eq!(said(&checked(&early, keys(), phone)), [(None, Wrong::PhoneLater(5, 3))]);
    assert_eq!(said(&checked(&whole, keys(), phone)), []);
    assert_eq!(said(&checked(&whole, keys(), early.last().map(String::as_str))), [], "it may be older");
    let other = signer.mark(LineKind::Head, 1, 4, LineHash([3; 32]));
    assert_eq!(said(&checked(&whole, keys(), Some(&other))), [(Some(5), Wrong::PhoneDiffers(4))]);
    let of_bob = signer.mark(LineKind::Head, 2, 4, LineHash([3; 32]));
    assert_eq!(said(&checked(&whole, keys(), Some(&of_bob))), [(None, Wrong::PhoneOtherAccount)]);
    for text in ["", "x", whole[1].as_str(), &altered(phone.expect("a head"))] {
        assert_eq!(said(&checked(&whole, keys(), Some(text))), [(None, Wrong::PhoneUnreadable)], "{text}");
    }
    let pruned = checked(&signer.file_after(40, 1), keys(), phone);
    assert!(pruned.is_right() && pruned.is_phone_older, "{pruned:?}");
}

#[test]
fn sec_75_lines_of_another_account_and_of_another_key_do_not_count() {
    let (signer, other) = (Signer::new(), Signer::new());
    let mut lines = signer.file(3);
    lines.insert(3, signer.receipt(2, 3, LineHash::of(&lines[2])));
    assert_eq!(signer.finds(&lines), [(Some(4), Wrong::OtherAccount)]);
    let mut lines = signer.file(3);
    lines[2] = other.receipt(1, 2, LineHash::of(&lines[1]));
    assert_eq!(signer.finds(&lines), [(Some(3), Wrong::UnknownKey)]);
    // A file that somebody made up is right by its own keys, and only by those.
    let forged = other.file(3);
    let verdict = checked(&forged, None, None);
    assert!(verdict.is_right() && verdict.keys_of == KeysOf::File);
    let unknown = signer.finds(&forged);
    assert!(unknown[..4].iter().all(|(_, wrong)| *wrong == Wrong::UnknownKey), "{unknown:?}");
    // The id of a trusted key in the header, and another key behind it.
    let mut lines = signer.file(1);
    let stolen = Signer { pair: other.pair, set: signer.set.clone() };
    lines[1] = stolen.receipt(1, 1, LineHash::NONE);
    assert_eq!(signer.finds(&lines), [(Some(2), Wrong::Altered)]);
}

#[test]
fn sec_75_a_token_a_head_and_a_checkpoint_do_not_pass_for_a_receipt() {
    let signer = Signer::new();
    let mut lines = signer.file(2);
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid.clone_from(&signer.set.keys[0].common.key_id);
    let claims = Receipt::read(&lines[1]).expect("a receipt");
    let sign = |bytes: &[u8]| signer.pair.try_sign(bytes).map(|made| made.as_ref().to_vec());
    for typ in ["JWT", "at+jwt", "logout+jwt", ""] {
        header.typ = Some(typ.to_owned());
        lines[1] = signed(&header, &claims, sign).expect("signs");
        assert_eq!(signer.finds(&lines), [(Some(2), Wrong::Unreadable)], "{typ}");
    }
    lines[1] = signer.sign(LineKind::Head, &claims);
    assert!(signer.finds(&lines).contains(&(Some(2), Wrong::Altered)), "a head has other members");
    let mut lines = signer.file(2);
    lines.insert(2, signer.mark(LineKind::Checkpoint, 1, 1, LineHash::NONE));
    assert_eq!(signer.finds(&lines), [(Some(3), Wrong::CheckpointInside)]);
}

#[test]
fn sec_75_an_empty_file_and_garbage_are_told_and_break_nothing() {
    let signer = Signer::new();
    assert_eq!(signer.finds(&[]), [(None, Wrong::Empty)]);
    let begin = &signer.file(0)[..1];
    assert_eq!(signer.finds(begin), [(None, Wrong::NoHead)]);
    for text in ["", "{}", "{\"tessera_receipts\": 2}", "a.b.c", "...", "\u{0}", "eyJhbGciOiJub25lIn0.e30."] {
        let found = signer.finds(&[text.to_owned()]);
        assert_eq!(found, [(Some(1), Wrong::Unreadable), (None, Wrong::NoHead)], "{text:?}");
    }
    let bytes = [b"\xff\xfe\n".as_slice(), signer.file(1).join("\n").as_bytes()].concat();
    let verdict = verify(&bytes[..], Some(PublicKeys::of(&signer.set)), None).expect("it is in memory");
    assert_eq!(verdict.findings[0], Finding { line: Some(1), wrong: Wrong::Unreadable });
    // Without an end of the last line, and with the ends of lines that other systems write.
    for whole in [signer.file(2).join("\n"), signer.file(2).join("\r\n")] {
        assert!(verify(whole.as_bytes(), None, None).expect("it is in memory").is_right());
    }
}

/// Lines that are made as they are read.
struct Endless<F: FnMut(u64) -> Option<String>> {
    next: F,
    count: u64,
    left: Vec<u8>,
    at: usize,
}

impl<F: FnMut(u64) -> Option<String>> Read for Endless<F> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let most = self.fill_buf()?.len().min(into.len());
        into[..most].copy_from_slice(&self.left[self.at..self.at + most]);
        self.consume(most);
        Ok(most)
    }
}

impl<F: FnMut(u64) -> Option<String>> BufRead for Endless<F> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.at == self.left.len()
            && let Some(line) = (self.next)(self.count)
        {
            (self.left, self.at, self.count) = (line.into_bytes(), 0, self.count + 1);
        }
        Ok(&self.left[self.at..])
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
    }
}

fn endless<F: FnMut(u64) -> Option<String>>(next: F) -> Endless<F> {
    Endless { next, count: 0, left: Vec::new(), at: 0 }
}

#[test]
fn sec_75_a_file_of_any_length_takes_bounded_memory() {
    let signer = Signer::new();
    // Each second receipt is missing, which makes more gaps and findings than are remembered.
    let odd = endless(|at| (at < 6_000).then(|| format!("{}\n", signer.receipt(1, 2 * at + 1, LineHash::NONE))));
    let verdict = verify(odd, Some(PublicKeys::of(&signer.set)), None).expect("reads");
    assert_eq!((verdict.findings.len(), verdict.receipts, verdict.last), (FINDINGS, 6_000, 11_999));
    assert_eq!(verdict.findings[0], Finding { line: Some(2), wrong: Wrong::Missing(2, 2) }, "the first ones are told");
    assert_eq!(verdict.more, 5_999 + 1 - FINDINGS as u64, "the gaps, and the head");
    // A line that never ends, in pieces: 256 MiB.
    let piece = "x".repeat(1024 * 1024);
    let long = endless(|at| (at < 256).then(|| piece.clone()));
    let verdict = verify(long, None, None).expect("reads");
    assert_eq!(said(&verdict), [(Some(1), Wrong::Unreadable), (None, Wrong::NoHead)]);
}

#[test]
fn each_finding_is_a_sentence_that_names_its_line() {
    let missing = Finding { line: Some(7), wrong: Wrong::Missing(3, 5) };
    assert_eq!(missing.to_string(), "line 7: missing: receipts 3 to 5 should be before this line");
    let cut = Finding { line: None, wrong: Wrong::NoHead };
    assert_eq!(cut.to_string(), "the tail is cut: the signed head at the end is missing");
}
