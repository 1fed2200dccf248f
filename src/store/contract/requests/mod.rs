//! The contract of the records about requests for apps and about the owners of apps.

use std::time::Duration;

use tokio::task::JoinSet;

use super::app_log::{by, run};
use super::now;
use super::records::{new_account, new_app};
use crate::crypto::random::random;
use crate::store::records::Records;
use crate::store::records::activity::{ActivityFilter, ActivityKind, NewActivity};
use crate::store::records::app_log::{Act, Actor, By};
use crate::store::records::app_options::SubjectType;
use crate::store::records::apps::{App, AppSecretHash, Dialects, SecretRotation};
use crate::store::records::people::Audience;
use crate::store::records::requests::asked::{Asked, AskedClaims, RequestKind};
use crate::store::records::requests::request::{
    AppRequestId, DECIDED_KEPT, Decided, Decision, HandedOver, NewRequest, OPEN_REQUESTS, REQUESTS_LATELY,
    RequestAdded, RequestStatus,
};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

async fn person(records: &Records, name: &str) -> AccountId {
    let account = new_account(name);
    assert!(records.add_account(account.clone()).await.expect("answers"));
    account.id
}

fn line(kind: ActivityKind, account: AccountId, at: Timestamp) -> NewActivity {
    NewActivity::of(kind, account, "Alice", at)
}

fn request(by: AccountId, name: &str, at: Timestamp) -> NewRequest {
    let asked = Asked {
        kind: RequestKind::New,
        name: name.to_owned(),
        site: "https://shop.example".to_owned(),
        redirect_uris: vec!["https://shop.example/\"a\"".to_owned()],
        dialects: Dialects::Both,
        claims: Some(AskedClaims { subject_type: SubjectType::Pairwise, profile_in_id_token: true }),
        users: "the staff of \"Shop\"".to_owned(),
        why: "because".to_owned(),
    };
    NewRequest { id: AppRequestId::from_random(random()), by, app: None, asked, at }
}

async fn add(records: &Records, request: &NewRequest) -> RequestAdded {
    let app = App { name: request.asked.name.clone(), ..new_app(99) };
    let line = line(ActivityKind::AppRequested, request.by, request.at);
    records.add_app_request(request.clone(), app, line).await.expect("answers")
}

async fn added(records: &Records, by: AccountId, name: &str) -> AppRequestId {
    let request = request(by, name, now());
    assert_eq!(add(records, &request).await, RequestAdded::Done);
    request.id
}

fn decision(id: AppRequestId, by: AccountId) -> Decision {
    Decision { id, by, at: now() }
}

async fn status(records: &Records, id: AppRequestId) -> RequestStatus {
    records.app_request(id).await.expect("answers").expect("there").status
}

pub(super) async fn a_request_is_kept_as_it_was_made_and_only_once(records: Records) {
    let alice = person(&records, "alice").await;
    let request = request(alice, "Market", now());
    for _ in 0..2 {
        assert_eq!(add(&records, &request).await, RequestAdded::Done);
    }
    let kept = records.app_request(request.id).await.expect("answers").expect("there");
    assert_eq!((&kept.asked, kept.by.account, kept.by.username.as_deref()), (&request.asked, alice, Some("alice")));
    assert_eq!((kept.status, kept.app, kept.created_at, kept.decided_at), (RequestStatus::Open, None, now(), None));
    assert_eq!(records.app_requests_of(alice, 10).await.expect("answers"), vec![kept]);
    assert_eq!(records.open_app_requests().await.expect("answers"), 1);
    let noted = records.activity(ActivityFilter::default(), 10).await.expect("answers");
    assert_eq!(noted.len(), 1, "what is stored once is noted once");
    records.add_app(new_app(1), by(now())).await.expect("answers").expect("told apart");
    let alike = add(&records, &self::request(alice, "SHOP", now())).await;
    assert!(matches!(alike, RequestAdded::Alike(alike) if alike.name == "Shop"));
    // A row that was stored before these fields were there has neither.
    run(
        &records,
        r#"UPDATE app_requests SET asked = '{"kind":"new","name":"Market","redirect_uris":[],"dialects":"Both"}'"#,
    )
    .await;
    let old = records.app_request(request.id).await.expect("answers").expect("there").asked;
    assert_eq!((old.claims, &*old.users, &*old.site), (None, "", ""));
    records.delete_account(alice, now()).await.expect("answers");
    assert_eq!(records.app_request(request.id).await.expect("answers"), None);
}

