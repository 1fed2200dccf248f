//! Notices that are sent by themselves: to proven addresses only, in the language of the account.

use tessera::mail::Mailer;
use tessera::store::records::mails::{MailEnd, MailFacts, MailKind};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::smtp::Smtp;
use super::{account, ends, has_address, mails, server};
use crate::account::links::{CHOSEN, link, press};
use crate::account::passkeys;
use crate::account::passkeys::device::Device;
use crate::admin::people::{hidden, manager, page_of};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::{PASSWORD, Server};
use tessera::store::records::links::LinkPurpose;

#[tokio::test]
async fn a_sign_in_on_a_new_device_is_told_to_a_proven_address_only() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let _phone = Browser::signed_in(&server, "Alice").await;
    has_address(&server, "alice", "alice@example.org", false).await;
    let signs_in = async |address: &str| Browser::new(&server, DESKTOP, address).sign_in("alice", PASSWORD, "/").await;
    signs_in("198.51.100.1").await;
    assert!(mails(&server, "alice").await.is_empty(), "nobody proved that this mailbox is theirs");
    has_address(&server, "alice", "alice@example.org", true).await;
    signs_in("203.0.113.77").await;
    let mail = smtp.took(1).await.remove(0);
    assert_eq!(mail.header("Subject"), "New sign-in to your account at Tessera");
    let text = mail.part("text/plain");
    assert!(text.contains("alice was signed in on a new device or network: Chrome on Windows, "), "{text}");
    assert_eq!(mail.link(&server.origin), "/account/devices");
    ends(&server, "alice", MailKind::NewDevice, MailEnd::Sent).await;
}

#[tokio::test]
async fn a_changed_password_is_told_whoever_changed_it_and_however() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = Browser::signed_in(&server, "Alice").await;
    has_address(&server, "alice", "alice@example.org", true).await;
    let form = [("password", PASSWORD), ("new_password", CHOSEN)];
    assert!(alice.post("/account/password", &form).await.location().ends_with("done=changed"));
    let mail = smtp.took(1).await.remove(0);
    assert_eq!(mail.header("Subject"), "Your password at Tessera was changed");
    assert_eq!(mail.link(&server.origin), "/signin");

    let made = link(&server, "alice", LinkPurpose::Recover).await;
    let browser = Browser::new(&server, DESKTOP, "198.51.100.9");
    press(&browser, &made.path).await;
    browser.post(&made.enrol(), &[("password", PASSWORD)]).await;
    let taken = smtp.took(2).await;
    assert_eq!(taken[1].header("Subject"), "Your password at Tessera was changed");
}

#[tokio::test]
async fn an_added_and_a_removed_passkey_are_told_and_a_recovery_by_one() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = Browser::signed_in(&server, "Alice").await;
    has_address(&server, "alice", "alice@example.org", true).await;
    passkeys::adds(&alice, &mut Device::default()).await;
    smtp.took(1).await;
    server.pass(1);
    let page = alice.get("/account/passkeys").await;
    alice.post(&passkeys::forms(&page)[0], &[("act", "remove")]).await;
    smtp.took(2).await;
    server.pass(1);
    let browser = Browser::new(&server, DESKTOP, "198.51.100.9");
    passkeys::last::recovers(&server, &browser, "alice", &mut Device::default()).await;
    smtp.took(3).await;
    let kinds: Vec<MailKind> = mails(&server, "alice").await.into_iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, [MailKind::PasskeyAdded, MailKind::PasskeyRemoved, MailKind::PasskeyAdded]);
}

