//! The contract of the records about mails that wait to be sent, and about links that prove an address.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;

use super::member;
use crate::crypto::random::random;
use crate::store::contract::now;
use crate::store::records::Records;
use crate::store::records::activity::{ActivityFilter, ActivityKind, NewActivity};
use crate::store::records::links::{Earlier, LinkHash, LinkMade, LinkPurpose, LinkState, NewLink, OpenerHash};
use crate::store::records::mails::{
    ADDRESS_LINK_LIFE, ADDRESS_LINKS, AddressLinkMade, AddressProof, AddressRefusal, CausedBy, CountedWith,
    FIRST_PAUSE, HELD_FOR, MAIL_KEPT, MailEnd, MailEnded, MailFacts, MailId, MailKind, NewAddressLink, NewMail,
    NewRecovery, Queued, WAITING, WAITING_OF_STRANGERS,
};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

const SECOND: Duration = Duration::from_secs(1);

fn mail(account: AccountId, kind: MailKind, at: Timestamp) -> NewMail {
    NewMail {
        id: MailId::from_random(random()),
        account,
        kind,
        caused_by: CausedBy::Known,
        to: "alice@example.org".parse().expect("an address"),
        language: "en".to_owned(),
        facts: MailFacts { browser: Some("Firefox".to_owned()), ..MailFacts::default() },
        link: Some((LinkHash([7; 32]), b"sealed".to_vec())),
        now: at,
    }
}

async fn queued(records: &Records, mail: NewMail) -> MailId {
    let id = mail.id;
    assert_eq!(records.queue_mail(mail).await.expect("answers"), Queued::Done);
    id
}

pub(in crate::store::contract) async fn a_mail_is_taken_once_and_again_after_a_growing_pause(records: Records) {
    let alice = member(&records, "alice").await;
    let first = mail(alice, MailKind::Invite, now());
    let id = queued(&records, first.clone()).await;
    assert_eq!(records.queue_mail(first.clone()).await.expect("answers"), Queued::Before);
    let take = async |at| records.take_mails(10, Vec::new(), at).await.expect("answers");
    let taken = take(now()).await.remove(0);
    assert_eq!((taken.id, taken.kind, taken.tries, taken.created_at), (id, MailKind::Invite, 1, now()));
    assert_eq!((taken.to.clone(), taken.facts.clone(), taken.link.clone()), (first.to, first.facts, first.link));
    let (mut at, mut mail) = (now(), taken.clone());
    for tries in 1..12_u32 {
        let pause = FIRST_PAUSE * 2_u32.pow((tries - 1).min(7));
        assert_eq!((mail.tries, mail.next_try(at)), (u64::from(tries), at + pause));
        records.postpone_mail(id, mail.tries, mail.next_try(at)).await.expect("answers");
        assert!(take(at + pause.saturating_sub(SECOND)).await.is_empty(), "{tries}");
        at = at + pause;
        mail = take(at).await.remove(0);
    }
    assert_eq!(records.mails_of(alice, 10).await.expect("answers")[0].tries, 12);
    // A mail ends with its account.
    records.delete_account(alice, now()).await.expect("answers");
    assert!(take(at + FIRST_PAUSE * 200).await.is_empty());
}

pub(in crate::store::contract) async fn a_mail_is_of_one_taker_until_its_result_or_for_longer_than_a_try(
    records: Records,
) {
    let alice = member(&records, "alice").await;
    let id = queued(&records, mail(alice, MailKind::Invite, now())).await;
    let take = async |at| records.take_mails(10, Vec::new(), at).await.expect("answers");
    let first = take(now()).await.remove(0);
    assert!(take(now() + HELD_FOR.saturating_sub(SECOND)).await.is_empty(), "the first try may still run");
    let late = records.take_mails(10, vec![id], now() + HELD_FOR * 2).await.expect("answers");
    assert!(late.is_empty(), "whoever still sends it does not take it again, wherever the clock is set");
    // Nobody said what became of it.
    let second = take(now() + HELD_FOR).await.remove(0);
    assert_eq!((second.id, second.tries), (id, 2));
    // What the first taker says late takes the mail from nobody.
    records.postpone_mail(id, first.tries, first.next_try(now())).await.expect("answers");
    assert!(take(now() + HELD_FOR + FIRST_PAUSE).await.is_empty());
    let ended = MailEnded { id, end: MailEnd::Sent, line: None, now: now() };
    assert!(records.end_mail(ended).await.expect("answers"), "a mail that was sent is sent, whoever sent it");
    records.postpone_mail(id, second.tries, now()).await.expect("answers");
    assert!(take(now() + HELD_FOR * 100).await.is_empty());
}

