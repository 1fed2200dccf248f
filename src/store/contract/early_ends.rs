//! The contract of the records about ends: what ends with what, what begins beside an end, and which apps are told.

use std::time::Duration;

use tokio::task::JoinSet;

use super::app_log::{by, run};
use super::now;
use super::records::{new_account, new_app, new_session, opens};
use super::tickets::claimed;
use crate::consent::field::{Allowed, Fields};
use crate::consent::scope::Scopes;
use crate::crypto::random::random;
use crate::store::records::app_options::AppOptions;
use crate::store::records::apps::App;
use crate::store::records::early_ends::{FIRST_PAUSE, LogoutNotice, SignedOut};
use crate::store::records::grants::{DecidedAt, Grant, GrantId, GrantStart};
use crate::store::records::{OpenedBy, Records, SessionRow};
use crate::ticket::approval::{Approver, Epoch, Terms};
use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};
use crate::ticket::ladder::Rung;
use crate::ticket::time::Timestamp;

pub(super) const HOUR: Duration = Duration::from_secs(3600);
/// No session: the grant of a device, a frame or a program of WeChat's dialect has none.
pub(super) const NONE: Option<SessionTokenHash> = None;
/// The epoch of an account that was never signed out.
pub(super) const FIRST: Epoch = Epoch(0);
pub(super) const SECOND: Epoch = Epoch(1);

/// Adds an app, with or without a back channel.
pub(super) async fn app(records: &Records, of: u8, hears: bool) -> AppId {
    let uri = hears.then(|| "https://shop.example/ended".to_owned());
    let options = AppOptions { backchannel_logout_uri: uri, ..AppOptions::default() };
    let app = App { options, ..new_app(of) };
    records.add_app(app.clone(), by(now())).await.expect("answers").expect("told apart");
    app.id
}

/// Adds an account with a consent for each of these apps.
pub(super) async fn person(records: &Records, name: &str, apps: &[AppId]) -> AccountId {
    let account = new_account(name);
    records.add_account(account.clone()).await.expect("answers");
    let allowed = Allowed { scopes: Scopes::parse("openid snsapi_login"), fields: Fields::default() };
    for app in apps {
        let at = DecidedAt::Earlier(now());
        records.settle_consent(account.id, *app, None, allowed.clone(), at).await.expect("answers");
    }
    account.id
}

pub(super) async fn session(records: &Records, account: AccountId) -> SessionTokenHash {
    let session = new_session(account);
    assert!(opens(records, session.clone(), FIRST).await);
    session.token_hash
}

pub(super) fn grant(app: AppId, account: AccountId, session: Option<SessionTokenHash>, scopes: &str) -> Grant {
    Grant {
        id: GrantId(random()),
        app,
        account: Some(account),
        session,
        approved_in: None,
        scopes: Scopes::parse(scopes),
        opened_by: Some(OpenedBy::Scan),
        signed_in_at: now(),
        rung: Rung::Number,
        generation: 0,
        idle_until: now() + HOUR,
        ends_at: now() + HOUR,
        access_ends_at: now(),
        ended_at: None,
        turned_at: now(),
    }
}

pub(super) async fn begins(records: &Records, grant: &Grant, epoch: Epoch) -> GrantStart {
    records.begin_grant(grant.clone(), epoch, now()).await.expect("answers")
}

pub(super) async fn is_valid(records: &Records, grant: &Grant) -> bool {
    records.grant(grant.id).await.expect("answers").is_some_and(|(grant, _)| grant.is_valid(now()))
}

/// Takes the notices that are due by then.
async fn taken(records: &Records, at: Timestamp) -> Vec<LogoutNotice> {
    let mut taken = Vec::new();
    for app in records.apps_to_tell(at).await.expect("answers") {
        taken.extend(records.take_logout_notices(app, 100, at).await.expect("answers"));
    }
    taken.sort_by_key(|notice| notice.app);
    taken
}

/// Takes and drops the notices that are due, and returns their app, account and session.
pub(super) async fn notices(records: &Records) -> Vec<(AppId, AccountId, Option<SessionTokenHash>)> {
    let mut notices = Vec::new();
    for notice in taken(records, now()).await {
        records.drop_logout_notice(notice).await.expect("answers");
        notices.push((notice.app, notice.account, notice.session));
    }
    notices
}

