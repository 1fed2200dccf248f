//! The contract of the records about one-time links and fresh proofs.

use std::time::Duration;

use futures_util::future::join_all;

use super::super::early_ends::{HOUR, app, begins, grant, is_valid, notices, person, session};
use super::super::now;
use super::super::records::{here, new_account, new_session};
use crate::crypto::random::random;
use crate::store::records::activity::{ActivityFilter, ActivityKind, NewActivity};
use crate::store::records::links::{
    ENDED_LINK_KEPT, Earlier, Enrolled, Enrolment, FirstAccount, Link, LinkHash, LinkMade, LinkOpened, LinkPurpose,
    LinkRefusal, LinkState, NewLink, OpenerHash, ProvenBy, SessionProof, SetUp, WayIn,
};
use crate::store::records::people::Role;
use crate::store::records::{NewAccount, Records, SessionRow};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

const FIRST: OpenerHash = OpenerHash([1; 32]);
const OTHER: OpenerHash = OpenerHash([2; 32]);

fn new_link(account: AccountId, purpose: LinkPurpose, now: Timestamp) -> NewLink {
    NewLink {
        token: LinkHash(random()),
        purpose,
        account,
        made_by: Some((AccountId::from_random([9; 16]), "grace".to_owned())),
        earlier: Earlier::Withdrawn,
        now,
        line: NewActivity::of(ActivityKind::LinkMade, account, "Alice", now),
    }
}

async fn recovery(records: &Records, account: AccountId) -> LinkHash {
    let link = new_link(account, LinkPurpose::Recover, now());
    let made = records.make_link(link.clone()).await.expect("answers");
    assert_eq!(made, LinkMade::Done { until: now() + HOUR });
    link.token
}

fn used_by(account: AccountId, token: LinkHash, opener: OpenerHash, password: &str, ends_all: bool) -> Enrolment {
    Enrolment {
        token,
        opener,
        way: WayIn::Password(password.to_owned()),
        display_name: None,
        ends_all,
        goes_on_in: SessionRow { by_link: true, ..new_session(account) },
        places: here(),
        lines: vec![NewActivity::of(ActivityKind::LinkUsed, account, "Alice", now())],
        now: now(),
    }
}

async fn stored(records: &Records, token: LinkHash) -> Link {
    records.link(token).await.expect("answers").expect("there").0
}

async fn password_of(records: &Records, name: &str) -> Option<String> {
    records.account_by_username(name).await.expect("answers").expect("there").1
}

async fn counted(records: &Records, account: AccountId, kind: ActivityKind) -> usize {
    let filter = ActivityFilter { account: Some(account), kind: Some(kind), ..ActivityFilter::default() };
    records.activity(filter, 100).await.expect("answers").len()
}

pub(in super::super) async fn of_two_browsers_that_open_a_link_at_once_one_has_it_and_the_other_is_noted(
    records: Records,
) {
    let alice = person(&records, "alice", &[]).await;
    let token = recovery(&records, alice).await;
    assert_eq!(stored(&records, token).await.state(now()), LinkState::Open);
    let racers = (0..8_u8).map(|of| {
        let (records, opener) = (records.clone(), OpenerHash([of; 32]));
        tokio::spawn(async move { (opener, records.open_link(token, opener, now()).await.expect("answers")) })
    });
    let opened: Vec<_> = join_all(racers).await.into_iter().map(|racer| racer.expect("no panic")).collect();
    let winners: Vec<_> = opened.iter().filter(|(_, opened)| *opened == LinkOpened::Now).collect();
    assert_eq!(winners.len(), 1, "{opened:?}");
    let noted = opened.iter().filter(|(_, opened)| *opened == LinkOpened::Elsewhere { is_first: true }).count();
    assert_eq!(noted, 1, "the first other one is noted, and no more: {opened:?}");
    let link = stored(&records, token).await;
    assert!(link.belongs_to(Some(winners[0].0)) && link.opened_elsewhere_at == Some(now()), "{link:?}");
    let again = records.open_link(token, winners[0].0, now()).await.expect("answers");
    assert_eq!(again, LinkOpened::Before);
    let late = records.open_link(token, winners[0].0, now() + HOUR).await.expect("answers");
    assert_eq!(late, LinkOpened::Over(LinkRefusal::Expired));
    let unknown = records.open_link(LinkHash([0; 32]), FIRST, now()).await.expect("answers");
    assert_eq!(unknown, LinkOpened::Over(LinkRefusal::Unknown));
}

