//! The contract of the records about sessions that end by an order, and about the devices of an account.

use super::{BEGUN, approved, device, is_open, new_approved};
use crate::store::contract::early_ends::{
    FIRST, HOUR, NONE, SECOND, app, begins, grant, is_valid, notices, person, session,
};
use crate::store::contract::now;
use crate::store::contract::records::{new_session, opens};
use crate::store::records::activity::{ActivityFilter, ActivityKind};
use crate::store::records::browsers::{Becomes, BrowserUse};
use crate::store::records::early_ends::PasswordChange;
use crate::store::records::grants::GrantStart;
use crate::store::records::{
    DeviceFacts, EndedBy, NewPlaces, OpenedBy, PLACE_KNOWN, Reach, Records, SeenPlaces, SessionEnding, SessionOpening,
    SessionRow,
};
use crate::ticket::ids::{AccountId, BrowserHash, SessionTokenHash};
use crate::ticket::time::Timestamp;

fn order(session: SessionTokenHash, account: AccountId, by: EndedBy, reach: Reach) -> SessionEnding {
    SessionEnding { session, account, by, reach, kept: None }
}

async fn ends(records: &Records, order: SessionEnding) -> Vec<SessionTokenHash> {
    let mut ended = records.end_session_by(order, now()).await.expect("answers");
    ended.sort_by_key(|session| session.0);
    ended
}

fn sorted<const N: usize>(mut sessions: [SessionTokenHash; N]) -> Vec<SessionTokenHash> {
    sessions.sort_by_key(|session| session.0);
    sessions.to_vec()
}

pub async fn sec_60_a_session_ends_alone_or_with_all_that_was_signed_in_there(records: Records) {
    let (shop, other) = (app(&records, 1, true).await, app(&records, 2, true).await);
    let alice = person(&records, "alice", &[shop, other]).await;
    let bob = person(&records, "bob", &[]).await;
    let phone = session(&records, alice).await;
    let desktop = approved(&records, alice, phone).await;
    let (second, stays) = (approved(&records, alice, desktop).await, approved(&records, alice, phone).await);
    let own = grant(shop, alice, Some(desktop), "openid");
    let lasting = grant(shop, alice, Some(desktop), "openid offline_access");
    let theirs = grant(other, alice, Some(second), "openid offline_access");
    let television = device(other, alice, desktop);
    let kept = grant(shop, alice, Some(stays), "openid offline_access");
    for grant in [&own, &lasting, &theirs, &television, &kept] {
        assert_eq!(begins(&records, grant, FIRST).await, GrantStart::Started);
    }
    let by = EndedBy::Owner(stays);
    assert_eq!(ends(&records, order(desktop, bob, by, Reach::WhatItSignedIn)).await, [], "another account's");
    assert_eq!(ends(&records, order(SessionTokenHash([9; 32]), alice, by, Reach::Session)).await, [], "nobody's");

    assert_eq!(ends(&records, order(desktop, alice, by, Reach::Session)).await, [desktop]);
    assert!(!is_open(&records, desktop).await && is_open(&records, second).await);
    assert!(!is_valid(&records, &own).await, "what an app got by it");
    for grant in [&lasting, &theirs, &television, &kept] {
        assert!(is_valid(&records, grant).await, "what outlasts it: {grant:?}");
    }
    assert_eq!(notices(&records).await, [(shop, alice, Some(desktop))]);
    assert_eq!(ends(&records, order(desktop, alice, by, Reach::Session)).await, [], "once");

    // What it signed in ends also after the session itself has.
    let ended = ends(&records, order(desktop, alice, by, Reach::WhatItSignedIn)).await;
    assert_eq!(ended, sorted([desktop, second]));
    for grant in [&lasting, &theirs, &television] {
        assert!(!is_valid(&records, grant).await, "{grant:?}");
    }
    assert!(is_valid(&records, &kept).await && is_open(&records, stays).await && is_open(&records, phone).await);
    let mut told = notices(&records).await;
    told.dedup();
    assert_eq!(told, [(shop, alice, Some(desktop)), (other, alice, NONE)], "an app of a device is told that all ended");
    // A claim that comes late opens nothing there.
    assert!(!opens(&records, new_approved(alice, desktop), FIRST).await);
    assert_eq!(begins(&records, &device(shop, alice, second), FIRST).await, GrantStart::Revoked);
    assert_eq!(ends(&records, order(desktop, alice, by, Reach::WhatItSignedIn)).await, [], "once");
    assert_eq!(notices(&records).await, []);
}

