//! The contract of the records about known browsers and reports.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use super::super::early_ends::person;
use super::super::now;
use super::super::records::{here, new_session};
use crate::crypto::random::random;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::browsers::{
    ACCOUNT_WARY, BROWSER_KNOWN, BROWSER_REFUSED, BROWSERS_KNOWN, Becomes, BrowserUse, NewReport, REPORTS_A_DAY,
    REPORTS_KEPT, ReportId, Standing,
};
use crate::store::records::{EndedBy, Reach, Records, SessionEnding, SessionOpening, SessionRow};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, BrowserHash};
use crate::ticket::time::Timestamp;

const NETWORK: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));

fn browser(of: u8) -> BrowserHash {
    BrowserHash([of; 32])
}

/// A session that is opened in a browser, and what that browser becomes.
async fn opens(records: &Records, account: AccountId, of: u8, becomes: Becomes, at: Timestamp) -> SessionRow {
    let session = SessionRow {
        created_at: at,
        ends_at: at + Duration::from_secs(3600),
        approved_in: None,
        ..new_session(account)
    };
    let browser = Some(BrowserUse { browser: browser(of), becomes });
    let opening = SessionOpening { session: session.clone(), epoch: Epoch(0), places: here(), browser };
    records.open_session(opening).await.expect("answers").expect("opened");
    session
}

async fn is_known(records: &Records, account: AccountId, of: u8, at: Timestamp) -> bool {
    records.standing(account, Some(browser(of)), Some(NETWORK), at).await.expect("answers").is_known
}

fn report(account: AccountId, of: Option<u8>, network: IpAddr) -> NewReport {
    NewReport {
        id: ReportId::from_random(random()),
        account,
        at: now(),
        address: network,
        network,
        browser: Some("Firefox".to_owned()),
        system: None,
        browser_id: of.map(browser),
        app: None,
    }
}

pub(in super::super) async fn a_browser_is_known_to_the_account_that_made_it_known_for_ninety_days(records: Records) {
    let (alice, bob) = (person(&records, "alice", &[]).await, person(&records, "bob", &[]).await);
    opens(&records, alice, 1, Becomes::UsedAgain, now()).await;
    assert!(!is_known(&records, alice, 1, now()).await, "nobody made it known");
    opens(&records, alice, 1, Becomes::Known, now()).await;
    assert!(is_known(&records, alice, 1, now()).await);
    assert!(!is_known(&records, bob, 1, now()).await && !is_known(&records, alice, 2, now()).await);
    assert!(!records.standing(alice, None, Some(NETWORK), now()).await.expect("answers").is_known);
    let (later, last) = (now() + BROWSER_KNOWN / 2, now() + BROWSER_KNOWN);
    opens(&records, alice, 1, Becomes::UsedAgain, later).await;
    assert!(is_known(&records, alice, 1, last).await, "each use begins the time anew");
    assert!(!is_known(&records, alice, 1, later + BROWSER_KNOWN).await);
    records.sweep(later + BROWSER_KNOWN).await.expect("answers");
    assert!(!is_known(&records, alice, 1, later).await, "it is deleted then");
}

pub(in super::super) async fn what_ends_a_device_forgets_its_browser_and_a_sign_out_of_its_own_does_not(
    records: Records,
) {
    let alice = person(&records, "alice", &[]).await;
    let session = opens(&records, alice, 1, Becomes::Known, now()).await;
    records.end_session(session.token_hash, now()).await.expect("answers");
    assert!(is_known(&records, alice, 1, now()).await);
    let session = opens(&records, alice, 1, Becomes::UsedAgain, now()).await;
    let order = SessionEnding {
        session: session.token_hash,
        account: alice,
        by: EndedBy::Administrator,
        reach: Reach::Session,
        kept: None,
    };
    records.end_session_by(order, now()).await.expect("answers");
    assert!(!is_known(&records, alice, 1, now()).await, "the device was ended");
    let session = opens(&records, alice, 2, Becomes::Known, now()).await;
    records.disown_session(session.token_hash, alice, None, now()).await.expect("answers");
    assert!(!is_known(&records, alice, 2, now()).await, "it was not meant to be opened");
    opens(&records, alice, 3, Becomes::Known, now()).await;
    opens(&records, alice, 3, Becomes::Unknown, now()).await;
    assert!(!is_known(&records, alice, 3, now()).await, "others use it, too");
    opens(&records, alice, 4, Becomes::Known, now()).await;
    records.sign_out_account(alice, now()).await.expect("answers");
    assert!(!is_known(&records, alice, 4, now()).await, "everything was ended");
}

