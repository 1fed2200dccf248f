//! Signing in and out, the first account, the lives of sessions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{Method, StatusCode};

use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::hang::until;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::spawn::scale;

#[tokio::test]
async fn a_person_signs_in_sees_who_they_are_and_signs_out() {
    let server = Server::start().await;
    server.person("Alice").await;
    let phone = Browser::phone(&server);
    let page = phone.get("/signin?next=/link").await;
    for name in
        ["name=\"username\"", "name=\"password\"", ">Username</label>", ">Password</label>", ">Sign in</button>"]
    {
        assert!(page.body.contains(name), "{name} is missing in {}", page.body);
    }
    let reply = phone.sign_in(" ALICE ", PASSWORD, "/link").await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/link"));
    let home = phone.get("/").await;
    assert!(home.body.contains(">Alice</h1>") && home.body.contains(">Sign out</button>"), "{}", home.body);
    let token = phone.cookie("__Host-tessera-session").expect("a session");
    phone.post("/signout", &[]).await;
    assert!(!phone.is_signed_in().await);
    phone.set_cookie("__Host-tessera-session", &token);
    assert!(!phone.is_signed_in().await, "the session has ended, not only the cookie");
}

#[tokio::test]
async fn sec_17_a_session_is_fresh_at_every_sign_in_and_earlier_cookies_are_worth_nothing() {
    let server = Server::start().await;
    server.person("Alice").await;
    let (browser, planted) = (Browser::phone(&server), "A".repeat(43));
    browser.set_cookie("__Host-tessera-session", &planted);
    browser.sign_in("alice", PASSWORD, "/").await;
    let first = browser.cookie("__Host-tessera-session").expect("a session");
    assert_ne!(first, planted);
    let other = Browser::phone(&server);
    other.set_cookie("__Host-tessera-session", &planted);
    assert!(!other.is_signed_in().await, "what was planted opens nothing");

    let desktop = Browser::desktop(&server);
    let shown = desktop.show_code().await;
    let claim_key = desktop.cookie("__Host-tessera-browser").expect("a claim key");
    browser.approve(&shown).await;
    desktop.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    let session = desktop.cookie("__Host-tessera-session").expect("a session");
    assert_ne!(session, claim_key);
    let thief = Browser::desktop(&server);
    thief.set_cookie("__Host-tessera-browser", &claim_key);
    thief.set_cookie("__Host-tessera-session", &claim_key);
    assert!(!thief.is_signed_in().await, "the cookie from before the sign-in opens no session");
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_in_any_case() {
    const HOUR: u64 = 3600;
    let server = Server::start_with(|settings| {
        settings.account.password_idle_hours = 10;
        settings.account.password_max_hours = 24;
    })
    .await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for _ in 0..2 {
        server.pass(9 * HOUR);
        assert!(phone.is_signed_in().await, "used within ten hours");
    }
    server.pass(6 * HOUR);
    assert!(!phone.is_signed_in().await, "a day is over");
    phone.sign_in("alice", PASSWORD, "/").await;
    server.pass(10 * HOUR);
    assert!(!phone.is_signed_in().await, "ten hours unused");
}

#[tokio::test]
async fn a_session_survives_a_restart_and_a_ticket_does_not() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let path = phone.type_code(&shown).await;
    let (session, key) = (phone.cookie("__Host-tessera-session"), browser.cookie("__Host-tessera-browser"));
    server.stopping.cancel();
    server.serving.await.expect("stops");
    let again = Server::start_in(server.folder, server.clock, |_| {}).await;
    let (browser, phone) = (Browser::desktop(&again), Browser::phone(&again));
    phone.set_cookie("__Host-tessera-session", &session.expect("a session"));
    browser.set_cookie("__Host-tessera-browser", &key.expect("a key"));
    assert!(phone.is_signed_in().await);
    let look = phone.get(&path).await;
    assert!(look.body.contains("This code has expired"), "its tag is still known, its ticket is not: {}", look.body);
    let watch = browser.fetch(reqwest::Method::GET, &format!("/login/{}/watch", shown.ticket)).await;
    assert_eq!(watch.status, StatusCode::GONE, "the page learns that it needs a new code");
}

