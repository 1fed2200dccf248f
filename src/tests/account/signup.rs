//! People make an account for themselves where the operator lets them.

use reqwest::StatusCode;
use tessera::settings::SignUp;
use tessera::store::records::activity::{ActivityActor, ActivityFilter, ActivityKind};
use tessera::store::records::people::Role;

use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::pair::Pair;
use crate::harness::server::{PASSWORD, Server};
use crate::mail::smtp::Smtp;
use crate::operating::health::metrics;

/// A password that no other account here has.
const CHOSEN: &str = "a lantern on the pier";

async fn open_server() -> Server {
    let server = Server::start_with(|settings| {
        settings.account.sign_up = SignUp::Open;
        settings.look.name = "Blue Heron".into();
        settings.limits.attempts_per_minute = 1000;
    });
    let server = server.await;
    server.administrator("Root").await;
    server
}

/// The hidden field that names the page.
fn attempt(page: &Reply) -> String {
    let field = page.body.split("name=\"attempt\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    field.unwrap_or_else(|| panic!("no form: {page:?}")).to_owned()
}

/// Opens the page and sends its form with these fields.
async fn signs_up(browser: &Browser, username: &str, more: &[(&str, &str)]) -> Reply {
    let attempt = attempt(&browser.get("/signup").await);
    send(browser, username, &attempt, more).await
}

async fn send(browser: &Browser, username: &str, attempt: &str, more: &[(&str, &str)]) -> Reply {
    let usual = [("username", username), ("display_name", "Somebody New"), ("password", CHOSEN), ("attempt", attempt)];
    let others = usual.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    let form: Vec<_> = others.chain([("probed", "1")]).chain(more.iter().copied()).collect();
    browser.post("/signup", &form).await
}

#[tokio::test]
async fn anybody_makes_an_account_with_no_role_and_no_groups_and_is_signed_in() {
    let server = open_server().await;
    let browser = Browser::desktop(&server);
    assert!(browser.get("/signin?next=/orders").await.body.contains("href=\"/signup?next=/orders\""));
    assert!(browser.get("/").await.body.contains("href=\"/signup\""));
    let made = signs_up(&browser, "Alice", &[("email", "alice@example.org"), ("next", "/account")]).await;
    assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/account"), "{made:?}");
    assert!(browser.is_signed_in().await);
    assert_eq!(browser.get("/signup").await.location(), "/", "who is signed in is led on");
    let (account, _) = server.app.records.account_by_username("alice").await.expect("answers").expect("made");
    assert_eq!((account.display_name.as_str(), account.role), ("Somebody New", Role::None));
    assert_eq!(account.email.as_ref().map(tessera::store::records::people::Email::as_str), Some("alice@example.org"));
    assert_eq!(account.email_verified_at, None, "nobody has proven it");
    assert!(server.app.records.groups_of(account.id).await.expect("answers").is_empty());
    let filter = ActivityFilter { account: Some(account.id), ..ActivityFilter::default() };
    let lines = server.app.records.activity(filter, 10).await.expect("answers");
    let added = lines.iter().find(|line| line.line.kind == ActivityKind::Added).expect("a line");
    assert_eq!(added.line.actor, ActivityActor::Owner);
    assert_eq!(added.line.address, Some("198.51.100.1".parse().expect("an address")));
    let again = Browser::phone(&server);
    assert_eq!(again.sign_in("alice", CHOSEN, "/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_account_and_signs_in_both_times() {
    let server = open_server().await;
    let browser = Browser::desktop(&server);
    let attempt = attempt(&browser.get("/signup").await);
    let twin = browser.twin();
    let (one, two) = tokio::join!(send(&browser, "alice", &attempt, &[]), send(&twin, "alice", &attempt, &[]));
    for reply in [&one, &two, &send(&browser, "alice", &attempt, &[]).await] {
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/"), "{reply:?}");
    }
    let filter = ActivityFilter { kind: Some(ActivityKind::Added), ..ActivityFilter::default() };
    assert_eq!(server.app.records.activity(filter, 10).await.expect("answers").len(), 1);
    // The same page with another password opens nothing.
    let other = Browser::phone(&server);
    other.get("/signup").await;
    let refused = send(&other, "alice", &attempt, &[("password", "another long password")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!other.is_signed_in().await);
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() {
    let server = open_server().await;
    server.person("Bob").await;
    let browser = Browser::desktop(&server);
    signs_up(&Browser::phone(&server), "carol", &[("email", "carol@example.org")]).await;
    for (username, more, field) in [
        ("bob", &[][..], "username"),
        ("B0B", &[], "username"),
        ("", &[], "username"),
        ("two words", &[], "username"),
        ("dave", &[("display_name", "")], "display_name"),
        ("dave", &[("email", "no address")], "email"),
        ("dave", &[("email", "Carol@example.ORG")], "email"),
        ("dave", &[("password", "short")], "password"),
        ("dave", &[("password", "password1")], "password"),
    ] {
        let reply = signs_up(&browser, username, more).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{username} {more:?}: {reply:?}");
        assert!(reply.body.contains(&format!("id=\"{field}-wrong\"")), "{username} {more:?}: {}", reply.body);
        assert!(!reply.body.contains(CHOSEN), "no password comes back");
        for (name, value) in more.iter().filter(|(name, _)| *name != "password") {
            assert!(reply.body.contains(&format!("value=\"{value}\"")), "{name}: {}", reply.body);
        }
        assert!(!browser.is_signed_in().await);
    }
    assert!(server.app.records.account_by_username("dave").await.expect("answers").is_none());
}

#[tokio::test]
async fn a_name_that_speaks_for_the_site_is_reserved_however_it_is_written() {
    let server = open_server().await;
    let browser = Browser::desktop(&server);
    for name in [
        "admin",
        "ADMIN",
        "аdmin",
        "root",
        "r00t",
        "Support",
        "security",
        "postmaster",
        "www",
        "localhost",
        "blueheron",
        "Blue-Heron",
        "blue_heron",
        "b1ueheron",
        "someone@example.org",
    ] {
        let reply = signs_up(&browser, name, &[]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {reply:?}");
        assert!(reply.body.contains("id=\"username-wrong\""), "{name}");
    }
    // An administrator may give them.
    server.person("support").await;
    assert_eq!(signs_up(&browser, "herons", &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_address_makes_few_accounts_in_a_minute_and_a_browser_without_cookies_none() {
    let server = Server::start_with(|settings| settings.account.sign_up = SignUp::Open).await;
    let early = Browser::desktop(&server).get("/signup").await;
    assert_eq!(early.status, StatusCode::CONFLICT, "not before the first account: {early:?}");
    server.administrator("Root").await;
    let browser = Browser::desktop(&server);
    let attempt = attempt(&browser.get("/signup").await);
    let bare = browser.beside(DESKTOP, "198.51.100.9");
    assert_eq!(send(&bare, "alice", &attempt, &[]).await.status, StatusCode::FORBIDDEN);
    assert!(server.app.records.account_by_username("alice").await.expect("answers").is_none());
    for _ in 0..10 {
        assert_eq!(send(&browser, "root", &attempt, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let refused = send(&browser, "alice", &attempt, &[]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{refused:?}");
    assert!(refused.body.contains("value=\"alice\""), "the form keeps what was typed");
    server.pass(60);
    assert_eq!(send(&browser, "alice", &attempt, &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn sec_14_an_address_makes_few_accounts_in_an_hour_and_others_make_theirs() {
    let server = Server::start_with(|settings| {
        settings.account.sign_up = SignUp::Open;
        settings.limits.attempts_per_minute = 1000;
        settings.limits.sign_ups_per_hour = 4;
    })
    .await;
    server.administrator("Root").await;
    let from = |address: &str| Browser::new(&server, DESKTOP, address);
    for at in 0..4 {
        let made = signs_up(&from("198.51.100.1"), &format!("person{at}"), &[]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{made:?}");
    }
    // A form with a fault makes no account, so it is told its fault.
    let wrong = signs_up(&from("198.51.100.1"), "alice", &[("password", "short")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = signs_up(&from("198.51.100.1"), "alice", &[]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{refused:?}");
    assert!(refused.body.contains("value=\"alice\""), "the form keeps what was typed");
    assert!(server.app.records.account_by_username("alice").await.expect("answers").is_none());
    assert_eq!(signs_up(&from("198.51.100.2"), "bob", &[]).await.status, StatusCode::SEE_OTHER);
    server.pass(900);
    assert_eq!(signs_up(&from("198.51.100.1"), "alice", &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_sign_up_that_makes_no_account_leaves_the_others_behind_its_address_theirs() {
    let server = Server::start_with(|settings| {
        settings.account.sign_up = SignUp::Open;
        settings.limits.attempts_per_minute = 1000;
        settings.limits.sign_ups_per_hour = 2;
    })
    .await;
    server.administrator("Root").await;
    server.person("Bob").await;
    let office = || Browser::desktop(&server);
    for _ in 0..4 {
        let taken = signs_up(&office(), "bob", &[]).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY, "{taken:?}");
    }
    // A button that is pressed twice makes one account and counts as one, also when it is pressed again later.
    let browser = office();
    let attempt = attempt(&browser.get("/signup").await);
    let twin = browser.twin();
    let (one, two) = tokio::join!(send(&browser, "alice", &attempt, &[]), send(&twin, "alice", &attempt, &[]));
    for reply in [&one, &two, &send(&browser, "alice", &attempt, &[]).await] {
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    }
    assert_eq!(signs_up(&office(), "carol", &[]).await.status, StatusCode::SEE_OTHER, "the second of two");
    assert_eq!(signs_up(&office(), "dave", &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
    let taken = signs_up(&office(), "bob", &[]).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY, "waiting would not help: {taken:?}");
}

#[tokio::test]
async fn a_sign_up_counts_as_one_sign_in() {
    let server = open_server().await;
    let router = tessera::server::admin_router(&server.app);
    let browser = Browser::desktop(&server);
    let attempt = attempt(&browser.get("/signup").await);
    for (sign_ups, by_password) in [(1, 0), (1, 1)] {
        assert_eq!(send(&browser, "alice", &attempt, &[]).await.status, StatusCode::SEE_OTHER);
        let text = metrics(router.clone()).await;
        for (outcome, count) in [("sign_up", sign_ups), ("password", by_password)] {
            assert!(text.contains(&format!("tessera_sign_ins_total{{outcome=\"{outcome}\"}} {count}\n")), "{text}");
        }
    }
}

#[tokio::test]
async fn whoever_signs_up_with_an_address_is_sent_a_link_to_prove_it_and_is_told_so() {
    let smtp = Smtp::start(false).await;
    let mail = smtp.settings();
    let server = Server::start_with(|settings| {
        settings.account.sign_up = SignUp::Open;
        settings.mail = Some(mail);
    })
    .await;
    server.administrator("Root").await;
    let browser = Browser::desktop(&server);
    let page = browser.get("/signup").await;
    assert!(page.body.contains("We send a link there to confirm it."), "{page:?}");
    let attempt = attempt(&page);
    for _ in 0..2 {
        let made = send(&browser, "alice", &attempt, &[("email", "alice@example.org")]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{made:?}");
    }
    let mail = smtp.took(1).await.remove(0);
    assert_eq!(mail.to, ["alice@example.org"]);
    let told = "We sent a link to alice@example.org.";
    assert!(browser.get("/").await.words().contains(told));
    let proven = browser.post(&mail.link(&server.origin), &[]).await;
    assert!(proven.body.contains("Your address is confirmed"), "{proven:?}");
    assert!(!browser.get("/").await.words().contains(told));
    // Nobody else is told of a link.
    let other = Browser::phone(&server);
    assert_eq!(signs_up(&other, "bob", &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!other.get("/").await.words().contains("We sent a link"));
    assert_eq!(smtp.taken().len(), 1);
}

#[tokio::test]
async fn whoever_signs_up_with_the_address_of_another_person_does_not_keep_its_owner_out() {
    let smtp = Smtp::start(false).await;
    let mail = smtp.settings();
    let server = Server::start_with(|settings| {
        settings.account.sign_up = SignUp::Open;
        settings.limits.attempts_per_minute = 1000;
        settings.mail = Some(mail);
    })
    .await;
    server.administrator("Root").await;
    let mut links = Vec::new();
    for (at, (name, email)) in [("mallory", "carol@example.org"), ("carol", "Carol@example.org")].iter().enumerate() {
        let made = signs_up(&Browser::desktop(&server), name, &[("email", email)]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{made:?}");
        links.push(smtp.took(at + 1).await[at].link(&server.origin));
    }
    let reader = Browser::phone(&server);
    assert!(reader.get(&links[1]).await.words().contains("Does Carol@example.org belong to the account carol?"));
    let proven = reader.post(&links[1], &[]).await;
    assert!(proven.body.contains("Your address is confirmed"), "{proven:?}");
    let lost = reader.post(&links[0], &[]).await;
    assert!(lost.status == StatusCode::GONE && lost.body.contains("another address by now"), "{lost:?}");
    for (name, has_it) in [("mallory", false), ("carol", true)] {
        let (account, _) = server.app.records.account_by_username(name).await.expect("answers").expect("made");
        assert_eq!((account.email.is_some(), account.email_verified_at.is_some()), (has_it, has_it), "{name}");
    }
    // From then on nobody else gets it, and nobody is told who has it.
    let refused = signs_up(&Browser::desktop(&server), "eve", &[("email", "carol@example.org")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused:?}");
    assert!(refused.body.contains("This address cannot be used here."), "{refused:?}");
}

#[tokio::test]
async fn nobody_signs_up_where_people_are_invited_or_the_operator_makes_accounts() {
    for sign_up in [SignUp::Invited, SignUp::Closed] {
        let server = Server::start_with(|settings| settings.account.sign_up = sign_up).await;
        server.administrator("Root").await;
        let browser = Browser::desktop(&server);
        for path in ["/", "/signin"] {
            assert!(!browser.get(path).await.body.contains("/signup"), "{path}");
        }
        let page = browser.get("/signup").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(page.words().contains("You cannot create an account here"), "{page:?}");
        assert_eq!(send(&browser, "alice", "", &[]).await.status, StatusCode::NOT_FOUND);
        assert!(server.app.records.account_by_username("alice").await.expect("answers").is_none());
    }
}

#[tokio::test]
async fn where_sign_up_is_closed_the_pages_invite_nobody() {
    for (sign_up, leads) in [(SignUp::Closed, "?done=invitations-off"), (SignUp::Invited, "?made=")] {
        let server = Server::start_with(|settings| settings.account.sign_up = sign_up).await;
        server.administrator("Root").await;
        let root = Browser::desktop(&server);
        root.sign_in("root", PASSWORD, "/").await;
        let form = [("username", "alice"), ("display_name", "Alice"), ("role", "none")];
        let added = root.post("/admin/people/new", &form).await;
        let page = added.location().split('?').next().unwrap_or_default().to_owned();
        for act in ["invite", "recover"] {
            let reply = root.post(&format!("{page}/{act}"), &[]).await;
            assert!(reply.location().contains(leads), "{sign_up:?} {act}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn two_instances_make_one_account_of_one_form_and_of_one_name() {
    let pair = Pair::start_with(|settings| settings.account.sign_up = SignUp::Open).await;
    pair.first.administrator("Root").await;
    let (one, two) = (pair.desktop(), Browser::new(&pair.second, DESKTOP, "198.51.100.1"));
    let page = attempt(&one.get("/signup").await);
    two.get("/signup").await;
    let (first, second) = tokio::join!(send(&one, "alice", &page, &[]), send(&two, "alice", &page, &[]));
    for reply in [first, second] {
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    }
    let (three, four) = (pair.desktop(), Browser::new(&pair.second, DESKTOP, "198.51.100.1"));
    let (first, second) = tokio::join!(signs_up(&three, "bob", &[]), signs_up(&four, "bob", &[]));
    let mut statuses = [first.status, second.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY]);
}
