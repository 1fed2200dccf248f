//! The contract of the records about passkeys.

use std::time::Duration;

use futures_util::future::join_all;

use super::super::early_ends::{person, session};
use super::super::now;
use super::super::records::{here, new_account, new_session, opens};
use crate::crypto::random::random;
use crate::store::records::accounts::Removal;
use crate::store::records::activity::{ActivityFilter, ActivityKind, NewActivity};
use crate::store::records::links::{
    Earlier, Enrolled, Enrolment, LinkHash, LinkMade, LinkPurpose, NewLink, OpenerHash,
};
use crate::store::records::links::{ProvenBy, SessionProof, WayIn};
use crate::store::records::passkeys::{CredentialId, MOST_PASSKEYS, Passkey, PasskeyAdded};
use crate::store::records::passkeys::{PasskeyRemoved, PasskeyUse, PasskeyUsed};
use crate::store::records::people::Role;
use crate::store::records::{NewAccount, OpenedBy, Records, SessionRow};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, SessionTokenHash};

pub(super) fn new_passkey(account: AccountId) -> Passkey {
    Passkey {
        id: CredentialId(random::<32>().to_vec()),
        account,
        domain: "login.example".to_owned(),
        credential: "{}".to_owned(),
        counter: 0,
        name: "Phone".to_owned(),
        aaguid: [7; 16],
        is_backed_up: true,
        created_at: now(),
        last_used_at: None,
        went_back_at: None,
    }
}

fn line(account: AccountId, kind: ActivityKind) -> NewActivity {
    NewActivity::of(kind, account, "Alice", now())
}

pub(super) async fn adds(records: &Records, new: &Passkey) -> PasskeyAdded {
    let line = line(new.account, ActivityKind::PasskeyAdded);
    records.add_passkey(new.clone(), Epoch(0), line).await.expect("answers")
}

async fn added(records: &Records, account: AccountId) -> Passkey {
    let new = new_passkey(account);
    assert_eq!(adds(records, &new).await, PasskeyAdded::Done);
    new
}

async fn removes(records: &Records, of: &Passkey) -> PasskeyRemoved {
    let line = line(of.account, ActivityKind::PasskeyRemoved);
    records.remove_passkey(of.account, of.id.clone(), line).await.expect("answers")
}

pub(super) async fn without_password(records: &Records, name: &str) -> AccountId {
    let account = NewAccount { password_hash: None, ..new_account(name) };
    assert!(records.add_account(account.clone()).await.expect("answers"));
    account.id
}

async fn lines(records: &Records, account: AccountId, kind: ActivityKind) -> usize {
    let filter = ActivityFilter { account: Some(account), kind: Some(kind), ..ActivityFilter::default() };
    records.activity(filter, 100).await.expect("answers").len()
}

pub(in super::super) async fn a_passkey_is_found_by_its_id_and_no_two_accounts_have_the_same(records: Records) {
    let (alice, bob) = (person(&records, "alice", &[]).await, person(&records, "bob", &[]).await);
    let passkey = added(&records, alice).await;
    let (found, account) = records.passkey(&passkey.id).await.expect("answers").expect("there");
    assert_eq!((found, account.id), (passkey.clone(), alice));
    assert_eq!(records.passkeys_of(alice).await.expect("answers"), std::slice::from_ref(&passkey));
    let same = Passkey { account: bob, ..passkey.clone() };
    assert_eq!(adds(&records, &same).await, PasskeyAdded::Exists);
    assert!(records.passkeys_of(bob).await.expect("answers").is_empty());
    assert_eq!(lines(&records, alice, ActivityKind::PasskeyAdded).await, 1);
    assert_eq!(lines(&records, bob, ActivityKind::PasskeyAdded).await, 0, "nothing happened to it");

    let renamed = async |account, name: &str| {
        records.rename_passkey(account, passkey.id.clone(), name.to_owned()).await.expect("answers")
    };
    assert!(!renamed(bob, "Mine").await && renamed(alice, "Old phone").await);
    assert_eq!(records.passkeys_of(alice).await.expect("answers")[0].name, "Old phone");
    let other = Passkey { account: bob, ..passkey.clone() };
    assert_eq!(removes(&records, &other).await, PasskeyRemoved::Unknown, "it is of another account");
    records.disable_account(bob, now()).await.expect("answers");
    assert_eq!(adds(&records, &new_passkey(bob)).await, PasskeyAdded::NotOwner);
    records.delete_account(alice, now()).await.expect("answers");
    assert!(records.passkey(&passkey.id).await.expect("answers").is_none());
}