pub(super) async fn a_session_ends_once_and_each_app_that_it_signed_in_to_is_told_once(records: Records) {
    let (shop, other, deaf) =
        (app(&records, 1, true).await, app(&records, 2, true).await, app(&records, 3, false).await);
    let alice = person(&records, "alice", &[shop, other, deaf]).await;
    let (ends, stays) = (session(&records, alice).await, session(&records, alice).await);
    let all = [
        grant(shop, alice, Some(ends), "openid"),
        grant(shop, alice, Some(ends), "openid profile"),
        grant(deaf, alice, Some(ends), "openid"),
        // A grant that outlasts its session goes on, and its app is told of the end all the same.
        grant(other, alice, Some(ends), "openid offline_access"),
        grant(other, alice, Some(ends), "snsapi_login"),
        grant(shop, alice, Some(stays), "openid"),
        grant(shop, alice, NONE, "openid"),
    ];
    for grant in &all {
        assert_eq!(begins(&records, grant, FIRST).await, GrantStart::Started);
    }
    let mut racers = JoinSet::new();
    for _ in 0..8 {
        let records = records.clone();
        racers.spawn(async move { records.end_session(ends, now()).await.expect("answers") });
    }
    racers.join_all().await;
    let mut left = Vec::new();
    for grant in &all {
        left.push(is_valid(&records, grant).await);
    }
    assert_eq!(left, [false, false, false, true, true, true, true]);
    assert_eq!(notices(&records).await, [(shop, alice, Some(ends)), (other, alice, Some(ends))]);
    records.end_session(ends, now()).await.expect("answers");
    records.end_session(SessionTokenHash([9; 32]), now()).await.expect("answers");
    assert_eq!(notices(&records).await, [], "nothing more ended");
    assert_eq!(records.withdraw_consent(alice, other, now()).await.expect("answers"), 2);
    assert_eq!(notices(&records).await, [(other, alice, NONE)]);
}

pub(super) async fn of_a_session_that_is_disowned_nothing_outlasts_it_and_each_app_is_told_once(records: Records) {
    let (shop, other) = (app(&records, 1, true).await, app(&records, 2, true).await);
    let alice = person(&records, "alice", &[shop, other]).await;
    let (theirs, own) = (session(&records, alice).await, session(&records, alice).await);
    let ended = [
        grant(shop, alice, Some(theirs), "openid"),
        grant(shop, alice, Some(theirs), "openid offline_access"),
        grant(other, alice, Some(theirs), "openid offline_access"),
        grant(other, alice, Some(theirs), "snsapi_login"),
        // All grants of the app that the session was opened for, whose consent may have been the intruder's.
        grant(shop, alice, Some(own), "openid offline_access"),
    ];
    let kept = [grant(other, alice, Some(own), "openid"), grant(other, alice, NONE, "openid")];
    for grant in ended.iter().chain(&kept) {
        assert_eq!(begins(&records, grant, FIRST).await, GrantStart::Started);
    }
    // Signed out before, of which each app was told if it has a back channel: what outlasted that ends now.
    records.end_session(theirs, now()).await.expect("answers");
    assert_eq!(notices(&records).await, [(shop, alice, Some(theirs)), (other, alice, Some(theirs))]);
    for round in 0..2 {
        records.disown_session(theirs, alice, Some(shop), now()).await.expect("answers");
        for grant in &ended {
            assert!(!is_valid(&records, grant).await, "{grant:?}");
        }
        for grant in &kept {
            assert!(is_valid(&records, grant).await, "{grant:?}");
        }
        let expected = [(shop, alice, NONE), (other, alice, Some(theirs))];
        assert_eq!(notices(&records).await, expected[..if round == 0 { 2 } else { 0 }], "round {round}");
    }
    // Codes that were not exchanged by then, also for an app that keeps its consent.
    for late in
        [grant(other, alice, Some(theirs), "openid offline_access"), grant(other, alice, Some(theirs), "openid")]
    {
        assert_eq!(begins(&records, &late, FIRST).await, GrantStart::Revoked, "{late:?}");
    }
    let late = grant(other, alice, Some(own), "openid offline_access");
    assert_eq!(begins(&records, &late, FIRST).await, GrantStart::Started, "of the session that is its owner's");
    // A session that was never kept here, such as that of a device, is disowned by its app alone.
    let device = grant(other, alice, NONE, "openid offline_access");
    assert_eq!(begins(&records, &device, FIRST).await, GrantStart::Started);
    records.disown_session(SessionTokenHash([9; 32]), alice, Some(other), now()).await.expect("answers");
    assert!(!is_valid(&records, &device).await);
    assert_eq!(notices(&records).await, [(other, alice, NONE)]);
}