#[tokio::test]
async fn sec_57_a_wrong_password_and_an_unknown_user_get_the_same_answer() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 10_000).await;
    server.person("Alice").await;
    let phone = Browser::phone(&server);
    // The form finds out whether the browser keeps cookies, once.
    phone.get("/signin").await;
    let wrong = phone.sign_in("alice", "not the password", "/").await;
    assert!(
        wrong.body.contains("Wrong username or password.") && wrong.body.contains("name=\"password\""),
        "{}",
        wrong.body
    );
    // But for the name, which stands there as it was typed, whoever has it, and no more of it than a name can have.
    let long = "x".repeat(4000);
    for (name, stands) in [
        ("nobody", "nobody"),
        (" ALICE ", "ALICE"),
        ("no body/", "no body/"),
        ("\"><script>", "&quot;&gt;&lt;script&gt;"),
        ("alice\u{0}", "alice"),
        (&long, &long[..64]),
    ] {
        let unknown = phone.sign_in(name, "not the password", "/").await;
        assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
        assert_eq!(unnamed(&unknown), unnamed(&wrong), "{name:?}");
        assert!(unknown.body.contains(&format!("value=\"{stands}\"")), "{name:?}: {}", unknown.body);
        assert!(!unknown.body.contains("not the password") && !unknown.body.contains("\"><script>"), "{name:?}");
    }
    let nameless = phone.sign_in("", "not the password", "/").await;
    assert!(nameless.status == StatusCode::UNAUTHORIZED && nameless.body.contains("Wrong username or password."));
    // An account without a password, which a phone's token named, is no different from none.
    let vouched = tessera::store::records::Vouched {
        fresh_id: tessera::ticket::ids::AccountId::from_random(tessera::crypto::random::random()),
        issuer: "https://issuer.example".to_owned(),
        subject: "carol".to_owned(),
        display_name: "Carol".to_owned(),
        picture: None,
        now: server.clock.now(),
    };
    server.app.accounts.records.vouched_account(vouched).await.expect("answers");
    assert_eq!(unnamed(&phone.sign_in("carol", "not the password", "/").await), unnamed(&wrong));
}

