//! A person proves their address by a link that is sent there.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;
use tessera::store::records::links::LinkPurpose;
use tessera::store::records::mails::{MailEnd, MailKind};

use super::smtp::{Act, Smtp};
use super::{account, alice, ends, has_address, mails, server};
use crate::account::own::{id_of, kinds};
use crate::harness::browser::{Browser, PHONE};
use crate::harness::server::Server;

async fn asks(browser: &Browser, attempt: &str) -> String {
    browser.post("/account/profile/email/prove", &[("attempt", attempt)]).await.location().to_owned()
}

/// The identity of the form on the profile.
async fn attempt(browser: &Browser) -> String {
    let page = browser.get("/account/profile").await.body;
    let form = page.split("action=\"/account/profile/email/prove\"").nth(1).expect("a form");
    form.split("name=\"attempt\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("an attempt")
        .to_owned()
}

#[tokio::test]
async fn sec_31_an_address_is_proven_by_the_link_that_was_sent_there_and_by_no_look_at_it() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = Browser::signed_in(&server, "Alice").await;
    assert!(!alice.get("/account/profile").await.body.contains("/email/prove"), "there is no address");
    has_address(&server, "alice", "alice@example.org", false).await;
    let form = attempt(&alice).await;
    // A button that is pressed twice sends one mail.
    for _ in 0..2 {
        assert_eq!(asks(&alice, &form).await, "/account/profile?done=prove-sent");
    }
    let mail = smtp.took(1).await.remove(0);
    assert_eq!((mail.from.as_str(), &mail.to[..]), ("login@example.com", &["alice@example.org".to_owned()][..]));
    assert_eq!(mail.header("From"), "Tessera <login@example.com>");
    assert_eq!(mail.header("To"), "alice@example.org");
    assert_eq!(mail.header("Subject"), "Confirm your email address for Tessera");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.header("Date"), "Fri, 15 Jan 2027 08:00:00 +0000");
    assert!(mail.header("Message-ID").ends_with("@localhost>"), "{}", mail.message);
    assert!(mail.part("text/plain").contains("The link works once, until 16 January 2027, 08:00 UTC."));
    ends(&server, "alice", MailKind::ProveAddress, MailEnd::Sent).await;
    assert_eq!((asks(&alice, &form).await.as_str(), smtp.taken().len()), ("/account/profile?done=prove-sent", 1));
    let page = alice.get("/account/profile?done=prove-sent").await.body;
    assert!(page.contains("The email is on its way.") && page.contains("The last link was sent on"), "{page}");

    // Whoever reads the mail need not be signed in, and looking changes nothing.
    let link = mail.link(&server.origin);
    let reader = Browser::new(&server, PHONE, "203.0.113.9");
    for _ in 0..3 {
        let page = reader.get(&link).await;
        assert!(page.words().contains("Does alice@example.org belong to the account alice?"), "{page:?}");
    }
    assert_eq!(account(&server, "alice").await.email_verified_at, None);
    for _ in 0..2 {
        let page = reader.post(&link, &[]).await;
        assert!(page.status == StatusCode::OK && page.body.contains("Your address is confirmed"), "{page:?}");
    }
    assert_eq!(account(&server, "alice").await.email_verified_at, Some(server.clock.now()));
    let changed = kinds(&server, id_of(&server, "alice").await).await;
    assert_eq!(changed.iter().filter(|kind| **kind == ActivityKind::Changed).count(), 1, "{changed:?}");
    assert!(reader.get(&link).await.body.contains("Your address is confirmed"));
    assert!(!reader.is_signed_in().await, "it opens no door");
    let page = alice.get("/account/profile").await.body;
    assert!(page.contains("Confirmed.") && !page.contains("/email/prove"), "{page}");
}

#[tokio::test]
async fn a_link_proves_nothing_once_its_time_is_over_or_the_address_is_another() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = alice(&server).await;
    asks(&alice, "").await;
    let link = smtp.took(1).await[0].link(&server.origin);
    has_address(&server, "alice", "other@example.org", false).await;
    for (reply, says) in [
        (alice.get(&link).await, "another address by now"),
        (alice.post(&link, &[]).await, "another address by now"),
        (alice.get("/address/nothing").await, "Check that you copied all of it."),
        (alice.post(&format!("/address/{}", "A".repeat(43)), &[]).await, "Check that you copied all of it."),
    ] {
        assert!(reply.status == StatusCode::GONE && reply.body.contains(says), "{says}: {reply:?}");
    }
    has_address(&server, "alice", "alice@example.org", false).await;
    server.pass(24 * 3600);
    let late = alice.post(&link, &[]).await;
    assert!(late.status == StatusCode::GONE && late.body.contains("not used in time"), "{late:?}");
    assert_eq!(account(&server, "alice").await.email_verified_at, None);
}

