//! The contract of the records about accounts, sessions, profiles and apps.

use std::time::Duration;

use futures_util::future::join_all;

use super::app_log::{by, run};
use super::now;
use super::pictures::picture;
use crate::consent::field::{Field, Fields};
use crate::crypto::random::random;
use crate::store::records::app_options::{AppOptions, SubjectType};
use crate::store::records::apps::{App, AppSecretHash, Dialects, SecretRotation};
use crate::store::records::fingerprint::Settled;
use crate::store::records::passkeys::WaysIn;
use crate::store::records::people::{Audience, Role};
use crate::store::records::profiles::{Gender, Profile, ShownToScreens};
use crate::store::records::{
    Account, DeviceFacts, ENDED_SESSION_KEPT, LedTo, NewAccount, OpenedBy, Records, RoleChange, SeenPlaces,
    SessionOpening, SessionRow, Vouched,
};
use crate::ticket::approval::{Epoch, Stay};
use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};
use crate::ticket::ladder::Rung;

pub(super) fn new_account(username: &str) -> NewAccount {
    NewAccount {
        id: AccountId::from_random(random()),
        username: username.to_owned(),
        display_name: "Alice".to_owned(),
        email: None,
        email_verified_at: None,
        password_hash: Some("$argon2id$".to_owned()),
        role: Role::None,
        created_at: now(),
    }
}

/// Opens a session as a sign-in does, on the one device and in the one network of these tests. Returns whether it is open.
pub(super) async fn opens(records: &Records, session: SessionRow, epoch: Epoch) -> bool {
    let opening = SessionOpening { session, epoch, places: here(), browser: None };
    records.open_session(opening).await.expect("answers").is_some()
}

pub(super) fn here() -> SeenPlaces {
    SeenPlaces { device: "device".to_owned(), network: "network".to_owned() }
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
        approved_in: None,
        device: DeviceFacts::default(),
        proven_at: None,
        by_link: false,
        rung: Rung::Tap,
        stay: Stay::Longest,
    }
}

pub(super) async fn an_account_is_found_by_its_username_and_nobody_else_gets_it(records: Records) {
    assert!(!records.has_accounts().await.expect("answers"));
    let alice = new_account("alice");
    assert!(records.add_account(alice.clone()).await.expect("answers"));
    assert!(!records.add_account(new_account("alice")).await.expect("answers"), "taken");
    assert!(records.has_accounts().await.expect("answers"));
    let (account, hash) = records.account_by_username("alice").await.expect("answers").expect("there");
    assert_eq!((account.id, account.is_admin(), hash.as_deref()), (alice.id, false, Some("$argon2id$")));
    assert!(records.account_by_username("bob").await.expect("answers").is_none());
}

pub(super) async fn no_two_user_names_look_alike(records: Records) {
    let add = async |name: &str| records.add_account(new_account(name)).await.expect("answers");
    for name in ["alice", "mona", "bob0", "i\u{307}brahim"] {
        assert!(add(name).await, "{name}");
    }
    for alike in ["аlice", "аӏісе", "a1ice", "ａｌｉｃｅ", "rnona", "bobo", "ibrahim"] {
        assert!(!add(alike).await, "{alike}");
        let found = records.account_by_username(alike).await.expect("answers").is_some();
        assert_eq!(found, alike == "ａｌｉｃｅ", "{alike}: letters of another width are the same letters");
    }
    for other in ["alicé", "alice2", "алиса", "爱丽丝"] {
        assert!(add(other).await, "{other}");
    }
    let racers = ["carol", "cаrol", "саrоl", "caro1"].map(|name| {
        let records = records.clone();
        tokio::spawn(async move { records.add_account(new_account(name)).await.expect("answers") })
    });
    let mut made = 0;
    for racer in racers {
        made += u32::from(racer.await.expect("no panic"));
    }
    assert_eq!(made, 1);
}

