//! The command, as people run it: what it exports verifies, and each manipulation is found.

use std::fs;
use std::io::{self, BufReader, Read};
use std::process::{Output, Stdio};

use peakmem_alloc::PeakMemAllocTrait as _;
use tempfile::TempDir;
use tessera::receipt::file::verify;
use tessera::receipt::verifier::FINDINGS;

use super::{approves, downloads};
use crate::ALLOCATOR;
use crate::harness::binary::tessera;
use crate::harness::browser::Browser;
use crate::harness::server::{PASSWORD, Server};

fn runs(folder: &TempDir, words: &[&str]) -> (bool, String, String) {
    let mut command = tessera(folder);
    command.arg("receipts").args(words).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Output { status, stdout, stderr } = command.output().expect("runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    assert!(matches!(status.code(), Some(0 | 1)), "{status}");
    (status.success(), text(stdout), text(stderr))
}

#[tokio::test]
async fn sec_75_the_command_exports_what_it_verifies_and_finds_each_manipulation() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    approves(&server, &phone, 5).await;
    phone.sign_in("alice", PASSWORD, "/").await;
    let (here, elsewhere) = (&server.folder, tempfile::tempdir().expect("a folder"));
    let (is_done, exported, _) = runs(here, &["export", "alice", "--data-dir", "."]);
    assert!(is_done);
    let (_, keys, _) = runs(here, &["keys", "--data-dir", "."]);
    fs::write(elsewhere.path().join("keys.json"), keys).expect("written");
    let verifies = |file: &str, words: &[&str]| {
        fs::write(elsewhere.path().join("file.txt"), file).expect("written");
        runs(&elsewhere, &[&["verify", "file.txt"], words].concat())
    };
    let trusted = ["--keys", "keys.json"];

    for file in [&exported, &downloads(&phone).await.body] {
        let (is_right, said, wrong) = verifies(file, &trusted);
        assert!(is_right && wrong.is_empty(), "{wrong}");
        assert!(
            said.starts_with("Nothing is missing or altered of account ")
                && said.contains("5 receipts, numbers 1 to 5. Its end was signed at ")
        );
        let (is_right, said, _) = verifies(file, &[]);
        assert!(is_right && said.starts_with("The keys are those in the file itself"), "{said}");
    }
    fs::write(here.path().join("file.txt"), &exported).expect("written");
    let (is_right, said, wrong) = runs(here, &["verify", "file.txt", "--on-server", "--data-dir", "."]);
    assert!(is_right && !said.contains("itself"), "{said} {wrong}");

    let lines: Vec<String> = exported.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 7, "the keys, the receipts and the head");
    let other = {
        let at = lines[3].len() - 5;
        format!("{}AAAAA", &lines[3][..at])
    };
    let found = |change: &dyn Fn(&mut Vec<String>), part: &str| {
        let mut changed = lines.clone();
        change(&mut changed);
        let (is_right, _, wrong) = verifies(&(changed.join("\n") + "\n"), &trusted);
        assert!(!is_right && wrong.contains(part), "{part}: {wrong}");
        assert!(wrong.lines().all(|line| line.starts_with("tessera: ")), "{wrong}");
    };
    found(&|lines| lines[3].clone_from(&other), "line 4: altered");
    found(&|lines| drop(lines.remove(3)), "line 4: missing: receipt 3 should be before this line");
    found(&|lines| lines.swap(3, 4), "line 5: reordered: receipt 3 is behind a later one");
    found(&|lines| lines.insert(3, lines[2].clone()), "line 4: repeated: receipt 2 was there before");
    found(&|lines| lines.truncate(5), "the tail is cut: the signed head at the end is missing");
    found(&|lines| drop(lines.remove(5)), "the tail is cut: the head counts 5 approvals, and the last receipt is 4");
    found(&|lines| lines.clear(), "line 1: unreadable");

    // The head that a phone remembers of a longer chain.
    approves(&server, &phone, 1).await;
    let head = phone.cookie(super::COOKIE).expect("a head");
    let (is_right, _, wrong) = verifies(&exported, &[&trusted[..], &["--head", &head]].concat());
    assert!(!is_right && wrong.contains("the phone remembers 6 approvals, and the last receipt is 5"), "{wrong}");

    // The file of another server, and what is no file.
    let another = Server::start().await;
    let bob = Browser::signed_in(&another, "Bob").await;
    approves(&another, &bob, 1).await;
    let (is_right, _, wrong) = verifies(&downloads(&bob).await.body, &trusted);
    assert!(!is_right && wrong.contains("line 2: signed by an unknown key"), "{wrong}");
    for (words, part) in [
        (&["verify", "nothing.txt"][..], "nothing.txt: "),
        (&["verify", "file.txt", "--keys", "nothing.json"], "--keys: nothing.json: "),
        (&["verify", "file.txt", "--keys", "file.txt"], "--keys: file.txt: "),
    ] {
        let (is_right, _, wrong) = runs(&elsewhere, words);
        assert!(!is_right && wrong.contains(part), "{wrong}");
    }
    let (is_done, _, wrong) = runs(here, &["export", "carol", "--data-dir", "."]);
    assert!(!is_done && wrong.contains("there is no account named carol"), "{wrong}");
}

/// A text again and again.
struct Again {
    text: Vec<u8>,
    at: usize,
}

impl Read for Again {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.at = if self.at == self.text.len() { 0 } else { self.at };
        let count = (&self.text[self.at..]).read(into)?;
        self.at += count;
        Ok(count)
    }
}

#[tokio::test]
async fn sec_75_a_very_large_file_is_checked_in_little_memory() {
    const MIB: u64 = 1024 * 1024;
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    approves(&server, &phone, 3).await;
    let file = downloads(&phone).await.body;
    let (begin, receipts) = file.split_once('\n').expect("lines");
    // Without its head, so that all lines behind are looked at.
    let receipts: String = receipts.split_inclusive('\n').take(3).collect();
    let repeated = || Again { text: receipts.clone().into_bytes(), at: 0 }.take(16 * MIB);
    let checks = |long: &mut dyn Read| {
        let before = format!("{begin}\n");
        ALLOCATOR.reset_peak_memory();
        let verdict = verify(BufReader::new(before.as_bytes().chain(long)), None, None).expect("reads");
        (verdict, ALLOCATOR.get_peak_memory())
    };
    let (verdict, held) = checks(&mut repeated());
    assert!(verdict.receipts > 10_000 && verdict.findings.len() == FINDINGS && verdict.more > 10_000, "{verdict:?}");
    assert!(held < 1024 * 1024, "{held} bytes were held");
    let (verdict, held) = checks(&mut io::repeat(b'x').take(256 * MIB));
    assert_eq!(verdict.findings[0].to_string(), "line 2: unreadable: this is no line of receipts");
    assert!(held < 1024 * 1024, "{held} bytes were held");
}