pub(super) async fn of_an_account_that_is_signed_out_nothing_is_left_and_each_app_is_told_once(records: Records) {
    let (shop, other) = (app(&records, 1, true).await, app(&records, 2, true).await);
    let (alice, bob) = (person(&records, "alice", &[shop, other]).await, person(&records, "bob", &[shop]).await);
    for (password, epoch) in [(None, Epoch(0)), (Some("$other$"), Epoch(1))] {
        let (browser, theirs) = (new_session(alice), grant(shop, bob, NONE, "openid offline_access"));
        assert!(opens(&records, browser.clone(), epoch).await);
        assert_eq!(begins(&records, &theirs, FIRST).await, GrantStart::Started);
        let all = [
            grant(shop, alice, Some(browser.token_hash), "openid"),
            grant(shop, alice, Some(browser.token_hash), "openid offline_access"),
            grant(other, alice, Some(browser.token_hash), "snsapi_login"),
            grant(shop, alice, NONE, "openid offline_access"), // of a device
            grant(shop, alice, NONE, "openid"),                // of a frame
            grant(other, alice, NONE, "snsapi_login"),         // of a program
        ];
        for grant in &all {
            assert_eq!(begins(&records, grant, epoch).await, GrantStart::Started);
        }
        let ended = match password {
            None => records.sign_out_account(alice, now()).await,
            Some(hash) => records.replace_password(alice, hash.to_owned(), now()).await,
        };
        assert_eq!(ended.expect("answers"), SignedOut { sessions: 1, grants: 6 });
        for grant in &all {
            assert!(!is_valid(&records, grant).await, "{grant:?}");
        }
        assert!(is_valid(&records, &theirs).await, "of somebody else");
        assert_eq!(records.session(browser.token_hash).await.expect("answers"), None);
        assert_eq!(notices(&records).await, [(shop, alice, NONE), (other, alice, NONE)]);
        let (kept, hash) = records.account_by_username("alice").await.expect("answers").expect("there");
        assert_eq!((kept.epoch.0, hash.as_deref()), (epoch.0 + 1, Some(password.unwrap_or("$argon2id$"))));
    }
}

pub(super) async fn what_is_from_an_earlier_epoch_begins_nothing_wherever_it_was_kept(records: Records) {
    let shop = app(&records, 1, true).await;
    let alice = person(&records, "alice", &[shop]).await;
    let (phone, other) = (session(&records, alice).await, session(&records, alice).await);
    let approval = |epoch, session| {
        claimed(Approver { terms: Terms { epoch, session, ..Terms::default() }, ..Approver::by_token(alice) })
    };
    let counts =
        async |epoch, session, at| records.is_approval_valid(&approval(epoch, session), at).await.expect("answers");
    assert!(counts(FIRST, Some(phone), now()).await && counts(FIRST, NONE, now()).await);
    assert!(!counts(FIRST, Some(SessionTokenHash([9; 32])), now()).await, "no such session");
    assert!(!counts(FIRST, Some(phone), now() + HOUR).await, "the session is over");
    records.end_session(other, now()).await.expect("answers");
    assert!(!counts(FIRST, Some(other), now()).await && counts(FIRST, Some(phone), now()).await);

    let promised = [
        grant(shop, alice, Some(phone), "openid offline_access"),
        grant(shop, alice, NONE, "openid"),
        grant(shop, alice, NONE, "snsapi_login"),
    ];
    let checked = new_session(alice);
    records.sign_out_account(alice, now()).await.expect("answers");
    assert!(!counts(FIRST, NONE, now()).await && !counts(FIRST, Some(phone), now()).await);
    assert!(!opens(&records, checked.clone(), FIRST).await, "by the password from before");
    for grant in &promised {
        assert_eq!(begins(&records, grant, FIRST).await, GrantStart::Revoked, "{grant:?}");
        assert_eq!(records.grant(grant.id).await.expect("answers"), None);
    }
    // A new sign-in is accepted, and what is done in it counts.
    assert!(opens(&records, checked.clone(), SECOND).await);
    assert!(counts(SECOND, Some(checked.token_hash), now()).await);
    assert_eq!(begins(&records, &promised[1], SECOND).await, GrantStart::Started);
    assert_eq!(begins(&records, &promised[1], SECOND).await, GrantStart::CodeReplayed);
}

