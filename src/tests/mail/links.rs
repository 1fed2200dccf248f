//! Invitations and recovery links that are sent by mail.

use reqwest::StatusCode;
use tessera::store::records::mails::{MailEnd, MailKind};

use super::smtp::{Act, Smtp};
use super::{account, ends, has_address, mails, server};
use crate::admin::people::{manager, page_of};
use crate::harness::browser::Browser;
use crate::harness::server::{PASSWORD, Server};

async fn recovers(mia: &Browser, page: &str, attempt: &str, how: &str) -> String {
    let form = [("attempt", attempt), ("how", how), ("sure", "yes")];
    let reply = mia.post(&format!("{page}/recover"), &form).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    reply.location().to_owned()
}

const ATTEMPT: &str = "AAAAAAAAAAAAAAAAAAAAAA";

#[tokio::test]
async fn a_link_that_is_sent_by_mail_is_sent_once_and_not_shown() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let mia = manager(&server).await;
    server.person("Alice").await;
    let page = page_of(&server, "alice").await;
    let links = format!("{page}/links");
    assert!(!mia.get(&links).await.body.contains("Send by email"), "she has no address");
    has_address(&server, "alice", "alice@example.org", false).await;
    assert!(mia.get(&links).await.body.contains("Send by email"));
    for _ in 0..2 {
        assert_eq!(recovers(&mia, &page, ATTEMPT, "mail").await, format!("{links}?done=mailed"));
    }
    let mail = smtp.took(1).await.remove(0);
    ends(&server, "alice", MailKind::Recover, MailEnd::Sent).await;
    assert_eq!(recovers(&mia, &page, ATTEMPT, "mail").await, format!("{links}?done=mailed"));
    let text = mail.part("text/plain");
    assert!(text.contains("Mia sends you a link to sign in as alice at Tessera again."), "{text}");
    let link = mail.link(&server.origin);
    let shown = mia.get(&format!("{links}?done=mailed")).await;
    assert!(!shown.body.contains(&link), "{shown:?}");
    let words = shown.words();
    assert!(
        words.contains("The email is on its way to alice@example.org.") && words.contains("Sent by email on"),
        "{words}"
    );
    assert_eq!((smtp.taken().len(), mails(&server, "alice").await.len()), (1, 1));

    let alice = Browser::desktop(&server);
    assert!(alice.get(&link).await.body.contains("Get back into your account"));
}

#[tokio::test]
async fn a_recovery_link_goes_to_an_address_that_nobody_confirmed_only_if_somebody_is_sure() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let mia = manager(&server).await;
    server.person("Alice").await;
    let page = page_of(&server, "alice").await;
    let links = format!("{page}/links");
    has_address(&server, "alice", "alice@example.org", false).await;
    let shown = mia.get(&links).await;
    assert!(shown.body.contains("name=\"sure\"") && shown.words().contains("Nobody has confirmed alice@example.org."));
    for sure in ["", "no"] {
        let reply = mia.post(&format!("{page}/recover"), &[("how", "mail"), ("sure", sure)]).await;
        assert_eq!(reply.location(), format!("{links}?done=unproven-first"));
    }
    let shown = mia.get(&format!("{links}?done=unproven-first")).await;
    assert!(shown.body.contains("role=\"alert\"") && shown.words().contains("Nothing was made."), "{shown:?}");
    assert!(mails(&server, "alice").await.is_empty());
    assert!(server.app.records.links_of(account(&server, "alice").await.id, 10).await.expect("answers").is_empty());
    // To show the link needs no tick, and neither does an address that is confirmed.
    let reply = mia.post(&format!("{page}/recover"), &[]).await;
    assert!(reply.location().contains("made="), "{reply:?}");
    has_address(&server, "alice", "alice@example.org", true).await;
    assert!(!mia.get(&links).await.body.contains("name=\"sure\""));
    let reply = mia.post(&format!("{page}/recover"), &[("how", "mail")]).await;
    assert_eq!(reply.location(), format!("{links}?done=mailed"));
    smtp.took(1).await;
}

#[tokio::test]
async fn an_invitation_to_an_address_that_nobody_confirmed_is_sent_at_once() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    server.administrator("Root").await;
    let root = Browser::desktop(&server);
    root.sign_in("root", PASSWORD, "/").await;
    let form = [("username", "alice"), ("display_name", "Alice"), ("role", "none"), ("email", "alice@example.org")];
    let page = root.post("/admin/people/new", &form).await;
    let page = page.location().split('?').next().expect("a path").to_owned();
    assert!(!root.get(&format!("{page}/links")).await.body.contains("name=\"sure\""), "there is nothing to get into");
    let reply = root.post(&format!("{page}/invite"), &[("how", "mail")]).await;
    assert!(reply.location().ends_with("done=mailed"), "{reply:?}");
    smtp.took(1).await;
}

#[tokio::test]
async fn a_link_that_cannot_be_sent_is_shown_with_the_reason() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let mia = manager(&server).await;
    server.person("Alice").await;
    let page = page_of(&server, "alice").await;
    let without = recovers(&mia, &page, "", "mail").await;
    let shown = mia.get(&without).await;
    assert!(shown.body.contains("This account has no email address.") && shown.body.contains("/welcome/"), "{shown:?}");
    has_address(&server, "alice", "alice@example.org", false).await;
    for _ in 0..10 {
        assert!(recovers(&mia, &page, "", "mail").await.ends_with("done=mailed"));
    }
    let shown = mia.get(&recovers(&mia, &page, "", "mail").await).await;
    assert!(shown.body.contains("Too many emails of this kind") && shown.body.contains("/welcome/"), "{shown:?}");
}

#[tokio::test]
async fn the_maker_of_a_link_sees_that_its_mail_was_refused() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let mia = manager(&server).await;
    server.person("Alice").await;
    has_address(&server, "alice", "alice@example.org", false).await;
    let page = page_of(&server, "alice").await;
    smtp.then(&[Act::Refuse]);
    recovers(&mia, &page, "", "mail").await;
    ends(&server, "alice", MailKind::Recover, MailEnd::Refused).await;
    let shown = mia.get(&format!("{page}/links")).await.words();
    assert!(shown.contains("The mail server refused the email on"), "{shown}");
}

#[tokio::test]
async fn a_withdrawn_link_that_waits_is_not_sent() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let mia = manager(&server).await;
    server.person("Alice").await;
    has_address(&server, "alice", "alice@example.org", false).await;
    let page = page_of(&server, "alice").await;
    smtp.then(&[Act::Greylist]);
    recovers(&mia, &page, "", "mail").await;
    super::tried(&server, &smtp, "alice", 1).await;
    mia.post(&format!("{page}/links/withdraw"), &[]).await;
    server.pass(120);
    ends(&server, "alice", MailKind::Recover, MailEnd::Dropped).await;
    assert!(smtp.taken().is_empty());
}

#[tokio::test]
async fn without_a_mail_server_a_link_is_shown_as_always() {
    let server = Server::start().await;
    let mia = manager(&server).await;
    server.person("Alice").await;
    has_address(&server, "alice", "alice@example.org", true).await;
    let page = page_of(&server, "alice").await;
    assert!(!mia.get(&format!("{page}/links")).await.body.contains("Send by email"));
    let shown = mia.get(&recovers(&mia, &page, "", "").await).await;
    assert!(shown.body.contains("/welcome/"), "{shown:?}");
    assert!(account(&server, "alice").await.email.is_some() && mails(&server, "alice").await.is_empty());
}
