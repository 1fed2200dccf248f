//! The contract of the records about sessions that end by an order, and about the devices of an account.

use super::{approved, device, is_open, new_approved};
use crate::store::contract::early_ends::{FIRST, HOUR, NONE, app, begins, grant, is_valid, notices, person, session};
use crate::store::contract::now;
use crate::store::contract::records::new_session;
use crate::store::records::grants::GrantStart;
use crate::store::records::{
    DeviceFacts, EndedBy, NewPlaces, PLACE_KNOWN, Reach, Records, SeenPlaces, SessionEnding, SessionRow,
};
use crate::ticket::ids::{AccountId, SessionTokenHash};

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
    assert!(!records.add_session(new_approved(alice, desktop), FIRST).await.expect("answers"));
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
    assert!(records.add_session(phone.clone(), FIRST).await.expect("answers"));
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
    let facts = DeviceFacts { unusual_at: Some(now()), ..DeviceFacts::default() };
    let desktop = SessionRow { device: facts, ..new_session(alice) };
    assert!(records.add_session(desktop.clone(), FIRST).await.expect("answers"));
    let usual = session(&records, alice).await;
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

pub async fn a_place_is_known_for_ninety_days_after_the_last_sign_in_there(records: Records) {
    let (alice, bob) = (person(&records, "alice", &[]).await, person(&records, "bob", &[]).await);
    let at = |device: &str, network: &str| SeenPlaces { device: device.to_owned(), network: network.to_owned() };
    let new = async |account, places, at| records.new_places(account, places, at).await.expect("answers");
    let see = async |places, at| records.see_places(alice, places, at).await.expect("answers");
    let home = at("device a", "network a");
    assert_eq!(new(alice, home.clone(), now()).await, NewPlaces::Neither, "the first sign-in of an account");
    see(home.clone(), now()).await;
    for (places, is_new) in [
        (home.clone(), NewPlaces::Neither),
        (at("device b", "network a"), NewPlaces::Device),
        (at("device a", "network b"), NewPlaces::Network),
        (at("device b", "network b"), NewPlaces::Both),
    ] {
        assert_eq!(new(alice, places, now()).await, is_new);
    }
    assert_eq!(new(bob, at("device b", "network b"), now()).await, NewPlaces::Neither, "another account's first");
    see(at("device b", "network b"), now() + HOUR).await;
    let last = now() + PLACE_KNOWN;
    assert_eq!(new(alice, home.clone(), last).await, NewPlaces::Both, "after ninety days");
    assert_eq!(new(alice, at("device b", "network b"), last).await, NewPlaces::Neither);
    see(home.clone(), now() + HOUR + HOUR).await;
    records.sweep(last + HOUR).await.expect("answers");
    assert_eq!(new(alice, home, last).await, NewPlaces::Neither, "used again meanwhile");
    assert_eq!(new(alice, at("device b", "network b"), last).await, NewPlaces::Both, "swept");
    records.see_places(AccountId::from_random([7; 16]), at("x", "y"), now()).await.expect("an account that is gone");
}