pub(super) async fn whatever_begins_while_something_ends_is_refused_or_ended_and_told(records: Records) {
    let shop = app(&records, 1, true).await;
    for round in 0..80 {
        let alice = person(&records, &format!("alice{round}"), &[shop]).await;
        let (browser, late) = (session(&records, alice).await, new_session(alice));
        let begun = match round % 4 {
            0 => grant(shop, alice, Some(browser), "openid"),
            1 => grant(shop, alice, NONE, "openid offline_access"),
            2 => grant(shop, alice, Some(browser), "openid offline_access"),
            _ => grant(shop, alice, NONE, "snsapi_login"),
        };
        let (start, opened, ()) = tokio::join!(
            begins(&records, &begun, FIRST),
            async { opens(&records, late.clone(), FIRST).await },
            async {
                match round % 4 {
                    0 => records.end_session(browser, now()).await.expect("answers"),
                    2 => records.disown_session(browser, alice, None, now()).await.map(|_| ()).expect("answers"),
                    1 => records.sign_out_account(alice, now()).await.map(|_| ()).expect("answers"),
                    _ => records.withdraw_consent(alice, shop, now()).await.map(|_| ()).expect("answers"),
                }
            }
        );
        assert!(!is_valid(&records, &begun).await, "round {round}: {start:?}");
        let is_told = !notices(&records).await.is_empty();
        // If everything of the account ends, or its consent for an app, that app is told whatever grants it has.
        let was_allowed = matches!(round % 4, 1 | 3);
        let is_to_hear = was_allowed || start == GrantStart::Started;
        assert_eq!(is_told, is_to_hear, "round {round}: an app that got a token is told, no other of a session");
        let is_kept = records.session(late.token_hash).await.expect("answers").is_some();
        assert!(!is_kept || round % 4 != 1, "round {round}: {opened}");
    }
}

pub(super) async fn ends_of_one_account_at_the_same_moment_wait_for_none_for_ever(records: Records) {
    let apps = [app(&records, 1, true).await, app(&records, 2, true).await];
    for round in 0..40 {
        let alice = person(&records, &format!("alice{round}"), &apps).await;
        let (browser, other) = (session(&records, alice).await, session(&records, alice).await);
        // Each of them ends several grants, and no two of them the same.
        let mut all = Vec::new();
        for of in 0..12 {
            let session = [Some(browser), Some(other), NONE][of % 3];
            all.push(grant(apps[of / 2 % 2], alice, session, "openid"));
            assert_eq!(begins(&records, &all[of], FIRST).await, GrantStart::Started);
        }
        tokio::join!(
            async { records.end_session(browser, now()).await.expect("answers") },
            async { records.withdraw_consent(alice, apps[1], now()).await.expect("answers") },
            async { records.disown_session(other, alice, Some(apps[0]), now()).await.expect("answers") },
            async { records.end_session(other, now()).await.expect("answers") },
            async { records.sign_out_account(alice, now()).await.expect("answers") },
        );
        for grant in &all {
            assert!(!is_valid(&records, grant).await, "round {round}");
        }
    }
}

