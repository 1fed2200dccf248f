//! The contract of the records about pictures: a replaced picture is deleted, and none is kept that is not used.

use std::time::Duration;

use tokio::task::JoinSet;

use super::app_log::{by, run};
use super::now;
use super::records::{new_account, new_app};
use crate::store::records::Records;
use crate::store::records::pictures::{NewPicture, PictureId, UNUSED_KEPT};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// Returns a picture that was made at `now`.
pub(super) fn picture(of: u8) -> NewPicture {
    NewPicture { id: PictureId::from_random([of; 16]), jpeg: vec![of; 20_000], created_at: now() }
}

/// Returns which of the first `most` pictures are kept.
async fn kept(records: &Records, most: u8) -> Vec<u8> {
    let mut kept = Vec::new();
    for of in 0..most {
        let found = records.picture(picture(of).id).await.expect("answers");
        assert!(found.as_ref().is_none_or(|jpeg| *jpeg == picture(of).jpeg));
        kept.extend(found.map(|_| of));
    }
    kept
}

async fn person(records: &Records, name: &str) -> AccountId {
    let account = new_account(name);
    assert!(records.add_account(account.clone()).await.expect("answers"));
    account.id
}

pub(super) async fn sec_67_of_a_profiles_pictures_one_is_kept_and_the_one_before_is_gone(records: Records) {
    let alice = person(&records, "alice").await;
    let swap = async |from: Option<u8>, to: Option<u8>| {
        let from = from.map(|of| picture(of).id);
        records.swap_picture(alice, from, to.map(picture)).await.expect("answers")
    };
    assert!(swap(None, Some(1)).await);
    let named = serde_json::to_string(&picture(1).id).expect("a text");
    assert_eq!(serde_json::from_str::<PictureId>(&named).expect("a name"), picture(1).id);
    assert_eq!(kept(&records, 4).await, [1]);
    assert!(swap(Some(1), Some(2)).await);
    assert_eq!(kept(&records, 4).await, [2]);
    assert!(!swap(Some(1), Some(3)).await, "it has another by now");
    assert!(!swap(None, None).await);
    assert_eq!(kept(&records, 4).await, [2], "what came too late is not kept");

    let mut racers = JoinSet::new();
    for of in 3..20 {
        let records = records.clone();
        racers.spawn(async move { records.swap_picture(alice, Some(picture(2).id), Some(picture(of))).await });
    }
    let won = racers.join_all().await.into_iter().filter(|won| *won.as_ref().expect("answers")).count();
    assert_eq!((won, kept(&records, 20).await.len()), (1, 1));
    let has = records.account(alice).await.expect("answers").expect("there").profile.picture.expect("one");
    assert!(records.picture(has).await.expect("answers").is_some());
    assert!(records.swap_picture(alice, Some(has), None).await.expect("answers"));
    assert_eq!(kept(&records, 20).await, [0; 0]);
}

pub(super) async fn sec_67_of_an_apps_logos_one_is_kept_and_the_one_before_is_gone(records: Records) {
    let shop = new_app(1).id;
    assert!(records.add_app_with_logo(new_app(1), picture(1), by(now())).await.expect("answers").expect("told apart"));
    assert!(
        !records.add_app_with_logo(new_app(1), picture(2), by(now())).await.expect("answers").expect("told apart"),
        "taken"
    );
    assert_eq!(kept(&records, 4).await, [1]);
    let set = async |logo: Option<u8>| {
        records.set_app_logo(shop, logo.map(picture), by(now())).await.expect("answers");
        kept(&records, 4).await
    };
    assert_eq!(set(Some(1)).await, [1], "it has this one");
    assert_eq!(set(Some(2)).await, [2]);
    assert_eq!(set(None).await, [0; 0]);
    assert_eq!(records.set_app_logo(new_app(2).id, Some(picture(3)), by(now())).await.expect("answers"), None);
    assert_eq!(kept(&records, 4).await, [0; 0], "of no app");

    let mut racers = JoinSet::new();
    for of in 0..20 {
        let records = records.clone();
        racers.spawn(async move { records.set_app_logo(shop, Some(picture(of)), by(now())).await });
    }
    assert!(racers.join_all().await.into_iter().all(|set| set.expect("answers").is_some()));
    let has = records.app(shop).await.expect("answers").expect("kept").options.logo.expect("one");
    assert!(records.picture(has).await.expect("answers").is_some());
    assert_eq!(kept(&records, 20).await.len(), 1);
}

pub(super) async fn sec_67_another_picture_is_there_whole_or_not_at_all(records: Records) {
    let alice = person(&records, "alice").await;
    let shop = new_app(1);
    records.add_app(shop.clone(), by(now())).await.expect("answers").expect("told apart");
    run(&records, "DROP TABLE pictures").await;
    assert!(records.swap_picture(alice, None, Some(picture(1))).await.is_err());
    assert_eq!(records.account(alice).await.expect("answers").expect("there").profile.picture, None);
    assert!(records.set_app_logo(shop.id, Some(picture(1)), by(now())).await.is_err());
    assert!(records.add_app_with_logo(new_app(2), picture(1), by(now())).await.is_err());
    assert_eq!(records.apps().await.expect("answers"), [shop]);
}

pub(super) async fn sec_67_pictures_that_nobody_has_are_swept_an_hour_later(records: Records) {
    let later = |seconds: u64| -> Timestamp { now() + Duration::from_secs(seconds) };
    for (name, of, at) in [("alice", 1, 0), ("bob", 2, 0), ("carol", 3, 60)] {
        let account = person(&records, name).await;
        let picture = NewPicture { created_at: later(at), ..picture(of) };
        assert!(records.swap_picture(account, None, Some(picture)).await.expect("answers"));
    }
    assert!(records.add_app_with_logo(new_app(1), picture(4), by(now())).await.expect("answers").expect("told apart"));
    // As earlier versions left them, if a browser hung up.
    run(&records, "UPDATE accounts SET picture_id = NULL WHERE username IN ('bob', 'carol')").await;
    let hour = UNUSED_KEPT.as_secs();
    for (at, left) in [(hour - 1, &[1, 2, 3, 4][..]), (hour, &[1, 3, 4]), (hour + 59, &[1, 3, 4]), (hour + 60, &[1, 4])]
    {
        records.sweep(later(at)).await.expect("answers");
        assert_eq!(kept(&records, 6).await, left, "after {at} seconds");
    }
    records.sweep(later(100 * hour)).await.expect("answers");
    assert_eq!(kept(&records, 6).await, [1, 4], "whatever somebody has stays, however old it is");
}
