//! A link is opened by a press, and by one browser.

use reqwest::{Method, StatusCode};
use tessera::store::records::activity::ActivityKind;
use tessera::store::records::links::{LinkPurpose, LinkState};

use super::{CHOSEN, Made, account, invitation, lines, link, press};
use crate::harness::browser::{Browser, DESKTOP, PHONE, Reply};
use crate::harness::server::Server;
use crate::operating::logs::listen;

/// What a program is told.
async fn told(browser: &Browser, method: Method, path: &str, form: &[(&str, &str)]) -> (StatusCode, String) {
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let form = (method == Method::POST).then_some(form);
    let reply = browser.send(method, path, &headers, form).await;
    (reply.status, reply.error())
}

fn has_form(page: &Reply) -> bool {
    page.status == StatusCode::OK && page.body.contains("autocomplete=\"new-password\"")
}

#[tokio::test]
async fn a_look_at_a_link_changes_nothing_and_a_press_leads_to_the_form() {
    let server = Server::start().await;
    let made = invitation(&server, "Alice").await;
    for agent in ["Slackbot-LinkExpanding 1.0", DESKTOP, PHONE] {
        for method in [Method::GET, Method::HEAD] {
            let scanner = Browser::new(&server, agent, "192.0.2.66");
            let seen = scanner.send(method, &made.path, &[("accept", "text/html")], None).await;
            assert_eq!(seen.status, StatusCode::OK);
            assert_eq!((seen.header("cache-control"), seen.header("referrer-policy")), ("no-store", "same-origin"));
            assert!(!has_form(&seen), "{seen:?}");
        }
    }
    assert_eq!(made.stored(&server).await.state(server.clock.now()), LinkState::Open);
    let browser = Browser::desktop(&server);
    let page = browser.get(&made.path).await;
    assert!(page.body.contains("You are invited") && page.body.contains("noindex"), "{page:?}");
    let opened = browser.post(&made.path, &[("probed", "1")]).await;
    assert_eq!((opened.status, opened.location()), (StatusCode::SEE_OTHER, &*made.path));
    assert_eq!(browser.post(&made.path, &[("probed", "1")]).await.location(), made.path, "a second press is one");
    let form = browser.get(&made.path).await;
    assert!(has_form(&form) && form.body.contains("value=\"Alice\"") && form.body.contains("value=\"alice\""));
    assert_eq!(made.stored(&server).await.state(server.clock.now()), LinkState::Opened);
    assert_eq!(lines(&server, "alice", ActivityKind::LinkOpened).await, 1);
}