pub(in super::super) async fn a_report_refuses_its_browser_for_its_account_and_warns_the_others(records: Records) {
    let (alice, bob) = (person(&records, "alice", &[]).await, person(&records, "bob", &[]).await);
    opens(&records, alice, 1, Becomes::Known, now()).await;
    let first = report(alice, Some(1), NETWORK);
    assert!(records.add_report(first.clone()).await.expect("answers"));
    assert!(!records.add_report(first.clone()).await.expect("answers"), "once");
    assert!(!is_known(&records, alice, 1, now()).await, "it is forgotten");
    let standing = async |account, of: Option<u8>, network, at| {
        records.standing(account, of.map(browser), network, at).await.expect("answers")
    };
    let of_alice = Standing { is_reported: true, ..Standing::default() };
    let refused = Standing { refuses_browser: true, ..of_alice };
    assert_eq!(standing(alice, None, Some(NETWORK), now()).await, refused, "by its network");
    assert_eq!(standing(alice, Some(1), Some(ELSEWHERE), now()).await, refused, "by its id");
    assert_eq!(standing(alice, Some(2), Some(ELSEWHERE), now()).await, of_alice);
    let warned = Standing { is_browser_reported: true, ..Standing::default() };
    assert_eq!(standing(bob, None, Some(NETWORK), now()).await, warned);
    assert_eq!(standing(bob, None, Some(ELSEWHERE), now()).await, Standing::default());
    assert_eq!(standing(alice, None, Some(NETWORK), now() + BROWSER_REFUSED).await, of_alice, "for an hour");
    assert_eq!(standing(bob, None, Some(NETWORK), now() + BROWSER_REFUSED).await, Standing::default());
    assert_eq!(standing(alice, None, Some(NETWORK), now() + ACCOUNT_WARY).await, Standing::default(), "for a day");

    let later = NewReport { at: now() + Duration::from_secs(1), ..report(bob, None, ELSEWHERE) };
    assert!(records.add_report(later.clone()).await.expect("answers"));
    let listed = records.reports(10).await.expect("answers");
    assert_eq!(listed.iter().map(|one| one.report.clone()).collect::<Vec<_>>(), [later, first], "the newest first");
    assert_eq!(records.reports(1).await.expect("answers").len(), 1);
    records.sweep(now() + REPORTS_KEPT).await.expect("answers");
    assert_eq!(records.reports(10).await.expect("answers").len(), 1);
}

pub(in super::super) async fn reports_and_known_browsers_of_one_account_have_a_bound(records: Records) {
    let (alice, bob) = (person(&records, "alice", &[]).await, person(&records, "bob", &[]).await);
    for number in 0..REPORTS_A_DAY + 3 {
        let is_stored = records.add_report(report(alice, None, NETWORK)).await.expect("answers");
        assert_eq!(is_stored, number < REPORTS_A_DAY, "{number}");
    }
    assert!(records.add_report(report(bob, None, NETWORK)).await.expect("answers"), "another account has its own");
    let next = NewReport { at: now() + ACCOUNT_WARY, ..report(alice, None, NETWORK) };
    assert!(records.add_report(next).await.expect("answers"), "the next day");

    let known = u8::try_from(BROWSERS_KNOWN).expect("few");
    for number in 0..known + 2 {
        let at = now() + Duration::from_secs(number.into());
        opens(&records, alice, number, Becomes::Known, at).await;
    }
    opens(&records, bob, 0, Becomes::Known, now()).await;
    let at = now() + Duration::from_secs(100);
    let is_kept = [is_known(&records, alice, 1, at).await, is_known(&records, alice, 2, at).await];
    assert_eq!(is_kept, [false, true], "those are forgotten that were used least lately");
    let own = opens(&records, alice, known, Becomes::UsedAgain, at).await;
    let left = u64::from(known) - 1;
    assert_eq!(records.forget_browsers(alice, Some(own.token_hash)).await.expect("answers"), left);
    assert!(is_known(&records, alice, known, at).await && is_known(&records, bob, 0, at).await);
    assert_eq!(records.forget_browsers(alice, None).await.expect("answers"), 1);
}

pub(in super::super) async fn an_owner_may_want_a_passkey_with_every_approval(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let line = || NewActivity::of(ActivityKind::Changed, alice, "alice", now());
    assert!(!records.asks_passkey(alice).await.expect("answers"));
    assert!(records.ask_passkey(alice, true, line()).await.expect("answers"));
    assert!(!records.ask_passkey(alice, true, line()).await.expect("answers"), "it is so already");
    assert!(records.asks_passkey(alice).await.expect("answers"));
    assert!(records.standing(alice, None, Some(NETWORK), now()).await.expect("answers").asks_passkey);
    assert!(records.ask_passkey(alice, false, line()).await.expect("answers"));
    assert!(!records.asks_passkey(alice).await.expect("answers"));
}
