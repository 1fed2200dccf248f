//! The contract of the records about what administrators do with accounts and groups.

use std::time::Duration;

use crate::crypto::random::random;
use crate::store::contract::early_ends::{NONE, app, begins, grant, person, session};
use crate::store::contract::now;
use crate::store::contract::people::new_group;
use crate::store::contract::records::new_account;
use crate::store::records::accounts::{Removal, RoleChange};
use crate::store::records::activity::{ActivityFilter, ActivityKind};
use crate::store::records::directory::act::ActedBy;
use crate::store::records::directory::filter::{PeopleAfter, PeopleFilter, PersonState};
use crate::store::records::directory::person::{Conflict, NewPerson, PersonChange, PersonDetails, Taken};
use crate::store::records::early_ends::SignedOut;
use crate::store::records::grants::GrantStart;
use crate::store::records::people::{Group, GroupChange, Role};
use crate::store::records::{NewAccount, Records, Vouched};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::AccountId;

fn by() -> ActedBy {
    ActedBy::command_line(now())
}

fn named(username: &str, display_name: &str, email: &str) -> NewPerson {
    let account = NewAccount {
        display_name: display_name.to_owned(),
        email: Some(email).filter(|email| !email.is_empty()).map(|email| email.parse().expect("an address")),
        ..new_account(username)
    };
    NewPerson { account, given_name: None, family_name: None, groups: Vec::new() }
}

async fn added(records: &Records, people: Vec<NewPerson>) -> Vec<Conflict> {
    records.add_people(people, false, by()).await.expect("answers")
}

