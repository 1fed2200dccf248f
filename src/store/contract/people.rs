//! The contract of the records about groups, who may use an app, and activity.

pub(super) mod browsers;
pub(super) mod links;
pub(super) mod mails;
pub(super) mod passkeys;
pub(super) mod pushes;
pub(super) mod receipts;
pub(super) mod rises;
pub(super) mod scan_switch;
pub(super) mod ways_in;
mod directory;

use std::time::Duration;

use super::app_log::by;
use super::early_ends::app;
use super::now;
use super::records::new_account;
use crate::crypto::random::random;
use crate::store::records::accounts::{DeletionAsked, DueDeletion, EmailChange};
use crate::store::records::activity::{ActivityActor, ActivityFilter, ActivityKind, NewActivity};
use crate::store::records::app_log::Revised;
use crate::store::records::apps::App;
use crate::store::records::people::{Audience, Email, Group, GroupChange, GroupId, Role};
use crate::store::records::{NewAccount, Records};
use crate::ticket::ids::{AccountId, AppId};

pub(super) use self::directory::{
    a_list_of_people_is_read_page_by_page_and_filtered,
    an_administrator_without_a_password_is_not_one_that_can_sign_in, details_are_changed_by_whoever_saw_them,
    each_act_that_changes_something_has_one_line_of_activity, of_people_that_are_added_together_all_are_added_or_none,
    people_are_found_by_a_part_of_what_they_are_called,
};

pub(super) fn new_group(name: &str) -> Group {
    Group {
        id: GroupId::from_random(random()),
        name: name.parse().expect("a name"),
        description: String::new(),
        grants_rights: false,
        created_at: now(),
    }
}

async fn added(records: &Records, name: &str) -> GroupId {
    let group = new_group(name);
    assert!(records.add_group(group.clone()).await.expect("answers"), "{name}");
    group.id
}

async fn member(records: &Records, name: &str) -> AccountId {
    let account = new_account(name);
    assert!(records.add_account(account.clone()).await.expect("answers"));
    account.id
}

async fn opened_to(records: &Records, id: AppId, audience: Audience) {
    let revised =
        records.revise_app(id, &by(now()), |app| Ok::<_, ()>(App { audience: audience.clone(), ..app })).await;
    assert!(matches!(revised.expect("answers"), Revised::Done { .. }));
}

pub(super) async fn no_two_accounts_have_one_address_in_two_letter_cases(records: Records) {
    let with = |name: &str, email: &str| NewAccount { email: Some(email.parse().expect("one")), ..new_account(name) };
    assert!(records.add_account(with("alice", "Alice@Example.org")).await.expect("answers"));
    assert!(!records.add_account(with("bob", "alice@example.ORG")).await.expect("answers"));
    assert!(records.add_account(with("carol", "carol@example.org")).await.expect("answers"));
    let (alice, _) = records.account_by_username("alice").await.expect("answers").expect("there");
    assert_eq!(alice.email.expect("one").as_str(), "Alice@example.org");
}

pub(super) async fn a_group_has_members_until_it_or_they_are_deleted(records: Records) {
    let (staff, board) = (added(&records, "staff").await, added(&records, "board").await);
    assert!(!records.add_group(new_group("Staff")).await.expect("answers"), "it looks like the other");
    let (alice, bob) = (member(&records, "alice").await, member(&records, "bob").await);
    let add = async |group, account| records.add_member(group, account, now()).await.expect("answers");
    assert!(add(staff, alice).await && add(staff, bob).await && add(board, alice).await);
    assert!(!add(staff, alice).await, "she is a member");
    assert!(!add(GroupId::from_random(random()), alice).await && !add(staff, AccountId::from_random(random())).await);
    let groups_of = async |account| -> Vec<String> {
        let groups = records.groups_of(account).await.expect("answers");
        groups.into_iter().map(|group| group.name.to_string()).collect()
    };
    assert_eq!(
        (groups_of(alice).await, groups_of(bob).await),
        (vec!["board".into(), "staff".into()], vec!["staff".into()])
    );
    let counts = records.groups().await.expect("answers").into_iter().map(|(_, members)| members).collect::<Vec<_>>();
    assert_eq!(counts, [1, 2]);
    let renamed = |name: &str| Group { id: staff, grants_rights: true, ..new_group(name) };
    assert_eq!(records.change_group(renamed("Board")).await.expect("answers"), GroupChange::NameTaken);
    assert_eq!(records.change_group(renamed("team")).await.expect("answers"), GroupChange::Done);
    assert_eq!(records.change_group(new_group("none")).await.expect("answers"), GroupChange::Unknown);
    assert!(records.group(staff).await.expect("answers").expect("there").grants_rights);
    assert!(records.remove_member(staff, bob).await.expect("answers"));
    assert!(!records.remove_member(staff, bob).await.expect("answers"));
    records.delete_account(alice, now()).await.expect("answers");
    assert!(
        records.delete_group(board).await.expect("answers") && !records.delete_group(board).await.expect("answers")
    );
    let left = records.groups().await.expect("answers");
    assert_eq!(left.iter().map(|(group, members)| (group.id, *members)).collect::<Vec<_>>(), [(staff, 0)]);
}