pub(super) async fn a_person_has_a_few_open_requests_however_many_come_at_once(records: Records) {
    let alice = person(&records, "alice").await;
    let mut racers = JoinSet::new();
    for at in 0..20 {
        let records = records.clone();
        racers.spawn(async move { add(&records, &request(alice, &format!("App {at}"), now())).await });
    }
    let done = racers.join_all().await.into_iter().filter(|added| *added == RequestAdded::Done).count();
    assert_eq!(done, usize::from(OPEN_REQUESTS));
    // Requests that are withdrawn and made again are bounded as well, for a day.
    let mut made = u16::try_from(done).expect("a few");
    loop {
        for open in records.app_requests_of(alice, 100).await.expect("answers") {
            let line = line(ActivityKind::AppRequestDecided, alice, now());
            records.withdraw_app_request(open.id, alice, line).await.expect("answers");
        }
        if add(&records, &request(alice, "Again", now())).await == RequestAdded::TooMany {
            break;
        }
        made += 1;
        assert!(made <= REQUESTS_LATELY);
    }
    assert_eq!(made, REQUESTS_LATELY);
    let tomorrow = now() + Duration::from_secs(24 * 3600);
    assert_eq!(add(&records, &request(alice, "Again", tomorrow)).await, RequestAdded::Done);
    let old = tomorrow + DECIDED_KEPT;
    records.sweep(old).await.expect("answers");
    let left = records.app_requests_of(alice, 100).await.expect("answers");
    assert!(left.len() == 1 && left[0].status == RequestStatus::Open, "what waits is kept: {left:?}");
}

pub(super) async fn of_many_decisions_at_once_the_first_counts(records: Records) {
    let (alice, grace) = (person(&records, "alice").await, person(&records, "grace").await);
    let id = added(&records, alice, "Market").await;
    let mut racers = JoinSet::new();
    for of in 0..12_u8 {
        let records = records.clone();
        racers.spawn(async move {
            let line = line(ActivityKind::AppRequestDecided, alice, now());
            let app = App { owner: Some(alice), audience: Audience::NOBODY, name: "Market".into(), ..new_app(of + 1) };
            match of % 3 {
                0 => records.withdraw_app_request(id, alice, line).await.expect("answers"),
                1 => records.decline_app_request(decision(id, grace), "No".into(), line).await.expect("answers"),
                _ => {
                    let sealed = Some(b"sealed".to_vec());
                    let approved = records.approve_new_app(decision(id, grace), app, sealed, by(now()), line).await;
                    approved.expect("answers").unwrap_or(Decided::Before)
                }
            }
        });
    }
    let outcomes = racers.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Decided::Done).count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Decided::Before).count(), 11, "{outcomes:?}");
    let is_approved = status(&records, id).await == RequestStatus::Approved;
    assert_eq!(records.apps().await.expect("answers").len(), usize::from(is_approved));
    assert_eq!(records.activity(ActivityFilter::default(), 100).await.expect("answers").len(), 2);
    let line = || line(ActivityKind::AppRequestDecided, alice, now());
    let other = added(&records, alice, "Bazaar").await;
    let withdrawn = records.withdraw_app_request(other, grace, line()).await.expect("answers");
    assert_eq!((withdrawn, status(&records, other).await), (Decided::Unknown, RequestStatus::Open));
    let none = AppRequestId::from_random([9; 16]);
    assert_eq!(
        records.decline_app_request(decision(none, grace), "No".into(), line()).await.expect("answers"),
        Decided::Unknown
    );
    records.decline_app_request(decision(other, grace), "No".into(), line()).await.expect("answers");
    let declined = records.app_request(other).await.expect("answers").expect("there");
    assert_eq!((&*declined.reason, declined.decided_at), ("No", Some(now())));
    assert_eq!(declined.decided_by.expect("somebody").username.as_deref(), Some("grace"));
}