#[tokio::test]
async fn an_address_that_was_proven_for_another_account_meanwhile_is_refused() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = alice(&server).await;
    asks(&alice, "").await;
    let link = smtp.took(1).await[0].link(&server.origin);
    // Whoever proves an address takes it from those who did not.
    server.person("Bob").await;
    let given = crate::account::links::link(&server, "alice", LinkPurpose::Recover).await;
    has_address(&server, "bob", "alice@example.org", true).await;
    let opened = Browser::desktop(&server).get(&given.path).await;
    assert_eq!(opened.status, StatusCode::GONE, "it may have been sent to a mailbox that is Bob's: {opened:?}");
    let reply = alice.post(&link, &[]).await;
    assert!(reply.status == StatusCode::GONE && reply.body.contains("another address by now"), "{reply:?}");
    assert_eq!(account(&server, "alice").await.email, None);
}

#[tokio::test]
async fn an_owner_gives_the_address_that_another_account_has_unproven_and_takes_it_by_the_proof() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let mallory = Browser::signed_in(&server, "Mallory").await;
    let alice = Browser::signed_in(&server, "Alice").await;
    for (at, browser) in [&mallory, &alice].into_iter().enumerate() {
        let changed = browser.post("/account/profile/email", &[("email", "alice@example.org")]).await;
        assert_eq!(changed.location(), "/account/profile?done=email", "{changed:?}");
        assert_eq!(asks(browser, "").await, "/account/profile?done=prove-sent");
        smtp.took(at + 1).await;
    }
    // Asking again does not keep it.
    assert_eq!(asks(&mallory, "").await, "/account/profile?done=prove-sent");
    let link = smtp.took(3).await[1].link(&server.origin);
    assert_eq!(alice.post(&link, &[]).await.status, StatusCode::OK);
    assert_eq!(account(&server, "alice").await.email_verified_at, Some(server.clock.now()));
    assert_eq!(account(&server, "mallory").await.email, None);
    let refused = mallory.post("/account/profile/email", &[("email", "alice@example.org")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused:?}");
    assert!(refused.body.contains("This address cannot be used here."), "{refused:?}");
}

#[tokio::test]
async fn an_account_gets_ten_such_mails_a_day_and_is_told_so() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = alice(&server).await;
    for _ in 0..10 {
        assert!(asks(&alice, "").await.ends_with("done=prove-sent"));
    }
    let refused = asks(&alice, "").await;
    assert!(refused.ends_with("done=mail-too-many"), "{refused}");
    assert!(alice.get(&refused).await.body.contains("We sent ten links within a day."));
    smtp.took(10).await;
    server.pass(24 * 3600 + 1);
    let alice = Browser::phone(&server);
    alice.sign_in("alice", crate::harness::server::PASSWORD, "/").await;
    assert!(asks(&alice, "").await.ends_with("done=prove-sent"));
    smtp.took(11).await;
}

#[tokio::test]
async fn sec_14_accounts_together_fill_no_mailbox_with_links_that_prove_an_address() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let mut sent = 0;
    for (at, most) in [10, 10, 20, 20].into_iter().enumerate() {
        for of in 0..2 {
            let name = format!("person{at}{of}");
            let browser = Browser::signed_in(&server, &name).await;
            has_address(&server, &name, "Victim@example.org", false).await;
            for _ in 0..7 {
                // The answer is the same, so nobody learns whether other accounts have this address.
                assert_eq!(asks(&browser, "").await, "/account/profile?done=prove-sent");
            }
            sent += mails(&server, &name).await.len();
            has_address(&server, &name, &format!("{name}@example.org"), false).await;
        }
        assert_eq!(sent, most, "after {at} half hours");
        server.pass(1801);
    }
    // Other addresses get their links.
    let browser = Browser::signed_in(&server, "Bob").await;
    has_address(&server, "bob", "bob@example.org", false).await;
    asks(&browser, "").await;
    ends(&server, "bob", MailKind::ProveAddress, MailEnd::Sent).await;
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_not_tried_again_and_its_owner_is_told() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = alice(&server).await;
    smtp.then(&[Act::Refuse]);
    asks(&alice, "").await;
    ends(&server, "alice", MailKind::ProveAddress, MailEnd::Refused).await;
    server.pass(3600);
    let page = alice.get("/account/profile").await.body;
    assert!(page.contains("The mail server refused the email on"), "{page}");
    let told = kinds(&server, id_of(&server, "alice").await).await;
    assert_eq!(told.last(), Some(&ActivityKind::MailRefused), "{told:?}");
    let page = alice.get("/account/activity").await.words();
    assert!(
        page.contains("An email could not be delivered") && page.contains("Confirming the email address"),
        "{page}"
    );
    assert_eq!((smtp.connections(), mails(&server, "alice").await.len()), (1, 1));
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_offered_and_nothing_is_sent() {
    let server = Server::start().await;
    let alice = alice(&server).await;
    assert!(!alice.get("/account/profile").await.body.contains("/email/prove"));
    let stranger = Browser::desktop(&server);
    assert!(!stranger.get("/signin").await.body.contains("/forgot"));
    for reply in [
        alice.post("/account/profile/email/prove", &[]).await,
        stranger.get("/forgot").await,
        stranger.post("/forgot", &[("name", "alice")]).await,
    ] {
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{reply:?}");
    }
    assert!(mails(&server, "alice").await.is_empty());
}
