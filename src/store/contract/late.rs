//! The contract of the records about what comes late: after a change of the password, after a disowned approval, after
//! grants are over.

mod by_order;

pub(super) use self::by_order::*;
use super::early_ends::{FIRST, HOUR, NONE, SECOND, app, begins, grant, is_valid, notices, person, session};
use super::now;
use super::records::{new_session, opens};
use crate::consent::field::{Allowed, Fields};
use crate::consent::scope::Scopes;
use crate::store::records::early_ends::PasswordChange;
use crate::store::records::grants::{DecidedAt, Grant, GrantStart};
use crate::store::records::{ENDED_SESSION_KEPT, Records, SessionRow};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};

/// The password hash with which every account of the contract begins.
const BEGUN: &str = "$argon2id$";

async fn changes(
    records: &Records,
    of: AccountId,
    seen: Epoch,
    [before, after]: [&str; 2],
    ends_all: bool,
) -> Option<u64> {
    let goes_on_in = new_session(of);
    let change = PasswordChange {
        seen,
        before: before.to_owned(),
        after: after.to_owned(),
        ends_all,
        goes_on_from: None,
        goes_on_in: goes_on_in.clone(),
    };
    let ended = records.change_password(of, change, now()).await.expect("answers");
    assert_eq!(
        is_open(records, goes_on_in.token_hash).await,
        ended.is_some(),
        "the session in which its owner goes on"
    );
    ended
}

pub(super) async fn sec_59_an_owner_changes_the_password_that_they_gave_and_no_other(records: Records) {
    let shop = app(&records, 1, true).await;
    let alice = person(&records, "alice", &[shop]).await;
    let browser = session(&records, alice).await;
    let device = grant(shop, alice, NONE, "openid offline_access");
    assert_eq!(begins(&records, &device, FIRST).await, GrantStart::Started);

    assert_eq!(changes(&records, alice, FIRST, [BEGUN, "$second$"], false).await, Some(0));
    assert_eq!(changes(&records, alice, FIRST, [BEGUN, "$thief$"], true).await, None, "another tab was faster");
    assert!(is_valid(&records, &device).await, "what goes on without the tick");
    assert_eq!(notices(&records).await, []);

    // An operator changes the password while the owner's new one, or a thief's, is being hashed.
    records.replace_password(alice, "$operator$".to_owned(), now()).await.expect("answers");
    for before in ["$second$", "$operator$"] {
        assert_eq!(changes(&records, alice, FIRST, [before, "$thief$"], true).await, None, "{before}");
    }
    let (account, hash) = records.account_by_username("alice").await.expect("answers").expect("there");
    assert_eq!((account.epoch, hash.as_deref()), (SECOND, Some("$operator$")));
    assert!(records.session(browser).await.expect("answers").is_none());
    notices(&records).await;
}

pub(super) async fn sec_59_with_a_password_ends_whatever_the_one_before_opened(records: Records) {
    let shop = app(&records, 1, true).await;
    let alice = person(&records, "alice", &[shop]).await;
    let browser = session(&records, alice).await;
    let all = [grant(shop, alice, NONE, "openid offline_access"), grant(shop, alice, Some(browser), "openid")];
    for grant in &all {
        assert_eq!(begins(&records, grant, FIRST).await, GrantStart::Started);
    }
    assert_eq!(changes(&records, alice, FIRST, [BEGUN, "$second$"], true).await, Some(1));
    assert!(!is_valid(&records, &all[0]).await && !is_valid(&records, &all[1]).await);
    assert_eq!(notices(&records).await, [(shop, alice, NONE)]);
    // A sign-in whose password was checked before the change is of the old epoch, and its session is refused.
    assert!(!opens(&records, new_session(alice), FIRST).await);
    assert!(opens(&records, new_session(alice), SECOND).await);
}

pub(super) async fn sec_15_what_was_disowned_before_it_was_kept_is_not_kept(records: Records) {
    let shop = app(&records, 1, true).await;
    let alice = person(&records, "alice", &[]).await;
    let late = new_session(alice);
    let after = now() + HOUR;
    records.disown_session(late.token_hash, alice, Some(shop), after).await.expect("answers");
    assert!(!opens(&records, late.clone(), FIRST).await, "the session");
    let allowed = Allowed { scopes: Scopes::parse("openid snsapi_login"), fields: Fields::default() };
    records.settle_consent(alice, shop, None, allowed.clone(), DecidedAt::Earlier(now())).await.expect("answers");
    assert!(records.consent(alice, shop).await.expect("answers").is_none(), "the consent that was given before");
    for late in [
        grant(shop, alice, Some(late.token_hash), "openid offline_access"),
        grant(shop, alice, NONE, "openid"),
        grant(shop, alice, NONE, "snsapi_login"),
    ] {
        assert_eq!(begins(&records, &late, FIRST).await, GrantStart::Revoked, "{late:?}");
    }
    // A consent that is given afterwards counts.
    records.settle_consent(alice, shop, None, allowed, DecidedAt::Earlier(after + HOUR)).await.expect("answers");
    assert!(records.consent(alice, shop).await.expect("answers").is_some());
}

