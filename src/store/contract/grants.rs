//! What every store of records promises about apps' grants and consents, and about signing keys.

use std::time::Duration;

use tokio::task::JoinSet;

use super::acts::by;
use super::now;
use super::records::{new_account, new_app};
use crate::entropy::random;
use crate::store::grants::{Grant, GrantId, REMEMBERED, Turn};
use crate::store::keys::SealedKey;
use crate::store::records::{OpenedBy, Records, SessionTokenHash};
use crate::ticket::field::{Allowed, Fields};
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::scope::Scopes;

const HOUR: Duration = Duration::from_secs(3600);

/// Somebody, and the apps 1 and 2.
async fn people(records: &Records) -> (AccountId, [AppId; 2]) {
    let alice = new_account("alice");
    records.add_account(alice.clone()).await.expect("answers");
    let apps = [new_app(1), new_app(2)];
    let ids = [apps[0].id, apps[1].id];
    for app in apps {
        records.add_app(app, by(now())).await.expect("answers");
    }
    (alice.id, ids)
}

fn new_grant(app: AppId, account: Option<AccountId>, session: u8) -> Grant {
    Grant {
        id: GrantId(random()),
        app,
        account,
        session: account.map(|_| SessionTokenHash([session; 32])),
        scopes: "openid profile".to_owned(),
        opened_by: account.map(|_| OpenedBy::Scan),
        signed_in_at: now(),
        generation: 0,
        idle_until: now() + HOUR,
        ends_at: now() + 2 * HOUR,
        access_ends_at: now(),
        ended_at: None,
        turned_at: now(),
    }
}

fn turn(from: u32) -> Turn {
    Turn { from, to: from + 1, idle_until: now() + HOUR, access_ends_at: now() + HOUR }
}

async fn found(records: &Records, id: GrantId) -> Grant {
    records.grant(id).await.expect("answers").expect("kept").0
}

pub(super) async fn a_grant_is_kept_until_it_is_ended(records: Records) {
    let (alice, [shop, other]) = people(&records).await;
    let (grant, own) = (new_grant(shop, Some(alice), 1), new_grant(other, None, 1));
    for grant in [&grant, &own] {
        assert!(records.add_grant(grant.clone()).await.expect("answers"));
        assert!(!records.add_grant(grant.clone()).await.expect("answers"), "once");
    }
    let (kept, account) = records.grant(grant.id).await.expect("answers").expect("kept");
    assert_eq!((kept, account.map(|account| account.id)), (grant.clone(), Some(alice)));
    assert_eq!(records.grant(own.id).await.expect("answers"), Some((own, None)));
    records.end_grant(grant.clone(), now() + HOUR).await.expect("answers");
    records.end_grant(grant.clone(), now() + 2 * HOUR).await.expect("answers");
    assert_eq!(found(&records, grant.id).await.ended_at, Some(now() + HOUR), "since the first time");
    assert!(!records.turn_grant(grant.id, turn(0), now()).await.expect("answers"));

    let early = new_grant(shop, Some(alice), 1);
    records.end_grant(early.clone(), now()).await.expect("answers");
    assert!(!records.add_grant(early.clone()).await.expect("answers"), "what was ended first never begins");
    assert!(!found(&records, early.id).await.lives(now()));
    assert_eq!(records.grant(GrantId([0; 16])).await.expect("answers"), None);
}

pub(super) async fn of_many_turns_at_once_one_counts(records: Records) {
    let (alice, [shop, _]) = people(&records).await;
    let grant = new_grant(shop, Some(alice), 1);
    records.add_grant(grant.clone()).await.expect("answers");
    for from in 0..5 {
        let mut racers = JoinSet::new();
        for _ in 0..16 {
            let (records, id) = (records.clone(), grant.id);
            racers.spawn(async move { records.turn_grant(id, turn(from), now()).await.expect("answers") });
        }
        assert_eq!(racers.join_all().await.into_iter().filter(|won| *won).count(), 1, "generation {from}");
    }
    let kept = found(&records, grant.id).await;
    assert_eq!((kept.generation, kept.access_ends_at), (5, now() + HOUR));
    assert!(!records.turn_grant(grant.id, turn(5), now() + HOUR).await.expect("answers"), "unused for too long");
}

