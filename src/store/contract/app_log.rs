//! The contract of the records about the log of what is done to apps.

use crate::store::records::app_options::Switch;
use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use tokio::task::JoinSet;

use super::now;
use super::pictures::picture;
use super::records::new_app;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::app_log::{Act, Actor, Alike, By, KEPT, Line, Revised};
use crate::store::records::apps::{App, AppSecretHash, SecretRotation};
use crate::store::records::fingerprint::{Fingerprint, Settled};
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;

/// Runs a statement that is not a query of the server.
pub(super) async fn run(records: &Records, sql: &'static str) {
    match records {
        Records::Sqlite(sqlite) => {
            let done = sqlite
                .writer
                .write(move |on| Box::pin(async move { Ok(sqlx::query(sql).execute(on).await.map(|_| ())?) }));
            done.await.expect("answers");
        }
        Records::Postgres(postgres) => {
            sqlx::query(sql).execute(&mut *postgres.pool.lend().await.expect("a connection")).await.expect("answers");
        }
    }
}

/// Returns the actor for the command line.
pub(super) fn by(now: Timestamp) -> By {
    By { actor: Actor::CommandLine, now }
}

/// Changes an app, for an author who saw its present version.
async fn settle(records: &Records, app: &App, by: By) {
    let seen = records.app(app.id).await.expect("answers").expect("kept").fingerprint();
    assert_eq!(
        records.settle_app(app.clone(), Some(seen), by).await.expect("answers").expect("told apart"),
        Settled::Done
    );
}

async fn all(records: &Records) -> Vec<Line> {
    records.app_log(None, None, 100).await.expect("answers")
}

pub(super) async fn every_act_has_its_line_and_what_changes_nothing_has_none(records: Records) {
    let grace = Actor::Administrator {
        account: AccountId::from_random([7; 16]),
        name: "grace".to_owned(),
        address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
    };
    let by_grace = || By { actor: grace.clone(), now: now() + Duration::from_secs(1) };
    let (shop, other) = (new_app(1), new_app(2));
    assert!(records.add_app(shop.clone(), by(now())).await.expect("answers").expect("told apart"));
    assert!(
        !records
            .add_app(App { name: "Evil".to_owned(), ..shop.clone() }, by(now()))
            .await
            .expect("answers")
            .expect("told apart")
    );
    let mut changed = App { name: "Store".to_owned(), ..shop.clone() };
    changed.options.switches.set(Switch::DeviceGrant, true);
    changed.options.token_lifetimes.access_token_minutes = 5;
    for _ in 0..2 {
        settle(&records, &changed, by_grace()).await;
        assert!(records.rotate_app_secret(shop.id, AppSecretHash([9; 32]), None, by_grace()).await.is_ok());
        assert!(records.disable_app(shop.id, by_grace()).await.expect("answers"));
    }
    for _ in 0..2 {
        assert!(records.enable_app(shop.id, by_grace()).await.expect("answers"));
    }
    assert!(records.try_app(shop.id, by_grace()).await.expect("answers"));
    for known in [
        records.disable_app(other.id, by(now())).await,
        records.enable_app(other.id, by(now())).await,
        records.try_app(other.id, by(now())).await,
    ] {
        assert!(!known.expect("answers"), "there is no such app");
    }
    let rotated = records.rotate_app_secret(other.id, AppSecretHash([9; 32]), None, by(now())).await;
    assert_eq!(rotated.expect("answers"), SecretRotation::NoSecret);
    let lines = all(&records).await;
    let acts: Vec<Act> = lines.iter().rev().map(|line| line.act).collect();
    assert_eq!(acts, [Act::Added, Act::Changed, Act::Rotated, Act::Disabled, Act::Enabled, Act::Tried]);
    let (first, second) = (&lines[5], &lines[4]);
    assert_eq!((&first.actor, first.at, &first.app_name[..]), (&Actor::CommandLine, now(), "Shop"));
    assert_eq!((&second.actor, second.at, &second.app_name[..]), (&grace, by_grace().now, "Store"));
    assert_eq!(second.fields, ["name", "access_token_minutes", "device_grant"]);
    assert!(lines.iter().all(|line| line.app == shop.id));
}