pub(super) async fn an_approved_app_has_an_owner_and_its_secret_waits_for_them(records: Records) {
    let (alice, grace) = (person(&records, "alice").await, person(&records, "grace").await);
    let id = added(&records, alice, "Shop").await;
    let line = || line(ActivityKind::AppRequestDecided, alice, now());
    let app = App { owner: Some(alice), audience: Audience::NOBODY, ..new_app(1) };
    let sealed = Some(b"sealed".to_vec());
    // With its name taken meanwhile nothing is done at all.
    let other = App { name: "SHOP".to_owned(), ..new_app(2) };
    records.add_app(other.clone(), by(now())).await.expect("answers").expect("told apart");
    let alike = records.approve_new_app(decision(id, grace), app.clone(), sealed.clone(), by(now()), line()).await;
    assert_eq!(alike.expect("answers").expect_err("alike").id, other.id);
    assert_eq!(status(&records, id).await, RequestStatus::Open);
    let renamed = |app: App| Ok::<_, ()>(App { name: "Other".to_owned(), ..app });
    records.revise_app(other.id, &by(now()), renamed).await.expect("answers");
    let done = records.approve_new_app(decision(id, grace), app.clone(), sealed, by(now()), line()).await;
    assert_eq!(done.expect("answers"), Ok(Decided::Done));
    assert_eq!(records.app(app.id).await.expect("answers"), Some(app.clone()));
    assert_eq!(records.apps_of_owner(alice).await.expect("answers"), vec![app.clone()]);
    assert_eq!(records.app_request(id).await.expect("answers").expect("there").app, Some(app.id));
    let waiting = async || records.sealed_secret_of(app.id).await.expect("answers");
    assert_eq!(waiting().await, Some((id, b"sealed".to_vec())));
    records.sweep(now() + DECIDED_KEPT).await.expect("answers");
    assert!(waiting().await.is_some(), "a secret that nobody saw is kept");
    records.forget_sealed_secret(app.id).await.expect("answers");
    assert_eq!(waiting().await, None);
    run(&records, "UPDATE app_requests SET sealed_secret = id").await;
    let rotated = records.rotate_app_secret(app.id, AppSecretHash([9; 32]), None, by(now())).await.expect("answers");
    assert_eq!(rotated, SecretRotation::Done);
    assert_eq!(waiting().await, None, "a newer secret was made");
}

pub(super) async fn a_proposed_change_is_made_to_the_app_that_was_compared(records: Records) {
    let (alice, grace) = (person(&records, "alice").await, person(&records, "grace").await);
    let shop = App { owner: Some(alice), ..new_app(1) };
    records.add_app(shop.clone(), by(now())).await.expect("answers").expect("told apart");
    let change = |name: &str| {
        let mut change = request(alice, name, now());
        (change.app, change.asked.kind) = (Some(shop.id), RequestKind::Change);
        change
    };
    let store = async |request: &NewRequest| {
        let app = App { name: request.asked.name.clone(), ..shop.clone() };
        let line = line(ActivityKind::AppRequested, alice, now());
        records.add_app_request(request.clone(), app, line).await.expect("answers")
    };
    let first = change("Store");
    assert_eq!(store(&first).await, RequestAdded::Done);
    assert_eq!(store(&change("Bazaar")).await, RequestAdded::AlreadyOpen);
    let approve = async |seen| {
        let line = line(ActivityKind::AppRequestDecided, alice, now());
        let app = App { name: "Store".to_owned(), ..shop.clone() };
        let done = records.approve_app_change(decision(first.id, grace), app, seen, by(now()), line).await;
        done.expect("answers").expect("told apart")
    };
    assert_eq!(approve(None).await, Decided::Meanwhile);
    assert_eq!(status(&records, first.id).await, RequestStatus::Open);
    assert_eq!(approve(Some(shop.fingerprint())).await, Decided::Done);
    assert_eq!(approve(Some(shop.fingerprint())).await, Decided::Before);
    let changed = records.app(shop.id).await.expect("answers").expect("there");
    assert_eq!((&*changed.name, changed.owner), ("Store", Some(alice)));
    assert_eq!(store(&change("Bazaar")).await, RequestAdded::Done);
}

