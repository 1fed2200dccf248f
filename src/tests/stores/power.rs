//! Power cuts with SQLite: the real server on a disk that forgets what was not synced. Whatever was answered before the
//! cut must be there after it; what was still in flight may be there or not. The disk is carried from cut to cut, so
//! that damage would add up. A failure names the seed: `TESSERA_SEED` brings the same cuts back, though never quite the
//! same moments, because people, server and kernel take turns as they like.

use reqwest::{Method, StatusCode};
use tessera::crypto::random::random;
use tokio::task::{JoinSet, spawn_blocking};

use super::synced::Dice;
use crate::harness::browser::{Browser, DESKTOP, PHONE, Reply, Shown};
use crate::harness::disk::Disk;
use crate::harness::hang::eventually;
use crate::harness::machine::{Machine, Serving, is_added, token};
use crate::harness::server::PASSWORD;
use crate::harness::spawn::scale;

const SESSION: &str = "__Host-tessera-session";
/// As many are at it at the same time.
const PEOPLE: usize = 24;
/// A crowd makes so many changes to the disk in a second.
const CHANGES: usize = 1_000;
/// So many pages SQLite writes from its log back to the database, now and then.
const PAGES: usize = 60;
/// A process that starts, or adds a user, makes so many changes.
const STEPS: usize = 30;
/// The crowd works on until so many sign-ins were answered in all, however early the dice cut the power.
const SIGN_INS: usize = 100;

/// A browser that was told that it is signed in, or signed out.
struct Told {
    cookie: String,
    name: String,
    is_signed_in: bool,
}

/// A crowd signs in and out, and an operator adds `name`, until the power is cut. What was answered by then is told.
async fn work(machine: &Machine, serving: Serving, name: &str) -> (Vec<Told>, bool) {
    let mut people = JoinSet::new();
    for of in 0..PEOPLE {
        let browser = serving.desktop.beside(DESKTOP, "198.51.100.1");
        people.spawn(person(browser, format!("{name} {of}"), machine.disk.clone()));
    }
    let (adding, disk) = (machine.add_user(name), machine.disk.clone());
    let adding = spawn_blocking(move || is_added(adding, &disk));
    eventually("somebody writes", machine.disk.until_cut()).await;
    drop(serving);
    (people.join_all().await.into_iter().flatten().collect(), adding.await.expect("no panic"))
}

/// One of them. What is answered after the cut would not have left the machine.
async fn person(desktop: Browser, name: String, disk: Disk) -> Vec<Told> {
    let (mut told, token) = (Vec::new(), token(&name));
    for turn in 0.. {
        let browser = desktop.beside(DESKTOP, "198.51.100.1");
        let signed_in = sign_in(&browser, &token).await;
        if !disk.is_on() {
            break;
        }
        let cookie = signed_in.expect("a sign-in while there is power");
        let is_signed_in = turn % 3 > 0;
        if !is_signed_in {
            let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
            let signed_out = answered(browser.try_send(Method::POST, "/signout", &headers, Some(&[])).await);
            if !disk.is_on() {
                // It may have been heard or not.
                break;
            }
            signed_out.expect("a sign-out while there is power");
        }
        told.push(Told { cookie, name: name.clone(), is_signed_in });
    }
    told
}

/// A sign-in by scan; the session that the browser was told of.
async fn sign_in(browser: &Browser, token: &str) -> Option<String> {
    let page = browser.try_send(Method::GET, "/login", &[("accept", "text/html"), ("sec-fetch-site", "none")], None);
    let shown = Shown::read(&answered(page.await)?.body);
    let (phone, bearer) = (browser.beside(PHONE, "203.0.113.1"), format!("Bearer {token}"));
    for verb in ["scan", "approve"] {
        let path = format!("/v1/tickets/{}/{verb}", shown.typed);
        answered(phone.try_send(Method::POST, &path, &[("authorization", &bearer)], None).await)?;
    }
    let (path, headers) =
        (format!("/login/{}/claim", shown.ticket), [("accept", "*/*"), ("sec-fetch-site", "same-origin")]);
    answered(browser.try_send(Method::POST, &path, &headers, Some(&[])).await)?;
    browser.cookie(SESSION)
}

