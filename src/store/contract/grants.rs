//! The contract of the records about grants and consents, and about signing keys.

use std::time::Duration;

use tokio::task::JoinSet;

use super::app_log::by;
use super::now;
use super::records::{new_account, new_app, new_session, opens};
use crate::consent::field::{Allowed, Fields};
use crate::consent::scope::Scopes;
use crate::crypto::random::random;
use crate::store::records::grants::{DecidedAt, ENDED_GRANT_KEPT, Grant, GrantId, GrantStart, Rotation};
use crate::store::records::keys::SealedKey;
use crate::store::records::{OpenedBy, Records, SessionRow};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};
use crate::ticket::ladder::Rung;

const HOUR: Duration = Duration::from_secs(3600);

fn openid() -> Allowed {
    Allowed { scopes: Scopes::parse("openid"), fields: Fields::default() }
}

/// Adds an account, and the apps 1 and 2.
async fn people(records: &Records) -> (AccountId, [AppId; 2]) {
    let alice = new_account("alice");
    records.add_account(alice.clone()).await.expect("answers");
    let apps = [new_app(1), new_app(2)];
    let ids = [apps[0].id, apps[1].id];
    for app in apps {
        records.add_app(app, by(now())).await.expect("answers").expect("told apart");
    }
    (alice.id, ids)
}

fn new_grant(app: AppId, account: Option<AccountId>, session: u8) -> Grant {
    Grant {
        id: GrantId(random()),
        app,
        account,
        session: account.map(|_| SessionTokenHash([session; 32])),
        approved_in: None,
        scopes: Scopes::parse("openid profile"),
        opened_by: account.map(|_| OpenedBy::Scan),
        signed_in_at: now(),
        rung: Rung::Number,
        generation: 0,
        idle_until: now() + HOUR,
        ends_at: now() + 2 * HOUR,
        access_ends_at: now(),
        ended_at: None,
        turned_at: now(),
    }
}

fn turn(from: u32) -> Rotation {
    Rotation { from, to: from + 1, idle_until: now() + HOUR, access_ends_at: now() + HOUR }
}

/// Adds an account with the session 1 and consents for both apps: what grants depend on.
async fn known_people(records: &Records) -> (AccountId, [AppId; 2]) {
    let (alice, apps) = people(records).await;
    let session = SessionRow { token_hash: SessionTokenHash([1; 32]), ..new_session(alice) };
    assert!(opens(records, session.clone(), Epoch(0)).await);
    for app in apps {
        records.settle_consent(alice, app, None, openid(), DecidedAt::Earlier(now())).await.expect("answers");
    }
    (alice, apps)
}

async fn begun(records: &Records, grant: &Grant) -> GrantStart {
    records.begin_grant(grant.clone(), Epoch(0), now()).await.expect("answers")
}

async fn found(records: &Records, id: GrantId) -> Grant {
    records.grant(id).await.expect("answers").expect("kept").0
}

pub(super) async fn a_grant_is_kept_until_it_is_ended(records: Records) {
    let (alice, [shop, other]) = known_people(&records).await;
    let (grant, own) = (new_grant(shop, Some(alice), 1), new_grant(other, None, 1));
    for grant in [&grant, &own] {
        assert_eq!(begun(&records, grant).await, GrantStart::Started);
        assert_eq!(begun(&records, grant).await, GrantStart::CodeReplayed, "once");
    }
    let (kept, account) = records.grant(grant.id).await.expect("answers").expect("kept");
    assert_eq!((kept, account.map(|account| account.id)), (grant.clone(), Some(alice)));
    assert_eq!(records.grant(own.id).await.expect("answers"), Some((own, None)));
    records.end_grant(grant.clone(), now() + HOUR).await.expect("answers");
    records.end_grant(grant.clone(), now() + 2 * HOUR).await.expect("answers");
    assert_eq!(found(&records, grant.id).await.ended_at, Some(now() + HOUR), "since the first time");
    assert!(!records.rotate_grant(grant.id, turn(0), now()).await.expect("answers"));

    let early = new_grant(shop, Some(alice), 1);
    records.end_grant(early.clone(), now()).await.expect("answers");
    assert_eq!(begun(&records, &early).await, GrantStart::CodeReplayed, "what was ended first never begins");
    assert!(!found(&records, early.id).await.is_valid(now()));
    assert_eq!(records.grant(GrantId([0; 16])).await.expect("answers"), None);
}