pub async fn sec_60_a_session_that_is_kept_goes_on_with_what_was_signed_in_there(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let phone = session(&records, alice).await;
    let (own, other) = (approved(&records, alice, phone).await, approved(&records, alice, phone).await);
    let second = approved(&records, alice, own).await;
    let all = order(phone, alice, EndedBy::Owner(own), Reach::WhatItSignedIn);
    assert_eq!(ends(&records, SessionEnding { kept: Some(own), ..all }).await, sorted([phone, other]));
    assert!(is_open(&records, own).await && is_open(&records, second).await);
}

pub async fn a_session_that_ended_says_who_ended_it_for_as_long_as_it_is_stored(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let facts = DeviceFacts {
        browser: Some("Firefox".to_owned()),
        system: Some("Windows".to_owned()),
        address: Some("2001:db8::1".parse().expect("an address")),
        name: Some("Work".to_owned()),
        unusual_at: None,
    };
    let phone = SessionRow { device: facts.clone(), ..new_session(alice) };
    assert!(opens(&records, phone.clone(), FIRST).await);
    let [by_owner, by_admin, alone, goes_on] = [
        session(&records, alice).await,
        session(&records, alice).await,
        session(&records, alice).await,
        session(&records, alice).await,
    ];
    ends(&records, order(by_owner, alice, EndedBy::Owner(phone.token_hash), Reach::Session)).await;
    ends(&records, order(by_admin, alice, EndedBy::Administrator, Reach::WhatItSignedIn)).await;
    records.end_session(alone, now()).await.expect("answers");
    let end = async |session| records.session_end(session).await.expect("answers").expect("stored");
    let told = end(by_owner).await;
    assert_eq!((told.by, told.session.ends_at), (Some(EndedBy::Owner(phone.token_hash)), now()));
    assert_eq!(told.device, DeviceFacts { address: None, ..facts });
    assert_eq!(end(by_admin).await.by, Some(EndedBy::Administrator));
    assert_eq!((end(alone).await.by, end(goes_on).await.by), (None, None));
    assert_eq!(records.session_end(SessionTokenHash([9; 32])).await.expect("answers"), None);
    // An order that comes too late does not change who it was.
    ends(&records, order(by_owner, alice, EndedBy::Administrator, Reach::WhatItSignedIn)).await;
    assert_eq!(end(by_owner).await.by, Some(EndedBy::Owner(phone.token_hash)));
    records.sweep(now() + HOUR).await.expect("answers");
    assert_eq!(records.session_end(by_owner).await.expect("answers"), None);
}

pub async fn a_device_is_named_and_confirmed_by_its_owner_and_by_no_other(records: Records) {
    let (alice, bob) = (person(&records, "alice", &[]).await, person(&records, "bob", &[]).await);
    let usual = session(&records, alice).await;
    let facts = DeviceFacts { unusual_at: Some(now()), ..DeviceFacts::default() };
    let desktop = SessionRow { device: facts, ..new_session(alice) };
    let elsewhere = at("another device", "network");
    let opening = SessionOpening { session: desktop.clone(), epoch: FIRST, places: elsewhere, browser: None };
    assert_eq!(records.open_session(opening).await.expect("answers"), Some(NewPlaces::Device));
    let hash = desktop.token_hash;
    let named = async || records.session(hash).await.expect("answers").expect("there").0.device.name;
    for (account, session, name, is_done) in [
        (bob, hash, Some("Theirs"), false),
        (alice, SessionTokenHash([9; 32]), Some("Nothing"), false),
        (alice, hash, Some("Work"), true),
    ] {
        let name = name.map(str::to_owned);
        assert_eq!(records.rename_session(account, session, name, now()).await.expect("answers"), is_done);
    }
    assert_eq!(named().await.as_deref(), Some("Work"));
    assert!(records.rename_session(alice, hash, None, now()).await.expect("answers"));
    assert_eq!(named().await, None);

    let own = SessionTokenHash([9; 32]);
    let unusual = async |account| records.unusual_sessions(account, own, now()).await.expect("answers");
    assert_eq!((unusual(alice).await, unusual(bob).await.len()), (vec![desktop.clone()], 0));
    for (account, session, is_done) in
        [(bob, hash, false), (alice, usual, false), (alice, hash, true), (alice, hash, false)]
    {
        assert_eq!(records.confirm_session(account, session).await.expect("answers"), is_done);
    }
    assert_eq!(unusual(alice).await, []);
    records.end_session(hash, now()).await.expect("answers");
    assert!(!records.rename_session(alice, hash, Some("Late".to_owned()), now()).await.expect("answers"));
}