#[tokio::test]
async fn a_changed_address_is_told_to_the_one_before_whoever_changed_it() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = Browser::signed_in(&server, "Alice").await;
    let changes = async |to: &str| {
        let reply = alice.post("/account/profile/email", &[("email", to), ("password", PASSWORD)]).await;
        assert!(reply.location().ends_with("done=email"), "{to}: {reply:?}");
    };
    has_address(&server, "alice", "first@example.org", false).await;
    changes("second@example.org").await;
    assert!(mails(&server, "alice").await.is_empty(), "nobody proved that the first mailbox was theirs");

    has_address(&server, "alice", "second@example.org", true).await;
    changes("SECOND@example.org").await;
    assert!(mails(&server, "alice").await.is_empty(), "it is the same mailbox");
    has_address(&server, "alice", "second@example.org", true).await;
    changes("eve@example.org").await;
    let mail = smtp.took(1).await.remove(0);
    assert_eq!(mail.to, ["second@example.org"]);
    assert_eq!(mail.header("Subject"), "Your email address at Tessera was changed");
    assert_eq!(mail.link(&server.origin), "/account/profile");
    let text = mail.part("text/plain");
    assert!(text.contains("Emails about the account alice no longer come to this address.") && !text.contains("eve@"));

    // An address that is removed is told too, and so is what somebody else changed.
    has_address(&server, "alice", "third@example.org", true).await;
    changes("").await;
    assert_eq!(smtp.took(2).await[1].to, ["third@example.org"]);
    has_address(&server, "alice", "fourth@example.org", true).await;
    let mia = manager(&server).await;
    let page = page_of(&server, "alice").await;
    let seen = hidden(&mia.get(&page).await, "seen");
    for (seen, sent) in [(seen.as_str(), 3), ("", 3)] {
        let form = [("display_name", "Alice"), ("email", "fifth@example.org"), ("seen", seen)];
        let reply = mia.post(&page, &form).await;
        assert!(reply.location().ends_with("done=saved"), "{reply:?}");
        smtp.took(sent).await;
    }
    let told = smtp.taken().pop().expect("a mail");
    assert_eq!(told.to, ["fourth@example.org"]);
    assert!(told.part("text/plain").contains("Mia changed it on "), "{}", told.part("text/plain"));
    assert_eq!(mails(&server, "alice").await.len(), 3);
}

#[tokio::test]
async fn a_mail_is_in_the_language_of_its_account() {
    let smtp = Smtp::start(false).await;
    let mail = smtp.settings();
    let server = Server::start_with(|settings| {
        settings.mail = Some(mail);
        settings.server.test_language = true;
    })
    .await;
    server.person("Alice").await;
    has_address(&server, "alice", "alice@example.org", true).await;
    let alice = account(&server, "alice").await;
    let speaks = |language: &str| {
        let mut speaker = alice.clone();
        speaker.profile.language = Some(language.to_owned());
        speaker
    };
    let mailer: &Mailer = &server.app.accounts.mailer;
    let facts = || MailFacts { passkey: Some("iPhone <b>".to_owned()), ..MailFacts::default() };
    // `nl` is not offered, so it is English.
    for language in ["ar-XA", "nl"] {
        mailer.notify(&speaks(language), MailKind::PasskeyAdded, facts()).await;
    }
    let mut taken = smtp.took(2).await;
    taken.sort_by_key(|mail| mail.header("Subject"));
    let (mirrored, english) = (&taken[0].part("text/html"), &taken[1].part("text/html"));
    let (mirrored, english) = if mirrored.contains("lang=\"en\"") { (english, mirrored) } else { (mirrored, english) };
    assert!(
        mirrored.contains("<html lang=\"ar-XA\" dir=\"rtl\">") && mirrored.contains("iPhone &lt;b&gt;"),
        "{mirrored}"
    );
    assert!(!mirrored.contains("passkey was"), "{mirrored}");
    assert!(english.contains("The passkey <bdi translate=\"no\">iPhone &lt;b&gt;</bdi> can now sign in"), "{english}");
}

#[tokio::test]
async fn notices_have_a_bound_of_their_own() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    server.person("Alice").await;
    has_address(&server, "alice", "alice@example.org", true).await;
    let (alice, mailer) = (account(&server, "alice").await, &server.app.accounts.mailer);
    for _ in 0..12 {
        mailer.notify(&alice, MailKind::NewDevice, MailFacts::default()).await;
    }
    mailer.notify(&alice, MailKind::PasswordChanged, MailFacts::default()).await;
    smtp.took(11).await;
    let mails = mails(&server, "alice").await;
    assert_eq!(mails.iter().filter(|mail| mail.kind == MailKind::NewDevice).count(), 10);
    assert_eq!(mails.iter().filter(|mail| mail.kind == MailKind::PasswordChanged).count(), 1);
}

#[tokio::test]
async fn whoever_hangs_up_while_a_password_is_changed_has_its_owner_told_all_the_same() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = Browser::signed_in(&server, "Alice").await;
    has_address(&server, "alice", "alice@example.org", true).await;
    let body = format!("password={}&new_password={}", PASSWORD.replace(' ', "+"), CHOSEN.replace(' ', "+"));
    let request = format!(
        "POST /account/password HTTP/1.1\r\nhost: {}\r\norigin: {}\r\nsec-fetch-site: same-origin\r\ncookie: {}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        alice.host(),
        alice.origin(),
        alice.cookie_line().expect("a session"),
        body.len(),
    );
    let mut connection = TcpStream::connect(("127.0.0.1", server.port())).await.expect("connects");
    connection.write_all(request.as_bytes()).await.expect("written");
    drop(connection);
    let mail = smtp.took(1).await.remove(0);
    assert_eq!(mail.header("Subject"), "Your password at Tessera was changed");
}