pub(in super::super) async fn an_account_has_a_bounded_number_of_passkeys_also_if_they_are_added_at_once(
    records: Records,
) {
    let alice = person(&records, "alice", &[]).await;
    let many = (0..MOST_PASSKEYS + 4).map(|_| {
        let (records, new) = (records.clone(), new_passkey(alice));
        tokio::spawn(async move { adds(&records, &new).await })
    });
    let done: Vec<_> = join_all(many).await.into_iter().map(|one| one.expect("no panic")).collect();
    assert_eq!(done.iter().filter(|done| **done == PasskeyAdded::TooMany).count(), 4, "{done:?}");
    assert_eq!(records.passkeys_of(alice).await.expect("answers").len(), MOST_PASSKEYS as usize);
}

pub(in super::super) async fn a_counter_that_does_not_grow_is_noted_and_the_highest_one_stays(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let passkey = added(&records, alice).await;
    let uses = async |counter, seconds| {
        let at = now() + Duration::from_secs(seconds);
        let used = PasskeyUse { id: passkey.id.clone(), account: alice, counter, is_backed_up: false, now: at };
        records.use_passkey(used).await.expect("answers")
    };
    let stored = async || records.passkey(&passkey.id).await.expect("answers").expect("there").0;
    assert_eq!([uses(0, 1).await, uses(0, 2).await], [PasskeyUsed::Forward; 2], "it does not count");
    assert_eq!(uses(5, 3).await, PasskeyUsed::Forward);
    assert!(stored().await.went_back_at.is_none() && !stored().await.is_backed_up);
    for (counter, seconds) in [(5, 4), (4, 5), (0, 6)] {
        assert_eq!(uses(counter, seconds).await, PasskeyUsed::WentBack, "{counter}");
        let at = Some(now() + Duration::from_secs(seconds));
        assert_eq!((stored().await.counter, stored().await.went_back_at, stored().await.last_used_at), (5, at, at));
    }
    assert_eq!(uses(6, 7).await, PasskeyUsed::Forward);
    assert_eq!(stored().await.went_back_at, Some(now() + Duration::from_secs(6)), "its owner still sees it");
    let racers = join_all((0..8).map(|_| uses(9, 8))).await;
    assert_eq!(racers.iter().filter(|used| **used == PasskeyUsed::Forward).count(), 1, "{racers:?}");
    assert_eq!(removes(&records, &passkey).await, PasskeyRemoved::Done);
    assert_eq!(uses(10, 9).await, PasskeyUsed::Removed);
}

pub(in super::super) async fn of_the_last_two_passkeys_removed_at_once_one_stays_unless_there_is_a_password(
    records: Records,
) {
    for of in 0..8 {
        let has_password = of % 2 == 0;
        let name = format!("person{of}");
        let account =
            if has_password { person(&records, &name, &[]).await } else { without_password(&records, &name).await };
        let two = [added(&records, account).await, added(&records, account).await];
        let racers = two.map(|passkey| {
            let records = records.clone();
            tokio::spawn(async move { removes(&records, &passkey).await })
        });
        let done: Vec<_> = join_all(racers).await.into_iter().map(|one| one.expect("no panic")).collect();
        let stay = done.iter().filter(|done| **done == PasskeyRemoved::IsTheLast).count();
        assert_eq!(stay, usize::from(!has_password), "{name}: {done:?}");
        let left = records.passkeys_of(account).await.expect("answers");
        assert_eq!(left.len(), stay);
        assert!(records.has_way_in(account).await.expect("answers"));
        assert_eq!(lines(&records, account, ActivityKind::PasskeyRemoved).await, 2 - stay);
        for last in left {
            added(&records, account).await;
            assert_eq!(removes(&records, &last).await, PasskeyRemoved::Done, "there is another");
        }
    }
}

pub(in super::super) async fn passkeys_of_one_domain_only_are_added_until_they_are_moved(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    assert_eq!(records.passkey_domain().await.expect("answers"), None);
    added(&records, alice).await;
    assert_eq!(records.passkey_domain().await.expect("answers").as_deref(), Some("login.example"));
    let other = Passkey { domain: "example.org".to_owned(), ..new_passkey(alice) };
    assert_eq!(adds(&records, &other).await, PasskeyAdded::OtherDomain);
    assert_eq!(records.move_passkey_domain("example.org".to_owned()).await.expect("answers"), 1);
    assert_eq!(adds(&records, &other).await, PasskeyAdded::Done);
    assert_eq!(adds(&records, &new_passkey(alice)).await, PasskeyAdded::OtherDomain);
}