pub(in super::super) async fn of_many_who_use_a_link_at_once_one_does_and_only_their_password_counts(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let token = recovery(&records, alice).await;
    records.open_link(token, FIRST, now()).await.expect("answers");
    let foreign = records.enrol(used_by(alice, token, OTHER, "$other$", true)).await.expect("answers");
    assert_eq!(foreign, Enrolled::Refused(LinkRefusal::OtherBrowser));
    let racers = (0..8).map(|of| {
        let (records, enrolment) = (records.clone(), used_by(alice, token, FIRST, &format!("${of}$"), of % 2 == 0));
        tokio::spawn(async move {
            let session = enrolment.goes_on_in.token_hash;
            (session, of, records.enrol(enrolment).await.expect("answers"))
        })
    });
    let done: Vec<_> = join_all(racers).await.into_iter().map(|racer| racer.expect("no panic")).collect();
    let winners: Vec<_> = done.iter().filter(|(_, _, done)| matches!(done, Enrolled::Done { .. })).collect();
    let [(session, of, _)] = winners[..] else { panic!("one: {done:?}") };
    let others = done.iter().filter(|(_, _, done)| *done == Enrolled::Refused(LinkRefusal::Used)).count();
    assert_eq!(others, 7, "{done:?}");
    assert_eq!(password_of(&records, "alice").await, Some(format!("${of}$")));
    let (row, _) = records.session(*session).await.expect("answers").expect("there");
    assert!(row.by_link && row.proven_at.is_none());
    assert_eq!(records.sessions_of(alice, now()).await.expect("answers").len(), 1, "and no other session is open");
    assert_eq!(counted(&records, alice, ActivityKind::LinkUsed).await, 1);
    assert_eq!(stored(&records, token).await.state(now()), LinkState::Used);
}

pub(in super::super) async fn a_link_that_recovers_ends_what_the_account_has_open_and_apps_are_told(records: Records) {
    let shop = app(&records, 1, true).await;
    let alice = person(&records, "alice", &[shop]).await;
    let before = session(&records, alice).await;
    let granted = grant(shop, alice, None, "openid offline_access");
    begins(&records, &granted, Epoch(0)).await;
    let token = recovery(&records, alice).await;
    // Without the tick everything else goes on.
    let enrolment = used_by(alice, token, FIRST, "$second$", false);
    assert_eq!(records.enrol(enrolment).await.expect("answers"), Enrolled::Done { sessions: 0 });
    assert!(is_valid(&records, &granted).await && notices(&records).await.is_empty());
    assert!(records.session(before).await.expect("answers").is_some());
    let token = recovery(&records, alice).await;
    let enrolment = used_by(alice, token, FIRST, "$third$", true);
    assert_eq!(records.enrol(enrolment).await.expect("answers"), Enrolled::Done { sessions: 2 });
    assert!(!is_valid(&records, &granted).await);
    assert!(records.session(before).await.expect("answers").is_none());
    assert_eq!(notices(&records).await, [(shop, alice, None)]);
    assert_eq!(password_of(&records, "alice").await.as_deref(), Some("$third$"));
}

pub(in super::super) async fn an_account_has_one_link_that_works_and_its_links_are_listed_and_swept(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let bob = NewAccount { password_hash: None, ..new_account("bob") };
    assert!(records.add_account(bob.clone()).await.expect("answers"));
    let make = async |link: &NewLink| records.make_link(link.clone()).await.expect("answers");
    assert_eq!(make(&new_link(alice, LinkPurpose::Invite, now())).await, LinkMade::HasWayIn);
    assert_eq!(make(&new_link(AccountId::from_random([3; 16]), LinkPurpose::Recover, now())).await, LinkMade::Unknown);
    let invitation = new_link(bob.id, LinkPurpose::Invite, now());
    for _ in 0..2 {
        let done = LinkMade::Done { until: now() + 72 * HOUR };
        assert_eq!(make(&invitation).await, done, "the same once more changes nothing");
    }
    assert_eq!(counted(&records, bob.id, ActivityKind::LinkMade).await, 1);
    let later = now() + HOUR;
    let newer = new_link(bob.id, LinkPurpose::Invite, later);
    make(&newer).await;
    assert_eq!(stored(&records, invitation.token).await.over(later), Some(LinkRefusal::Withdrawn));
    let used = records.enrol(used_by(bob.id, invitation.token, FIRST, "$x$", true)).await.expect("answers");
    assert_eq!(used, Enrolled::Refused(LinkRefusal::Withdrawn));
    assert_eq!(records.withdraw_links(bob.id, later).await.expect("answers"), 1);
    assert_eq!(records.withdraw_links(bob.id, later).await.expect("answers"), 0);
    let links = records.links_of(bob.id, 10).await.expect("answers");
    assert_eq!(links.iter().map(|link| link.token).collect::<Vec<_>>(), [newer.token, invitation.token]);
    assert_eq!((links[0].made_by_name.as_str(), links[0].purpose), ("grace", LinkPurpose::Invite));
    assert_eq!(records.links_of(bob.id, 1).await.expect("answers"), links[..1]);
    records.sweep(now() + 72 * HOUR + ENDED_LINK_KEPT).await.expect("answers");
    assert_eq!(records.links_of(bob.id, 10).await.expect("answers"), links[..1], "the later one is kept for longer");
    assert!(
        !records.has_password(bob.id).await.expect("answers") && records.has_password(alice).await.expect("answers")
    );
}