/// Returns a session whose scan was approved in another one.
fn new_approved(account: AccountId, by: SessionTokenHash) -> SessionRow {
    SessionRow { approved_in: Some(by), ..new_session(account) }
}

async fn approved(records: &Records, account: AccountId, by: SessionTokenHash) -> SessionTokenHash {
    let session = new_approved(account, by);
    assert!(opens(records, session.clone(), FIRST).await);
    assert_eq!(records.session(session.token_hash).await.expect("answers").expect("there").0, session);
    session.token_hash
}

/// Returns the grant of a device whose scan was approved in a session.
fn device(app: AppId, account: AccountId, by: SessionTokenHash) -> Grant {
    Grant { approved_in: Some(by), ..grant(app, account, NONE, "openid offline_access") }
}

async fn is_open(records: &Records, session: SessionTokenHash) -> bool {
    records.session(session).await.expect("answers").is_some_and(|(session, _)| !session.ends_at.is_over(now()))
}

pub(super) async fn sec_15_what_was_approved_in_a_disowned_session_is_disowned_with_it(records: Records) {
    let (shop, other) = (app(&records, 1, true).await, app(&records, 2, true).await);
    let alice = person(&records, "alice", &[shop, other]).await;
    let phone = session(&records, alice).await;
    let (own, theirs) = (approved(&records, alice, phone).await, approved(&records, alice, phone).await);
    let second = approved(&records, alice, theirs).await;
    let third = approved(&records, alice, second).await;
    let ended = [grant(shop, alice, Some(second), "openid"), grant(other, alice, Some(third), "openid offline_access")];
    let kept = [grant(shop, alice, Some(own), "openid"), grant(other, alice, Some(phone), "openid")];
    for grant in ended.iter().chain(&kept) {
        assert_eq!(begins(&records, grant, FIRST).await, GrantStart::Started);
    }
    // Signing out of a phone leaves the desktop signed in.
    records.end_session(second, now()).await.expect("answers");
    assert!(is_open(&records, third).await && is_valid(&records, &ended[1]).await);
    assert_eq!(notices(&records).await, [(shop, alice, Some(second))]);

    let mut disowned = records.disown_session(theirs, alice, None, now()).await.expect("answers");
    disowned.sort_by_key(|session| session.0);
    let mut expected = [theirs, second, third];
    expected.sort_by_key(|session| session.0);
    assert_eq!(disowned, expected);
    assert!(!is_open(&records, second).await && !is_open(&records, third).await);
    assert!(is_open(&records, phone).await && is_open(&records, own).await, "of the device that disowned it");
    assert!(!is_valid(&records, &ended[0]).await && !is_valid(&records, &ended[1]).await);
    assert!(is_valid(&records, &kept[0]).await && is_valid(&records, &kept[1]).await);
    assert_eq!(notices(&records).await, [(shop, alice, Some(second)), (other, alice, Some(third))]);
    // A code that was issued in one of them before.
    let late = grant(other, alice, Some(third), "openid offline_access");
    assert_eq!(begins(&records, &late, FIRST).await, GrantStart::Revoked);
    assert_eq!(records.disown_session(theirs, alice, None, now()).await.expect("answers"), []);
    assert_eq!(notices(&records).await, [], "once");

    // Applies also if nothing is known any more of the session that approved.
    let forgotten = approved(&records, alice, phone).await;
    let last = approved(&records, alice, forgotten).await;
    records.end_session(forgotten, now()).await.expect("answers");
    records.sweep(now() + ENDED_SESSION_KEPT).await.expect("answers");
    assert!(records.session(forgotten).await.expect("answers").is_none() && is_open(&records, last).await);
    records.disown_session(forgotten, alice, None, now()).await.expect("answers");
    assert!(!is_open(&records, last).await && is_open(&records, phone).await);
}