pub(super) async fn the_grants_of_an_account_are_read_page_by_page_and_each_once(records: Records) {
    let (alice, [shop, other]) = known_people(&records).await;
    assert_eq!(records.grants_of(alice, None, 3).await.expect("answers"), []);
    let mut grants = Vec::new();
    // Of several sign-ins of one moment too.
    for at in [0, 0, 0, 0, 60, 60, 7] {
        let grant = new_grant(shop, Some(alice), 1);
        let grant = Grant { signed_in_at: now().before(Duration::from_secs(at)), ..grant };
        assert_eq!(begun(&records, &grant).await, GrantStart::Started);
        grants.push(grant);
    }
    begun(&records, &new_grant(other, None, 1)).await;
    grants.sort_by_key(|grant| (std::cmp::Reverse(grant.signed_in_at.as_millis()), grant.id.0));
    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let page = records.grants_of(alice, after, 3).await.expect("answers");
        let Some(last) = page.last() else { break };
        after = Some((last.signed_in_at, last.id));
        read.extend(page);
    }
    assert_eq!(read, grants);
}

pub(super) async fn of_many_turns_at_once_one_counts(records: Records) {
    let (alice, [shop, _]) = known_people(&records).await;
    let grant = new_grant(shop, Some(alice), 1);
    assert_eq!(begun(&records, &grant).await, GrantStart::Started);
    for from in 0..5 {
        let mut racers = JoinSet::new();
        for _ in 0..16 {
            let (records, id) = (records.clone(), grant.id);
            racers.spawn(async move { records.rotate_grant(id, turn(from), now()).await.expect("answers") });
        }
        assert_eq!(racers.join_all().await.into_iter().filter(|won| *won).count(), 1, "generation {from}");
    }
    let kept = found(&records, grant.id).await;
    assert_eq!((kept.generation, kept.access_ends_at), (5, now() + HOUR));
    assert!(!records.rotate_grant(grant.id, turn(5), now() + HOUR).await.expect("answers"), "unused for too long");
}

pub(super) async fn a_consent_is_as_it_was_said_last_and_with_it_end_its_grants(records: Records) {
    let (alice, [shop, _]) = people(&records).await;
    let known = async || records.consent(alice, shop).await.expect("answers");
    let says = async |seen: Option<&Allowed>, after: &Allowed, at| {
        let at = DecidedAt::Earlier(at);
        records.settle_consent(alice, shop, seen.cloned(), after.clone(), at).await.expect("answers")
    };
    let allowed =
        |scopes: &str, fields: &str| Allowed { scopes: Scopes::parse(scopes), fields: Fields::parse([fields]) };
    let (little, more) = (allowed("openid", ""), allowed("openid profile", "name picture"));
    assert!(!says(Some(&little), &more, now()).await, "nothing was given that could have been seen");
    assert_eq!(known().await, None);
    assert!(says(None, &little, now()).await);
    let grant = Grant { session: None, ..new_grant(shop, Some(alice), 1) };
    assert_eq!(begun(&records, &grant).await, GrantStart::Started);
    assert!(!says(None, &more, now()).await, "it is another than was seen");
    assert!(says(Some(&little), &more, now()).await);
    // The time since when an app may know anything does not change if it gets no more scopes.
    let (later, ticked) = (now() + Duration::from_millis(1), allowed("openid profile", "name gender"));
    assert!(says(Some(&more), &ticked, later).await);
    let all = records.consents(alice).await.expect("answers");
    assert_eq!(all.iter().map(|consent| (consent.app.id, consent.given_at)).collect::<Vec<_>>(), [(shop, now())]);
    assert_eq!(all[0].allowed, ticked);
    // An earlier decision that comes late has no effect.
    for after in [&allowed("openid profile", "name"), &allowed("openid", "")] {
        assert!(!says(Some(&ticked), after, now()).await);
    }
    assert_eq!(known().await, Some(ticked.clone()));
    assert_eq!(records.withdraw_consent(alice, shop, later).await.expect("answers"), 1);
    assert!(!says(Some(&ticked), &more, later).await, "what was withdrawn cannot be changed");
    assert_eq!((known().await, records.consents(alice).await.expect("answers")), (None, Vec::new()));
    assert!(!found(&records, grant.id).await.is_valid(now()));
    // A consent that was given before the withdrawal and comes late has no effect; one that is given anew does.
    for (at, expected) in [(now(), None), (now() + HOUR, Some(little.clone()))] {
        assert_eq!((says(None, &little, at).await, known().await), (expected.is_some(), expected));
    }
    // Of many changes that saw the same consent, one is made.
    let mut racers = JoinSet::new();
    let decided_at = DecidedAt::Earlier(now() + HOUR);
    for of in 0..16 {
        let (records, seen) = (records.clone(), little.clone());
        let after = allowed("openid profile", if of % 2 == 0 { "name" } else { "picture" });
        racers.spawn(async move { records.settle_consent(alice, shop, Some(seen), after, decided_at).await });
    }
    assert_eq!(racers.join_all().await.into_iter().filter(|done| matches!(done, Ok(true))).count(), 1);
}

