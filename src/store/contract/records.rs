//! What every store of records promises.

use std::time::Duration;

use super::now;
use crate::entropy::random;
use crate::store::apps::{App, AppOptions, AppSecretHash, Dialect};
use crate::store::records::{LedTo, NewAccount, OpenedBy, REMEMBERED, Records, SessionRow, SessionTokenHash, Vouched};
use crate::ticket::ids::{AccountId, AppId};

pub(super) fn new_account(username: &str) -> NewAccount {
    NewAccount {
        id: AccountId::from_random(random()),
        username: username.to_owned(),
        display_name: "Alice".to_owned(),
        password_hash: "$argon2id$".to_owned(),
        is_admin: false,
        created_at: now(),
    }
}

pub(super) fn new_session(account: AccountId) -> SessionRow {
    SessionRow {
        token_hash: SessionTokenHash(random()),
        account,
        opened_by: OpenedBy::Scan,
        created_at: now(),
        last_seen_at: now(),
        ends_at: now() + Duration::from_secs(3600),
        led_to: Some(LedTo::of("/next")),
    }
}

pub(super) async fn an_account_is_found_by_its_username_and_nobody_else_gets_it(records: Records) {
    assert!(!records.has_accounts().await.expect("answers"));
    let alice = new_account("alice");
    assert!(records.add_account(alice.clone()).await.expect("answers"));
    assert!(!records.add_account(new_account("alice")).await.expect("answers"), "taken");
    assert!(records.has_accounts().await.expect("answers"));
    let (account, hash) = records.account_by_username("alice").await.expect("answers").expect("there");
    assert_eq!((account.id, account.is_admin, hash.as_deref()), (alice.id, false, Some("$argon2id$")));
    assert!(records.account_by_username("bob").await.expect("answers").is_none());
}

pub(super) async fn of_many_first_accounts_at_once_exactly_one_is_made(records: Records) {
    let racers: Vec<_> = (0..32)
        .map(|of| {
            let records = records.clone();
            tokio::spawn(async move {
                records.add_first_account(new_account(&format!("admin{of}"))).await.expect("answers")
            })
        })
        .collect();
    let mut made = 0;
    for racer in racers {
        made += u32::from(racer.await.expect("no panic"));
    }
    assert_eq!(made, 1);
}

pub(super) async fn a_session_lives_until_it_is_ended_or_its_account_is_gone(records: Records) {
    let alice = new_account("alice");
    records.add_account(alice.clone()).await.expect("answers");
    let session = new_session(alice.id);
    assert!(records.add_session(session).await.expect("answers"));
    let (found, account) = records.session(session.token_hash).await.expect("answers").expect("there");
    assert_eq!((found, account.id), (session, alice.id));

    let later = now() + Duration::from_secs(60);
    records.touch_session(session.token_hash, later).await.expect("answers");
    records.touch_session(session.token_hash, now()).await.expect("answers");
    let (found, _) = records.session(session.token_hash).await.expect("answers").expect("there");
    assert_eq!(found.last_seen_at, later, "a late write does not turn the time back");

    records.end_session(session.token_hash, later).await.expect("answers");
    assert!(records.add_session(session).await.expect("answers"), "it is kept already");
    let (ended, _) = records.session(session.token_hash).await.expect("answers").expect("there");
    assert_eq!(ended.ends_at, later, "what is ended stays ended");
    let orphan = new_session(AccountId::from_random(random()));
    assert!(!records.add_session(orphan).await.expect("answers"), "no account, no session");
}

pub(super) async fn sessions_past_their_end_are_swept(records: Records) {
    let alice = new_account("alice");
    records.add_account(alice.clone()).await.expect("answers");
    let session = new_session(alice.id);
    records.add_session(session).await.expect("answers");
    records.sweep(now()).await.expect("answers");
    assert!(records.session(session.token_hash).await.expect("answers").is_some());
    records.sweep(session.ends_at).await.expect("answers");
    assert!(records.session(session.token_hash).await.expect("answers").is_some(), "not at once");
    records.sweep(session.ends_at + REMEMBERED).await.expect("answers");
    assert!(records.session(session.token_hash).await.expect("answers").is_none());
}

