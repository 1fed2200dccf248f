//! The contract of the records about accounts that an operator disables or deletes.

use futures_util::future::join_all;

use super::early_ends::{FIRST, NONE, SECOND, app, begins, grant, is_valid, notices, person, session};
use super::now;
use super::pictures::picture;
use super::records::{new_account, new_session, opens};
use crate::crypto::random::random;
use crate::store::records::accounts::{Listed, Removal};
use crate::store::records::early_ends::SignedOut;
use crate::store::records::grants::GrantStart;
use crate::store::records::people::Role;
use crate::store::records::{NewAccount, Records, RoleChange, Vouched};
use crate::ticket::ids::AccountId;

async fn disabled(records: &Records, id: AccountId) -> Removal {
    records.disable_account(id, now()).await.expect("answers")
}

async fn deleted(records: &Records, id: AccountId) -> Removal {
    records.delete_account(id, now()).await.expect("answers")
}

fn vouched(subject: &str) -> Vouched {
    Vouched {
        fresh_id: AccountId::from_random(random()),
        issuer: "https://issuer.example".to_owned(),
        subject: subject.to_owned(),
        display_name: subject.to_owned(),
        picture: None,
        now: now(),
    }
}

async fn listed(records: &Records) -> Vec<Listed> {
    records.accounts().await.expect("answers")
}

pub(super) async fn of_a_disabled_account_nothing_goes_on_and_nothing_begins_until_it_is_enabled(records: Records) {
    let (shop, deaf) = (app(&records, 1, true).await, app(&records, 2, false).await);
    let (alice, bob) = (person(&records, "alice", &[shop, deaf]).await, person(&records, "bob", &[shop]).await);
    let (browser, theirs) = (session(&records, alice).await, session(&records, bob).await);
    let (device, of_bob) = (grant(shop, alice, NONE, "openid offline_access"), grant(shop, bob, NONE, "openid"));
    for (grant, epoch) in [(&device, FIRST), (&of_bob, FIRST)] {
        assert_eq!(begins(&records, grant, epoch).await, GrantStart::Started);
    }
    let signs_in = async |epoch| {
        let one = new_session(alice);
        let counts = records.is_signed_in(alice, epoch, None, now()).await.expect("answers");
        let begins = begins(&records, &grant(shop, alice, NONE, "openid"), epoch).await == GrantStart::Started;
        [opens(&records, one.clone(), epoch).await, counts, begins]
    };
    assert_eq!(signs_in(FIRST).await, [true; 3]);
    assert_eq!(disabled(&records, alice).await, Removal::Done(SignedOut { sessions: 2, grants: 2 }));
    assert_eq!(notices(&records).await, [(shop, alice, NONE)]);
    assert_eq!(records.session(browser).await.expect("answers"), None);
    assert!(!is_valid(&records, &device).await && is_valid(&records, &of_bob).await);
    // Neither in the old epoch nor in the present one.
    assert_eq!((signs_in(FIRST).await, signs_in(SECOND).await), ([false; 3], [false; 3]));
    assert!(records.account(alice).await.expect("answers").expect("there").is_disabled);
    assert!(!records.account(bob).await.expect("answers").expect("there").is_disabled);
    assert!(records.session(theirs).await.expect("answers").is_some());
    records.enable_account(alice).await.expect("answers");
    let (again, _) = records.account_by_username("alice").await.expect("answers").expect("there");
    assert!(!again.is_disabled);
    assert_eq!(signs_in(again.epoch).await, [true; 3]);
}