fn at(device: &str, network: &str) -> SeenPlaces {
    SeenPlaces { device: device.to_owned(), network: network.to_owned() }
}

/// Opens a new session of an account on this device and in this network.
async fn opened(records: &Records, account: AccountId, places: SeenPlaces, at: Timestamp) -> Option<NewPlaces> {
    let session = SessionRow { created_at: at, ends_at: at + HOUR, ..new_session(account) };
    records.open_session(SessionOpening { session, epoch: FIRST, places, browser: None }).await.expect("answers")
}

pub async fn a_place_is_known_for_ninety_days_after_the_last_sign_in_there(records: Records) {
    for (number, (places, new)) in [
        (at("device", "network"), NewPlaces::Neither),
        (at("device b", "network"), NewPlaces::Device),
        (at("device", "network b"), NewPlaces::Network),
        (at("device b", "network b"), NewPlaces::Both),
    ]
    .into_iter()
    .enumerate()
    {
        let account = person(&records, &format!("person-{number}"), &[]).await;
        let first = opened(&records, account, at("device", "network"), now()).await;
        assert_eq!(first, Some(NewPlaces::Neither), "the first sign-in of an account");
        assert_eq!(opened(&records, account, places, now()).await, Some(new));
    }
    let (alice, home) = (person(&records, "alice", &[]).await, at("device", "network"));
    let (hotel, last) = (at("device b", "network b"), now() + PLACE_KNOWN);
    assert_eq!(opened(&records, alice, home.clone(), now()).await, Some(NewPlaces::Neither));
    assert_eq!(opened(&records, alice, hotel.clone(), now() + HOUR).await, Some(NewPlaces::Both));
    assert_eq!(opened(&records, alice, home.clone(), last).await, Some(NewPlaces::Both), "after ninety days");
    assert_eq!(opened(&records, alice, hotel.clone(), last).await, Some(NewPlaces::Neither));
    records.sweep(last + HOUR).await.expect("answers");
    assert_eq!(opened(&records, alice, home, last).await, Some(NewPlaces::Neither), "used again meanwhile");
    let nobody = AccountId::from_random([7; 16]);
    assert_eq!(opened(&records, nobody, hotel, now()).await, None, "an account that is gone");
}

pub async fn sec_60_a_sign_in_is_stored_once_with_its_lines_and_never_after_its_phone_signed_out(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let phone = session(&records, alice).await;
    let open = async |session: &SessionRow, epoch, places| {
        let opening = SessionOpening { session: session.clone(), epoch, places, browser: None };
        records.open_session(opening).await.expect("answers")
    };
    let told = async || {
        let of_alice = ActivityFilter { account: Some(alice), ..ActivityFilter::default() };
        let lines = records.activity(of_alice, 9).await.expect("answers").into_iter().map(|told| told.line);
        lines.map(|line| (line.kind, line.detail, line.account_name)).collect::<Vec<_>>()
    };
    let line = |kind, detail: &str| (kind, detail.to_owned(), "Alice".to_owned());
    let desktop = new_approved(alice, phone);
    for _ in 0..2 {
        assert_eq!(open(&desktop, FIRST, at("device", "network")).await, Some(NewPlaces::Neither));
        let lines = [line(ActivityKind::SignedIn, "scan"), line(ActivityKind::SignedIn, "scan")];
        assert_eq!(told().await, lines, "one of each of the two, although the claim was repeated");
    }
    let typed = SessionRow { opened_by: OpenedBy::Password, ..new_session(alice) };
    assert_eq!(open(&typed, FIRST, at("device b", "network")).await, Some(NewPlaces::Device));
    let of_typed = [line(ActivityKind::SignedIn, "password"), line(ActivityKind::DeviceNew, "new device")];
    assert_eq!(told().await[..2], of_typed);
    let (stored, _) = records.session(typed.token_hash).await.expect("answers").expect("there");
    assert_eq!(stored.device.unusual_at, Some(now()));

    assert_eq!(open(&new_session(alice), SECOND, at("device c", "network")).await, None, "of another epoch");
    records.end_session(phone, now()).await.expect("answers");
    let late = new_approved(alice, phone);
    assert_eq!(open(&late, FIRST, at("device c", "network")).await, None, "its phone signed out");
    assert_eq!(records.session(late.token_hash).await.expect("answers"), None);
    assert_eq!(told().await.len(), 4, "what was refused is not told");
    let again = open(&desktop, FIRST, at("device", "network")).await;
    assert_eq!(again, Some(NewPlaces::Neither), "what was open by then goes on");
}

