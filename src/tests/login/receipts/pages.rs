//! What the activity page says of receipts, and who gets them.

use reqwest::{Method, StatusCode};

use super::{ACTIVITY, COOKIE, DOWNLOAD, approves, checked, database, downloads, executes, id_of};
use crate::harness::browser::Browser;
use crate::harness::server::{PASSWORD, Server};

#[tokio::test]
async fn sec_75_the_activity_page_numbers_the_receipts_and_says_calmly_that_they_are_complete() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    approves(&server, &phone, 1).await;
    let page = phone.get(ACTIVITY).await.words();
    assert!(page.contains("Receipt 1") && page.contains("1 approval, and its receipt is here."), "{page}");
    approves(&server, &phone, 2).await;
    let page = phone.get(ACTIVITY).await;
    for part in
        ["Receipt 1", "Receipt 2", "Receipt 3", "3 approvals, and the receipts are complete.", "Download receipts"]
    {
        assert!(page.words().contains(part), "{part}: {page:?}");
    }
    assert!(!page.body.contains("role=\"alert\""), "{page:?}");
    let export = phone.get("/account/activity/export?format=jsonl").await.body;
    assert!(export.contains("\"receipt\":3"), "{export}");
}

#[tokio::test]
async fn sec_75_receipts_are_downloaded_by_their_owner_alone_after_a_fresh_proof() {
    let server = Server::start().await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    approves(&server, &alice, 1).await;
    server.pass(60);
    let file = downloads(&alice).await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"receipts.txt\"");
    assert_eq!(file.header("cache-control"), "no-store");
    let verdict = checked(&server, &file.body, None).await;
    assert!(verdict.is_right() && verdict.receipts == 1, "{verdict:?}");
    assert_eq!(verdict.account, Some(id_of(&server, "alice").await));
    let of_bob = checked(&server, &downloads(&bob).await.body, None).await;
    assert!(of_bob.is_right(), "{of_bob:?}");
    assert_eq!((of_bob.receipts, of_bob.account), (0, Some(id_of(&server, "bob").await)));
    assert_eq!(downloads(&Browser::desktop(&server)).await.location(), "/signin?next=/account/activity");
    assert!(alice.get(ACTIVITY).await.words().contains("Receipts were downloaded"), "it leaves a line");
    server.pass(5 * 60);
    let asked = downloads(&alice).await;
    assert!(asked.location().starts_with("/account/proof?next="), "{asked:?}");
    let other_site = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
    let refused = alice.try_send_body(Method::POST, DOWNLOAD, &other_site, None).await.expect("an answer");
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn sec_75_a_phone_remembers_the_newest_head_and_its_text_finds_a_file_that_was_cut() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    approves(&server, &phone, 1).await;
    let first = phone.cookie(COOKIE).expect("a head");
    let early = downloads(&phone).await.body;
    approves(&server, &phone, 1).await;
    let head = phone.cookie(COOKIE).expect("a head");
    assert!(first != head && head.len() < 600, "{head}");
    assert!(phone.get(ACTIVITY).await.body.contains(&head), "the page shows it");
    assert!(checked(&server, &early, None).await.is_right());
    let verdict = checked(&server, &early, Some(&head)).await;
    assert_eq!(
        verdict.findings[0].to_string(),
        "the tail is cut: the phone remembers 2 approvals, and the last receipt is 1"
    );
    // Another device of the same person learns it from the page.
    let other = Browser::phone(&server);
    other.sign_in("alice", PASSWORD, "/").await;
    assert!(other.cookie(COOKIE).is_none());
    other.get(ACTIVITY).await;
    assert!(other.cookie(COOKIE).is_some());
}

#[tokio::test]
async fn sec_75_a_server_that_lost_receipts_is_found_by_the_phone_until_its_person_accepts() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    approves(&server, &phone, 4).await;
    let mut database = database(&server).await;
    // As after the restore of a backup.
    executes(&mut database, "DELETE FROM receipts WHERE seq > 2").await;
    let page = phone.get(ACTIVITY).await;
    let said = "This device remembers 4 approvals, but this site has receipts for 2 only.";
    assert!(page.words().contains(said) && page.body.contains("role=\"alert\""), "{page:?}");
    // Further approvals do not hide it, also once there are as many as before.
    approves(&server, &phone, 1).await;
    assert!(phone.get(ACTIVITY).await.words().contains("4 approvals, but this site has receipts for 3 only"));
    approves(&server, &phone, 2).await;
    let page = phone.get(ACTIVITY).await.words();
    assert!(page.contains("The receipts on this site are not the ones that this device remembers."), "{page}");
    let accepted = phone.post("/account/activity/accept", &[]).await;
    assert_eq!((accepted.status, accepted.location()), (StatusCode::SEE_OTHER, ACTIVITY));
    let page = phone.get(ACTIVITY).await;
    assert!(page.words().contains("5 approvals, and the receipts are complete."), "{page:?}");
    // A device that knows nothing finds a gap, and nobody can accept it away.
    executes(&mut database, "DELETE FROM receipts WHERE seq = 3").await;
    let other = Browser::phone(&server);
    other.sign_in("alice", PASSWORD, "/").await;
    let page = other.get(ACTIVITY).await;
    assert!(page.words().contains("Some of your receipts are missing."), "{page:?}");
    assert!(!page.body.contains("/account/activity/accept"), "{page:?}");
}