/// All that an answer tells, but for what is new in each.
fn told(reply: &Reply) -> (StatusCode, String, Vec<String>) {
    let nonce = reply.body.split("nonce=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("no nonce");
    let names = reply.headers.keys().map(|name| name.as_str().to_owned()).collect();
    (reply.status, reply.body.replace(nonce, ""), names)
}

/// The same but for the field of the user name.
fn unnamed(reply: &Reply) -> (StatusCode, String, Vec<String>) {
    let (status, body, names) = told(reply);
    let (before, rest) = body.split_once("<label for=\"username\">").expect("a form");
    let (_, after) = rest.split_once("<label for=\"password\">").expect("a form");
    (status, format!("{before}{after}"), names)
}

#[tokio::test]
async fn sec_57_a_name_that_nobody_has_is_limited_and_led_on_as_one_that_somebody_has() {
    let server = Server::start().await;
    server.person("Alice").await;
    let mut answers = [Vec::new(), Vec::new()];
    for (at, name) in ["alice", "nobody"].into_iter().enumerate() {
        let phone = Browser::new(&server, DESKTOP, &format!("203.0.113.{}", 20 + at));
        for _ in 0..12 {
            let reply = phone.sign_in(name, "not the password", "/").await;
            answers[at].push((unnamed(&reply), reply.header("retry-after").to_owned()));
        }
        // What an app believes its visitor to be called is typed ahead, and not looked up.
        let hinted = phone.get(&format!("/signin?hint={name}")).await;
        let (status, body, names) = told(&hinted);
        answers[at].push(((status, body.replace(name, ""), names), String::new()));
        let bound = phone.get(&format!("/login?user={name}")).await;
        answers[at].push(((bound.status, String::new(), told(&bound).2), String::new()));
    }
    let [known, unknown] = &answers;
    assert_eq!(known, unknown);
    assert!(known.iter().any(|((status, ..), _)| *status == StatusCode::TOO_MANY_REQUESTS), "{known:?}");
}

/// Welch's t over sign-ins that take turns, 500 against 500 in `make soak`. What it looks for is a missing hash, some 50 ms:
/// t would be in the hundreds.
#[tokio::test]
async fn sec_57_a_wrong_password_and_an_unknown_user_take_similar_time() {
    let rounds = scale(100);
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 10_000).await;
    server.person("Alice").await;
    let phone = Browser::phone(&server);
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        // First one, then the other begins: the server's two threads take turns as well, and their memory is not alike.
        for turn in [round % 2, (round + 1) % 2] {
            let begun = tokio::time::Instant::now();
            phone.sign_in(["alice", "nobody"][turn], "not the password", "/").await;
            times[turn].push(begun.elapsed().as_secs_f64());
        }
    }
    let [known, unknown] = times.map(|times| {
        let n = f64::from(u32::try_from(times.len()).expect("few"));
        let mean = times.iter().sum::<f64>() / n;
        let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance / n)
    });
    let t = (known.0 - unknown.0) / (known.1 + unknown.1).sqrt();
    assert!(t.abs() < 6.0, "t = {t:.1}: {:.1} ms against {:.1} ms", known.0 * 1e3, unknown.0 * 1e3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_56_a_flood_of_passwords_waits_in_a_bounded_queue_and_codes_go_on() {
    let server = Server::start_with(|settings| {
        settings.limits.attempts_per_minute = 60_000;
        settings.limits.requests_per_minute = 600_000;
    })
    .await;
    server.person("Alice").await;
    let (phone, over) = (Arc::new(Browser::phone(&server)), Arc::new(AtomicBool::new(false)));
    let (checked, busy) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    // Whoever was answered tries again, so that as many are under way all the time.
    let flood: Vec<_> = (0..500)
        .map(|_| {
            let (phone, over) = (Arc::clone(&phone), Arc::clone(&over));
            let (checked, busy) = (Arc::clone(&checked), Arc::clone(&busy));
            tokio::spawn(async move {
                let form = [("username", "alice"), ("password", "not the password"), ("next", "/")];
                let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
                while !over.load(Ordering::Relaxed) {
                    // On a busy machine one of so many takes longer to send its request than the server waits for it.
                    let Ok(reply) = phone.try_send(Method::POST, "/signin", &headers, Some(&form)).await else {
                        continue;
                    };
                    match reply.status {
                        StatusCode::UNAUTHORIZED => checked.fetch_add(1, Ordering::Relaxed),
                        StatusCode::SERVICE_UNAVAILABLE => {
                            // As a person would, it waits before the next try.
                            tokio::time::sleep(Duration::from_secs(1)).await;
                            busy.fetch_add(1, Ordering::Relaxed)
                        }
                        status => panic!("{status}"),
                    };
                }
            })
        })
        .collect();
    let now = || checked.load(Ordering::Relaxed);
    until("a password is checked", async || now() > 0).await;
    // How long a page takes is told in passwords that were checked meanwhile: 20 of them, of 50 ms each and on two
    // cores, are the half second that a code may take.
    let mut meanwhile = Vec::new();
    for _ in 0..100 {
        let before = now();
        Browser::desktop(&server).show_code().await;
        meanwhile.push(now() - before);
    }
    over.store(true, Ordering::Relaxed);
    for one in flood {
        one.await.expect("an answer each");
    }
    meanwhile.sort_unstable();
    assert!(meanwhile[98] < 20, "passwords that were checked during one page each: {meanwhile:?}");
    assert!(busy.load(Ordering::Relaxed) > 300, "{busy:?} were told to try again instead of piling up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_set_up_link_makes_one_account_whoever_is_quickest() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let link = server.app.accounts.setup.link("");
    let token = link.split_once("token=").expect("a token").1.to_owned();
    let browser = Browser::desktop(&server);
    assert!(browser.get("/").await.body.contains("Open the set-up link"));
    assert_eq!(browser.get("/setup?token=wrong").await.status, StatusCode::GONE);
    assert!(browser.get(&link).await.body.contains("Create the first account"));
    let too_short = browser
        .post("/setup", &[("token", &token), ("username", "a"), ("display_name", "A"), ("password", "short")])
        .await;
    assert_eq!(too_short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        too_short.body.contains("8 to 1024 characters") && too_short.body.contains("value=\"a\""),
        "what was typed is kept"
    );
    let racers: Vec<_> = ["Ann", "Ben"]
        .map(|name| {
            let (browser, token) = (Browser::desktop(&server), token.clone());
            tokio::spawn(async move {
                let form =
                    [("token", token.as_str()), ("username", name), ("display_name", name), ("password", PASSWORD)];
                (browser.post("/setup", &form).await.status, browser.is_signed_in().await)
            })
        })
        .into_iter()
        .collect();
    let mut outcomes = Vec::new();
    for racer in racers {
        outcomes.push(racer.await.expect("an answer"));
    }
    outcomes.sort();
    assert_eq!(outcomes, [(StatusCode::SEE_OTHER, true), (StatusCode::GONE, false)]);
    assert_eq!(browser.get(&link).await.status, StatusCode::GONE, "and never again");
}

#[tokio::test]
async fn the_first_account_gets_no_password_that_is_tried_first_everywhere() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let token = server.app.accounts.setup.link("").split_once("token=").expect("a token").1.to_owned();
    let browser = Browser::desktop(&server);
    let create = async |password: &str| {
        let names = [("token", token.as_str()), ("username", "ann"), ("display_name", "Ann")];
        browser.post("/setup", &[&names[..], &[("password", password)]].concat()).await
    };
    for common in ["password", "12345678", "Passw0rd", "QWERTYUIOP", "iloveyou1", "trustno1", "administrator"] {
        let refused = create(common).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{common}");
        assert!(refused.body.contains("Many people use this password"), "{common}: {}", refused.body);
        let shown = refused.body.contains(&format!("value=\"{common}\""));
        assert!(refused.body.contains("value=\"ann\"") && !shown, "{}", refused.body);
    }
    assert!(!server.app.accounts.records.has_accounts().await.expect("answers"));
    assert_eq!(create("password of Ann's own").await.status, StatusCode::SEE_OTHER);
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn sec_17_a_new_sign_in_ends_the_session_that_the_device_had() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let before = phone.cookie("__Host-tessera-session").expect("a session");
    phone.sign_in("alice", PASSWORD, "/").await;
    assert!(phone.is_signed_in().await);
    phone.set_cookie("__Host-tessera-session", &before);
    assert!(!phone.is_signed_in().await);
}

#[tokio::test]
async fn what_a_scan_signs_in_does_not_outlast_the_session_that_approved_it() {
    let server = Server::start_with(|settings| {
        settings.account.scan_max_hours = 24;
        settings.account.scan_idle_hours = 24;
    })
    .await;
    let (first, second) = (Browser::desktop(&server), Browser::new(&server, DESKTOP, "198.51.100.9"));
    Browser::signed_in(&server, "Alice").await.signs_in(&first).await;
    server.pass(20 * 3600);
    let question = first.get(&first.type_code(&second.show_code().await).await).await;
    assert!(question.body.contains(">Approve</button>"), "{}", question.body);
    first.signs_in(&second).await;
    assert!(second.is_signed_in().await);
    server.pass(4 * 3600);
    assert!(!first.is_signed_in().await && !second.is_signed_in().await, "a day after the password, both are over");
}

#[tokio::test]
async fn a_decision_without_a_code_is_malformed() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for accept in ["text/html", "application/json"] {
        for path in ["/api/scan", "/api/approve", "/api/deny"] {
            let headers = [("accept", accept), ("sec-fetch-site", "same-origin")];
            let answer = phone.send(Method::POST, path, &headers, Some(&[])).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {accept}: {}", answer.body);
            assert!(answer.body.contains("was not understood"), "{}", answer.body);
        }
    }
}
