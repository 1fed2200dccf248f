//! One approval leaves one receipt, whatever happens meanwhile.

use reqwest::StatusCode;
use tessera::receipt::line::LineHash;

use super::{approves, checked, claims, database, downloads, executes, id_of, receipts};
use crate::harness::browser::{Browser, PHONE};
use crate::harness::pair::Pair;
use crate::harness::server::{PASSWORD, Server};

#[tokio::test]
async fn sec_75_an_approval_that_is_pressed_twice_leaves_one_receipt() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = phone.scan(&shown).await;
    let (form, twin) = ([("code", code.as_str())], phone.twin());
    let (first, second) = tokio::join!(phone.post("/api/approve", &form), twin.post("/api/approve", &form));
    assert_eq!((first.status, second.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    phone.post("/api/approve", &form).await;
    assert_eq!(receipts(&server, "alice").await.len(), 1);
    for _ in 0..2 {
        claims(&browser, &shown).await;
        assert!(browser.is_signed_in().await);
    }
    assert_eq!(receipts(&server, "alice").await.len(), 1);
}

#[tokio::test]
async fn sec_75_approvals_at_one_moment_on_two_instances_get_successive_numbers() {
    const COUNT: usize = 8;
    let pair = Pair::start().await;
    let of_second = pair.phone("Alice").await;
    let of_first = Browser::new(&pair.first, PHONE, "203.0.113.2");
    of_first.sign_in("alice", PASSWORD, "/").await;
    let mut codes = Vec::new();
    for at in 0..COUNT {
        let shown = pair.desktop().show_code().await;
        let phone = if at % 2 == 0 { &of_first } else { &of_second };
        codes.push((phone.twin(), phone.scan(&shown).await));
    }
    let presses: Vec<_> = codes
        .into_iter()
        .map(|(phone, code)| tokio::spawn(async move { phone.post("/api/approve", &[("code", &code)]).await.status }))
        .collect();
    for press in presses {
        assert_eq!(press.await.expect("ends"), StatusCode::SEE_OTHER);
    }
    let found = receipts(&pair.first, "alice").await;
    assert_eq!(found.iter().map(|receipt| receipt.seq).collect::<Vec<_>>(), (1..=COUNT as u64).collect::<Vec<_>>());
    let file = downloads(&of_first).await.body;
    let verdict = checked(&pair.second, &file, None).await;
    assert!(verdict.is_right() && verdict.receipts == COUNT as u64, "{verdict:?}\n{file}");
}

#[tokio::test]
async fn sec_75_nothing_is_opened_by_an_approval_whose_receipt_cannot_be_stored() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let mut database = database(&server).await;
    executes(
        &mut database,
        "CREATE TRIGGER full BEFORE INSERT ON receipts BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    )
    .await;
    let shown = browser.show_code().await;
    phone.approve(&shown).await;
    assert_eq!(receipts(&server, "alice").await, []);
    assert_eq!(claims(&browser, &shown).await, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!browser.is_signed_in().await);
    executes(&mut database, "DROP TRIGGER full").await;
    claims(&browser, &shown).await;
    assert!(browser.is_signed_in().await, "the page tries again");
    let found = receipts(&server, "alice").await;
    assert_eq!((found.len(), found[0].prev), (1, LineHash::NONE));
}

#[tokio::test]
async fn sec_75_old_receipts_give_way_to_a_signed_checkpoint_from_which_the_chain_goes_on() {
    const DAY: u64 = 24 * 3600;
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    approves(&server, &phone, 3).await;
    server.pass(30 * DAY);
    phone.sign_in("alice", PASSWORD, "/").await;
    approves(&server, &phone, 2).await;
    let sweep = async |days: u64| {
        let kept = std::time::Duration::from_secs(days * DAY);
        server.app.accounts.receipts.sweep(server.clock.now().before(kept)).await.expect("answers")
    };
    assert_eq!(sweep(400).await, 0, "none is that old");
    assert_eq!(sweep(20).await, 1);
    assert_eq!(sweep(20).await, 0, "once");
    let file = downloads(&phone).await.body;
    let verdict = checked(&server, &file, phone.cookie(super::COOKIE).as_deref()).await;
    assert!(verdict.is_right(), "{verdict:?}\n{file}");
    assert_eq!((verdict.receipts, verdict.first, verdict.last), (2, 4, 5));
    // Also if nothing is left, and the next one follows the checkpoint.
    assert_eq!(sweep(0).await, 1);
    approves(&server, &phone, 1).await;
    let verdict = checked(&server, &downloads(&phone).await.body, None).await;
    assert!(verdict.is_right(), "{verdict:?}");
    assert_eq!((verdict.receipts, verdict.first, verdict.last), (1, 6, 6));
    assert!(phone.get(super::ACTIVITY).await.words().contains("6 approvals, and the receipts are complete."));
}

#[tokio::test]
async fn sec_75_receipts_are_deleted_with_their_account() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    approves(&server, &phone, 2).await;
    let alice = id_of(&server, "alice").await;
    server.app.records.delete_account(alice, server.clock.now()).await.expect("answers");
    assert_eq!(server.app.records.receipts_after(alice, 0, 10).await.expect("answers"), []);
}

#[tokio::test]
async fn sec_75_a_key_that_signs_receipts_gets_a_successor_and_old_receipts_stay_right() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    approves(&server, &phone, 1).await;
    server.pass(366 * 24 * 3600);
    phone.sign_in("alice", PASSWORD, "/").await;
    approves(&server, &phone, 1).await;
    let keys = server.app.records.receipt_keys().await.expect("answers");
    assert_eq!((keys.len(), &keys[1].follows), (2, &keys[0].kid));
    server.pass(24 * 3600);
    server.app.accounts.receipts.sweep(tessera::ticket::time::Timestamp::from_millis(0)).await.expect("answers");
    let keys = server.app.records.receipt_keys().await.expect("answers");
    assert_eq!(keys.iter().map(|key| key.sealed.is_some()).collect::<Vec<_>>(), [false, true]);
    phone.sign_in("alice", PASSWORD, "/").await;
    let verdict = checked(&server, &downloads(&phone).await.body, None).await;
    assert!(verdict.is_right() && verdict.receipts == 2, "{verdict:?}");
    let published = server.app.accounts.receipts.public_keys().await.expect("answers");
    assert_eq!(published.keys.len(), 2);
}

#[tokio::test]
async fn sec_75_who_can_only_write_to_the_database_adds_no_key_and_has_nothing_pruned() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    approves(&server, &phone, 3).await;
    let mut database = database(&server).await;
    let keys = server.app.accounts.receipts.public_keys().await.expect("answers").keys;
    executes(
        &mut database,
        "INSERT INTO receipt_keys (kid, public, sealed, created_at, vouched, follows)
         SELECT 'own', public, NULL, created_at - 1, vouched, 'nothing' FROM receipt_keys",
    )
    .await;
    assert_eq!(server.app.accounts.receipts.public_keys().await.expect("answers").keys, keys);

    // An old time in a row is not the one that was signed, and a line that nobody signed is no receipt.
    for change in ["UPDATE receipts SET at = 0", "UPDATE receipts SET line = 'x' WHERE seq = 3"] {
        executes(&mut database, change).await;
        let kept = server.clock.now().before(std::time::Duration::from_secs(20 * 24 * 3600));
        assert_eq!(server.app.accounts.receipts.sweep(kept).await.expect("answers"), 0, "{change}");
    }
    let alice = id_of(&server, "alice").await;
    assert_eq!(server.app.records.receipts_after(alice, 0, 10).await.expect("answers").len(), 3);
}