pub(super) async fn what_a_clock_that_was_set_back_remembers_as_later_was_said_before(records: Records) {
    let (alice, [shop, _]) = people(&records).await;
    let says = async |seen: Option<Allowed>, after: Allowed, decided_at| {
        records.settle_consent(alice, shop, seen, after, decided_at).await.expect("answers")
    };
    let (more, ahead) = (Allowed { scopes: Scopes::parse("openid profile"), ..openid() }, now() + HOUR);
    let (at, soon) = (now(), now() + Duration::from_millis(1));
    let just_now = DecidedAt::Now { at, present: at };
    assert!(says(None, openid(), DecidedAt::Earlier(ahead)).await);
    assert!(!says(Some(openid()), more.clone(), DecidedAt::Now { at, present: ahead }).await, "it is later indeed");
    assert!(!says(Some(openid()), more.clone(), DecidedAt::Earlier(at)).await, "nor does what comes late undo it");
    assert!(says(Some(openid()), more.clone(), just_now).await);
    // From then on the times are those of the present clock.
    assert!(says(Some(more.clone()), openid(), DecidedAt::Earlier(soon)).await);
    records.withdraw_consent(alice, shop, ahead).await.expect("answers");
    for decided_at in [DecidedAt::Earlier(soon), DecidedAt::Now { at, present: ahead }] {
        assert!(!says(None, more.clone(), decided_at).await, "{decided_at:?}");
    }
    assert!(says(None, more.clone(), just_now).await);
    assert_eq!(records.consents(alice).await.expect("answers")[0].given_at, at);
}

pub(super) async fn grants_that_are_over_are_swept_in_time(records: Records) {
    let (alice, [shop, _]) = known_people(&records).await;
    let (unused, revoked) = (new_grant(shop, Some(alice), 1), new_grant(shop, Some(alice), 1));
    assert_eq!(begun(&records, &unused).await, GrantStart::Started);
    records.end_grant(revoked.clone(), now()).await.expect("answers");
    records.sweep(now() + ENDED_GRANT_KEPT.saturating_sub(HOUR)).await.expect("answers");
    assert!(!found(&records, revoked.id).await.is_valid(now()), "told from unknown for as long as a token could live");
    records.sweep(now() + ENDED_GRANT_KEPT).await.expect("answers");
    assert_eq!(records.grant(revoked.id).await.expect("answers"), None);
    records.sweep(now() + HOUR + ENDED_GRANT_KEPT).await.expect("answers");
    assert_eq!(records.grant(unused.id).await.expect("answers"), None);

    // While the session of a grant lives, its app is still to be told of the end of the session.
    let session = SessionRow { ends_at: now() + 100 * HOUR, ..new_session(alice) };
    assert!(opens(&records, session.clone(), Epoch(0)).await);
    let heard = Grant { session: Some(session.token_hash), ..new_grant(shop, Some(alice), 1) };
    assert_eq!(begun(&records, &heard).await, GrantStart::Started);
    records.sweep(now() + 99 * HOUR).await.expect("answers");
    records.end_session(session.token_hash, now() + 99 * HOUR).await.expect("answers");
    assert!(found(&records, heard.id).await.ended_at.is_some());
    records.sweep(now() + 99 * HOUR + ENDED_GRANT_KEPT).await.expect("answers");
    assert_eq!(records.grant(heard.id).await.expect("answers"), None);
}

