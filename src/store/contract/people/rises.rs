//! The contract of the records about what ends when somebody gets more rights or loses some: links with which their account
//! could be entered, the request that it be deleted, and an address that nobody proved.

use std::time::Duration;

use futures_util::future::join_all;

use super::new_group;
use crate::crypto::random::random;
use crate::store::contract::early_ends::{HOUR, person};
use crate::store::contract::now;
use crate::store::contract::records::{here, new_account, new_session};
use crate::store::records::accounts::{DeletionAsked, DueDeletion, EmailChange, UnprovenAddresses};
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::directory::act::ActedBy;
use crate::store::records::directory::person::{Conflict, NewPerson, PersonChange, PersonDetails, Taken};
use crate::store::records::early_ends::PasswordChange;
use crate::store::records::links::{
    Earlier, Enrolled, Enrolment, LinkHash, LinkMade, LinkPurpose, LinkRefusal, NewLink, OpenerHash, WayIn,
};
use crate::store::records::mails::{AddressLinkMade, AddressProof, AddressRefusal, NewAddressLink};
use crate::store::records::people::{Group, Role};
use crate::store::records::{NewAccount, Records, SessionRow};
use crate::ticket::ids::AccountId;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn by() -> ActedBy {
    ActedBy::command_line(now())
}

/// Makes a link that lets its owner in again, as `maker`.
async fn link(records: &Records, account: AccountId, maker: AccountId) -> LinkHash {
    let link = NewLink {
        token: LinkHash(random()),
        purpose: LinkPurpose::Recover,
        account,
        made_by: Some((maker, "pia".to_owned())),
        earlier: Earlier::Withdrawn,
        now: now(),
        line: NewActivity::of(ActivityKind::LinkMade, account, "Alice", now()),
    };
    let made = records.make_link(link.clone()).await.expect("answers");
    assert!(matches!(made, LinkMade::Done { .. }), "{made:?}");
    link.token
}

async fn uses(records: &Records, account: AccountId, token: LinkHash) -> Enrolled {
    let enrolment = Enrolment {
        token,
        opener: OpenerHash([1; 32]),
        way: WayIn::Password("$chosen$".to_owned()),
        display_name: None,
        ends_all: true,
        goes_on_in: SessionRow { by_link: true, ..new_session(account) },
        places: here(),
        lines: Vec::new(),
        now: now(),
    };
    records.enrol(enrolment).await.expect("answers")
}

async fn administrator(records: &Records, name: &str) -> AccountId {
    let account = NewAccount { role: Role::Admin, ..new_account(name) };
    assert!(records.add_account(account.clone()).await.expect("answers"));
    account.id
}

pub(in super::super) async fn sec_59_a_link_ends_when_its_account_gets_more_rights_or_is_signed_out(records: Records) {
    let (pia, alice) = (administrator(&records, "pia").await, person(&records, "alice", &[]).await);
    administrator(&records, "root").await;
    let rights = Group { grants_rights: true, ..new_group("admins") };
    let plain = new_group("staff");
    for group in [&rights, &plain] {
        assert!(records.make_group(group.clone(), by()).await.expect("answers"));
    }
    let over = Enrolled::Refused(LinkRefusal::Withdrawn);

    let token = link(&records, alice, pia).await;
    records.change_role(alice, Role::People, by()).await.expect("answers");
    assert_eq!(uses(&records, alice, token).await, over, "another role");

    let token = link(&records, alice, pia).await;
    records.join_group(rights.id, alice, by()).await.expect("answers");
    assert_eq!(uses(&records, alice, token).await, over, "a group that grants rights");

    records.join_group(plain.id, alice, by()).await.expect("answers");
    let token = link(&records, alice, pia).await;
    let marked = Group { grants_rights: true, ..plain.clone() };
    records.revise_group(marked, Some(plain.fingerprint()), by()).await.expect("answers");
    assert_eq!(uses(&records, alice, token).await, over, "a group that grants rights from now on");

    let token = link(&records, alice, pia).await;
    records.sign_out_person(alice, by()).await.expect("answers");
    assert_eq!(uses(&records, alice, token).await, over, "everything ended");

    let token = link(&records, alice, pia).await;
    let (_, hash) = records.account_by_username("alice").await.expect("answers").expect("there");
    let epoch = records.account(alice).await.expect("answers").expect("there").epoch;
    let change = PasswordChange {
        seen: epoch,
        before: hash.expect("a password"),
        after: "$new$".to_owned(),
        ends_all: false,
        goes_on_from: None,
        goes_on_in: new_session(alice),
    };
    assert!(records.change_password(alice, change, now()).await.expect("answers").is_some());
    assert_eq!(uses(&records, alice, token).await, over, "another password");

    // Nothing of that: it works.
    let token = link(&records, alice, pia).await;
    records.leave_group(rights.id, alice, by()).await.expect("answers");
    assert!(matches!(uses(&records, alice, token).await, Enrolled::Done { .. }));
}

