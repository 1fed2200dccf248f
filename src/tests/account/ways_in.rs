//! Who can sign in, as the command line says it: with which settings, and with passkeys of which domain.

use std::io::Write as _;
use std::process::Stdio;

use tempfile::TempDir;
use tessera::store::records::Records;
use tessera::store::records::activity::{ActivityKind, NewActivity};
use tessera::store::records::passkeys::{CredentialId, Passkey, PasskeyAdded, WaysIn};
use tessera::ticket::time::Timestamp;

use super::users::user;
use crate::harness::binary::{Instance, add_user, tessera};
use crate::harness::server::PASSWORD;
use crate::harness::spawn::free_port;

/// Gives this account a passkey, for this domain.
async fn add_passkey(folder: &TempDir, name: &str, domain: &str) {
    let records = Records::sqlite(&folder.path().join("data/tessera.db"), WaysIn::BOTH).await.expect("opens");
    let (account, _) = records.account_by_username(name).await.expect("answers").expect("there");
    let now = Timestamp::from_millis(1_800_000_000_000);
    let passkey = Passkey {
        id: CredentialId(format!("{name} {domain}").into_bytes()),
        account: account.id,
        domain: domain.to_owned(),
        credential: "{}".to_owned(),
        counter: 0,
        name: "Phone".to_owned(),
        aaguid: [0; 16],
        is_backed_up: false,
        created_at: now,
        last_used_at: None,
        went_back_at: None,
    };
    let line = NewActivity::of(ActivityKind::PasskeyAdded, account.id, name, now);
    assert_eq!(records.add_passkey(passkey, account.epoch, line).await.expect("answers"), PasskeyAdded::Done);
    records.close().await;
}

/// Whether a command with these variables did what it was told, and all that it said.
fn ran(folder: &TempDir, arguments: &[&str], variables: &[(&str, &str)], typed: &str) -> (bool, String) {
    let mut command = tessera(folder);
    command.args(arguments).envs(variables.iter().copied());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    child.stdin.take().expect("piped").write_all(typed.as_bytes()).expect("written");
    let ended = child.wait_with_output().expect("ends");
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status.success(), String::from_utf8(said).expect("text"))
}

#[tokio::test]
async fn a_new_password_says_which_passkeys_still_sign_in_and_removes_them_if_that_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(&mut tessera(&folder), "alice");
    add_passkey(&folder, "alice", "localhost").await;
    let ended = "Sessions ended: 0. Sign-ins to apps ended: 0.\n";
    let changes = |more: &[&str]| user(&folder, &[&["password", "alice", "--password-stdin"], more].concat(), PASSWORD);
    let stays = "The password of alice is changed. Passkeys that stay: 1; --remove-passkeys removes them too.";
    assert_eq!(changes(&[]), (true, format!("{stays} {ended}")));
    let gone = "The password of alice is changed. Passkeys removed: 1.";
    assert_eq!(changes(&["--remove-passkeys"]), (true, format!("{gone} {ended}")));
    assert_eq!(changes(&[]).1, format!("The password of alice is changed. {ended}"));
    let (_, shown) = user(&folder, &["show", "alice", "--json"], "");
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!((&shown["passkeys"], &shown["has_way_in"]), (&0.into(), &true.into()));
}

#[tokio::test]
async fn the_last_way_in_is_not_removed_where_passwords_are_off_and_whoever_can_sign_in_is_said() {
    const OFF: [(&str, &str); 1] = [("TESSERA_ACCOUNT__PASSWORDS", "off")];
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["alice", "bob"] {
        add_user(&mut tessera(&folder), name);
    }
    user(&folder, &["promote", "alice"], "");
    user(&folder, &["promote", "bob"], "");
    add_passkey(&folder, "alice", "localhost").await;
    let (done, refused) = ran(&folder, &["user", "demote", "alice"], &OFF, "");
    assert!(!done && refused.contains("last administrator"), "bob has a password alone: {refused}");
    let (_, listed) = ran(&folder, &["user", "list", "--without-password"], &OFF, "");
    assert!(listed.contains("(bob, administrator, no way to sign in)") && !listed.contains("(alice"), "{listed}");
    let replaces = ["user", "password", "alice", "--password-stdin", "--remove-passkeys"];
    let (done, refused) = ran(&folder, &replaces, &OFF, PASSWORD);
    assert!(!done && refused.contains("account.passwords is off"), "{refused}");
    assert!(refused.contains("tessera user recover"), "{refused}");

    // The server moves to another domain, where nobody has a passkey.
    let moves = [OFF[0], ("TESSERA_SERVER__PUBLIC_URL", "https://login.example.org")];
    let (_, moved) = ran(&folder, &["passkeys", "move"], &moves, "");
    for part in
        ["Passkeys of other domains, which do not work there: 1.", "cannot sign in now: 2", "no administrator can"]
    {
        assert!(moved.contains(part), "{part}: {moved}");
    }
    let found = || ran(&folder, &["doctor"], &moves, "").1;
    assert!(
        found().contains("no administrator can sign in") && found().contains("tessera user recover"),
        "{}",
        found()
    );
    let (done, link) = ran(&folder, &["user", "recover", "bob"], &moves, "");
    assert!(done && link.contains("https://login.example.org/welcome/"), "{link}");
    add_passkey(&folder, "bob", "login.example.org").await;
    assert!(!found().contains("no administrator can sign in"), "{}", found());
}

#[test]
fn a_start_says_if_no_administrator_can_sign_in() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(&mut tessera(&folder), "alice");
    user(&folder, &["promote", "alice"], "");
    for (passwords, is_said) in [("on", false), ("off", true)] {
        let log = folder.path().join(passwords);
        let mut command = tessera(&folder);
        command.env("TESSERA_ACCOUNT__PASSWORDS", passwords).env("TESSERA_LOG__LEVEL", "warn");
        command.stderr(std::fs::File::create(&log).expect("a file"));
        let mut instance = Instance::start(&mut command, free_port());
        instance.stop();
        let log = std::fs::read_to_string(&log).expect("text");
        assert_eq!(log.contains("no_administrator") && log.contains("tessera user recover"), is_said, "{log}");
    }
}