pub async fn sec_60_a_new_place_is_told_by_each_session_until_its_owner_answers(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let signs_in = async |device: &str| {
        let session = SessionRow { created_at: now(), ends_at: now() + HOUR, ..new_session(alice) };
        let opening = SessionOpening { session, epoch: FIRST, places: at(device, "network"), browser: None };
        let hash = opening.session.token_hash;
        (hash, records.open_session(opening).await.expect("answers").expect("opened"))
    };
    let own = signs_in("phone").await.0;
    let told = async || -> Vec<SessionTokenHash> {
        let unusual = records.unusual_sessions(alice, own, now()).await.expect("answers");
        unusual.into_iter().map(|session| session.token_hash).collect()
    };
    let (first, new) = signs_in("laptop").await;
    assert_eq!((new, told().await), (NewPlaces::Device, vec![first]));
    // Nobody has answered when the device signs out and in again.
    records.end_session(first, now()).await.expect("answers");
    let (second, new) = signs_in("laptop").await;
    assert_eq!((new, told().await), (NewPlaces::Neither, vec![second]), "it has its line of activity already");
    assert!(records.confirm_session(alice, second).await.expect("answers"));
    signs_in("laptop").await;
    assert_eq!(told().await, [], "it was the owner");

    let (stranger, _) = signs_in("stranger").await;
    ends(&records, order(stranger, alice, EndedBy::Owner(own), Reach::Session)).await;
    let (again, new) = signs_in("stranger").await;
    assert_eq!((new, told().await), (NewPlaces::Device, vec![again]), "an end by its owner makes no place known");
    records.disown_session(again, alice, None, now()).await.expect("answers");
    assert_eq!(signs_in("stranger").await.1, NewPlaces::Device);
}

pub async fn sec_59_what_depends_on_a_session_depends_on_the_one_in_which_its_device_goes_on(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let own = session(&records, alice).await;
    let places = at("laptop", "network");
    let (browser, becomes) = (BrowserHash([7; 32]), Becomes::Known);
    let laptop = SessionRow { created_at: now(), ends_at: now() + HOUR, ..new_session(alice) };
    let used = Some(BrowserUse { browser, becomes });
    let opening = SessionOpening { session: laptop.clone(), epoch: FIRST, places: places.clone(), browser: used };
    records.open_session(opening).await.expect("answers").expect("opened");
    let second = approved(&records, alice, laptop.token_hash).await;

    let goes_on_in = new_session(alice);
    let after = goes_on_in.token_hash;
    let (before, to) = (BEGUN.to_owned(), "$new$".to_owned());
    let goes_on_from = Some(laptop.token_hash);
    let change = PasswordChange { seen: FIRST, before, after: to, ends_all: false, goes_on_from, goes_on_in };
    records.change_password(alice, change, now()).await.expect("answers").expect("changed");
    records.end_session(laptop.token_hash, now()).await.expect("answers");
    let is_known = async || records.standing(alice, Some(browser), None, now()).await.expect("answers").is_known;
    assert!(is_known().await, "the browser is the one that its owner made known");
    assert_eq!(opened(&records, alice, places.clone(), now()).await, Some(NewPlaces::Neither));
    assert_eq!(
        ends(&records, order(after, alice, EndedBy::Owner(own), Reach::WhatItSignedIn)).await,
        sorted([after, second])
    );
    assert!(!is_known().await, "and is forgotten with the device");
}