pub(in super::super) async fn sec_59_a_link_ends_when_whoever_made_it_loses_rights(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    administrator(&records, "root").await;
    for (name, how) in [("ann", "demoted"), ("ben", "disabled"), ("cat", "deleted")] {
        let maker = administrator(&records, name).await;
        let token = link(&records, alice, maker).await;
        match how {
            "demoted" => drop(records.change_role(maker, Role::People, by()).await.expect("answers")),
            "disabled" => drop(records.disable_person(maker, by()).await.expect("answers")),
            _ => drop(records.delete_person(maker, by()).await.expect("answers")),
        }
        assert_eq!(uses(&records, alice, token).await, Enrolled::Refused(LinkRefusal::Withdrawn), "{how}");
    }
}

pub(in super::super) async fn a_deletion_that_was_asked_for_waits_while_disabled_and_ends_with_a_recovery(
    records: Records,
) {
    let (alice, bob) = (person(&records, "alice", &[]).await, person(&records, "bob", &[]).await);
    let root = administrator(&records, "root").await;
    let due = now() + DAY;
    for account in [alice, bob] {
        let asked = records.ask_deletion(account, due).await.expect("answers");
        assert_eq!(asked, DeletionAsked::Due { at: due, is_new: true });
    }
    // An administrator looks into what happened: the account stays until they enable it, and after that too.
    records.disable_person(alice, by()).await.expect("answers");
    // The owner of the other one gets it back from whoever was in it.
    let token = link(&records, bob, root).await;
    assert!(matches!(uses(&records, bob, token).await, Enrolled::Done { .. }));
    let later = due + HOUR;
    assert_eq!(records.accounts_to_delete(later, 10).await.expect("answers"), []);
    for account in [alice, bob] {
        assert_eq!(records.delete_due_account(account, later).await.expect("answers"), DueDeletion::NotDue);
    }
    records.enable_person(alice, by()).await.expect("answers");
    for account in [alice, bob] {
        assert_eq!(records.delete_due_account(account, later).await.expect("answers"), DueDeletion::NotDue);
    }
}

fn named(name: &str, email: Option<&str>) -> NewPerson {
    let email = email.map(|email| email.parse().expect("an address"));
    let account = NewAccount { email, ..new_account(name) };
    NewPerson { account, given_name: None, family_name: None, groups: Vec::new() }
}

/// A person whose address counts as proven.
fn vouched_for(name: &str, email: &str) -> NewPerson {
    let person = named(name, Some(email));
    NewPerson { account: NewAccount { email_verified_at: Some(now()), ..person.account }, ..person }
}

async fn email(records: &Records, account: AccountId) -> Option<String> {
    let account = records.account(account).await.expect("answers").expect("there");
    account.email.map(|email| email.to_string())
}

pub(in super::super) async fn an_address_belongs_to_whom_it_was_proven_for_and_is_nobodys_user_name(records: Records) {
    let address = "carl@corp.example";
    let email = || address.parse().expect("an address");
    let alice = person(&records, "alice", &[]).await;
    let carl = person(&records, "carl", &[]).await;
    let takes = async |account| records.change_email(account, Some(email()), None, now()).await.expect("answers");
    assert_eq!(takes(alice).await, EmailChange::Done);
    assert_eq!(takes(carl).await, EmailChange::Taken, "neither of the two proved it");
    // An administrator knows whose it is, and it counts as theirs.
    let details = async |account: AccountId| {
        let account = records.account(account).await.expect("answers").expect("there");
        (account.details(), account.details().fingerprint())
    };
    let (before, seen) = details(carl).await;
    let proven = PersonDetails { email: Some(email()), is_email_proven: true, ..before };
    assert_eq!(records.change_person(carl, proven, Some(seen), by()).await.expect("answers"), PersonChange::Done);
    assert_eq!(details(alice).await.0.email, None);
    let (before, seen) = details(alice).await;
    let proven = PersonDetails { email: Some(email()), is_email_proven: true, ..before };
    assert_eq!(
        records.change_person(alice, proven, Some(seen), by()).await.expect("answers"),
        PersonChange::EmailTaken
    );

    // Nobody is called as somebody else's address, nor has an address that is another person's name.
    let adds = async |person| {
        let conflicts = records.add_people(vec![person], false, by()).await.expect("answers");
        conflicts.first().map(|conflict| conflict.taken)
    };
    assert_eq!(adds(named(address, None)).await, Some(Taken::Username));
    assert_eq!(adds(named("eve@corp.example", Some("eve@corp.example"))).await, None, "their own");
    assert_eq!(adds(named("mallory", Some("Eve@corp.example"))).await, Some(Taken::Email));
    assert_eq!(
        records
            .change_email(alice, Some("eve@corp.example".parse().expect("an address")), None, now())
            .await
            .expect("answers"),
        EmailChange::Taken
    );
}

