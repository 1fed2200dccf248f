//! Where more passwords wait than the machine has time for: at the set-up, at the sign-up and at the choice of a new password.
//! At the sign-in it is a flood of strangers, in `sessions`.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use reqwest::StatusCode;
use tessera::account::password::{Password, Passwords, VerifyError};
use tessera::settings::SignUp;
use tokio::task::JoinSet;

use crate::harness::browser::{Browser, Reply};
use crate::harness::server::{PASSWORD, Server};

type Asked<'a> = Pin<Box<dyn Future<Output = Result<String, VerifyError>> + 'a>>;

/// As many requests for a hash as there is room for. Nobody carries them on, so for as long as they are held, those
/// that got a core keep it, and the others keep their places in the queue.
async fn fill(passwords: &Passwords) -> Vec<Asked<'_>> {
    let mut held = Vec::new();
    loop {
        let chosen = Password::typed(PASSWORD.to_owned()).chosen().expect("one may have it");
        let mut asked: Asked<'_> = Box::pin(passwords.hash(chosen));
        let polled = poll_fn(|context| Poll::Ready(asked.as_mut().poll(context))).await;
        match polled {
            Poll::Pending => held.push(asked),
            Poll::Ready(refused) => {
                assert!(matches!(refused, Err(VerifyError::Busy)), "{refused:?}");
                return held;
            }
        }
    }
}

fn is_told_to_wait(reply: &Reply, stands: &[&str]) {
    assert_eq!((reply.status, reply.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "3"), "{reply:?}");
    for part in stands.iter().chain(&["Too many tries. Wait 3 seconds, then try again."]) {
        assert!(reply.body.contains(part), "{part} is missing in {}", reply.body);
    }
    assert!(!reply.body.contains(PASSWORD), "no password stands in a page");
}

#[tokio::test]
async fn whoever_sets_up_while_the_queue_of_passwords_is_full_is_told_to_wait_and_keeps_the_form() {
    let server = Server::start().await;
    let token = server.app.accounts.setup.link("").split_once("token=").expect("a token").1.to_owned();
    let browser = Browser::desktop(&server);
    let form = [("token", &*token), ("username", "ann"), ("display_name", "Ann"), ("password", PASSWORD)];
    let held = fill(&server.app.accounts.passwords).await;
    let refused = browser.post("/setup", &form).await;
    is_told_to_wait(&refused, &["action=\"/setup\"", "value=\"ann\"", "value=\"Ann\""]);
    assert!(!server.app.accounts.records.has_accounts().await.expect("answers"));
    drop(held);
    assert_eq!(browser.post("/setup", &form).await.status, StatusCode::SEE_OTHER);
    assert!(browser.is_signed_in().await, "the link still works");
}

#[tokio::test]
async fn whoever_signs_up_while_the_queue_is_full_is_told_to_wait_and_counts_as_no_account() {
    let server = Server::start_with(|settings| {
        settings.account.sign_up = SignUp::Open;
        settings.limits.sign_ups_per_hour = 1;
    })
    .await;
    server.administrator("Root").await;
    let browser = Browser::desktop(&server);
    let form = [("username", "ann"), ("display_name", "Ann"), ("password", PASSWORD)];
    let held = fill(&server.app.accounts.passwords).await;
    for _ in 0..3 {
        let refused = browser.post("/signup", &form).await;
        is_told_to_wait(&refused, &["action=\"/signup\"", "value=\"ann\"", "value=\"Ann\""]);
    }
    drop(held);
    assert_eq!(browser.post("/signup", &form).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whoever_chooses_a_password_while_the_queue_is_full_is_told_to_wait_and_keeps_the_old_one() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1_000).await;
    let alice = Arc::new(Browser::signed_in(&server, "Alice").await);
    let held = fill(&server.app.accounts.passwords).await;
    // The first ones take the places of those who have more, until she has as many.
    let mut asked = JoinSet::new();
    for _ in 0..64 {
        let alice = Arc::clone(&alice);
        let form = [("password", "not the password"), ("new_password", "tessera of tiles")];
        asked.spawn(async move { alice.post("/account/password", &form).await });
    }
    let refused = asked.join_next().await.expect("somebody").expect("an answer");
    is_told_to_wait(&refused, &["action=\"/account/password\""]);
    drop((asked, held));
    let form = [("password", PASSWORD), ("new_password", "tessera of tiles")];
    let changed = alice.post("/account/password", &form).await;
    assert_eq!((changed.status, changed.location()), (StatusCode::SEE_OTHER, "/account/password?done=changed"));
}