pub(super) async fn of_many_acts_at_once_each_has_its_line_and_says_what_it_changed(records: Records) {
    let shop = new_app(1);
    records.add_app(shop.clone(), by(now())).await.expect("answers").expect("told apart");
    let mut racers = JoinSet::new();
    for of in 0..20 {
        let (records, id) = (records.clone(), shop.id);
        racers.spawn(async move {
            let named = |app: App| Ok::<_, ()>(App { name: format!("Shop {of}"), ..app });
            records.revise_app(id, &by(now()), named).await
        });
    }
    let revised = racers.join_all().await;
    let done = revised.iter().filter(|revised| matches!(revised, Ok(Revised::Done { .. }))).count();
    let lines = all(&records).await;
    assert_eq!(lines.iter().filter(|line| line.fields == ["name"]).count(), done, "{revised:?}");
    assert!(
        done > 0 && revised.iter().all(|revised| matches!(revised, Ok(Revised::Done { .. }) | Err(Fault::Contended)))
    );
    let newest = records.app(shop.id).await.expect("answers").expect("kept").name;
    assert_eq!(lines[0].app_name, newest, "the lines stand in the order of the acts");
}

pub(super) async fn an_app_is_revised_by_many_at_once_and_nothing_of_any_of_them_is_undone(records: Records) {
    let shop = new_app(1);
    records.add_app(shop.clone(), by(now())).await.expect("answers").expect("told apart");
    // Each changes something else, having read the app before the others wrote: a name, a right, a list, and a logo.
    let mut racers = JoinSet::new();
    for of in 0..3 {
        let (records, id) = (records.clone(), shop.id);
        racers.spawn(async move {
            let revise = |mut app: App| {
                match of {
                    0 => app.name = "Market".to_owned(),
                    1 => app.options.switches.set(Switch::DeviceGrant, true),
                    _ => app.options.embed_origins.push("https://market.example".to_owned()),
                }
                Ok::<_, ()>(app)
            };
            matches!(records.revise_app(id, &by(now()), revise).await, Ok(Revised::Done { .. }))
        });
    }
    let (writer, id) = (records.clone(), shop.id);
    racers.spawn(async move { writer.set_app_logo(id, Some(picture(7)), by(now())).await.expect("answers").is_some() });
    assert!(racers.join_all().await.into_iter().all(|done| done));
    let mut expected = App { name: "Market".to_owned(), ..shop.clone() };
    expected.options.switches.set(Switch::DeviceGrant, true);
    expected.options.embed_origins.push("https://market.example".to_owned());
    expected.options.logo = Some(picture(7).id);
    assert_eq!(records.app(shop.id).await.expect("answers"), Some(expected.clone()));

    // Another change comes exactly between the reading and the change: the change is made anew on its result.
    let (looks, runtime) = (Cell::new(0), tokio::runtime::Handle::current());
    let revise = |app: App| {
        if looks.replace(looks.get() + 1) == 0 {
            let meanwhile = async {
                let named = |app: App| Ok::<_, ()>(App { name: "Bazaar".to_owned(), ..app });
                records.revise_app(shop.id, &by(now()), named).await.expect("answers");
                records.set_app_logo(shop.id, None, by(now())).await.expect("answers");
            };
            tokio::task::block_in_place(|| runtime.block_on(meanwhile));
        }
        Ok::<_, ()>(App { redirect_uris: vec!["https://bazaar.example/".to_owned()], ..app })
    };
    assert!(matches!(records.revise_app(shop.id, &by(now()), revise).await, Ok(Revised::Done { .. })));
    expected.name = "Bazaar".to_owned();
    expected.options.logo = None;
    expected.redirect_uris = vec!["https://bazaar.example/".to_owned()];
    assert_eq!((looks.get(), records.app(shop.id).await.expect("answers")), (2, Some(expected.clone())));

    // Secrets are not revised, and a refused revision changes nothing.
    let stripped = |app: App| Ok::<_, ()>(App { secrets: Vec::new(), ..app });
    records.revise_app(shop.id, &by(now()), stripped).await.expect("answers");
    let refused = records.revise_app(shop.id, &by(now()), |_| Err("never")).await.expect("answers");
    assert_eq!(refused, Revised::Refused("never"));
    let unknown = records.revise_app(new_app(9).id, &by(now()), Ok::<_, ()>).await.expect("answers");
    assert_eq!((unknown, records.app(shop.id).await.expect("answers")), (Revised::Unknown, Some(expected)));
}

