//! The contract of the records about who can sign in: with which settings, and with passkeys of which domain.

use super::super::now;
use super::super::records::{new_account, new_session, opens};
use super::passkeys::{adds, new_passkey, without_password};
use crate::crypto::random::random;
use crate::store::Fault;
use crate::store::records::accounts::{DeletionAsked, Removal};
use crate::store::records::activity::{ActivityFilter, ActivityKind, NewActivity};
use crate::store::records::directory::act::ActedBy;
use crate::store::records::directory::filter::{PeopleFilter, PersonState};
use crate::store::records::links::{Earlier, LinkHash, LinkMade, LinkPurpose, NewLink};
use crate::store::records::passkeys::{Passkey, PasskeyAdded, PasskeyRemoved, WaysIn};
use crate::store::records::people::Role;
use crate::store::records::{NewAccount, Records, RoleChange, SessionRow};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, SessionTokenHash};

const OTHER: &str = "example.org";
const WITHOUT_PASSWORDS: WaysIn = WaysIn { passwords: false, passkeys: true };

async fn administrator(records: &Records, name: &str, has_password: bool) -> AccountId {
    let password_hash = has_password.then(|| "$argon2id$".to_owned());
    let account = NewAccount { role: Role::Admin, password_hash, ..new_account(name) };
    assert!(records.add_account(account.clone()).await.expect("answers"));
    account.id
}

async fn passkey(records: &Records, account: AccountId, domain: &str) -> Passkey {
    let new = Passkey { domain: domain.to_owned(), ..new_passkey(account) };
    assert_eq!(adds(records, &new).await, PasskeyAdded::Done);
    new
}

async fn moved(records: &Records, domain: &str) -> u64 {
    records.move_passkey_domain(domain.to_owned()).await.expect("answers")
}

/// Takes the domains away, as if an earlier version had added the passkeys.
async fn forget_domains(records: &Records) {
    const SQL: &str = "UPDATE passkeys SET domain = NULL";
    match records {
        Records::Sqlite(file) => {
            let forgotten = file.writer.write(|on| {
                Box::pin(async move {
                    sqlx::query(SQL).execute(on).await?;
                    Ok(())
                })
            });
            forgotten.await.expect("writes");
        }
        Records::Postgres(server) => {
            let mut lent = server.pool.lend().await.expect("a connection");
            let forgotten = sqlx::query(SQL).execute(&mut *lent).await;
            lent.after(forgotten.map_err(Fault::from)).expect("writes");
        }
    }
}

/// How the records answer everything that depends on whether an account can sign in.
async fn answers(records: &Records, account: AccountId) -> [bool; 4] {
    let listed = records.accounts().await.expect("answers");
    let listed = listed.iter().find(|one| one.account.id == account).expect("listed").has_way_in;
    let person = records.person(account).await.expect("answers").expect("there").has_way_in;
    let filter = PeopleFilter { state: Some(PersonState::NoWayIn), ..PeopleFilter::default() };
    let without = records.people(&filter, None, 100).await.expect("answers");
    assert_eq!(records.count_people(&filter, 100).await.expect("answers"), without.len() as u64);
    assert!(without.iter().all(|one| !one.has_way_in));
    let is_among = without.iter().any(|one| one.account.id == account);
    [records.has_way_in(account).await.expect("answers"), listed, person, !is_among]
}

pub(in super::super) async fn a_passkey_of_another_domain_is_no_way_in_until_it_is_the_domain_again(records: Records) {
    let alice = without_password(&records, "alice").await;
    let own = passkey(&records, alice, "login.example").await;
    assert_eq!(answers(&records, alice).await, [true; 4]);
    for _ in 0..2 {
        assert_eq!(moved(&records, OTHER).await, 1);
        assert_eq!(answers(&records, alice).await, [false; 4]);
    }
    let stored = records.passkeys_of(alice).await.expect("answers");
    assert_eq!(stored, std::slice::from_ref(&own), "it stays, with the domain that it was made for");
    let line = |kind| NewActivity::of(kind, alice, "Alice", now());
    let invitation = NewLink {
        token: LinkHash(random()),
        purpose: LinkPurpose::Invite,
        account: alice,
        made_by: None,
        earlier: Earlier::Withdrawn,
        now: now(),
        line: line(ActivityKind::LinkMade),
    };
    assert!(matches!(records.make_link(invitation).await.expect("answers"), LinkMade::Done { .. }));
    assert!(records.is_passkey_offered(alice).await.expect("answers"));
    assert_eq!(moved(&records, "login.example").await, 0);
    assert_eq!(answers(&records, alice).await, [true; 4]);
    assert!(!records.is_passkey_offered(alice).await.expect("answers"));

    // Of two domains, only the last passkey of the domain of now stays.
    moved(&records, OTHER).await;
    let new = passkey(&records, alice, OTHER).await;
    let removes = async |of: &Passkey| {
        let line = line(ActivityKind::PasskeyRemoved);
        records.remove_passkey(alice, of.id.clone(), line).await.expect("answers")
    };
    assert_eq!(removes(&new).await, PasskeyRemoved::IsTheLast);
    assert_eq!(removes(&own).await, PasskeyRemoved::Done);
    assert_eq!(removes(&new).await, PasskeyRemoved::IsTheLast);
}