pub(super) async fn an_app_is_open_to_everyone_or_to_the_members_of_its_groups(records: Records) {
    let (shop, other) = (app(&records, 1, true).await, app(&records, 2, false).await);
    let (staff, board) = (added(&records, "staff").await, added(&records, "board").await);
    let (alice, bob) = (member(&records, "alice").await, member(&records, "bob").await);
    assert!(records.add_member(staff, alice, now()).await.expect("answers"));
    let may = async || {
        let shop = records.app(shop).await.expect("answers").expect("there");
        [records.may_use(alice, &shop).await.expect("answers"), records.may_use(bob, &shop).await.expect("answers")]
    };
    assert_eq!(may().await, [true, true]);
    opened_to(&records, shop, Audience::groups([board, staff, board])).await;
    let stored = records.app(shop).await.expect("answers").expect("there");
    assert_eq!(stored.audience, Audience::groups([staff, board]));
    assert_eq!(records.app(other).await.expect("answers").expect("there").audience, Audience::Everyone);
    assert_eq!(may().await, [true, false]);
    assert!(records.remove_member(staff, alice).await.expect("answers"));
    assert!(records.add_member(board, bob, now()).await.expect("answers"));
    assert_eq!(may().await, [false, true]);
    // With its last group gone, the app is open to no one, and not to everyone.
    for group in [board, staff] {
        assert!(records.delete_group(group).await.expect("answers"));
    }
    assert_eq!(may().await, [false, false]);
    assert_eq!(records.app(shop).await.expect("answers").expect("there").audience, Audience::NOBODY);
    opened_to(&records, shop, Audience::Everyone).await;
    assert_eq!(may().await, [true, true]);
}

pub(super) async fn activity_is_read_by_its_filter_and_swept_in_time(records: Records) {
    let (alice, shop) = (member(&records, "alice").await, app(&records, 1, false).await);
    let lines = [
        NewActivity::of(ActivityKind::SignedIn, alice, "Alice", now()),
        NewActivity {
            actor: ActivityActor::Person { account: alice, name: "Alice".to_owned() },
            address: Some([192, 0, 2, 1].into()),
            browser: Some("Firefox".to_owned()),
            system: Some("Windows".to_owned()),
            app: Some((shop, "Shop".to_owned())),
            detail: "staff".to_owned(),
            ..NewActivity::of(ActivityKind::AppRefused, alice, "Alice", now() + Duration::from_secs(1))
        },
        NewActivity {
            account: None,
            actor: ActivityActor::CommandLine,
            ..NewActivity::of(ActivityKind::Deleted, alice, "Bob", now() + Duration::from_secs(2))
        },
    ];
    for line in &lines {
        records.add_activity(line.clone()).await.expect("answers");
    }
    let read = async |filter, most| -> Vec<NewActivity> {
        let lines = records.activity(filter, most).await.expect("answers");
        lines.into_iter().map(|activity| activity.line).collect()
    };
    let newest_first = [lines[2].clone(), lines[1].clone(), lines[0].clone()];
    assert_eq!(read(ActivityFilter::default(), 10).await, newest_first);
    assert_eq!(read(ActivityFilter::default(), 1).await, newest_first[..1]);
    let of_alice = ActivityFilter { account: Some(alice), ..ActivityFilter::default() };
    assert_eq!(read(of_alice.clone(), 10).await, newest_first[1..]);
    let refused = ActivityFilter { kind: Some(ActivityKind::AppRefused), app: Some(shop), ..of_alice.clone() };
    assert_eq!(read(refused, 10).await, newest_first[1..2]);
    let second = now() + Duration::from_secs(1);
    assert_eq!(read(ActivityFilter { from: Some(second), ..of_alice.clone() }, 10).await, newest_first[1..2]);
    assert_eq!(read(ActivityFilter { until: Some(second), ..of_alice.clone() }, 10).await, newest_first[2..]);
    let newest = records.activity(of_alice.clone(), 1).await.expect("answers").pop().expect("one");
    assert_eq!(read(ActivityFilter { before: Some(newest.seq), ..of_alice.clone() }, 10).await, newest_first[2..]);
    records.delete_account(alice, now()).await.expect("answers");
    assert_eq!(read(of_alice.clone(), 10).await.len(), 2, "they outlive the account");
    assert_eq!(records.sweep_activity(second).await.expect("answers"), 2);
    assert_eq!(read(ActivityFilter::default(), 10).await, newest_first[..1]);
}