pub(super) async fn a_logo_is_set_and_whatever_else_was_changed_meanwhile_stays(records: Records) {
    let shop = new_app(1);
    records.add_app(shop.clone(), by(now())).await.expect("answers").expect("told apart");
    let mut changed = App { redirect_uris: vec!["https://other.example/".to_owned()], ..shop.clone() };
    changed.options.embed_origins.clear();
    settle(&records, &changed, by(now())).await;
    let before = records.set_app_logo(shop.id, Some(picture(1)), by(now())).await.expect("answers");
    assert_eq!(before, Some(changed.clone()), "as another left it, and not as it was first");
    for before in [1, 2] {
        let found = records.set_app_logo(shop.id, Some(picture(2)), by(now())).await.expect("answers");
        assert_eq!(found.expect("there is one").options.logo, Some(picture(before).id));
    }
    changed.options.logo = Some(picture(2).id);
    assert_eq!(records.app(shop.id).await.expect("answers"), Some(changed));
    let fields: Vec<_> = all(&records).await.into_iter().map(|line| line.fields).take(3).collect();
    assert_eq!(fields, [vec!["logo".to_owned()], vec!["logo".to_owned()], vec!["redirect_uris".to_owned()]]);
    assert_eq!(records.set_app_logo(new_app(2).id, Some(picture(1)), by(now())).await.expect("answers"), None);
}

pub(super) async fn settings_that_another_changed_meanwhile_are_not_overwritten(records: Records) {
    let shop = new_app(1);
    records.add_app(shop.clone(), by(now())).await.expect("answers").expect("told apart");
    let named = |name: &str| App { name: name.to_owned(), ..shop.clone() };
    let settle = async |app: App, seen: Option<Fingerprint>| {
        records.settle_app(app, seen, by(now())).await.expect("answers").expect("told apart")
    };
    let (first, market) = (shop.fingerprint(), named("Market"));
    assert_eq!(Fingerprint::of(&first.to_string()), Some(first));
    records.set_app_logo(shop.id, Some(picture(1)), by(now())).await.expect("answers");
    assert_eq!(settle(market.clone(), Some(first)).await, Settled::Done, "a logo is no setting");
    for seen in [Some(first), None] {
        assert_eq!(settle(named("Store"), seen).await, Settled::Meanwhile);
        assert_eq!(settle(market.clone(), seen).await, Settled::Done, "it is so already");
    }
    let kept = records.app(shop.id).await.expect("answers").expect("kept");
    assert_eq!((&*kept.name, kept.options.logo), ("Market", Some(picture(1).id)));
    assert_eq!(settle(new_app(2), Some(first)).await, Settled::Unknown);

    let seen = Some(kept.fingerprint());
    let mut racers = JoinSet::new();
    for of in 0..20 {
        let (records, app) = (records.clone(), named(&format!("Shop {of}")));
        racers.spawn(async move { records.settle_app(app, seen, by(now())).await.expect("answers") });
    }
    let done = racers.join_all().await.into_iter().filter(|settled| *settled == Ok(Settled::Done)).count();
    assert_eq!(done, 1, "of many who saw the same one changes it");
}

pub(super) async fn of_many_rotations_of_one_page_at_once_one_counts_and_the_secret_in_use_stays(records: Records) {
    let shop = new_app(1);
    records.add_app(shop.clone(), by(now())).await.expect("answers").expect("told apart");
    let mut in_use = shop.secrets[0];
    for round in 0..5 {
        let seen = records.app(shop.id).await.expect("answers").expect("kept").secret_fingerprint();
        let mut racers = JoinSet::new();
        for of in 0..8 {
            let (records, id, secret) = (records.clone(), shop.id, AppSecretHash([100 + 10 * round + of; 32]));
            racers.spawn(async move {
                (secret, records.rotate_app_secret(id, secret, Some(seen), by(now())).await.expect("answers"))
            });
        }
        let (done, late): (Vec<_>, Vec<_>) =
            racers.join_all().await.into_iter().partition(|(_, rotated)| *rotated == SecretRotation::Done);
        let [(fresh, _)] = done[..] else { panic!("round {round}: {done:?}") };
        assert!(late.iter().all(|(_, rotated)| *rotated == SecretRotation::Meanwhile), "round {round}: {late:?}");
        let secrets = records.app(shop.id).await.expect("answers").expect("kept").secrets;
        assert!(secrets == [fresh, in_use], "round {round}: the secret that the app uses is not valid any more");
        // The same press a second time is no other rotation, although the secrets are not those of its page any more.
        let again = records.rotate_app_secret(shop.id, fresh, Some(seen), by(now())).await.expect("answers");
        assert_eq!(again, SecretRotation::Same);
        in_use = fresh;
    }
    assert_eq!(all(&records).await.len(), 1 + 5, "a rotation that was not made has no line");
}

