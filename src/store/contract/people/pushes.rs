//! The contract of the records about the phones that browsers may ask.

use std::time::Duration;

use super::super::early_ends::person;
use super::super::now;
use super::super::records::{here, new_session};
use crate::crypto::random::random;
use crate::store::records::browsers::{BROWSER_KNOWN, Becomes, BrowserUse};
use crate::store::records::push::{PHONES_ASKED, PushAdded, PushId, PushRow};
use crate::store::records::{EndedBy, Reach, Records, SessionEnding, SessionOpening, SessionRow};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, BrowserHash, SessionTokenHash};
use crate::ticket::time::Timestamp;

const BROWSER: BrowserHash = BrowserHash([7; 32]);

fn row(session: &SessionRow, endpoint: &str) -> PushRow {
    PushRow {
        id: PushId::from_random(random()),
        account: session.account,
        session: session.token_hash,
        endpoint: endpoint.to_owned(),
        p256dh: vec![4; 65],
        auth: vec![1; 16],
        language: "en".to_owned(),
        created_at: now(),
        last_used_at: None,
    }
}

/// A session that is opened on a phone, or in a browser that becomes known.
async fn opens(records: &Records, account: AccountId, epoch: u32, becomes: Option<Becomes>) -> SessionRow {
    let session = SessionRow {
        created_at: now(),
        ends_at: now() + Duration::from_secs(3600),
        approved_in: None,
        ..new_session(account)
    };
    let browser = becomes.map(|becomes| BrowserUse { browser: BROWSER, becomes });
    let opening = SessionOpening { session: session.clone(), epoch: Epoch(epoch), places: here(), browser };
    records.open_session(opening).await.expect("answers").expect("opened");
    session
}

async fn adds(records: &Records, session: &SessionRow, endpoint: &str) -> PushAdded {
    records.add_push(row(session, endpoint)).await.expect("answers")
}

async fn endpoints(records: &Records, account: AccountId) -> Vec<String> {
    records.pushes_of(account).await.expect("answers").into_iter().map(|push| push.endpoint).collect()
}

async fn phones(records: &Records, browser: BrowserHash, at: Timestamp) -> Vec<SessionTokenHash> {
    records.phones_to_ask(browser, at, 15).await.expect("answers")
}

pub(in super::super) async fn a_phone_has_one_subscription_and_an_account_five(records: Records) {
    let (alice, bob) = (person(&records, "alice", &[]).await, person(&records, "bob", &[]).await);
    let phone = opens(&records, alice, 0, None).await;
    assert_eq!(adds(&records, &phone, "a").await, PushAdded::Done(true));
    assert_eq!(adds(&records, &phone, "b").await, PushAdded::Done(false), "the push service replaced it");
    assert_eq!(endpoints(&records, alice).await, ["b"]);
    let again = opens(&records, alice, 0, None).await;
    assert_eq!(adds(&records, &again, "b").await, PushAdded::Done(false), "the same browser signed in once more");
    assert_eq!(endpoints(&records, alice).await, ["b"]);
    for number in 1..PHONES_ASKED {
        let other = opens(&records, alice, 0, None).await;
        assert_eq!(adds(&records, &other, &format!("{number}")).await, PushAdded::Done(true));
    }
    let sixth = opens(&records, alice, 0, None).await;
    assert_eq!(adds(&records, &sixth, "f").await, PushAdded::Full);
    assert_eq!(adds(&records, &again, "c").await, PushAdded::Done(false), "one that has one replaces it");
    let of_bob = opens(&records, bob, 0, None).await;
    assert_eq!(adds(&records, &of_bob, "c").await, PushAdded::Done(true), "two people have one phone");
    let stranger = SessionRow { account: bob, ..again.clone() };
    assert_eq!(adds(&records, &stranger, "d").await, PushAdded::SessionOver, "it is the session of another person");
    let push = records.pushes_of(alice).await.expect("answers").remove(0);
    assert!(!records.drop_push(bob, push.id).await.expect("answers"), "it is not theirs");
    records.use_push(push.id, now()).await.expect("answers");
    assert_eq!(records.pushes_of(alice).await.expect("answers")[0].last_used_at, Some(now()));
    assert!(records.drop_push(alice, push.id).await.expect("answers"));
    assert!(!records.drop_push(alice, push.id).await.expect("answers"));
    assert_eq!(adds(&records, &sixth, "f").await, PushAdded::Done(true));
}

pub(in super::super) async fn a_subscription_ends_with_the_session_of_its_phone_however_that_ends(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let subscribes = async |epoch| {
        let phone = opens(&records, alice, epoch, None).await;
        assert_eq!(adds(&records, &phone, "a").await, PushAdded::Done(true));
        phone
    };
    let phone = subscribes(0).await;
    records.end_session(phone.token_hash, now()).await.expect("answers");
    assert!(endpoints(&records, alice).await.is_empty(), "it signed out");
    assert_eq!(adds(&records, &phone, "a").await, PushAdded::SessionOver);
    let phone = subscribes(0).await;
    let order = SessionEnding {
        session: phone.token_hash,
        account: alice,
        by: EndedBy::Administrator,
        reach: Reach::Session,
        kept: None,
    };
    records.end_session_by(order, now()).await.expect("answers");
    assert!(endpoints(&records, alice).await.is_empty(), "it was ended");
    let phone = subscribes(0).await;
    records.disown_session(phone.token_hash, alice, None, now()).await.expect("answers");
    assert!(endpoints(&records, alice).await.is_empty(), "it was not meant to be opened");
    let phone = subscribes(0).await;
    records.sweep(phone.ends_at).await.expect("answers");
    assert!(endpoints(&records, alice).await.is_empty(), "its time is over");
    subscribes(0).await;
    records.sign_out_account(alice, now()).await.expect("answers");
    assert!(endpoints(&records, alice).await.is_empty(), "everything was ended");
    subscribes(1).await;
    records.delete_account(alice, now()).await.expect("answers");
    assert!(endpoints(&records, alice).await.is_empty(), "the account was deleted");
}

pub(in super::super) async fn a_browser_may_ask_the_phones_of_the_accounts_that_know_it(records: Records) {
    let (alice, bob) = (person(&records, "alice", &[]).await, person(&records, "bob", &[]).await);
    let (of_alice, of_bob) = (opens(&records, alice, 0, None).await, opens(&records, bob, 0, None).await);
    for phone in [&of_alice, &of_bob] {
        assert_eq!(adds(&records, phone, "a").await, PushAdded::Done(true));
    }
    assert!(phones(&records, BROWSER, now()).await.is_empty(), "nobody made it known");
    opens(&records, alice, 0, Some(Becomes::Known)).await;
    assert_eq!(phones(&records, BROWSER, now()).await, [of_alice.token_hash]);
    opens(&records, bob, 0, Some(Becomes::Known)).await;
    let mut both = phones(&records, BROWSER, now()).await;
    both.sort_by_key(|session| *session != of_alice.token_hash);
    assert_eq!(both, [of_alice.token_hash, of_bob.token_hash]);
    assert_eq!(records.phones_to_ask(BROWSER, now(), 1).await.expect("answers").len(), 1);
    assert!(phones(&records, BrowserHash([8; 32]), now()).await.is_empty());
    assert!(phones(&records, BROWSER, now() + BROWSER_KNOWN).await.is_empty());
    assert!(phones(&records, BROWSER, of_alice.ends_at).await.is_empty(), "their sessions are over");
    opens(&records, alice, 0, Some(Becomes::Unknown)).await;
    assert_eq!(phones(&records, BROWSER, now()).await, [of_bob.token_hash], "it is a shared computer");
}