pub(super) async fn an_address_moves_to_no_account_that_shares_it_with_another(records: Records) {
    let (alice, bob) = (member(&records, "alice").await, member(&records, "bob").await);
    let change = async |id, to: Option<&str>, verified_at| {
        let to = to.map(|text| text.parse::<Email>().expect("an address"));
        records.change_email(id, to, verified_at, now()).await.expect("answers")
    };
    let of = async |id| records.account(id).await.expect("answers").expect("there");
    assert_eq!(change(alice, Some("Alice@Example.org"), Some(now())).await, EmailChange::Done);
    assert_eq!(change(alice, Some("Alice@Example.org"), None).await, EmailChange::Same);
    assert_eq!(of(alice).await.email_verified_at, Some(now()), "it stays proven");
    assert_eq!(change(bob, Some("alice@example.ORG"), None).await, EmailChange::Taken);
    assert_eq!((of(bob).await.email, of(bob).await.profile.updated_at), (None, None));
    assert_eq!(change(alice, Some("other@example.org"), None).await, EmailChange::Done);
    assert_eq!((of(alice).await.email_verified_at, of(alice).await.profile.updated_at), (None, Some(now())));
    assert_eq!(change(bob, Some("alice@example.ORG"), None).await, EmailChange::Done, "it is free now");
    assert_eq!(change(bob, None, None).await, EmailChange::Done);
    assert_eq!(of(bob).await.email, None);
    assert_eq!(change(AccountId::from_random(random()), None, None).await, EmailChange::Unknown);
}

pub(super) async fn of_many_who_delete_an_account_that_is_due_one_does_it_and_tells(records: Records) {
    let (alice, bob) = (member(&records, "alice").await, member(&records, "bob").await);
    let due = now() + Duration::from_secs(60);
    let ask = async |at| records.ask_deletion(alice, at).await.expect("answers");
    assert_eq!(ask(due).await, DeletionAsked::Due { at: due, is_new: true });
    assert_eq!(ask(due + Duration::from_secs(9)).await, DeletionAsked::Due { at: due, is_new: false });
    assert!(
        records.keep_account(alice).await.expect("answers") && !records.keep_account(alice).await.expect("answers")
    );
    assert_eq!(ask(due).await, DeletionAsked::Due { at: due, is_new: true });
    assert_eq!(records.accounts_to_delete(now(), 10).await.expect("answers"), []);
    assert_eq!(records.delete_due_account(alice, now()).await.expect("answers"), DueDeletion::NotDue);
    assert_eq!(records.delete_due_account(bob, due).await.expect("answers"), DueDeletion::NotDue);
    assert_eq!(records.accounts_to_delete(due, 10).await.expect("answers"), [alice]);
    let deleting = (0..8).map(|_| {
        let records = records.clone();
        tokio::spawn(async move { records.delete_due_account(alice, due).await.expect("answers") })
    });
    let mut done = 0;
    for one in deleting.collect::<Vec<_>>() {
        done += usize::from(matches!(one.await.expect("ends"), DueDeletion::Done(_)));
    }
    assert_eq!(done, 1);
    assert!(records.account(alice).await.expect("answers").is_none());
    let told = records.activity(ActivityFilter::default(), 10).await.expect("answers");
    assert_eq!(told.len(), 1);
    let line = &told[0].line;
    assert_eq!((line.kind, &line.actor), (ActivityKind::Deleted, &ActivityActor::Server));
}

pub(super) async fn the_last_administrator_is_deleted_neither_when_asked_nor_when_due(records: Records) {
    let (alice, bob) = (member(&records, "alice").await, member(&records, "bob").await);
    records.set_role(alice, Role::Admin).await.expect("answers");
    let ask = async |id| records.ask_deletion(id, now()).await.expect("answers");
    assert_eq!(ask(alice).await, DeletionAsked::IsTheLast);
    records.set_role(bob, Role::Admin).await.expect("answers");
    // Of two administrators who both ask, one becomes the last.
    for id in [alice, bob] {
        assert_eq!(ask(id).await, DeletionAsked::Due { at: now(), is_new: true });
    }
    let mut done = Vec::new();
    for id in records.accounts_to_delete(now(), 10).await.expect("answers") {
        done.push(records.delete_due_account(id, now()).await.expect("answers"));
    }
    assert!(matches!(done[..], [DueDeletion::Done(_), DueDeletion::IsTheLast]), "{done:?}");
    assert_eq!(records.accounts_to_delete(now(), 10).await.expect("answers"), [], "it is not due any more");
    assert_eq!(records.accounts().await.expect("answers").len(), 1);
}

pub(super) async fn the_apps_of_an_account_are_those_that_are_enabled_and_open_to_it(records: Records) {
    let (shop, other) = (app(&records, 1, true).await, app(&records, 2, false).await);
    let (staff, alice, bob) =
        (added(&records, "staff").await, member(&records, "alice").await, member(&records, "bob").await);
    records.add_member(staff, alice, now()).await.expect("answers");
    let apps_for = async |id| -> Vec<AppId> {
        let apps = records.apps_for(id).await.expect("answers");
        apps.into_iter().map(|app| app.id).collect()
    };
    assert_eq!((apps_for(alice).await.len(), apps_for(bob).await.len()), (2, 2));
    opened_to(&records, shop, Audience::groups([staff])).await;
    assert!(apps_for(alice).await.contains(&shop));
    assert_eq!(apps_for(bob).await, [other]);
    records.disable_app(other, by(now())).await.expect("answers");
    assert_eq!((apps_for(alice).await, apps_for(bob).await), (vec![shop], vec![]));
    let found = records.apps_for(alice).await.expect("answers").remove(0);
    assert_eq!(found.audience, Audience::groups([staff]), "it is read whole");
}
