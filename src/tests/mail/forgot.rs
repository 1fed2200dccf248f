//! Who forgot their password gets a link at their proven address, and nobody learns who has an account.

use std::time::Duration;

use reqwest::StatusCode;
use tessera::store::records::links::LinkPurpose;
use tessera::store::records::mails::{MailEnd, MailKind};
use tessera::store::records::people::Role;
use tokio::time::sleep;

use super::smtp::{Act, Smtp};
use super::{ends, has_address, mails, server, tried};
use crate::account::links::{CHOSEN, link, press};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::hang::until;
use crate::harness::pair::Pair;
use crate::harness::server::Server;

/// Within this time a request is done that leads to no mail.
const SOON: Duration = Duration::from_millis(100);

async fn asks(browser: &Browser, name: &str) {
    let reply = browser.post("/forgot", &[("name", name)]).await;
    assert_eq!((reply.status, reply.location(), reply.body.as_str()), (StatusCode::SEE_OTHER, "/forgot?sent=1", ""));
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link_to_the_proven_address() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    server.person("Alice").await;
    has_address(&server, "alice", "Alice@example.org", true).await;
    let browser = Browser::desktop(&server);
    assert!(browser.get("/signin").await.body.contains("Forgot your password?"));
    assert!(browser.get("/forgot").await.body.contains("Username or email address"));
    asks(&browser, " alice@EXAMPLE.org ").await;
    assert!(browser.get("/forgot?sent=1").await.body.contains("Check your email"));
    smtp.took(1).await;
    server.pass(600);
    asks(&browser, "Alice").await;
    let taken = smtp.took(2).await;
    let links: Vec<_> = taken.iter().map(|mail| mail.link(&server.origin)).collect();
    assert!(taken[0].part("text/plain").contains("Someone asked for help to sign in as alice at Tessera."));
    press(&browser, &links[0]).await;
    let done = browser.post(&format!("{}/enrol", links[0]), &[("password", CHOSEN)]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/"), "{done:?}");
    assert!(browser.is_signed_in().await);
    // The other link does not work any more.
    let other = Browser::new(&server, DESKTOP, "198.51.100.200").get(&links[1]).await;
    assert_eq!(other.status, StatusCode::GONE, "{other:?}");
    smtp.took(3).await;
}

#[tokio::test]
async fn sec_57_nobody_else_gets_a_link_and_the_answer_is_the_same() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    for name in ["Alice", "Bob", "Carol"] {
        server.person(name).await;
    }
    has_address(&server, "alice", "alice@example.org", false).await;
    has_address(&server, "bob", "bob@example.org", true).await;
    has_address(&server, "carol", "carol@example.org", true).await;
    let bob = super::account(&server, "bob").await.id;
    server.app.records.disable_account(bob, server.clock.now()).await.expect("answers");
    let browser = Browser::desktop(&server);
    for name in ["alice", "alice@example.org", "bob", "bob@example.org", "nobody", "nobody@example.org", "", "carol"] {
        asks(&browser, name).await;
    }
    asks(&browser, &"x".repeat(5000)).await;
    smtp.took(1).await;
    for name in ["alice", "bob"] {
        assert!(mails(&server, name).await.is_empty(), "{name}");
    }
    assert_eq!(mails(&server, "carol").await.len(), 1);
}

#[tokio::test]
async fn who_has_rights_gets_no_link_by_mail_because_a_mailbox_gives_none() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    for (name, address) in [("Alice", "alice@example.org"), ("Bob", "bob@example.org"), ("Carol", "carol@example.org")]
    {
        server.person(name).await;
        has_address(&server, &name.to_lowercase(), address, true).await;
    }
    for (name, role) in [("alice", Role::Admin), ("bob", Role::People)] {
        server.app.records.set_role(super::account(&server, name).await.id, role).await.expect("answers");
    }
    for name in ["alice", "bob", "carol"] {
        asks(&Browser::desktop(&server), name).await;
    }
    smtp.took(1).await;
    for (name, number) in [("alice", 0), ("bob", 0), ("carol", 1)] {
        assert_eq!(mails(&server, name).await.len(), number, "{name}");
    }
}