pub(in super::super) async fn a_link_of_a_disabled_or_deleted_account_does_nothing(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let token = recovery(&records, alice).await;
    records.disable_account(alice, now()).await.expect("answers");
    let used = async || records.enrol(used_by(alice, token, FIRST, "$x$", true)).await.expect("answers");
    assert_eq!(used().await, Enrolled::Refused(LinkRefusal::Disabled));
    let again = records.make_link(new_link(alice, LinkPurpose::Recover, now())).await.expect("answers");
    assert_eq!(again, LinkMade::Disabled);
    assert_eq!(password_of(&records, "alice").await.as_deref(), Some("$argon2id$"));
    records.delete_account(alice, now()).await.expect("answers");
    assert_eq!(used().await, Enrolled::Refused(LinkRefusal::Unknown));
    assert!(records.link(token).await.expect("answers").is_none());
}

pub(in super::super) async fn the_set_up_link_is_of_one_browser_for_an_hour_and_makes_one_account(records: Records) {
    let token = LinkHash([7; 32]);
    let open = async |opener, at| records.open_set_up(token, opener, at).await.expect("answers");
    let elsewhere = LinkOpened::Elsewhere { is_first: false };
    assert_eq!(open(FIRST, now()).await, LinkOpened::Now);
    assert_eq!(open(FIRST, now()).await, LinkOpened::Now, "again in the same browser");
    assert_eq!(open(OTHER, now()).await, elsewhere);
    let set_up = async |name: &str, opener, at| {
        let account = NewAccount { role: Role::Admin, created_at: at, ..new_account(name) };
        records.set_up(SetUp { token, opener, account, passkey: None }).await.expect("answers")
    };
    assert_eq!(set_up("mallory", OTHER, now()).await, FirstAccount::OtherBrowser);
    assert!(!records.has_accounts().await.expect("answers"));
    let later = now() + HOUR;
    assert_eq!(open(OTHER, later).await, LinkOpened::Now, "whoever lost that browser goes on in another");
    assert_eq!(open(FIRST, later).await, elsewhere);
    let racers = join_all(["ann", "ben", "cat"].map(|name| set_up(name, OTHER, later))).await;
    assert_eq!(racers.iter().filter(|made| **made == FirstAccount::Made).count(), 1, "{racers:?}");
    assert_eq!(open(OTHER, later).await, LinkOpened::Over(LinkRefusal::Used));
    assert_eq!(open(FIRST, later + 2 * HOUR).await, LinkOpened::Over(LinkRefusal::Used));
    assert_eq!(stored(&records, token).await.state(later), LinkState::Used);
    assert_eq!(records.accounts().await.expect("answers").len(), 1);
}

pub(in super::super) async fn a_proof_counts_for_the_session_and_the_password_that_it_was_given_with(records: Records) {
    let alice = person(&records, "alice", &[]).await;
    let own = session(&records, alice).await;
    let proof =
        |session, seen, hash: &str, now| SessionProof { session, seen, by: ProvenBy::Password(hash.to_owned()), now };
    let proves = async |proof| records.prove_session(proof).await.expect("answers");
    let proven_at = async || records.session(own).await.expect("answers").expect("there").0.proven_at;
    assert_eq!(proven_at().await, None);
    let later = now() + Duration::from_secs(60);
    assert!(!proves(proof(own, Epoch(1), "$argon2id$", later)).await, "another epoch");
    assert!(!proves(proof(own, Epoch(0), "$other$", later)).await, "another password");
    assert_eq!(proven_at().await, None);
    assert!(proves(proof(own, Epoch(0), "$argon2id$", later)).await);
    assert_eq!(proven_at().await, Some(later));
    records.end_session(own, later).await.expect("answers");
    assert!(!proves(proof(own, Epoch(0), "$argon2id$", later)).await, "it has ended");
}