pub(in crate::store::contract) async fn mails_that_strangers_cause_count_together_whatever_accounts_they_are_about(
    records: Records,
) {
    let (one, other) = (CountedWith([1; 16]), CountedWith([2; 16]));
    let asks = async |account, kind, with, at| {
        let mail = NewMail { caused_by: CausedBy::Stranger(with), ..mail(account, kind, at) };
        records.queue_mail(mail).await.expect("answers")
    };
    for kind in [MailKind::ProveAddress, MailKind::RecoverOneself] {
        let mut at = now();
        let mut sent = 0;
        for (within, most) in kind.of_strangers() {
            while sent < *most {
                let person = member(&records, &format!("{}{sent}", kind.word().replace('_', ""))).await;
                assert_eq!(asks(person, kind, one, at).await, Queued::Done, "{kind:?} {sent}");
                sent += 1;
            }
            let person = member(&records, &format!("{}more{sent}", kind.word().replace('_', ""))).await;
            assert_eq!(asks(person, kind, one, at).await, Queued::TooManyOfStrangers, "{kind:?} {within:?}");
            let room = records.room_for_mail(person, kind, CausedBy::Stranger(one), at).await.expect("answers");
            assert_eq!(room, Queued::TooManyOfStrangers);
            assert_eq!(asks(person, kind, other, at).await, Queued::Done, "another address or network");
            assert_eq!(asks(person, MailKind::Invite, one, at).await, Queued::Done, "another kind");
            at = at + *within;
        }
        let person = member(&records, &format!("{}late", kind.word().replace('_', ""))).await;
        let late = now() + Duration::from_secs(2 * 24 * 3600);
        assert_eq!(asks(person, kind, one, late).await, Queued::Done, "on another day");
    }
}

pub(in crate::store::contract) async fn of_many_who_take_mails_at_once_each_mail_is_of_one(records: Records) {
    let mut ids = BTreeSet::new();
    for at in 0..20 {
        let account = member(&records, &format!("person{at}")).await;
        ids.insert(queued(&records, mail(account, MailKind::NewDevice, now())).await);
    }
    let taking = (0..8).map(|_| {
        let records = records.clone();
        tokio::spawn(async move { records.take_mails(5, Vec::new(), now()).await.expect("answers") })
    });
    let taken: Vec<_> = join_all(taking).await.into_iter().flat_map(|taken| taken.expect("ends")).collect();
    let different: BTreeSet<_> = taken.iter().map(|mail| mail.id).collect();
    assert_eq!(taken.len(), different.len(), "nobody took what another one has");
    let rest = records.take_mails(20, Vec::new(), now()).await.expect("answers");
    assert_eq!(different.into_iter().chain(rest.iter().map(|mail| mail.id)).collect::<BTreeSet<_>>(), ids);
}

pub(in crate::store::contract) async fn what_a_mail_contained_is_gone_once_it_ended(records: Records) {
    let alice = member(&records, "alice").await;
    let id = queued(&records, mail(alice, MailKind::Recover, now())).await;
    let line = NewActivity::of(ActivityKind::MailRefused, alice, "Alice", now());
    let ended = MailEnded { id, end: MailEnd::Refused, line: Some(line), now: now() };
    assert!(records.end_mail(ended.clone()).await.expect("answers"));
    assert!(!records.end_mail(ended).await.expect("answers"), "it ends once");
    let of_mail = ActivityFilter { kind: Some(ActivityKind::MailRefused), ..ActivityFilter::default() };
    assert_eq!(records.activity(of_mail, 10).await.expect("answers").len(), 1);
    let kept = records.mails_of(alice, 10).await.expect("answers").remove(0);
    assert_eq!((kept.link, kept.ended), (Some(LinkHash([7; 32])), Some((MailEnd::Refused, now()))));
    assert!(records.take_mails(10, Vec::new(), now() + FIRST_PAUSE * 1000).await.expect("answers").is_empty());
    records.sweep(now() + MAIL_KEPT).await.expect("answers");
    assert_eq!(records.mails_of(alice, 10).await.expect("answers"), []);

    // Where mails are not sent any more, their links do not stay.
    queued(&records, mail(alice, MailKind::Recover, now())).await;
    let later = now() + Duration::from_secs(25 * 3600);
    records.sweep(later).await.expect("answers");
    let taken = records.take_mails(10, Vec::new(), later).await.expect("answers").remove(0);
    assert_eq!(taken.link, Some((LinkHash([7; 32]), Vec::new())));
}