#[tokio::test]
async fn sec_14_a_stranger_withdraws_no_link_and_fills_no_mailbox() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    server.person("Alice").await;
    has_address(&server, "alice", "alice@example.org", true).await;
    let made = link(&server, "alice", LinkPurpose::Recover).await;
    let from = |at: usize| Browser::new(&server, DESKTOP, &format!("198.51.100.{at}"));
    let number = async || mails(&server, "alice").await.len();
    asks(&from(0), "alice").await;
    until("the request", async || number().await == 1).await;
    for at in 1..8 {
        asks(&from(at), "alice").await;
    }
    sleep(SOON).await;
    assert_eq!(number().await, 1, "the link that she got can still be opened");
    let page = Browser::desktop(&server).get(&made.path).await;
    assert_eq!(page.status, StatusCode::OK, "the link that was made for her still works");

    // However often somebody asks and from wherever, her mailbox gets a bounded number of links a day.
    for at in 1..20 {
        server.pass(600);
        asks(&from(100 + at), "alice").await;
        until("the request", async || number().await == at + 1).await;
    }
    server.pass(600);
    asks(&from(200), "alice").await;
    sleep(SOON).await;
    smtp.took(20).await;
    assert_eq!((number().await, smtp.taken().len()), (20, 20));
}

#[tokio::test]
async fn a_button_that_is_pressed_twice_sends_one_link_also_at_two_instances() {
    let smtp = Smtp::start(false).await;
    let pair = Pair::start_with(|settings| settings.mail = Some(smtp.settings())).await;
    for name in ["Alice", "Bob", "Carol"] {
        pair.first.person(name).await;
        let name = name.to_lowercase();
        has_address(&pair.first, &name, &format!("{name}@example.org"), true).await;
        let (one, two) = (pair.desktop(), Browser::new(&pair.second, DESKTOP, "198.51.100.1"));
        let (again, twin) = (one.twin(), two.twin());
        tokio::join!(asks(&one, &name), asks(&two, &name), asks(&again, &name), asks(&twin, &name));
    }
    smtp.took(3).await;
    sleep(SOON).await;
    for name in ["alice", "bob", "carol"] {
        assert_eq!(mails(&pair.first, name).await.len(), 1, "{name}");
        let links = pair.first.app.records.links_of(super::account(&pair.first, name).await.id, 10).await;
        assert_eq!(links.expect("answers").len(), 1, "{name}: no other link works that nobody got");
    }
    assert_eq!(smtp.taken().len(), 3);
}

#[tokio::test]
async fn sec_14_whoever_asks_for_links_again_and_again_uses_up_their_own_and_not_those_of_the_owner() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    server.person("Alice").await;
    has_address(&server, "alice", "alice@example.org", true).await;
    let number = async || mails(&server, "alice").await.len();
    // One subscriber, with another address each time.
    for at in 0..6 {
        asks(&Browser::new(&server, DESKTOP, &format!("2001:db8:1:{at}::1")), "alice").await;
        until("the request", async || number().await == 3.min(at + 1)).await;
        server.pass(600);
    }
    sleep(SOON).await;
    assert_eq!(number().await, 3);
    asks(&Browser::new(&server, DESKTOP, "198.51.100.7"), "alice").await;
    until("the request of the owner from elsewhere", async || number().await == 4).await;
    smtp.took(4).await;
}

#[tokio::test]
async fn a_link_that_was_opened_or_never_arrives_stands_in_the_way_of_no_other() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    server.person("Alice").await;
    has_address(&server, "alice", "alice@example.org", true).await;
    let browser = Browser::desktop(&server);
    asks(&browser, "alice").await;
    let opened = smtp.took(1).await[0].link(&server.origin);
    press(&Browser::new(&server, DESKTOP, "198.51.100.9"), &opened).await;
    smtp.then(&[Act::Refuse]);
    server.pass(1);
    asks(&browser, "alice").await;
    until("the request", async || mails(&server, "alice").await.len() == 2).await;
    ends(&server, "alice", MailKind::RecoverOneself, MailEnd::Refused).await;
    server.pass(1);
    asks(&browser, "alice").await;
    smtp.took(2).await;
}

#[tokio::test]
async fn an_address_that_asks_again_and_again_is_stopped() {
    let smtp = Smtp::start(false).await;
    let mail = smtp.settings();
    let server = Server::start_with(|settings| {
        settings.mail = Some(mail);
        settings.limits.attempts_per_minute = 3;
    })
    .await;
    let browser = Browser::desktop(&server);
    for _ in 0..3 {
        asks(&browser, "nobody").await;
    }
    assert_eq!(browser.post("/forgot", &[("name", "nobody")]).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_link_goes_to_no_address_that_the_account_has_no_more() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    server.person("Alice").await;
    has_address(&server, "alice", "alice@example.org", true).await;
    smtp.then(&[Act::Greylist, Act::Take]);
    let browser = Browser::desktop(&server);
    asks(&browser, "alice").await;
    until("the request", async || !mails(&server, "alice").await.is_empty()).await;
    tried(&server, &smtp, "alice", 1).await;
    has_address(&server, "alice", "new@example.org", true).await;
    server.pass(120);
    until("its end", async || mails(&server, "alice").await[0].ended.is_some()).await;
    assert!(smtp.taken().is_empty());
}