pub(super) async fn of_a_deleted_account_nothing_is_left_and_its_apps_are_told(records: Records) {
    let (shop, deaf) = (app(&records, 1, true).await, app(&records, 2, false).await);
    let (alice, bob) = (person(&records, "alice", &[shop, deaf]).await, person(&records, "bob", &[shop]).await);
    let (browser, theirs) = (session(&records, alice).await, session(&records, bob).await);
    let (device, of_bob) = (grant(shop, alice, NONE, "openid"), grant(shop, bob, NONE, "openid"));
    for grant in [&device, &of_bob] {
        assert_eq!(begins(&records, grant, FIRST).await, GrantStart::Started);
    }
    let own = picture(1);
    assert!(records.swap_picture(alice, None, Some(own.clone())).await.expect("answers"));
    assert_eq!(deleted(&records, alice).await, Removal::Done(SignedOut { sessions: 1, grants: 1 }));
    assert_eq!(notices(&records).await, [(shop, alice, NONE)], "although nobody has that name any more");
    assert_eq!(records.account(alice).await.expect("answers"), None);
    assert_eq!(records.session(browser).await.expect("answers"), None);
    assert!(records.grant(device.id).await.expect("answers").is_none());
    assert!(records.picture(own.id).await.expect("answers").is_none());
    assert!(!opens(&records, new_session(alice), SECOND).await);
    assert!(!records.is_signed_in(alice, SECOND, None, now()).await.expect("answers"));
    assert!(is_valid(&records, &of_bob).await && records.session(theirs).await.expect("answers").is_some());
    assert_eq!(deleted(&records, alice).await, Removal::Done(SignedOut::default()), "once more changes nothing");
    // Her username is free, and the next account of that name is another one.
    let next = new_account("alice");
    assert!(records.add_account(next.clone()).await.expect("answers"));
    assert!(records.consents(next.id).await.expect("answers").is_empty());
}

pub(super) async fn the_last_administrator_that_signs_in_stays(records: Records) {
    let [alice, bob] = ["alice", "bob"].map(|name| NewAccount { role: Role::Admin, ..new_account(name) });
    for account in [&alice, &bob] {
        assert!(records.add_account(account.clone()).await.expect("answers"));
    }
    assert!(matches!(disabled(&records, bob.id).await, Removal::Done(_)));
    // A disabled administrator does not count.
    assert_eq!(disabled(&records, alice.id).await, Removal::IsTheLast);
    assert_eq!(deleted(&records, alice.id).await, Removal::IsTheLast);
    assert_eq!(records.set_role(alice.id, Role::None).await.expect("answers"), RoleChange::IsTheLast);
    assert!(!records.account(alice.id).await.expect("answers").expect("there").is_disabled);
    records.enable_account(bob.id).await.expect("answers");
    assert!(matches!(deleted(&records, alice.id).await, Removal::Done(_)));
    assert_eq!(deleted(&records, bob.id).await, Removal::IsTheLast);
}

pub(super) async fn of_many_administrators_that_are_removed_at_once_one_stays(records: Records) {
    let all: Vec<_> =
        (0..12).map(|of| NewAccount { role: Role::Admin, ..new_account(&format!("admin{of}")) }).collect();
    for account in &all {
        assert!(records.add_account(account.clone()).await.expect("answers"));
    }
    let removals = all.iter().enumerate().map(|(at, account)| {
        let (records, id) = (records.clone(), account.id);
        tokio::spawn(async move {
            match at % 3 {
                0 => disabled(&records, id).await == Removal::IsTheLast,
                1 => deleted(&records, id).await == Removal::IsTheLast,
                _ => records.set_role(id, Role::None).await.expect("answers") == RoleChange::IsTheLast,
            }
        })
    });
    let stayed = join_all(removals).await.into_iter().filter(|stays| *stays.as_ref().expect("no panic")).count();
    assert_eq!(stayed, 1);
    let administers = |listed: &&Listed| listed.account.is_admin() && !listed.account.is_disabled;
    assert_eq!(listed(&records).await.iter().filter(administers).count(), 1);
}

pub(super) async fn accounts_are_listed_with_who_vouches_for_them(records: Records) {
    assert_eq!(listed(&records).await, []);
    let alice = new_account("alice");
    assert!(records.add_account(alice.clone()).await.expect("answers"));
    let carol = records.vouched_account(vouched("carol")).await.expect("answers");
    disabled(&records, carol.id).await;
    let mut all = listed(&records).await;
    all.sort_by_key(|listed| listed.account.username.is_none());
    let [one, other] = &*all else { panic!("{all:?}") };
    assert_eq!((one.account.id, &one.vouched_by, one.created_at), (alice.id, &None, now()));
    assert_eq!((other.account.id, other.account.is_disabled), (carol.id, true));
    assert_eq!(other.vouched_by.as_ref().map(|(_, subject)| subject.as_str()), Some("carol"));
    let again = records.vouched_account(vouched("carol")).await.expect("answers");
    assert!(again.is_disabled && again.id == carol.id, "her token brings no other account");
}