pub(in crate::store::contract) async fn the_queue_is_bounded_by_kind_and_account_and_as_a_whole(records: Records) {
    let alice = member(&records, "alice").await;
    let of = async |account, kind, at| records.queue_mail(mail(account, kind, at)).await.expect("answers");
    for kind in [MailKind::RecoverOneself, MailKind::NewDevice] {
        for _ in 0..kind.per_day() {
            assert_eq!(of(alice, kind, now()).await, Queued::Done);
        }
        assert_eq!(of(alice, kind, now()).await, Queued::TooMany);
    }
    let next_day = now() + Duration::from_secs(24 * 3600);
    assert_eq!(of(alice, MailKind::NewDevice, next_day).await, Queued::Done);
    assert_eq!(of(AccountId::from_random(random()), MailKind::Invite, now()).await, Queued::Unknown);
    const { assert!(WAITING_OF_STRANGERS < WAITING, "strangers leave room for the others") };
    let mut waiting = records.mails_of(alice, 100).await.expect("answers").len();
    let half = usize::try_from(WAITING_OF_STRANGERS).expect("fits");
    for at in 0.. {
        if waiting >= half {
            break;
        }
        let person = member(&records, &format!("person{at}")).await;
        let adding =
            [MailKind::Invite, MailKind::Recover, MailKind::NewDevice, MailKind::PasswordChanged].map(|kind| {
                let records = &records;
                async move {
                    for _ in 0..kind.per_day() {
                        queued(records, mail(person, kind, now())).await;
                    }
                    usize::try_from(kind.per_day()).expect("fits")
                }
            });
        waiting += join_all(adding).await.into_iter().sum::<usize>();
    }
    let bob = member(&records, "bob").await;
    let caused_by = CausedBy::Stranger(CountedWith([1; 16]));
    let stranger = NewMail { caused_by, ..mail(bob, MailKind::RecoverOneself, now()) };
    assert_eq!(records.queue_mail(stranger).await.expect("answers"), Queued::Full);
    assert_eq!(of(bob, MailKind::Recover, now()).await, Queued::Done, "the others have room");
}

fn recovery(account: AccountId, at: Timestamp) -> NewRecovery {
    let link = NewLink {
        token: LinkHash(random()),
        purpose: LinkPurpose::Recover,
        account,
        made_by: None,
        earlier: Earlier::Kept,
        now: at,
        line: NewActivity::of(ActivityKind::LinkMade, account, "Alice", at),
    };
    let contained = Some((link.token, b"sealed".to_vec()));
    let mail = NewMail { link: contained, ..mail(account, MailKind::RecoverOneself, at) };
    NewRecovery { link, mail, none_since: at.before(SECOND * 600) }
}

pub(in crate::store::contract) async fn of_many_who_forgot_one_password_at_once_one_causes_a_link_and_a_mail(
    records: Records,
) {
    let alice = member(&records, "alice").await;
    let asks = async |at| {
        let asking = (0..6).map(|_| {
            let (records, recovery) = (records.clone(), recovery(alice, at));
            tokio::spawn(async move { records.queue_recovery(recovery).await.expect("answers") })
        });
        let queued: Vec<_> = join_all(asking).await.into_iter().map(|queued| queued.expect("ends")).collect();
        let of = |what| queued.iter().filter(|queued| **queued == what).count();
        (of(Queued::Done), of(Queued::Before))
    };
    let links = async || records.links_of(alice, 10).await.expect("answers");
    assert_eq!(asks(now()).await, (1, 5));
    assert_eq!(asks(now() + SECOND * 599).await, (0, 6), "it can still be opened");
    assert_eq!(asks(now() + SECOND * 600).await, (1, 5));
    let of_link = ActivityFilter { kind: Some(ActivityKind::LinkMade), ..ActivityFilter::default() };
    assert_eq!(records.activity(of_link, 10).await.expect("answers").len(), 2);
    assert_eq!((links().await.len(), records.mails_of(alice, 10).await.expect("answers").len()), (2, 2));
    // A link that was opened, and a mail that was refused, stand in the way of no other.
    let at = now() + SECOND * 601;
    records.open_link(links().await[0].token, OpenerHash([1; 32]), at).await.expect("answers");
    assert_eq!(asks(at).await, (1, 5));
    for mail in records.take_mails(10, Vec::new(), at).await.expect("answers") {
        let ended = MailEnded { id: mail.id, end: MailEnd::Refused, line: None, now: at };
        assert!(records.end_mail(ended).await.expect("answers"));
    }
    assert_eq!(asks(at).await, (1, 5));
    // Where no mail may be queued, no link is made either.
    records.disable_account(alice, at).await.expect("answers");
    let refused = records.queue_recovery(recovery(alice, at + SECOND * 600)).await.expect("answers");
    assert_eq!(refused, Queued::Unknown);
    assert_eq!((links().await.len(), records.mails_of(alice, 10).await.expect("answers").len()), (4, 4));
}

async fn with_address(records: &Records, name: &str, address: &str) -> AccountId {
    let id = member(records, name).await;
    let email = Some(address.parse().expect("an address"));
    records.change_email(id, email, None, now()).await.expect("answers");
    id
}