pub(super) async fn accounts_that_looked_alike_before_the_rule_go_on_and_no_new_one_looks_like_them(records: Records) {
    let (alice, other, bob) = (new_account("alice"), new_account("other"), new_account("bob"));
    for account in [&alice, &other, &bob] {
        assert!(records.add_account(account.clone()).await.expect("answers"));
    }
    // Written as an earlier version did.
    run(&records, "UPDATE accounts SET skeleton = NULL").await;
    run(&records, "UPDATE accounts SET username = 'аlice' WHERE username = 'other'").await;
    let found = async |name: &str| records.account_by_username(name).await.expect("answers").map(|(found, _)| found.id);
    for added in ["carol", "dave"] {
        assert!(records.add_account(new_account(added)).await.expect("answers"), "{added}");
        for alike in ["alicе", "b0b"] {
            assert!(!records.add_account(new_account(alike)).await.expect("answers"), "{alike}");
        }
        assert_eq!(found("alice").await, Some(alice.id));
        assert_eq!((found("аlice").await, found("bob").await), (Some(other.id), Some(bob.id)));
    }
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

pub(super) async fn an_account_is_made_an_administrator_and_that_is_taken_back(records: Records) {
    let (alice, bob) = (new_account("alice"), NewAccount { role: Role::Admin, ..new_account("bob") });
    for account in [&alice, &bob] {
        assert!(records.add_account(account.clone()).await.expect("answers"));
    }
    let is_admin = async |id| records.account(id).await.expect("answers").expect("there").is_admin();
    let demoted = async |id| records.set_role(id, Role::None).await.expect("answers");
    assert!(!is_admin(alice.id).await && is_admin(bob.id).await);
    assert_eq!(demoted(alice.id).await, RoleChange::Same);
    assert_eq!(demoted(bob.id).await, RoleChange::IsTheLast);
    assert!(is_admin(bob.id).await);
    for _ in 0..2 {
        records.set_role(alice.id, Role::Admin).await.expect("answers");
        assert!(is_admin(alice.id).await && is_admin(bob.id).await);
    }
    assert_eq!(demoted(bob.id).await, RoleChange::Done { before: Role::Admin });
    assert_eq!(demoted(bob.id).await, RoleChange::Same);
    assert_eq!(demoted(alice.id).await, RoleChange::IsTheLast);
    assert_eq!(demoted(AccountId::from_random(random())).await, RoleChange::Unknown, "there is none");
    records.set_role(bob.id, Role::Admin).await.expect("answers");
    assert!(is_admin(bob.id).await, "and back");
}

pub(super) async fn of_many_administrators_that_go_at_once_one_stays(records: Records) {
    let mut administrators = Vec::new();
    for round in 0..4 {
        for of in 0..8 {
            let account = NewAccount { role: Role::Admin, ..new_account(&format!("admin{round}-{of}")) };
            assert!(records.add_account(account.clone()).await.expect("answers"));
            administrators.push(account.id);
        }
        let leaving: Vec<_> = administrators
            .iter()
            .map(|id| {
                let (records, id) = (records.clone(), *id);
                tokio::spawn(async move { records.set_role(id, Role::None).await.expect("answers") })
            })
            .collect();
        let mut staying = Vec::new();
        for (id, left) in administrators.iter().zip(leaving) {
            if left.await.expect("no panic") == RoleChange::IsTheLast {
                staying.push(*id);
            }
        }
        assert_eq!(staying.len(), 1);
        administrators = staying;
    }
}

pub(super) async fn a_session_lives_until_it_is_ended_or_its_account_is_gone(records: Records) {
    let alice = new_account("alice");
    records.add_account(alice.clone()).await.expect("answers");
    let session = new_session(alice.id);
    assert!(opens(&records, session.clone(), Epoch(0)).await);
    let (found, account) = records.session(session.token_hash).await.expect("answers").expect("there");
    assert_eq!((found, account.id), (session.clone(), alice.id));

    let later = now() + Duration::from_secs(60);
    records.touch_session(session.token_hash, later).await.expect("answers");
    records.touch_session(session.token_hash, now()).await.expect("answers");
    let (found, _) = records.session(session.token_hash).await.expect("answers").expect("there");
    assert_eq!(found.last_seen_at, later, "a late write does not turn the time back");

    records.end_session(session.token_hash, later).await.expect("answers");
    assert!(opens(&records, session.clone(), Epoch(0)).await, "it is kept already");
    let (ended, _) = records.session(session.token_hash).await.expect("answers").expect("there");
    assert_eq!(ended.ends_at, later, "what is ended stays ended");
    let orphan = new_session(AccountId::from_random(random()));
    assert!(!opens(&records, orphan.clone(), Epoch(0)).await, "no account, no session");
}

pub(super) async fn sessions_past_their_end_are_swept(records: Records) {
    let alice = new_account("alice");
    records.add_account(alice.clone()).await.expect("answers");
    let session = new_session(alice.id);
    opens(&records, session.clone(), Epoch(0)).await;
    records.sweep(now()).await.expect("answers");
    assert!(records.session(session.token_hash).await.expect("answers").is_some());
    records.sweep(session.ends_at).await.expect("answers");
    assert!(records.session(session.token_hash).await.expect("answers").is_some(), "not at once");
    records.sweep(session.ends_at + ENDED_SESSION_KEPT).await.expect("answers");
    assert!(records.session(session.token_hash).await.expect("answers").is_none());
}

pub(super) async fn a_vouched_account_is_made_once_and_follows_its_token(records: Records) {
    let vouched = |name: &str| Vouched {
        fresh_id: AccountId::from_random(random()),
        issuer: "https://issuer.example".to_owned(),
        subject: "subject-1".to_owned(),
        display_name: name.to_owned(),
        picture: Some("https://issuer.example/alice.png".to_owned()),
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
    assert_eq!(renamed.profile.picture_link.as_deref(), Some("https://issuer.example/alice.png"));
    let other = Vouched { subject: "subject-2".to_owned(), ..vouched("Bob") };
    assert_ne!(records.vouched_account(other).await.expect("answers").id, first.id);
}

pub(super) async fn a_profile_is_kept_as_it_was_told_and_a_picture_is_changed_by_who_knows_the_one_before(
    records: Records,
) {
    let made = new_account("alice");
    records.add_account(made.clone()).await.expect("answers");
    let alice = async || records.account(made.id).await.expect("answers").expect("there");
    assert_eq!(alice().await.profile, Profile::default());
    assert_eq!(alice().await.filled_fields().to_string(), "name username");

    let first = picture(1).id;
    let swap = |from, to| records.swap_picture(made.id, from, to);
    assert!(swap(None, Some(picture(1))).await.expect("answers"));
    assert!(!swap(None, Some(picture(2))).await.expect("answers"), "another one is there");
    let profile = Profile {
        shown_to_screens: ShownToScreens::Letter,
        gender: Some(Gender::Other),
        city: Some("São Paulo".to_owned()),
        province: None,
        country: Some("Brazil".to_owned()),
        language: Some("pt-BR".to_owned()),
        given_name: Some("Alícia".to_owned()),
        family_name: Some("Souza".to_owned()),
        zone: Some("America/Sao_Paulo".to_owned()),
        updated_at: Some(now()),
        // Pictures are changed by a query of their own.
        picture: None,
        picture_link: None,
    };
    let account = Account { display_name: "Alícia".to_owned(), profile: profile.clone(), ..alice().await };
    let settle =
        async |account: &Account, seen| records.settle_profile(account.clone(), seen, now()).await.expect("answers");
    let first_seen = Some(alice().await.fingerprint());
    assert_eq!(settle(&account, None).await, Settled::Meanwhile, "who saw nothing changes nothing");
    assert_eq!(settle(&account, first_seen).await, Settled::Done);
    let late = Account { display_name: "Mallory".to_owned(), ..account.clone() };
    assert_eq!(settle(&late, first_seen).await, Settled::Meanwhile, "it is another by now");
    assert_eq!(settle(&account, first_seen).await, Settled::Done, "it is so already");
    let stranger = Account { id: AccountId::from_random(random()), ..late };
    assert_eq!(settle(&stranger, first_seen).await, Settled::Unknown);
    let kept = alice().await;
    assert_eq!((kept.display_name.as_str(), kept.profile.picture), ("Alícia", Some(first)));
    assert_eq!(kept.profile, Profile { picture: Some(first), ..profile });
    assert_eq!(kept.filled_fields(), Fields::which(|field| field != Field::Email), "the address is kept elsewhere");
    assert_eq!(kept.profile.place().as_deref(), Some("São Paulo, Brazil"));
    assert!(swap(Some(first), None).await.expect("answers"));

    let session = new_session(made.id);
    opens(&records, session.clone(), Epoch(0)).await;
    let (_, signed_in) = records.session(session.token_hash).await.expect("answers").expect("there");
    assert_eq!(signed_in, alice().await, "whoever is read with something else is the same");
    let (named, _) = records.account_by_username("alice").await.expect("answers").expect("there");
    assert_eq!(named, signed_in);
    assert_eq!(records.account(AccountId::from_random(random())).await.expect("answers"), None);
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

pub(in crate::store) fn new_app(of: u8) -> App {
    App {
        id: AppId::from_random([of; 8]),
        name: if of == 1 { "Shop".to_owned() } else { format!("Shop {of}") },
        dialects: Dialects::Both,
        redirect_uris: vec!["https://shop.example/signed-in?a=\"b\"".to_owned(), "http://127.0.0.1/".to_owned()],
        secrets: vec![AppSecretHash([of; 32])],
        created_at: now() + Duration::from_secs(of.into()),
        disabled_at: None,
        options: AppOptions { subject_type: SubjectType::Pairwise, ..AppOptions::default() },
        audience: Audience::Everyone,
        owner: None,
    }
}

pub(super) async fn an_app_is_kept_as_it_was_registered(records: Records) {
    let (shop, public) = (new_app(1), App { secrets: Vec::new(), dialects: Dialects::Oidc, ..new_app(2) });
    assert!(records.add_app(public.clone(), by(now())).await.expect("answers").expect("told apart"));
    assert!(records.add_app(shop.clone(), by(now())).await.expect("answers").expect("told apart"));
    let other = App { name: "Another".to_owned(), ..shop.clone() };
    assert!(!records.add_app(other, by(now())).await.expect("answers").expect("told apart"), "taken");
    assert_eq!(records.apps().await.expect("answers"), [shop.clone(), public]);
    assert_eq!(records.app(shop.id).await.expect("answers"), Some(shop.clone()));
    assert_eq!(records.app(AppId::from_random([9; 8])).await.expect("answers"), None);

    assert!(records.disable_app(shop.id, by(now())).await.expect("answers"));
    assert!(records.disable_app(shop.id, by(now() + Duration::from_secs(1))).await.expect("answers"));
    let disabled = records.app(shop.id).await.expect("answers").expect("kept");
    assert_eq!(disabled.disabled_at, Some(now()), "since the first time");
    assert!(!records.disable_app(AppId::from_random([9; 8]), by(now())).await.expect("answers"));
    assert!(records.enable_app(shop.id, by(now())).await.expect("answers"));
    assert_eq!(records.app(shop.id).await.expect("answers"), Some(shop));
    assert!(!records.enable_app(AppId::from_random([9; 8]), by(now())).await.expect("answers"));
}

pub(super) async fn of_an_apps_secrets_the_newest_two_count(records: Records) {
    let (shop, public) = (new_app(1), App { secrets: Vec::new(), ..new_app(2) });
    for app in [&shop, &public] {
        records.add_app(app.clone(), by(now())).await.expect("answers").expect("told apart");
    }
    let secrets = async || records.app(shop.id).await.expect("answers").expect("kept").secrets;
    let [first, second, third] = [1, 2, 3].map(|of| AppSecretHash([of; 32]));
    let rotate = async |id, secret| records.rotate_app_secret(id, secret, None, by(now())).await.expect("answers");
    assert_eq!(rotate(shop.id, second).await, SecretRotation::Done);
    assert_eq!(secrets().await, [second, first]);
    assert_eq!(rotate(shop.id, third).await, SecretRotation::Done);
    assert_eq!(secrets().await, [third, second]);
    assert_eq!(rotate(shop.id, third).await, SecretRotation::Same);
    assert_eq!(secrets().await, [third, second]);
    assert_eq!(rotate(public.id, third).await, SecretRotation::NoSecret);
    assert!(records.app(public.id).await.expect("answers").expect("kept").secrets.is_empty());
}

/// Applies to SQLite only: of two processes that make the tables of a new file at once, one would find them half made.
#[tokio::test]
async fn a_new_file_is_opened_by_many_at_once() {
    for round in 0..20 {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("records.db");
        for opened in join_all((0..8).map(|_| Records::sqlite(&path, WaysIn::BOTH))).await {
            let records = opened.unwrap_or_else(|fault| panic!("round {round}: {fault:?}"));
            assert!(!records.has_accounts().await.expect("answers"));
            records.close().await;
        }
    }
}
