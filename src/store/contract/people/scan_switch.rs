//! The contract of the records about the switches of the sign-in by scan.

use super::super::early_ends::person;
use super::super::now;
use crate::clock::Clock;
use crate::settings::Scanning;
use crate::store::records::Records;
use crate::store::records::activity::{ActivityFilter, ActivityKind, NewActivity};
use crate::store::records::directory::act::ActedBy;
use crate::store::records::scan_switch::{AccountScan, AccountSwitch, ScanSwitch, activity_detail};
use crate::ticket::ids::AccountId;

fn switch(state: Scanning, reason: &str) -> ScanSwitch {
    let changed_by = "command line".to_owned();
    ScanSwitch { state, changed_at: Some(now()), changed_by, reason: reason.to_owned() }
}

fn line(state: Scanning, reason: &str) -> NewActivity {
    ActedBy::command_line(now()).line(ActivityKind::Changed, None, "", activity_detail(state, reason))
}

async fn details(records: &Records) -> Vec<String> {
    let lines = records.activity(ActivityFilter::default(), 10).await.expect("answers");
    lines.into_iter().map(|line| line.line.detail).collect()
}

pub(in super::super) async fn sec_73_the_switch_is_on_until_it_is_turned_and_each_turn_has_one_line(records: Records) {
    let before = records.scan_switch().await.expect("answers");
    assert_eq!((before.state, before.changed_at, &*before.changed_by), (Scanning::On, None, ""));
    let (off, on) = (switch(Scanning::Off, "phishing"), switch(Scanning::On, ""));
    assert!(records.turn_scan_switch(off.clone(), line(Scanning::Off, "phishing")).await.expect("answers"));
    assert_eq!(records.scan_switch().await.expect("answers"), off);
    let again = switch(Scanning::Off, "other");
    assert!(!records.turn_scan_switch(again, line(Scanning::Off, "other")).await.expect("answers"), "it is off");
    assert_eq!(records.scan_switch().await.expect("answers"), off, "and keeps who turned it, and why");
    assert!(records.turn_scan_switch(on.clone(), line(Scanning::On, "")).await.expect("answers"));
    assert_eq!(records.scan_switch().await.expect("answers"), on);
    assert_eq!(details(&records).await, ["scan on", "scan off: phishing"]);
}

pub(in super::super) async fn sec_73_a_turn_counts_at_once_where_it_is_made(records: Records) {
    let clock = Clock::manual(now());
    assert_eq!(records.cached_scan_switch(&clock).await.map(|read| read.state), Some(Scanning::On));
    for state in [Scanning::Off, Scanning::On, Scanning::Off] {
        assert!(records.turn_scan_switch(switch(state, ""), line(state, "")).await.expect("answers"));
        assert_eq!(records.cached_scan_switch(&clock).await.map(|read| read.state), Some(state));
    }
}

pub(in super::super) async fn sec_73_an_account_has_a_switch_of_its_owner_and_one_of_administrators(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let line = |state| NewActivity { account: Some(alice), ..line(state, "") };
    let scan = async || records.account(alice).await.expect("answers").expect("there").scan;
    let turn =
        async |switch, state| records.turn_account_scan(alice, switch, state, line(state)).await.expect("answers");
    assert_eq!(scan().await.state(), Scanning::On);
    assert!(turn(AccountSwitch::OfAdministrators, Scanning::Off).await);
    assert!(turn(AccountSwitch::OfOwner, Scanning::Off).await);
    assert!(!turn(AccountSwitch::OfOwner, Scanning::Off).await, "it is off");
    assert_eq!(scan().await, AccountScan { is_off_by_owner: true, is_off_by_administrator: true });
    assert!(turn(AccountSwitch::OfOwner, Scanning::On).await);
    assert_eq!(scan().await.state(), Scanning::Off, "the owner does not undo what an administrator did");
    assert!(turn(AccountSwitch::OfAdministrators, Scanning::On).await);
    assert_eq!(scan().await.state(), Scanning::On);
    assert_eq!(details(&records).await, ["scan on", "scan on", "scan off", "scan off"]);
    let nobody = AccountId::from_random([9; 16]);
    let done = records.turn_account_scan(nobody, AccountSwitch::OfOwner, Scanning::Off, line(Scanning::Off)).await;
    assert!(!done.expect("answers"), "there is no such account");
}