pub(in super::super) async fn an_address_that_nobody_proved_is_shared_where_mail_is_sent_until_it_is_proven(
    records: Records,
) {
    let records = records.with_unproven_addresses(UnprovenAddresses::Shared);
    let address = "victim@example.org";
    let adds = async |person| records.add_people(vec![person], false, by()).await.expect("answers");
    let changes = async |account, to: &str| {
        let to = Some(to.parse().expect("an address"));
        records.change_email(account, to, None, now()).await.expect("answers")
    };
    let (mallory, victim) = (named("mallory", Some(address)), named("victim", Some("Victim@example.org")));
    let carol = person(&records, "carol", &[]).await;
    let accounts = [mallory.account.id, victim.account.id, carol];
    assert_eq!(adds(mallory).await, []);
    assert_eq!(adds(victim).await, []);
    assert_eq!(changes(carol, address).await, EmailChange::Done);
    let found = records.account_by_email(&address.parse().expect("an address")).await.expect("answers");
    assert_eq!(found, None, "nobody is taken for another one of them");
    // What else is changed in one of them is no matter of the others.
    let before = records.account(carol).await.expect("answers").expect("there").details();
    let renamed = PersonDetails { display_name: "Carol".to_owned(), ..before.clone() };
    let change = records.change_person(carol, renamed, Some(before.fingerprint()), by()).await.expect("answers");
    assert_eq!((change, changes(carol, "VICTIM@example.org").await), (PersonChange::Done, EmailChange::Done));

    let links = accounts.map(|account| NewAddressLink { token: LinkHash(random()), account, now: now() });
    for link in &links {
        let made = records.make_address_link(link.clone()).await.expect("answers");
        assert!(matches!(made, AddressLinkMade::Done { .. }), "{made:?}");
    }
    let proving = links.map(|link| {
        let (records, line) = (records.clone(), NewActivity::of(ActivityKind::Changed, link.account, "Alice", now()));
        tokio::spawn(async move { records.prove_address(link.token, line, now()).await.expect("answers") })
    });
    let mut owners = Vec::new();
    for (account, proof) in accounts.into_iter().zip(join_all(proving).await) {
        match proof.expect("ends") {
            AddressProof::Done => owners.push(account),
            refused @ AddressProof::Refused(_) => {
                assert_eq!(refused, AddressProof::Refused(AddressRefusal::OtherAddress));
            }
        }
    }
    assert_eq!(owners.len(), 1, "of three at once one proves it");
    for account in accounts {
        assert_eq!(email(&records, account).await.is_some(), owners.contains(&account));
    }
    // From then on it is taken.
    let found = records.account_by_email(&address.parse().expect("an address")).await.expect("answers");
    assert_eq!(found.map(|account| account.id), owners.first().copied());
    assert_eq!(adds(named("dora", Some(address))).await, [Conflict { at: 0, taken: Taken::Email }]);
    let other = accounts.into_iter().find(|account| !owners.contains(account)).expect("two");
    assert_eq!(changes(other, address).await, EmailChange::Taken);
}

pub(in super::super) async fn who_did_not_prove_an_address_loses_it_to_somebody_who_is_added_with_it_as_proven(
    records: Records,
) {
    let root = administrator(&records, "root").await;
    let (mallory, eve) = (named("mallory", Some("alice@corp.example")), named("eve", Some("bob@corp.example")));
    let ids = [mallory.account.id, eve.account.id];
    assert_eq!(records.add_people(vec![mallory, eve], false, by()).await.expect("answers"), []);
    let token = link(&records, ids[0], root).await;
    // Of one of them also the name is the address.
    let people = vec![vouched_for("alice", "Alice@corp.example"), vouched_for("bob@corp.example", "bob@corp.example")];
    for (is_dry_run, are_lost) in [(true, false), (false, true)] {
        assert_eq!(records.add_people(people.clone(), is_dry_run, by()).await.expect("answers"), []);
        for id in ids {
            assert_eq!(email(&records, id).await.is_none(), are_lost, "{is_dry_run}");
        }
    }
    assert_eq!(email(&records, people[0].account.id).await.as_deref(), Some("Alice@corp.example"));
    let over = Enrolled::Refused(LinkRefusal::Withdrawn);
    assert_eq!(uses(&records, ids[0], token).await, over, "it may have been sent to a mailbox that is not Mallory's");
    // What is proven is not taken.
    let again = records.add_people(vec![vouched_for("carol", "alice@CORP.example")], false, by()).await;
    assert_eq!(again.expect("answers"), [Conflict { at: 0, taken: Taken::Email }]);
}