pub(in super::super) async fn a_passkey_proves_a_session_of_its_account_until_it_is_removed(records: Records) {
    let (alice, bob) = (person(&records, "alice", &[]).await, person(&records, "bob", &[]).await);
    let (own, passkey, foreign) =
        (session(&records, alice).await, added(&records, alice).await, added(&records, bob).await);
    let later = now() + Duration::from_secs(60);
    let proves = async |seen, passkey: &Passkey| {
        let proof = SessionProof { session: own, seen, by: ProvenBy::Passkey(passkey.id.clone()), now: later };
        records.prove_session(proof).await.expect("answers")
    };
    assert!(!proves(Epoch(1), &passkey).await && !proves(Epoch(0), &foreign).await);
    assert!(proves(Epoch(0), &passkey).await);
    let (row, _) = records.session(own).await.expect("answers").expect("there");
    assert_eq!(row.proven_at, Some(later));
    assert_eq!(removes(&records, &passkey).await, PasskeyRemoved::Done);
    assert!(!proves(Epoch(0), &passkey).await);
}

pub(in super::super) async fn a_link_adds_a_passkey_in_place_of_the_password(records: Records) {
    let (alice, before) = (person(&records, "alice", &[]).await, LinkHash(random()));
    let (old, foreign) = (added(&records, alice).await, added(&records, person(&records, "bob", &[]).await).await);
    let link = |token, purpose, account| NewLink {
        token,
        purpose,
        account,
        made_by: None,
        earlier: Earlier::Withdrawn,
        now: now(),
        line: line(account, ActivityKind::LinkMade),
    };
    let made = records.make_link(link(before, LinkPurpose::Recover, alice)).await.expect("answers");
    assert!(matches!(made, LinkMade::Done { .. }));
    let enrols = async |token, new: Passkey| {
        let account = new.account;
        let enrolment = Enrolment {
            token,
            opener: OpenerHash([1; 32]),
            way: WayIn::Passkey(Box::new(new)),
            display_name: None,
            ends_all: true,
            goes_on_in: SessionRow { by_link: true, opened_by: OpenedBy::Passkey, ..new_session(account) },
            places: here(),
            lines: Vec::new(),
            now: now(),
        };
        records.enrol(enrolment).await.expect("answers")
    };
    let stolen = Passkey { account: alice, ..foreign };
    assert_eq!(enrols(before, stolen).await, Enrolled::NoPasskey(PasskeyAdded::Exists));
    assert!(records.link(before).await.expect("answers").expect("there").0.used_at.is_none(), "nothing was changed");
    let new = new_passkey(alice);
    assert!(matches!(enrols(before, new.clone()).await, Enrolled::Done { .. }));
    let left = records.passkeys_of(alice).await.expect("answers");
    assert_eq!(left, std::slice::from_ref(&new), "with all that was open the earlier passkey ended: {old:?}");
    assert!(!records.has_password(alice).await.expect("answers"));
    assert!(records.has_way_in(alice).await.expect("answers"));
    let again = records.make_link(link(LinkHash(random()), LinkPurpose::Invite, alice)).await.expect("answers");
    assert_eq!(again, LinkMade::HasWayIn, "a person who has a passkey is not invited");
    assert_eq!(removes(&records, &new).await, PasskeyRemoved::IsTheLast);
}

pub(in super::super) async fn a_session_says_by_which_kind_of_passkey_it_was_opened(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    for opened_by in [OpenedBy::Password, OpenedBy::Passkey, OpenedBy::SyncedPasskey, OpenedBy::Scan] {
        let row = SessionRow { token_hash: SessionTokenHash(random()), opened_by, ..new_session(alice) };
        assert!(opens(&records, row.clone(), Epoch(0)).await);
        let (stored, _) = records.session(row.token_hash).await.expect("answers").expect("there");
        assert_eq!(stored.opened_by, opened_by);
        let listed = records.sessions_of(alice, now()).await.expect("answers");
        assert!(listed.iter().any(|one| one.token_hash == row.token_hash && one.opened_by == opened_by));
    }
}

pub(in super::super) async fn an_administrator_with_a_passkey_alone_is_one_that_can_sign_in(records: Records) {
    let [ann, ben] = ["ann", "ben"].map(|name| NewAccount {
        role: Role::Admin,
        password_hash: (name == "ann").then(|| "$argon2id$".to_owned()),
        ..new_account(name)
    });
    for account in [&ann, &ben] {
        assert!(records.add_account(account.clone()).await.expect("answers"));
    }
    let disables = async |id| records.disable_account(id, now()).await.expect("answers");
    assert_eq!(disables(ann.id).await, Removal::IsTheLast, "the other chose no way to sign in yet");
    added(&records, ben.id).await;
    assert!(matches!(disables(ann.id).await, Removal::Done(_)));
    assert_eq!(disables(ben.id).await, Removal::IsTheLast);
    let listed = records.accounts().await.expect("answers");
    let ben = listed.iter().find(|one| one.account.id == ben.id).expect("listed");
    assert!(ben.has_way_in && !ben.has_password && ben.passkeys == 1);
}