/// The user names of those whom a filter selects, or their display names, in alphabetical order.
async fn found(records: &Records, filter: &PeopleFilter) -> Vec<String> {
    let people = records.people(filter, None, 100).await.expect("answers");
    let number = u64::try_from(people.len()).expect("few");
    assert_eq!(records.count_people(filter, 100).await.expect("answers"), number);
    let names = people.into_iter().map(|one| one.account.username.unwrap_or(one.account.display_name));
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

/// The lines of activity, the oldest first, as kind and detail.
async fn told(records: &Records) -> Vec<(ActivityKind, String)> {
    let lines = records.activity(ActivityFilter::default(), 100).await.expect("answers");
    let lines = lines.into_iter().rev().map(|activity| (activity.line.kind, activity.line.detail));
    lines.filter(|(kind, _)| *kind != ActivityKind::SignedIn).collect()
}

pub(in crate::store) async fn people_are_found_by_a_part_of_what_they_are_called(records: Records) {
    let people = vec![
        named("zoe", "Zoë Ärmel", "Zoe.A@Example.org"),
        named("alice", "Alice Smith", ""),
        named("bob", "50%_off!", "bob@shop.example"),
        named("иван", "Анна-Мария", ""),
    ];
    let zoe = people[0].account.id;
    assert_eq!(added(&records, people).await, []);
    let carol = Vouched {
        fresh_id: AccountId::from_random(random()),
        issuer: "https://issuer.example".to_owned(),
        subject: "carol".to_owned(),
        display_name: "Carol".to_owned(),
        picture: None,
        now: now(),
    };
    records.vouched_account(carol).await.expect("answers");
    for (text, names) in [
        ("", &["Carol", "alice", "bob", "zoe", "иван"][..]),
        ("ZOË", &["zoe"]),
        ("ärm", &["zoe"]),
        ("ÄRMEL", &["zoe"]),
        ("Zoe\u{308} ä", &["zoe"]),
        ("example", &["bob", "zoe"]),
        ("a@eXAMPLE.o", &["zoe"]),
        ("SMI", &["alice"]),
        ("aro", &["Carol"]),
        ("ИВА", &["иван"]),
        ("анна-м", &["иван"]),
        ("%", &["bob"]),
        ("_", &["bob"]),
        ("!", &["bob"]),
        ("0%_O", &["bob"]),
        ("\0", &["Carol", "alice", "bob", "zoe", "иван"]),
        ("' OR 1 = 1 --", &[]),
        (&zoe.to_string(), &["zoe"]),
    ] {
        let filter = PeopleFilter { text: text.to_owned(), ..PeopleFilter::default() };
        assert_eq!(found(&records, &filter).await, names, "{text:?}");
    }
}

pub(in crate::store) async fn a_list_of_people_is_read_page_by_page_and_filtered(records: Records) {
    let staff = new_group("staff");
    assert!(records.make_group(staff.clone(), by()).await.expect("answers"));
    let people = (0..23).map(|at| {
        let mut person = named(&format!("p{at}"), ["Émile", "bob", "Bob", "Ada"][at % 4], "");
        person.account.role = [Role::None, Role::People, Role::Admin][at % 3];
        person.account.password_hash = (at % 5 > 0).then(|| "$argon2id$".to_owned());
        person.groups = if at < 3 { vec![staff.id, staff.id] } else { Vec::new() };
        person
    });
    let people: Vec<NewPerson> = people.collect();
    assert_eq!(added(&records, people.clone()).await, []);
    let all = records.people(&PeopleFilter::default(), None, 100).await.expect("answers");
    assert_eq!(all.len(), 23);
    let (mut pages, mut after) = (Vec::new(), None);
    loop {
        let page = records.people(&PeopleFilter::default(), after.as_ref(), 5).await.expect("answers");
        after = page.last().map(PeopleAfter::of);
        if page.is_empty() {
            break;
        }
        pages.extend(page);
    }
    assert_eq!(pages, all, "each of them once, and in one order");
    let with_role = |role| PeopleFilter { role: Some(role), ..PeopleFilter::default() };
    for (filter, number) in [
        (with_role(Role::Admin), 7),
        (with_role(Role::People), 8),
        (with_role(Role::None), 8),
        (PeopleFilter { state: Some(PersonState::NoWayIn), ..PeopleFilter::default() }, 5),
        (PeopleFilter { state: Some(PersonState::Disabled), ..PeopleFilter::default() }, 0),
        (PeopleFilter { group: Some(staff.id), ..PeopleFilter::default() }, 3),
        (PeopleFilter { group: Some(staff.id), text: "ÉM".to_owned(), ..PeopleFilter::default() }, 1),
        (PeopleFilter { group: Some(new_group("other").id), ..PeopleFilter::default() }, 0),
    ] {
        assert_eq!(found(&records, &filter).await.len(), number, "{filter:?}");
    }
    assert_eq!(records.count_people(&PeopleFilter::default(), 10).await.expect("answers"), 10, "no more are counted");
    let first = records.person(people[0].account.id).await.expect("answers").expect("there");
    assert!(!first.has_password && first.account.username.as_deref() == Some("p0"));
    assert_eq!(records.all_groups().await.expect("answers"), [staff]);
}

pub(in crate::store) async fn of_people_that_are_added_together_all_are_added_or_none(records: Records) {
    assert!(records.add_account(new_account("alice")).await.expect("answers"));
    assert_eq!(added(&records, vec![named("bob", "Bob", "Bob@Example.org")]).await, []);
    let next = vec![
        named("carol", "Carol", ""),
        named("alice", "Alice", "bob@example.ORG"),
        named("a1ice", "Alice", ""),
        named("dora", "Dora", "BOB@EXAMPLE.ORG"),
    ];
    let conflicts = [(1, Taken::Username), (1, Taken::Email), (2, Taken::Alike), (3, Taken::Email)];
    let conflicts = conflicts.map(|(at, taken)| Conflict { at, taken });
    for is_dry_run in [true, false] {
        assert_eq!(records.add_people(next.clone(), is_dry_run, by()).await.expect("answers"), conflicts);
    }
    assert_eq!(records.add_people(next[..1].to_vec(), true, by()).await.expect("answers"), []);
    assert_eq!(found(&records, &PeopleFilter::default()).await, ["alice", "bob"]);
    // More than one statement adds.
    let many: Vec<_> =
        (0..1203).map(|at| named(&format!("n{at}"), &format!("N {at}"), &format!("n{at}@a.example"))).collect();
    assert_eq!(added(&records, many.clone()).await, []);
    let again = added(&records, many).await;
    assert_eq!((again.len(), again[2405]), (2406, Conflict { at: 1202, taken: Taken::Email }));
    assert_eq!(records.count_people(&PeopleFilter::default(), u32::MAX).await.expect("answers"), 1205);
    let of_added = ActivityFilter { kind: Some(ActivityKind::Added), ..ActivityFilter::default() };
    assert_eq!(records.activity(of_added, 5000).await.expect("answers").len(), 1204);
}

pub(in crate::store) async fn details_are_changed_by_whoever_saw_them(records: Records) {
    let alice = named("alice", "Alice", "alice@example.org");
    let id = alice.account.id;
    assert_eq!(added(&records, vec![alice, named("bob", "Bob", "bob@example.org")]).await, []);
    let account = async || records.account(id).await.expect("answers").expect("there");
    let seen = account().await.details().fingerprint();
    let change = async |details: &PersonDetails, seen| {
        records.change_person(id, details.clone(), seen, by()).await.expect("answers")
    };
    let details = PersonDetails {
        display_name: "Alice Ä".to_owned(),
        given_name: Some("Alice".to_owned()),
        family_name: None,
        email: Some("ALICE@example.org".parse().expect("one")),
        is_email_proven: true,
    };
    let bobs = Some("BOB@example.org".parse().expect("one"));
    let taken = PersonDetails { email: bobs, is_email_proven: false, ..details.clone() };
    assert_eq!(change(&taken, Some(seen)).await, PersonChange::EmailTaken);
    assert_eq!(change(&details, None).await, PersonChange::Meanwhile);
    assert_eq!(change(&details, Some(seen)).await, PersonChange::Done);
    assert_eq!(change(&details, Some(seen)).await, PersonChange::Done, "sent twice it is one change");
    let stale = PersonDetails { display_name: "Mallory".to_owned(), ..details.clone() };
    assert_eq!(change(&stale, Some(seen)).await, PersonChange::Meanwhile);
    let changed = account().await;
    assert_eq!(
        (changed.details(), changed.email_verified_at, changed.profile.updated_at),
        (details, Some(now()), Some(now()))
    );
    // A new address is not proven by what was known of the one before.
    let moved = PersonDetails { email: None, is_email_proven: true, ..changed.details() };
    assert_eq!(change(&moved, Some(changed.details().fingerprint())).await, PersonChange::Done);
    assert_eq!(account().await.email_verified_at, None);
    let nobody = AccountId::from_random(random());
    let unknown = records.change_person(nobody, moved, Some(seen), by()).await.expect("answers");
    assert_eq!(unknown, PersonChange::Unknown);
    let told = told(&records).await;
    let changes: Vec<_> = told.iter().filter(|(kind, _)| *kind == ActivityKind::Changed).collect();
    assert_eq!(changes.len(), 2, "{told:?}");
    assert_eq!(changes[0].1, "display_name, given_name, email, email_verified");
}

pub(in crate::store) async fn each_act_that_changes_something_has_one_line_of_activity(records: Records) {
    let shop = app(&records, 1, true).await;
    let alice = person(&records, "alice", &[shop]).await;
    session(&records, alice).await;
    let staff = new_group("staff");
    for _ in 0..2 {
        records.make_group(staff.clone(), by()).await.expect("answers");
        let role = records.change_role(alice, Role::People, by()).await.expect("answers");
        assert!(matches!(role, RoleChange::Done { before: Role::None } | RoleChange::Same));
        assert!(records.join_group(staff.id, alice, by()).await.expect("answers"));
        assert!(records.sign_out_person(alice, by()).await.expect("answers").is_some());
        assert!(matches!(records.disable_person(alice, by()).await.expect("answers"), Some(Removal::Done(_))));
    }
    for _ in 0..2 {
        assert!(records.enable_person(alice, by()).await.expect("answers"));
        assert!(records.leave_group(staff.id, alice, by()).await.expect("answers"));
        let marked = Group { grants_rights: true, description: "Us".to_owned(), ..staff.clone() };
        let seen = Some(staff.fingerprint());
        assert_eq!(records.revise_group(marked, seen, by()).await.expect("answers"), Some(GroupChange::Done));
    }
    let stale = Group { description: "Them".to_owned(), ..staff.clone() };
    assert_eq!(records.revise_group(stale, Some(staff.fingerprint()), by()).await.expect("answers"), None);
    for is_first in [true, false] {
        let removed = records.delete_person(alice, by()).await.expect("answers");
        assert_eq!(removed, is_first.then(|| Removal::Done(SignedOut::default())));
        assert_eq!(records.end_group(staff.id, by()).await.expect("answers"), is_first);
        assert!(!records.enable_person(alice, by()).await.expect("answers") || is_first);
    }
    assert_eq!(records.sign_out_person(alice, by()).await.expect("answers"), None);
    assert_eq!(records.disable_person(alice, by()).await.expect("answers"), None);
    assert!(!records.join_group(staff.id, alice, by()).await.expect("answers"));
    let told = told(&records).await;
    let told: Vec<_> = told.iter().map(|(kind, detail)| (*kind, detail.as_str())).collect();
    assert_eq!(
        told,
        [
            (ActivityKind::GroupsChanged, "+"),
            (ActivityKind::RoleChanged, "none → people"),
            (ActivityKind::GroupsChanged, "+ staff"),
            (ActivityKind::SignedOutEverywhere, ""),
            (ActivityKind::Disabled, ""),
            (ActivityKind::Enabled, ""),
            (ActivityKind::GroupsChanged, "− staff"),
            (ActivityKind::GroupsChanged, "description, grants_rights: false → true"),
            (ActivityKind::Deleted, ""),
            (ActivityKind::GroupsChanged, "−"),
        ]
    );
    let begun = begins(&records, &grant(shop, alice, NONE, "openid"), Epoch(0)).await;
    assert_ne!(begun, GrantStart::Started, "nothing begins of who is deleted");
}

pub(in crate::store) async fn an_administrator_without_a_password_is_not_one_that_can_sign_in(records: Records) {
    let [mut alice, mut bob] = ["alice", "bob"].map(|name| named(name, name, ""));
    (alice.account.role, bob.account.role, bob.account.password_hash) = (Role::Admin, Role::Admin, None);
    let (alice_id, bob_id) = (alice.account.id, bob.account.id);
    assert_eq!(added(&records, vec![alice, bob]).await, []);
    let demoted = async |id| records.change_role(id, Role::None, by()).await.expect("answers");
    assert_eq!(demoted(alice_id).await, RoleChange::IsTheLast);
    assert_eq!(records.disable_person(alice_id, by()).await.expect("answers"), Some(Removal::IsTheLast));
    assert_eq!(records.delete_person(alice_id, by()).await.expect("answers"), Some(Removal::IsTheLast));
    records.replace_password(bob_id, "$argon2id$".to_owned(), now() + Duration::from_secs(1)).await.expect("answers");
    assert_eq!(demoted(alice_id).await, RoleChange::Done { before: Role::Admin });
    assert_eq!(demoted(bob_id).await, RoleChange::IsTheLast);
    let told = told(&records).await;
    let roles: Vec<_> = told.iter().filter(|(kind, _)| *kind == ActivityKind::RoleChanged).collect();
    assert_eq!(roles.len(), 1, "{told:?}");
}