fn answered(reply: reqwest::Result<Reply>) -> Option<Reply> {
    reply.ok().filter(|reply| reply.status.is_success() || reply.status == StatusCode::SEE_OTHER)
}

/// What people were told is so.
async fn check(serving: &Serving, told: &[Told]) {
    for Told { cookie, name, is_signed_in } in told {
        let browser = serving.desktop.beside(DESKTOP, "198.51.100.1");
        browser.set_cookie(SESSION, cookie);
        let page = browser.get("/").await.body;
        let found = page.contains(&format!(">{name}</h1>"));
        assert_eq!(found, *is_signed_in, "{name} was told that they are signed in: {is_signed_in}");
    }
}

async fn check_user(serving: &Serving, name: &str) {
    let reply = serving.desktop.beside(PHONE, "203.0.113.1").sign_in(name, PASSWORD, "/").await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{name} was added");
}

fn dice() -> Dice {
    let asked = std::env::var("TESSERA_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = asked.unwrap_or_else(|| u64::from_le_bytes(random()));
    // The test runner shows it where the test fails.
    eprintln!("TESSERA_SEED={seed}");
    Dice(seed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_65_an_acknowledged_write_survives_a_power_cut() {
    let mut dice = dice();
    let mut machine = Machine::new(&mut dice);
    let mut serving = machine.serve().expect("starts");
    let (key, mut all, mut users) = (machine.key(), Vec::new(), Vec::new());
    for round in 0.. {
        if round >= scale(20) && all.len() >= SIGN_INS && !users.is_empty() {
            break;
        }
        if round % 4 == 3 {
            machine.disk.cut_after_changes_to("tessera.db", dice.below(PAGES));
        } else {
            machine.disk.cut_after(dice.below(CHANGES));
        }
        let name = format!("user-{round}");
        let (told, is_added_there) = work(&machine, serving, &name).await;
        machine.power_cycle();
        users.extend(is_added_there.then_some(name));
        // Now and then it is cut again, while the server recovers or somebody is added instead.
        while dice.coin() {
            machine.disk.cut_after(dice.below(STEPS));
            if dice.coin() {
                drop(machine.serve());
            } else {
                // A new one each time: what was in flight may be there already.
                let name = format!("alone-{}", dice.roll());
                users.extend(is_added(machine.add_user(&name), &machine.disk).then_some(name));
            }
            machine.power_cycle();
        }
        serving = machine.serve().expect("starts");
        assert_eq!(machine.integrity().await, "ok", "round {round}");
        assert!(machine.key() == key, "the key is another one in round {round}");
        check(&serving, &told).await;
        all.extend(told);
        if let Some(user) = users.get(dice.below(users.len())) {
            check_user(&serving, user).await;
        }
    }
    check(&serving, &all).await;
    eprintln!("{} sign-ins, {} users", all.len(), users.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_65_a_power_cut_during_the_very_first_start_leaves_a_disk_that_starts() {
    let mut dice = dice();
    let whole = Machine::new(&mut dice);
    drop(whole.serve().expect("starts"));
    let steps = whole.disk.changes();
    drop(whole);
    for _ in 0..scale(10) {
        let mut machine = Machine::new(&mut dice);
        // Again and again, until a server was ready or somebody was added.
        let (mut user, mut key) = (None, None);
        while user.is_none() && key.is_none() {
            machine.disk.cut_after(dice.below(2 * steps));
            if dice.coin() {
                let name = format!("user-{}", dice.roll());
                user = is_added(machine.add_user(&name), &machine.disk).then_some(name);
            } else {
                key = machine.serve().and_then(|_serving| machine.key());
            }
            machine.power_cycle();
        }
        let serving = machine.serve().expect("starts");
        assert_eq!(machine.integrity().await, "ok");
        assert!(key.is_none() || key == machine.key(), "what a ready server went by is the key");
        if let Some(user) = user {
            check_user(&serving, &user).await;
        }
        let browser = serving.desktop.beside(DESKTOP, "198.51.100.1");
        assert!(sign_in(&browser, &token("Bob")).await.is_some() && browser.is_signed_in().await);
    }
}