pub(super) async fn sec_15_a_device_that_was_approved_in_a_disowned_session_ends_and_its_app_is_told_once(
    records: Records,
) {
    let [shop, other, third] =
        [app(&records, 1, true).await, app(&records, 2, true).await, app(&records, 3, true).await];
    let alice = person(&records, "alice", &[shop, other, third]).await;
    let phone = session(&records, alice).await;
    let theirs = approved(&records, alice, phone).await;
    let second = approved(&records, alice, theirs).await;
    let ended = [
        device(shop, alice, theirs),
        device(shop, alice, second),
        grant(shop, alice, Some(second), "openid"),
        grant(other, alice, Some(second), "openid"),
    ];
    let (kept, given_back) = (device(shop, alice, phone), device(third, alice, second));
    for grant in ended.iter().chain([&kept, &given_back]) {
        assert_eq!(begins(&records, grant, FIRST).await, GrantStart::Started);
    }
    records.end_grant(given_back, now()).await.expect("answers");
    for round in 0..2 {
        records.disown_session(theirs, alice, None, now()).await.expect("answers");
        for grant in &ended {
            assert!(!is_valid(&records, grant).await, "{grant:?}");
        }
        assert!(is_valid(&records, &kept).await, "approved by another device");
        // An app whose grants have no session is told that all sign-ins ended, and nothing else.
        let expected = [(shop, alice, NONE), (other, alice, Some(second)), (third, alice, NONE)];
        assert_eq!(notices(&records).await, expected[..if round == 0 { 3 } else { 0 }], "round {round}");
    }
}

pub(super) async fn sec_15_what_was_approved_in_a_session_that_was_disowned_meanwhile_is_not_kept(records: Records) {
    let shop = app(&records, 1, true).await;
    let alice = person(&records, "alice", &[shop]).await;
    let phone = session(&records, alice).await;
    let (theirs, own) = (approved(&records, alice, phone).await, approved(&records, alice, phone).await);
    let second = approved(&records, alice, theirs).await;
    records.disown_session(theirs, alice, None, now()).await.expect("answers");
    records.end_session(own, now()).await.expect("answers");
    for by in [theirs, second, SessionTokenHash([9; 32])] {
        let late = new_approved(alice, by);
        assert!(!opens(&records, late.clone(), FIRST).await, "the session");
        assert!(records.session(late.token_hash).await.expect("answers").is_none());
        assert_eq!(begins(&records, &device(shop, alice, by), FIRST).await, GrantStart::Revoked, "the device");
    }
    // Whoever signed out of the phone and disowned nothing opens no session any more, and keeps what a device was given.
    assert!(!opens(&records, new_approved(alice, own), FIRST).await);
    assert_eq!(begins(&records, &device(shop, alice, own), FIRST).await, GrantStart::Started);
}

pub(super) async fn sec_15_whatever_is_kept_while_its_approver_is_disowned_is_refused_or_ended(records: Records) {
    let shop = app(&records, 1, true).await;
    for round in 0..40 {
        let alice = person(&records, &format!("alice{round}"), &[shop]).await;
        let phone = session(&records, alice).await;
        let theirs = approved(&records, alice, phone).await;
        let second = approved(&records, alice, theirs).await;
        let (by_first, by_second) = (new_approved(alice, theirs), new_approved(alice, second));
        let begun = device(shop, alice, second);
        let app = (round % 2 == 0).then_some(shop);
        tokio::join!(
            async { opens(&records, by_first.clone(), FIRST).await },
            async { opens(&records, by_second.clone(), FIRST).await },
            begins(&records, &begun, FIRST),
            // Several sessions may be disowned at once, and there is no deadlock.
            async { records.disown_session(second, alice, app, now()).await.expect("answers") },
            async { records.disown_session(theirs, alice, app, now()).await.expect("answers") },
        );
        for session in [theirs, second, by_first.token_hash, by_second.token_hash] {
            assert!(!is_open(&records, session).await, "round {round}");
        }
        assert!(!is_valid(&records, &begun).await && is_open(&records, phone).await, "round {round}");
    }
}

pub(super) async fn sec_52_an_app_hears_of_an_end_also_where_what_it_was_given_is_over(records: Records) {
    let (gave_back, swept) = (app(&records, 1, true).await, app(&records, 2, true).await);
    let alice = person(&records, "alice", &[gave_back, swept]).await;
    let browser = session(&records, alice).await;
    let over = grant(gave_back, alice, Some(browser), "openid");
    assert_eq!(begins(&records, &over, FIRST).await, GrantStart::Started);
    records.end_grant(over.clone(), now()).await.expect("answers");
    records.end_session(browser, now()).await.expect("answers");
    assert_eq!(notices(&records).await, [(gave_back, alice, Some(browser))], "a token that was given back");

    // Of the other app only the consent is left.
    assert_eq!(records.withdraw_consent(alice, swept, now()).await.expect("answers"), 0);
    assert_eq!(notices(&records).await, [(swept, alice, NONE)], "a consent that is withdrawn");
    records.withdraw_consent(alice, swept, now()).await.expect("answers");
    assert_eq!(notices(&records).await, [], "once");
    records.sign_out_account(alice, now()).await.expect("answers");
    assert_eq!(notices(&records).await, [(gave_back, alice, NONE)], "whoever is allowed");
}