pub(super) async fn of_apps_that_look_alike_one_has_the_name_however_many_come_at_once(records: Records) {
    let alike = |name: &str, apps: &[App]| {
        let holders: Vec<&App> = apps.iter().filter(|app| app.name.to_lowercase() == name).collect();
        let [holder] = holders[..] else { panic!("{holders:?}") };
        Alike { id: holder.id, name: holder.name.clone() }
    };
    let spellings = ["shop", "Shop", "SHOP", "sHop", "shOp", "shoP"];
    let mut racers = JoinSet::new();
    for (of, name) in (1..).zip(spellings) {
        let (records, app) = (records.clone(), App { name: name.to_owned(), ..new_app(of) });
        racers.spawn(async move { records.add_app(app, by(now())).await.expect("answers") });
    }
    let (added, apps) = (racers.join_all().await, records.apps().await.expect("answers"));
    assert_eq!((added.iter().filter(|added| **added == Ok(true)).count(), apps.len()), (1, 1), "{added:?}");
    let winner = alike("shop", &apps);
    assert_eq!(added.into_iter().filter_map(Result::err).collect::<Vec<_>>(), vec![winner.clone(); 5]);

    // The same holds if existing apps are renamed.
    let mut racers = JoinSet::new();
    for (of, name) in (11..).zip(["market", "Market", "MARKET", "mArket"]) {
        let app = new_app(of);
        assert_eq!(records.add_app(app.clone(), by(now())).await.expect("answers"), Ok(true));
        let (records, seen) = (records.clone(), Some(app.fingerprint()));
        let app = App { name: name.to_owned(), ..app };
        racers.spawn(async move { records.settle_app(app, seen, by(now())).await.expect("answers") });
    }
    let (settled, apps) = (racers.join_all().await, records.apps().await.expect("answers"));
    let market = alike("market", &apps);
    assert_eq!(settled.into_iter().filter_map(Result::err).collect::<Vec<_>>(), vec![market.clone(); 3]);
    let called = |app: App| Ok::<_, ()>(App { name: "Ѕһор".to_owned(), ..app });
    let revised = records.revise_app(market.id, &by(now()), called).await.expect("answers");
    assert_eq!(revised, Revised::Alike(winner.clone()));
    // An app may change the spelling of its own name, and a refused change has no line.
    let revised = records.revise_app(winner.id, &by(now()), called).await.expect("answers");
    assert!(matches!(revised, Revised::Done { .. }), "{revised:?}");
    assert_eq!(all(&records).await.len(), 1 + 4 + 1 + 1);
}

pub(super) async fn acts_are_read_page_by_page_and_swept_in_time(records: Records) {
    let apps = [new_app(1), new_app(2)];
    for app in &apps {
        records.add_app(app.clone(), by(now())).await.expect("answers").expect("told apart");
    }
    for _ in 0..3 {
        records.disable_app(apps[0].id, by(now() + Duration::from_secs(1))).await.expect("answers");
        records.enable_app(apps[0].id, by(now() + Duration::from_secs(1))).await.expect("answers");
    }
    let first = records.app_log(None, None, 5).await.expect("answers");
    let rest = records.app_log(None, first.last().map(|line| line.seq), 5).await.expect("answers");
    assert_eq!((first.len(), rest.len()), (5, 3));
    let whole: Vec<Line> = first.into_iter().chain(rest).collect();
    assert_eq!(whole, all(&records).await);
    assert!(whole.is_sorted_by_key(|line| std::cmp::Reverse(line.seq)));
    let of_second = records.app_log(Some(apps[1].id), None, 100).await.expect("answers");
    assert_eq!(of_second.iter().map(|line| line.act).collect::<Vec<_>>(), [Act::Added]);
    assert!(records.app_log(Some(AppId::from_random([9; 8])), None, 100).await.expect("answers").is_empty());
    records.sweep(now() + KEPT).await.expect("answers");
    assert_eq!(all(&records).await.len(), 6, "those of the first moment are over");
}

pub(super) async fn an_act_whose_line_cannot_be_kept_is_not_done(records: Records) {
    let shop = new_app(1);
    records.add_app(shop.clone(), by(now())).await.expect("answers").expect("told apart");
    run(&records, "DROP TABLE app_acts").await;
    assert!(records.add_app(new_app(2), by(now())).await.is_err());
    let named = App { name: "Evil".to_owned(), ..shop.clone() };
    assert!(records.settle_app(named, Some(shop.fingerprint()), by(now())).await.is_err());
    assert!(records.set_app_logo(shop.id, Some(picture(1)), by(now())).await.is_err());
    assert!(records.rotate_app_secret(shop.id, AppSecretHash([9; 32]), None, by(now())).await.is_err());
    assert!(records.disable_app(shop.id, by(now())).await.is_err());
    assert!(records.try_app(shop.id, by(now())).await.is_err());
    assert_eq!(records.apps().await.expect("answers"), [shop]);
}