pub(in super::super) async fn a_passkey_of_an_earlier_version_counts_until_the_domain_changes(records: Records) {
    let alice = without_password(&records, "alice").await;
    let own = passkey(&records, alice, "login.example").await;
    forget_domains(&records).await;
    assert_eq!(answers(&records, alice).await, [true; 4]);
    assert_eq!(records.passkeys_of(alice).await.expect("answers"), std::slice::from_ref(&own));
    assert_eq!(moved(&records, OTHER).await, 1);
    assert_eq!(answers(&records, alice).await, [false; 4]);
    assert_eq!(records.passkey(&own.id).await.expect("answers").expect("there").0.domain, "login.example");
    assert_eq!(moved(&records, "login.example").await, 0);
    assert_eq!(answers(&records, alice).await, [true; 4]);
}

pub(in super::super) async fn a_way_in_is_what_the_settings_take(records: Records) {
    let (ann, ben) = (administrator(&records, "ann", true).await, administrator(&records, "ben", false).await);
    passkey(&records, ben, "login.example").await;
    for (ways, [of_ann, of_ben]) in [
        (WaysIn::BOTH, [true, true]),
        (WITHOUT_PASSWORDS, [false, true]),
        (WaysIn { passwords: true, passkeys: false }, [true, false]),
    ] {
        let records = records.offering(ways);
        assert_eq!(answers(&records, ann).await, [of_ann; 4], "{ways:?}");
        assert_eq!(answers(&records, ben).await, [of_ben; 4], "{ways:?}");
        assert!(!records.lacks_administrator().await.expect("answers"));
    }
}

pub(in super::super) async fn the_last_administrator_is_the_last_who_can_sign_in_with_the_present_settings(
    records: Records,
) {
    let (ann, ben) = (administrator(&records, "ann", true).await, administrator(&records, "ben", false).await);
    passkey(&records, ben, "login.example").await;
    let off = records.offering(WITHOUT_PASSWORDS);
    assert_eq!(off.set_role(ben, Role::None).await.expect("answers"), RoleChange::IsTheLast);
    assert_eq!(off.disable_account(ben, now()).await.expect("answers"), Removal::IsTheLast);
    assert_eq!(off.delete_account(ben, now()).await.expect("answers"), Removal::IsTheLast);
    assert_eq!(off.ask_deletion(ben, now()).await.expect("answers"), DeletionAsked::IsTheLast);
    // After a move, it is Ann who has the only way in, where passwords are taken.
    moved(&records, OTHER).await;
    assert_eq!(records.disable_account(ann, now()).await.expect("answers"), Removal::IsTheLast);
    assert!(!records.lacks_administrator().await.expect("answers"));
    assert!(off.lacks_administrator().await.expect("answers"), "neither can sign in");
    passkey(&records, ann, OTHER).await;
    assert!(!off.lacks_administrator().await.expect("answers"));
    assert!(matches!(records.disable_account(ben, now()).await.expect("answers"), Removal::Done(_)));
    assert_eq!(off.disable_account(ann, now()).await.expect("answers"), Removal::IsTheLast);
}

pub(in super::super) async fn an_operator_replaces_a_password_and_removes_the_passkeys_at_once(records: Records) {
    let alice = without_password(&records, "alice").await;
    let session = new_session(alice);
    assert!(opens(&records, session.clone(), Epoch(0)).await);
    for _ in 0..2 {
        passkey(&records, alice, "login.example").await;
    }
    let replaced = records.replace_ways_in(alice, "$argon2id$".to_owned(), ActedBy::command_line(now())).await;
    let (ended, removed) = replaced.expect("answers");
    assert_eq!((ended.sessions, removed), (1, 2));
    assert!(records.passkeys_of(alice).await.expect("answers").is_empty());
    assert!(records.has_password(alice).await.expect("answers"));
    for (kind, count) in [(ActivityKind::PasskeyRemoved, 2), (ActivityKind::PasswordChanged, 1)] {
        let filter = ActivityFilter { account: Some(alice), kind: Some(kind), ..ActivityFilter::default() };
        assert_eq!(records.activity(filter, 10).await.expect("answers").len(), count, "{kind:?}");
    }
}

pub(in super::super) async fn whoever_ends_everything_goes_on_in_another_session_once(records: Records) {
    let alice = without_password(&records, "alice").await;
    let (own, other) = (new_session(alice), new_session(alice));
    for session in [&own, &other] {
        assert!(opens(&records, session.clone(), Epoch(0)).await);
    }
    let next = new_session(alice);
    let begins = async |session: &SessionRow, seen| {
        records.begin_anew(SessionTokenHash([0; 32]), session.clone(), seen, now()).await.expect("answers")
    };
    assert!(!begins(&next, Epoch(1)).await && begins(&next, Epoch(0)).await);
    let open = records.sessions_of(alice, now()).await.expect("answers");
    assert_eq!(open.iter().map(|session| session.token_hash).collect::<Vec<_>>(), [next.token_hash]);
    assert!(!begins(&new_session(alice), Epoch(0)).await, "another request ended everything before");
    records.disable_account(alice, now()).await.expect("answers");
    assert!(!begins(&new_session(alice), Epoch(2)).await);
}
