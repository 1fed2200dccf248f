//! Many instances: what one of them does is seen by all, at once, and exactly once.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tessera::crypto::random::random;
use tessera::ticket::ids::Attempt;

use crate::harness::browser::{Browser, DESKTOP, plain_client};
use crate::harness::pair::Pair;
use crate::watch::carriers::{close, event, watch, watch_as_phone};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_on_one_instance_is_signed_in_by_a_phone_on_the_other() {
    let pair = Pair::start().await;
    let (browser, phone) = (pair.desktop(), pair.phone("Alice").await);
    let shown = browser.show_code().await;
    let mut socket = watch(&browser, &shown).await;
    assert!(event(&mut socket).await["seen"]["waiting"].is_object());
    let code = phone.scan(&shown).await;
    assert_eq!(event(&mut socket).await["seen"]["scanned"]["by"], "Alice");
    phone.post("/api/approve", &[("code", &code)]).await;
    assert!(event(&mut socket).await["seen"]["approved"].is_object());

    let mut other_end = watch_as_phone(&phone, &code).await;
    assert_eq!(event(&mut other_end).await["seen"]["approved"]["page_open"], true, "seen across instances");
    let claim = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!(claim.status, StatusCode::OK);
    assert_eq!(event(&mut socket).await["seen"], "claimed");
    assert_eq!(next_that(&mut other_end, |seen| seen == "claimed").await["seen"], "claimed");
    assert_eq!(close(&mut socket).await, Some(1000));

    let elsewhere = Browser::new(&pair.second, DESKTOP, "198.51.100.1");
    elsewhere.set_cookie("__Host-tessera-session", &browser.cookie("__Host-tessera-session").expect("a session"));
    assert!(elsewhere.is_signed_in().await, "the session holds on both");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_comes_costs_one_read_of_its_ticket_beside_the_script_that_notes_its_watch() {
    let pair = Pair::start().await;
    let browser = pair.desktop();
    let shown = browser.show_code().await;
    let (redis, _) = &pair.stores;
    // The scripts read single fields, so only a ticket that is read by itself is counted.
    let reads = || {
        let stats = redis.cli(&["INFO", "commandstats"]);
        let calls = stats.lines().find_map(|line| line.strip_prefix("cmdstat_hmget:calls=")?.split(',').next());
        calls.map_or(0, |calls| calls.parse::<u32>().expect("a number"))
    };
    let path = format!("/login/{}/watch?after=0", shown.ticket);
    let mut fewest = [u32::MAX; 2];
    // A sweep during which the page comes has the ticket read once more.
    for _ in 0..3 {
        redis.cli(&["CONFIG", "RESETSTAT"]);
        let mut socket = watch(&browser, &shown).await;
        assert!(event(&mut socket).await["seen"]["waiting"].is_object());
        let by_socket = reads();
        assert_eq!(browser.fetch(Method::GET, &path).await.status, StatusCode::OK);
        fewest = [fewest[0].min(by_socket), fewest[1].min(reads() - by_socket)];
    }
    assert_eq!(fewest, [1, 1], "to check the claim key before the page may watch");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_announced_while_nobody_could_hear_is_told_on_the_same_socket() {
    let pair = Pair::start().await;
    let (browser, phone) = (pair.desktop(), pair.phone("Alice").await);
    let shown = browser.show_code().await;
    let mut socket = watch(&browser, &shown).await;
    let code = phone.scan(&shown).await;
    next_that(&mut socket, |seen| seen["scanned"].is_object()).await;
    let (redis, _) = &pair.stores;
    assert_ne!(redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]).trim(), "0");
    phone.post("/api/approve", &[("code", &code)]).await;
    next_that(&mut socket, |seen| seen["approved"].is_object()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_phone_sees_that_the_page_is_gone_and_back_on_whichever_instance() {
    let pair = Pair::start().await;
    let phone = pair.phone("Alice").await;
    for server in [&pair.first, &pair.second] {
        presence(&Browser::new(server, DESKTOP, "198.51.100.1"), &phone).await;
    }
}

async fn presence(browser: &Browser, phone: &Browser) {
    let shown = browser.show_code().await;
    let socket = watch(browser, &shown).await;
    let code = phone.approve(&shown).await;
    let mut phone_end = watch_as_phone(phone, &code).await;
    assert_eq!(event(&mut phone_end).await["seen"]["approved"]["page_open"], true);
    drop(socket);
    let is_open = |open: bool| move |seen: &Value| seen["approved"]["page_open"] == open;
    next_that(&mut phone_end, is_open(false)).await;
    let _back = watch(browser, &shown).await;
    next_that(&mut phone_end, is_open(true)).await;
}

async fn next_that(socket: &mut crate::watch::carriers::Socket, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let event = event(socket).await;
        if wanted(&event["seen"]) {
            return event;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_sent_events_and_long_polls_carry_across_instances_too() {
    let pair = Pair::start().await;
    let (browser, phone) = (pair.desktop(), pair.phone("Alice").await);
    for accept in ["text/event-stream", "application/json"] {
        let shown = browser.show_code().await;
        let url = format!("http://{}/login/{}/watch?after=1&wait=20", pair.first.address, shown.ticket);
        let request = plain_client()
            .build()
            .expect("a client")
            .get(url)
            .header("host", browser.host())
            .header("accept", accept)
            .header("sec-fetch-site", "same-origin")
            .header("cookie", browser.cookie_line().expect("a claim key"));
        let heard = tokio::spawn(async move {
            let mut response = request.send().await.expect("an answer");
            let mut heard = String::new();
            while let Some(chunk) = response.chunk().await.expect("a chunk") {
                heard.push_str(&String::from_utf8_lossy(&chunk));
                if heard.contains("\"scanned\":{\"by\":\"Alice\"}") {
                    return;
                }
            }
            panic!("ended after {heard}");
        });
        while pair.first.app.tickets.watchers() == 0 {
            tokio::task::yield_now().await;
        }
        phone.scan(&shown).await;
        heard.await.expect("heard of the scan");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_64_of_64_claims_on_two_instances_one_wins_and_a_repeated_one_wins_again() {
    let pair = Pair::start().await;
    let phone = pair.phone("Alice").await;
    for _ in 0..20 {
        pair.first.pass(60);
        let browser = pair.desktop();
        let shown = browser.show_code().await;
        phone.approve(&shown).await;
        let path = format!("/login/{}/claim", shown.ticket);
        let racers = (0..64).map(|of: u32| {
            let server = if of.is_multiple_of(2) { &pair.first } else { &pair.second };
            let racer = Browser::new(server, DESKTOP, "198.51.100.1");
            racer.set_cookie("__Host-tessera-browser", &browser.cookie("__Host-tessera-browser").expect("a key"));
            let (path, attempt) = (path.clone(), Attempt::from_random(random()).to_string());
            tokio::spawn(async move {
                let first = racer.post(&path, &[("attempt", &attempt)]).await.status;
                let second = racer.post(&path, &[("attempt", &attempt)]).await.status;
                assert_eq!(first, second, "whoever won wins again, and nobody else does");
                u32::from(first == StatusCode::SEE_OTHER)
            })
        });
        let mut winners = 0;
        for racer in racers.collect::<Vec<_>>() {
            winners += racer.await.expect("no panic");
        }
        assert_eq!(winners, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_with_another_key_is_refused_in_words() {
    use tessera::clock::Clock;
    use tessera::server::ServerState;
    use tessera::settings::{self, Settings};
    use tokio_util::sync::CancellationToken;

    let redis = crate::harness::spawn::Redis::start();
    let build = async |folder: &std::path::Path| {
        let mut settings = Settings::defaults();
        settings.data_dir = folder.to_owned();
        let store = settings::Store { tickets: redis.address(), ..settings::Store::default() };
        settings.store = store.check().expect("an address");
        ServerState::build(&settings, &crate::harness::server::assets(), Clock::system(), CancellationToken::new())
            .await
            .map(|_| ())
    };
    let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    assert_eq!(build(one.path()).await, Ok(()));
    assert_eq!(build(one.path()).await, Ok(()), "the same key is welcome again");
    let refused = build(other.path()).await.expect_err("another key");
    assert!(refused.contains("another key") && refused.contains("server.code_key_file"), "{refused}");
    std::fs::copy(one.path().join("code.key"), other.path().join("code.key")).expect("copied");
    assert_eq!(build(other.path()).await, Ok(()));
}