pub(super) async fn a_vouched_account_is_made_once_and_follows_its_token(records: Records) {
    let vouched = |name: &str| Vouched {
        fresh_id: AccountId::from_random(random()),
        issuer: "https://issuer.example".to_owned(),
        subject: "subject-1".to_owned(),
        display_name: name.to_owned(),
        picture: None,
        now: now(),
    };
    let first = records.vouched_account(vouched("Alice")).await.expect("answers");
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let (records, vouched) = (records.clone(), vouched("Alice"));
            tokio::spawn(async move { records.vouched_account(vouched).await.expect("answers").id })
        })
        .collect();
    for racer in racers {
        assert_eq!(racer.await.expect("no panic"), first.id);
    }
    let renamed = records.vouched_account(vouched("Alice B.")).await.expect("answers");
    assert_eq!((renamed.id, renamed.display_name.as_str()), (first.id, "Alice B."));
    let other = Vouched { subject: "subject-2".to_owned(), ..vouched("Bob") };
    assert_ne!(records.vouched_account(other).await.expect("answers").id, first.id);
}

pub(super) async fn many_writes_at_once_all_hold(records: Records) {
    let writers: Vec<_> = (0..500)
        .map(|of| {
            let records = records.clone();
            tokio::spawn(async move { records.add_account(new_account(&format!("user{of}"))).await.expect("answers") })
        })
        .collect();
    for writer in writers {
        assert!(writer.await.expect("no panic"));
    }
    assert!(records.account_by_username("user499").await.expect("answers").is_some());
}

pub(super) fn new_app(of: u8) -> App {
    App {
        id: AppId::from_random([of; 8]),
        name: "Shop".to_owned(),
        dialect: Dialect::Both,
        redirect_uris: vec!["https://shop.example/signed-in?a=\"b\"".to_owned(), "http://127.0.0.1/".to_owned()],
        secrets: vec![AppSecretHash([of; 32])],
        created_at: now() + Duration::from_secs(of.into()),
        disabled_at: None,
        options: AppOptions { is_pairwise: true, ..AppOptions::default() },
    }
}

pub(super) async fn an_app_is_kept_as_it_was_registered(records: Records) {
    let (shop, public) = (new_app(1), App { secrets: Vec::new(), dialect: Dialect::Oidc, ..new_app(2) });
    assert!(records.add_app(public.clone()).await.expect("answers"));
    assert!(records.add_app(shop.clone()).await.expect("answers"));
    let other = App { name: "Another".to_owned(), ..shop.clone() };
    assert!(!records.add_app(other).await.expect("answers"), "taken");
    assert_eq!(records.apps().await.expect("answers"), [shop.clone(), public]);
    assert_eq!(records.app(shop.id).await.expect("answers"), Some(shop.clone()));
    assert_eq!(records.app(AppId::from_random([9; 8])).await.expect("answers"), None);

    assert!(records.disable_app(shop.id, now()).await.expect("answers"));
    assert!(records.disable_app(shop.id, now() + Duration::from_secs(1)).await.expect("answers"));
    let disabled = records.app(shop.id).await.expect("answers").expect("kept");
    assert_eq!(disabled.disabled_at, Some(now()), "since the first time");
    assert!(!records.disable_app(AppId::from_random([9; 8]), now()).await.expect("answers"));
    assert!(records.enable_app(shop.id).await.expect("answers"));
    assert_eq!(records.app(shop.id).await.expect("answers"), Some(shop));
    assert!(!records.enable_app(AppId::from_random([9; 8])).await.expect("answers"));
}

pub(super) async fn of_an_apps_secrets_the_newest_two_count(records: Records) {
    let (shop, public) = (new_app(1), App { secrets: Vec::new(), ..new_app(2) });
    for app in [&shop, &public] {
        records.add_app(app.clone()).await.expect("answers");
    }
    let secrets = async || records.app(shop.id).await.expect("answers").expect("kept").secrets;
    let [first, second, third] = [1, 2, 3].map(|of| AppSecretHash([of; 32]));
    assert!(records.rotate_app_secret(shop.id, second).await.expect("answers"));
    assert_eq!(secrets().await, [second, first]);
    assert!(records.rotate_app_secret(shop.id, third).await.expect("answers"));
    assert_eq!(secrets().await, [third, second]);
    assert!(!records.rotate_app_secret(shop.id, third).await.expect("answers"), "it is the newest already");
    assert_eq!(secrets().await, [third, second]);
    assert!(!records.rotate_app_secret(public.id, third).await.expect("answers"), "it has none to rotate");
    assert!(records.app(public.id).await.expect("answers").expect("kept").secrets.is_empty());
}