pub(super) async fn an_end_that_cannot_be_noted_does_not_hold_and_is_told_once_it_does(records: Records) {
    let shop = app(&records, 1, true).await;
    let alice = person(&records, "alice", &[shop]).await;
    let browser = session(&records, alice).await;
    let all = [grant(shop, alice, Some(browser), "openid"), grant(shop, alice, NONE, "openid offline_access")];
    for grant in &all {
        assert_eq!(begins(&records, grant, FIRST).await, GrantStart::Started);
    }
    run(&records, "ALTER TABLE logout_notices RENAME TO lost").await;
    assert!(records.end_session(browser, now()).await.is_err());
    assert!(records.disown_session(browser, alice, Some(shop), now()).await.is_err());
    assert!(records.withdraw_consent(alice, shop, now()).await.is_err());
    assert!(records.sign_out_account(alice, now()).await.is_err());
    assert!(records.replace_password(alice, "$other$".to_owned(), now()).await.is_err());
    assert!(is_valid(&records, &all[0]).await && is_valid(&records, &all[1]).await);
    let (kept, _) = records.session(browser).await.expect("answers").expect("kept");
    assert!(!kept.ends_at.is_over(now()));
    let (account, hash) = records.account_by_username("alice").await.expect("answers").expect("there");
    assert_eq!((account.epoch, hash.as_deref()), (FIRST, Some("$argon2id$")));
    assert!(records.consent(alice, shop).await.expect("answers").is_some());

    run(&records, "ALTER TABLE lost RENAME TO logout_notices").await;
    records.end_session(browser, now()).await.expect("answers");
    assert_eq!(notices(&records).await, [(shop, alice, Some(browser))]);
    records.sign_out_account(alice, now()).await.expect("answers");
    assert_eq!(notices(&records).await, [(shop, alice, NONE)]);
    assert!(!is_valid(&records, &all[0]).await && !is_valid(&records, &all[1]).await);
}

pub(super) async fn a_notice_is_taken_by_one_and_again_after_pauses_that_double_until_it_is_dropped(records: Records) {
    let (shop, other) = (app(&records, 1, true).await, app(&records, 2, true).await);
    let alice = person(&records, "alice", &[shop, other]).await;
    for app in [shop, other] {
        assert_eq!(begins(&records, &grant(app, alice, NONE, "openid"), FIRST).await, GrantStart::Started);
    }
    records.sign_out_account(alice, now()).await.expect("answers");
    let mut racers = JoinSet::new();
    for _ in 0..8 {
        let records = records.clone();
        racers.spawn(async move { taken(&records, now()).await });
    }
    let all: Vec<LogoutNotice> = racers.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.len(), 2, "each by one: {all:?}");
    assert!(all.iter().all(|notice| notice.ended_at == now()), "{all:?}");
    records.drop_logout_notice(*all.iter().find(|notice| notice.app == other).expect("one")).await.expect("answers");

    let mut at = now();
    for (tries, pause) in [(2, FIRST_PAUSE), (3, FIRST_PAUSE * 2), (4, FIRST_PAUSE * 4), (5, FIRST_PAUSE * 8)] {
        let early = Timestamp::from_millis((at + pause).as_millis() - 1);
        assert_eq!(taken(&records, early).await, [], "try {tries}");
        at = at + pause;
        let again = taken(&records, at).await;
        assert_eq!(again.iter().map(|notice| (notice.app, notice.tries)).collect::<Vec<_>>(), [(shop, tries)]);
        assert_eq!(again[0].ended_at, now(), "which no try changes");
    }
    records.drop_logout_notice(LogoutNotice { tries: 5, ..all[0] }).await.expect("answers");
    records.drop_logout_notice(LogoutNotice { tries: 5, ..all[1] }).await.expect("answers");
    assert_eq!(taken(&records, at + HOUR).await, []);

    // The number of notices that an app gets at once is bounded.
    for _ in 0..5 {
        let session = SessionRow { ends_at: now() + HOUR, ..new_session(alice) };
        assert!(opens(&records, session.clone(), SECOND).await);
        let grant = grant(shop, alice, Some(session.token_hash), "openid");
        assert_eq!(begins(&records, &grant, SECOND).await, GrantStart::Started);
        records.end_session(session.token_hash, now()).await.expect("answers");
    }
    let mut found = Vec::new();
    for _ in 0..3 {
        found.push(records.take_logout_notices(shop, 3, now()).await.expect("answers").len());
    }
    assert_eq!(found, [3, 2, 0]);
}