async fn address_link(records: &Records, account: AccountId) -> LinkHash {
    let link = NewAddressLink { token: LinkHash(random()), account, now: now() };
    for _ in 0..2 {
        let made = records.make_address_link(link.clone()).await.expect("answers");
        assert_eq!(made, AddressLinkMade::Done { until: now() + ADDRESS_LINK_LIFE });
    }
    link.token
}

async fn proves(records: &Records, account: AccountId, token: LinkHash, at: Timestamp) -> AddressProof {
    let line = NewActivity::of(ActivityKind::Changed, account, "Alice", at);
    records.prove_address(token, line, at).await.expect("answers")
}

pub(in crate::store::contract) async fn a_link_proves_the_address_that_it_was_made_for_once(records: Records) {
    let alice = with_address(&records, "alice", "alice@example.org").await;
    let (token, other) = (address_link(&records, alice).await, address_link(&records, alice).await);
    let proving = (0..6).map(|_| {
        let records = records.clone();
        tokio::spawn(async move { proves(&records, alice, token, now()).await })
    });
    let proven = join_all(proving).await.into_iter().map(|proof| proof.expect("ends"));
    assert_eq!(proven.filter(|proof| *proof == AddressProof::Done).count(), 1);
    let account = records.account(alice).await.expect("answers").expect("there");
    assert_eq!(account.email_verified_at, Some(now()));
    assert_eq!(proves(&records, alice, other, now()).await, AddressProof::Refused(AddressRefusal::Used));
    let again = NewAddressLink { token: LinkHash(random()), account: alice, now: now() };
    assert_eq!(records.make_address_link(again).await.expect("answers"), AddressLinkMade::NotNeeded);

    let bob = with_address(&records, "bob", "bob@example.org").await;
    let token = address_link(&records, bob).await;
    let email = Some("new@example.org".parse().expect("an address"));
    records.change_email(bob, email, None, now()).await.expect("answers");
    assert_eq!(proves(&records, bob, token, now()).await, AddressProof::Refused(AddressRefusal::OtherAddress));
    let token = address_link(&records, bob).await;
    records.disable_account(bob, now()).await.expect("answers");
    assert_eq!(proves(&records, bob, token, now()).await, AddressProof::Refused(AddressRefusal::Disabled));
}

pub(in crate::store::contract) async fn links_to_an_address_end_when_somebody_else_proves_it(records: Records) {
    let eve = with_address(&records, "eve", "alice@example.org").await;
    let proof = address_link(&records, eve).await;
    let link = NewLink {
        token: LinkHash(random()),
        purpose: LinkPurpose::Recover,
        account: eve,
        made_by: None,
        earlier: Earlier::Kept,
        now: now(),
        line: NewActivity::of(ActivityKind::LinkMade, eve, "Eve", now()),
    };
    assert!(matches!(records.make_link(link.clone()).await.expect("answers"), LinkMade::Done { .. }));
    let alice = member(&records, "alice").await;
    let email = || Some("Alice@example.org".parse().expect("an address"));
    records.change_email(alice, email(), Some(now()), now()).await.expect("answers");
    assert_eq!(records.account(eve).await.expect("answers").expect("there").email, None);
    let (stored, _) = records.link(link.token).await.expect("answers").expect("there");
    assert_eq!(stored.state(now()), LinkState::Withdrawn, "it may be in a mailbox that is not hers");
    // Nor does the address come back with the link.
    records.change_email(alice, None, None, now()).await.expect("answers");
    records.change_email(eve, email(), None, now()).await.expect("answers");
    let refused = proves(&records, eve, proof, now()).await;
    assert_eq!(refused, AddressProof::Refused(AddressRefusal::Expired));
}

pub(in crate::store::contract) async fn an_address_link_ends_with_its_time_and_too_many_are_not_made(records: Records) {
    let alice = with_address(&records, "alice", "alice@example.org").await;
    let token = address_link(&records, alice).await;
    for _ in 1..ADDRESS_LINKS {
        address_link(&records, alice).await;
    }
    let link = NewAddressLink { token: LinkHash(random()), account: alice, now: now() };
    assert_eq!(records.make_address_link(link.clone()).await.expect("answers"), AddressLinkMade::TooMany);
    let late = now() + ADDRESS_LINK_LIFE;
    assert_eq!(proves(&records, alice, token, late).await, AddressProof::Refused(AddressRefusal::Expired));
    let next = NewAddressLink { now: late, ..link };
    assert!(matches!(records.make_address_link(next).await.expect("answers"), AddressLinkMade::Done { .. }));
    records.sweep(late).await.expect("answers");
    assert_eq!(proves(&records, alice, token, late).await, AddressProof::Refused(AddressRefusal::Unknown));
    let unknown = proves(&records, alice, LinkHash(random()), now()).await;
    assert_eq!(unknown, AddressProof::Refused(AddressRefusal::Unknown));
}