#[tokio::test]
async fn of_two_browsers_one_has_the_link_and_the_other_is_told_and_noted() {
    let server = Server::start().await;
    let made = invitation(&server, "Alice").await;
    let (one, other) = (Browser::desktop(&server), Browser::phone(&server));
    let (first, second) = tokio::join!(press(&one, &made.path), press(&other, &made.path));
    let mut statuses = [first.status, second.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    let (winner, loser) = if first.status == StatusCode::SEE_OTHER { (one, other) } else { (other, one) };
    assert!(has_form(&winner.get(&made.path).await));
    // The other one is not told before it presses: whoever looks learns nothing.
    assert!(!has_form(&loser.get(&made.path).await));
    let again = loser.post(&made.path, &[("probed", "1")]).await;
    assert!(again.status == StatusCode::CONFLICT && again.body.contains("opened in another browser"), "{again:?}");
    let forced = loser.post(&made.enrol(), &[("display_name", "Mallory"), ("password", CHOSEN)]).await;
    assert_eq!(forced.status, StatusCode::CONFLICT);
    assert!(!loser.is_signed_in().await);
    assert!(made.stored(&server).await.opened_elsewhere_at.is_some());
    assert_eq!(lines(&server, "alice", ActivityKind::LinkRefused).await, 1, "once, however often it tries");
    let done = winner.post(&made.enrol(), &[("display_name", "Alice"), ("password", CHOSEN)]).await;
    assert_eq!(done.location(), "/");
    assert!(winner.is_signed_in().await);
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookies_does_not_get_the_link() {
    let server = Server::start().await;
    let made = invitation(&server, "Alice").await;
    let bare = Browser::desktop(&server);
    assert_eq!(
        told(&bare, Method::POST, &made.path, &[("probed", "1")]).await,
        (StatusCode::FORBIDDEN, "no_cookie".to_owned())
    );
    assert_eq!(made.stored(&server).await.state(server.clock.now()), LinkState::Open);
}

#[tokio::test]
async fn a_link_that_works_for_nobody_says_why_and_what_to_do() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let gone = async |made: &Made, code: &str, says: &str| {
        let browser = Browser::desktop(&server);
        for (method, path) in
            [(Method::GET, made.path.clone()), (Method::POST, made.path.clone()), (Method::POST, made.enrol())]
        {
            let form = [("display_name", "Alice"), ("password", CHOSEN)];
            let answer = told(&browser, method, &path, &form).await;
            assert_eq!(answer, (StatusCode::GONE, code.to_owned()), "{path}");
        }
        let page = browser.get(&made.path).await;
        assert!(page.body.contains("This link does not work") && page.body.contains(says), "{page:?}");
    };
    let made = invitation(&server, "Expired").await;
    server.pass(72 * 3600 - 1);
    assert_eq!(Browser::desktop(&server).get(&made.path).await.status, StatusCode::OK, "three days");
    server.pass(1);
    gone(&made, "link_expired", "not used in time").await;
    server.person("Lost").await;
    let made = link(&server, "lost", LinkPurpose::Recover).await;
    server.pass(3600);
    gone(&made, "link_expired", "not used in time").await;

    let (older, newer) = (invitation(&server, "Alice").await, link(&server, "alice", LinkPurpose::Invite).await);
    gone(&older, "link_withdrawn", "withdrawn, or replaced by a newer one").await;
    server.app.records.withdraw_links(account(&server, "alice").await.id, server.clock.now()).await.expect("answers");
    gone(&newer, "link_withdrawn", "Use the newest link").await;

    let used = link(&server, "alice", LinkPurpose::Invite).await;
    let browser = Browser::desktop(&server);
    press(&browser, &used.path).await;
    browser.post(&used.enrol(), &[("display_name", "Alice"), ("password", CHOSEN)]).await;
    gone(&used, "link_used", "it works only once").await;

    let disabled = invitation(&server, "Bob").await;
    let bob = account(&server, "bob").await.id;
    server.app.records.disable_account(bob, server.clock.now()).await.expect("answers");
    gone(&disabled, "account_disabled", "This account is disabled").await;
    server.app.records.delete_account(bob, server.clock.now()).await.expect("answers");
    gone(&disabled, "link_unknown", "Check that you copied all of it").await;
    for path in ["/welcome/x", "/welcome/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let answer = told(&browser, Method::GET, path, &[]).await;
        assert_eq!(answer, (StatusCode::GONE, "link_unknown".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn presses_on_links_are_limited_and_the_form_keeps_what_was_typed() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 2).await;
    let made = invitation(&server, "Alice").await;
    let browser = Browser::desktop(&server);
    press(&browser, &made.path).await;
    let form = [("display_name", "Alice B."), ("password", "short")];
    assert_eq!(browser.post(&made.enrol(), &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = browser.post(&made.enrol(), &form).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!refused.header("retry-after").is_empty() && refused.body.contains("value=\"Alice B.\""), "{refused:?}");
    let unknown = Browser::new(&server, DESKTOP, "192.0.2.1");
    for status in [StatusCode::GONE, StatusCode::GONE, StatusCode::TOO_MANY_REQUESTS] {
        assert_eq!(unknown.post("/welcome/x", &[]).await.status, status, "a guess is a try");
    }
}

#[tokio::test]
async fn sec_34_no_link_and_no_key_of_its_browser_is_in_any_log_line() {
    let (log, _guard) = listen();
    let server = Server::start().await;
    let made = invitation(&server, "Alice").await;
    let browser = Browser::desktop(&server);
    press(&browser, &made.path).await;
    press(&Browser::phone(&server), &made.path).await;
    browser.post(&made.enrol(), &[("display_name", "Alice"), ("password", CHOSEN)]).await;
    browser.get(&made.path).await;
    let (text, key) = (log.text(), browser.cookie("__Host-tessera-link").expect("a key"));
    for said in ["a one-time link was opened", "a one-time link was used", "link_opened_elsewhere", "link_used"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    for secret in [&made.token.text(), &key, CHOSEN] {
        assert!(!text.contains(secret), "{secret}");
    }
}