pub(super) async fn requests_are_listed_page_by_page_and_the_open_ones_first(records: Records) {
    let (alice, grace) = (person(&records, "alice").await, person(&records, "grace").await);
    let mut ids = Vec::new();
    // Two of the three times are equal, so that the ids decide.
    for (name, seconds) in [("App 1", 0), ("App 2", 5), ("App 3", 5), ("App 4", 9)] {
        let request = request(alice, name, now() + Duration::from_secs(seconds));
        assert_eq!(add(&records, &request).await, RequestAdded::Done);
        ids.push(request.id);
    }
    let line = line(ActivityKind::AppRequestDecided, alice, now());
    records.decline_app_request(decision(ids[3], grace), "No".into(), line).await.expect("answers");
    let mut equal = [ids[1], ids[2]];
    equal.sort_by_key(|id| std::cmp::Reverse(id.as_bytes().to_vec()));
    let expected = [equal[0], equal[1], ids[0], ids[3]];
    for most in 1..=5 {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let page = records.app_requests(after, most).await.expect("answers");
            assert!(page.len() <= usize::from(most));
            let Some(last) = page.last() else { break };
            after = Some(last.place());
            listed.extend(page.iter().map(|request| request.id));
        }
        assert_eq!(listed, expected, "{most} a page");
    }
}

pub(super) async fn an_app_goes_from_its_owner_to_another_and_outlives_both(records: Records) {
    let (alice, bob, carol) =
        (person(&records, "alice").await, person(&records, "bob").await, person(&records, "carol").await);
    let shop = App { owner: Some(alice), ..new_app(1) };
    records.add_app(shop.clone(), by(now())).await.expect("answers").expect("told apart");
    let mut change = request(alice, "Store", now());
    (change.app, change.asked.kind) = (Some(shop.id), RequestKind::Change);
    assert_eq!(add(&records, &change).await, RequestAdded::Done);
    records.disable_account(carol, now()).await.expect("answers");
    let owner = Actor::Owner { account: alice, name: "alice".to_owned(), address: [192, 0, 2, 1].into() };
    let by_owner = By { actor: owner.clone(), now: now() };
    let lines = |to| {
        let kind = ActivityKind::AppHandedOver;
        [NewActivity::of(kind, alice, "Alice", now()), NewActivity::of(kind, to, "Bob", now())]
    };
    let hand =
        async |from, to| records.hand_app_over(shop.id, from, to, by_owner.clone(), lines(to)).await.expect("answers");
    let noted = async || {
        let filter = ActivityFilter { kind: Some(ActivityKind::AppHandedOver), ..ActivityFilter::default() };
        let lines = records.activity(filter, 10).await.expect("answers");
        lines.into_iter().map(|activity| activity.line.account_name).collect::<Vec<_>>()
    };
    assert_eq!(hand(bob, carol).await, HandedOver::NotTheirs);
    assert_eq!(hand(alice, carol).await, HandedOver::NoSuchPerson);
    assert_eq!(hand(alice, AccountId::from_random([9; 16])).await, HandedOver::NoSuchPerson);
    assert_eq!(status(&records, change.id).await, RequestStatus::Open);
    assert!(noted().await.is_empty(), "what is not done is not noted");
    assert_eq!(hand(alice, bob).await, HandedOver::Done);
    assert_eq!(hand(alice, bob).await, HandedOver::NotTheirs);
    assert_eq!(noted().await, ["Bob", "Alice"]);
    assert_eq!(status(&records, change.id).await, RequestStatus::Withdrawn);
    let kept = async || records.app(shop.id).await.expect("answers").expect("there");
    assert_eq!(kept().await.owner, Some(bob));
    let lines = records.app_log(Some(shop.id), None, 10).await.expect("answers");
    assert_eq!((lines[0].act, &lines[0].fields, &lines[0].actor), (Act::Changed, &vec!["owner".to_owned()], &owner));
    assert_eq!(lines[1].actor, Actor::CommandLine);
    // A server of an earlier version writes lines without the mark, and they are those of administrators.
    run(&records, "UPDATE app_acts SET as_owner = 0").await;
    let lines = records.app_log(Some(shop.id), None, 10).await.expect("answers");
    assert!(matches!(&lines[0].actor, Actor::Administrator { name, .. } if name == "alice"));
    records.disable_account(bob, now()).await.expect("answers");
    assert_eq!(kept().await.owner, Some(bob));
    records.delete_account(bob, now()).await.expect("answers");
    assert_eq!(kept().await.owner, None);
}