pub(super) async fn grants_end_with_their_session_and_with_the_consent(records: Records) {
    let (alice, [shop, other]) = people(&records).await;
    let grants = [new_grant(shop, Some(alice), 1), new_grant(other, Some(alice), 1), new_grant(shop, Some(alice), 2)];
    for grant in &grants {
        records.add_grant(grant.clone()).await.expect("answers");
    }
    let mut ended = records.end_grants_of_session(SessionTokenHash([1; 32]), now()).await.expect("answers");
    ended.sort_by_key(|grant| grant.app);
    assert_eq!(ended.iter().map(|grant| grant.app).collect::<Vec<_>>(), [shop, other]);
    assert!(records.end_grants_of_session(SessionTokenHash([1; 32]), now()).await.expect("answers").is_empty());
    assert!(found(&records, grants[2].id).await.lives(now()));

    assert_eq!(records.consent(alice, shop).await.expect("answers"), None);
    let allowed =
        |scopes: &str, fields: &str| Allowed { scopes: Scopes::parse(scopes), fields: Fields::parse([fields]) };
    let change = |words: &'static str| records.change_consent(alice, shop, Fields::parse([words]));
    assert!(!change("name").await.expect("answers"), "what was not given cannot be changed");
    for given in [allowed("openid", ""), allowed("openid profile", "name picture")] {
        records.give_consent(alice, shop, given.clone(), now()).await.expect("answers");
        assert_eq!(records.consent(alice, shop).await.expect("answers"), Some(given));
    }
    assert!(change("name gender").await.expect("answers"));
    assert_eq!(records.consent(alice, shop).await.expect("answers"), Some(allowed("openid profile", "name gender")));
    let all = records.consents(alice).await.expect("answers");
    assert_eq!(all.iter().map(|consent| (consent.app.id, consent.given_at)).collect::<Vec<_>>(), [(shop, now())]);
    assert_eq!(all[0].allowed, allowed("openid profile", "name gender"));
    let ended = records.withdraw_consent(alice, shop, now()).await.expect("answers");
    assert_eq!(ended.iter().map(|grant| grant.id).collect::<Vec<_>>(), [grants[2].id]);
    assert!(!change("name").await.expect("answers"), "nor what was withdrawn");
    assert_eq!(records.consent(alice, shop).await.expect("answers"), None);
    assert!(!found(&records, grants[2].id).await.lives(now()));
}

pub(super) async fn grants_that_are_over_are_swept_in_time(records: Records) {
    let (alice, [shop, _]) = people(&records).await;
    let (unused, revoked) = (new_grant(shop, Some(alice), 1), new_grant(shop, Some(alice), 1));
    records.add_grant(unused.clone()).await.expect("answers");
    records.end_grant(revoked.clone(), now()).await.expect("answers");
    records.sweep(now() + REMEMBERED.saturating_sub(HOUR)).await.expect("answers");
    assert!(!found(&records, revoked.id).await.lives(now()), "told from unknown for as long as a token could live");
    records.sweep(now() + REMEMBERED).await.expect("answers");
    assert_eq!(records.grant(revoked.id).await.expect("answers"), None);
    records.sweep(now() + HOUR + REMEMBERED).await.expect("answers");
    assert_eq!(records.grant(unused.id).await.expect("answers"), None);
}

pub(super) async fn signing_keys_are_kept_in_their_order_and_the_first_is_made_once(records: Records) {
    let key = |kid: &str, from: Duration| SealedKey {
        kid: kid.to_owned(),
        algorithm: "ES256".to_owned(),
        sealed: vec![0, 1, 255],
        created_at: now(),
        signs_from: now() + from,
    };
    let (first, next) = (key("b", Duration::ZERO), key("a", HOUR));
    assert!(records.add_signing_key(first.clone(), true).await.expect("answers"));
    assert!(!records.add_signing_key(key("c", Duration::ZERO), true).await.expect("answers"), "there is one");
    assert!(records.add_signing_key(next.clone(), false).await.expect("answers"));
    assert_eq!(records.signing_keys().await.expect("answers"), [first.clone(), next.clone()]);
    records.drop_signing_key(first.kid).await.expect("answers");
    assert_eq!(records.signing_keys().await.expect("answers"), [next]);
}

pub(super) async fn an_app_is_changed_and_keeps_its_secrets(records: Records) {
    let (_, [shop, _]) = people(&records).await;
    let before = records.app(shop).await.expect("answers").expect("kept");
    let mut after = before.clone();
    after.name = "Market".to_owned();
    after.redirect_uris = vec!["https://market.example/".to_owned()];
    after.options.has_device_grant = true;
    after.secrets.clear();
    assert!(records.change_app(after.clone(), by(now())).await.expect("answers"));
    after.secrets = before.secrets;
    assert_eq!(records.app(shop).await.expect("answers"), Some(after));
    assert!(!records.change_app(new_app(9), by(now())).await.expect("answers"), "unknown");
}