pub(super) async fn a_grant_stands_on_its_consent_and_on_its_session(records: Records) {
    let (alice, [shop, other]) = people(&records).await;
    let session = new_session(alice);
    assert!(opens(&records, session.clone(), Epoch(0)).await);
    let of =
        |session, scopes: &str| Grant { session, scopes: Scopes::parse(scopes), ..new_grant(shop, Some(alice), 1) };
    let online = || of(Some(session.token_hash), "openid");
    let offline = || of(Some(session.token_hash), "openid offline_access");
    let device = || of(None, "openid");
    let begins =
        async |grant, at| records.begin_grant(grant, Epoch(0), at).await.expect("answers") == GrantStart::Started;
    for grant in [online(), offline(), device()] {
        assert!(!begins(grant, now()).await, "nobody allowed it anything");
    }
    assert!(begins(new_grant(other, None, 1), now()).await, "an app speaks for itself");
    records.settle_consent(alice, shop, None, openid(), DecidedAt::Earlier(now())).await.expect("answers");
    for grant in [online(), offline(), device()] {
        assert!(begins(grant, now()).await);
    }
    assert!(!begins(Grant { app: other, ..online() }, now()).await, "another app");
    assert!(!begins(of(Some(SessionTokenHash([9; 32])), "openid"), now()).await, "no such session");
    assert!(!begins(online(), session.ends_at).await && begins(offline(), session.ends_at).await);
    records.end_session(session.token_hash, now()).await.expect("answers");
    assert!(!begins(online(), now()).await && begins(offline(), now()).await && begins(device(), now()).await);
    records.withdraw_consent(alice, shop, now()).await.expect("answers");
    assert!(!begins(offline(), now()).await && !begins(device(), now()).await);
}

pub(super) async fn signing_keys_are_kept_in_their_order_and_each_has_one_successor(records: Records) {
    let key = |kid: &str, from: Duration, follows: &str| SealedKey {
        kid: kid.to_owned(),
        algorithm: "ES256".to_owned(),
        sealed: vec![0, 1, 255],
        created_at: now(),
        signs_from: now() + from,
        follows: follows.to_owned(),
    };
    // Of many instances that make a first key at once, one key is kept; the same holds for its successor.
    let mut last = String::new();
    for round in 0..8_u8 {
        let mut racers = JoinSet::new();
        for of in 0..8 {
            let (records, made) = (records.clone(), key(&format!("{round}-{of}"), u32::from(round) * HOUR, &last));
            racers.spawn(async move { records.add_signing_key(made).await.expect("answers") });
        }
        assert_eq!(racers.join_all().await.into_iter().filter(|kept| *kept).count(), 1, "round {round}");
        last = records.signing_keys().await.expect("answers").last().expect("kept").kid.clone();
    }
    let all = records.signing_keys().await.expect("answers");
    assert!(all.len() == 8 && all.iter().zip(&all[1..]).all(|(before, next)| next.follows == before.kid), "{all:?}");
    assert_eq!(all[7], key(&last, 7 * HOUR, &all[6].kid));
    let other = SealedKey { algorithm: "EdDSA".to_owned(), ..key("other", HOUR, "") };
    assert!(records.add_signing_key(other).await.expect("answers"), "each algorithm has a first one");
    records.drop_signing_key(all[0].kid.clone()).await.expect("answers");
    assert!(!records.add_signing_key(key("first", HOUR, "")).await.expect("answers"), "there are others");
    records.retire_signing_key(all[1].kid.clone(), vec![7]).await.expect("answers");
    let left = records.signing_keys().await.expect("answers");
    let retired = SealedKey { sealed: vec![7], ..all[1].clone() };
    assert_eq!((left.len(), &left[0], &left[2]), (8, &retired, &all[2]), "{left:?}");
}
