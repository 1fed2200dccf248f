//! What becomes of a mail: it is tried again, given up, dropped with its link, and sent once by one of many instances.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tessera::clock::Clock;
use tessera::crypto::random::random;
use tessera::settings::Store;
use tessera::store::records::activity::ActivityKind;
use tessera::store::records::mails::{CausedBy, MailEnd, MailFacts, MailId, MailKind, NewMail, Queued};
use tessera::ticket::time::Timestamp;

use super::smtp::{Act, Smtp};
use super::{account, alice, end, ends, has_address, mails, server, tried};
use crate::account::own::{id_of, kinds};
use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::spawn::{Postgres, free_port};
use crate::operating::logs::listen;

async fn asks(browser: &Browser) {
    let reply = browser.post("/account/profile/email/prove", &[]).await;
    assert!(reply.location().ends_with("done=prove-sent"), "{reply:?}");
}

#[tokio::test]
async fn a_mail_is_tried_again_after_growing_pauses() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = alice(&server).await;
    smtp.then(&[Act::Greylist, Act::Drop, Act::WantsSignIn, Act::Greylist]);
    asks(&alice).await;
    for (tries, pause) in [(1, 60), (2, 120), (3, 240), (4, 480)] {
        tried(&server, &smtp, "alice", tries).await;
        server.pass(pause - 1);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(smtp.connections(), tries, "not before its time");
        server.pass(1);
        // The queue is searched every five seconds.
        server.pass(5);
    }
    let mail = smtp.took(1).await;
    ends(&server, "alice", MailKind::ProveAddress, MailEnd::Sent).await;
    assert_eq!((mail.len(), mails(&server, "alice").await[0].tries), (1, 5));
}

#[tokio::test]
async fn a_mail_server_that_is_away_for_a_day_is_given_up_and_no_request_waits_for_it() {
    let smtp = Smtp::start(false).await;
    let mut settings = smtp.settings();
    settings.port = free_port();
    let server = Server::start_with(|of| of.mail = Some(settings)).await;
    let alice = alice(&server).await;
    asks(&alice).await;
    let page = alice.get("/account/profile").await.body;
    assert!(page.contains("The email has been waiting to be sent since"), "{page}");
    for _ in 0..20 {
        server.pass(2 * 3600);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ends(&server, "alice", MailKind::ProveAddress, MailEnd::Expired).await;
    let told = kinds(&server, id_of(&server, "alice").await).await;
    assert!(told.contains(&ActivityKind::MailRefused), "{told:?}");
}

#[tokio::test]
async fn a_slow_mail_server_delays_no_request() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = alice(&server).await;
    smtp.then(&[Act::Slow(Duration::from_secs(2)); 4]);
    for _ in 0..4 {
        asks(&alice).await;
    }
    assert!(smtp.taken().is_empty(), "all four requests were answered before the first mail was taken");
    smtp.took(4).await;
}

#[tokio::test]
async fn a_mail_server_that_takes_its_time_gets_a_mail_once() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = alice(&server).await;
    smtp.then(&[Act::Late]);
    asks(&alice).await;
    // It has the message, and does not say so. Nor is there a second try if the clock is set ahead meanwhile.
    smtp.took(1).await;
    for span in [30, 30, 60, 480, 3600, 7200] {
        server.pass(span);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(smtp.connections(), 1, "no second try while the first one runs");
    smtp.release();
    ends(&server, "alice", MailKind::ProveAddress, MailEnd::Sent).await;
    server.pass(3600);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!((smtp.connections(), smtp.taken().len(), mails(&server, "alice").await[0].tries), (1, 1, 1));
}

#[tokio::test]
async fn only_an_answer_about_the_recipient_or_the_message_refuses_a_mail_for_good() {
    let smtp = Smtp::start(false).await;
    let mut mail = smtp.settings();
    mail.credentials = Some(("tessera".to_owned(), "hunter2".to_owned()));
    let server = Server::start_with(|settings| settings.mail = Some(mail)).await;
    let alice = alice(&server).await;
    let of_server = [
        Act::Answers("CONNECT", 554),
        Act::Answers("EHLO", 550),
        Act::Answers("AUTH", 535),
        Act::Answers("AUTH", 504),
        Act::Answers("MAIL", 553),
        Act::Answers("RCPT", 530),
        Act::Answers("DATA", 421),
    ];
    smtp.then(&of_server);
    asks(&alice).await;
    for often in 1..=of_server.len() {
        tried(&server, &smtp, "alice", often).await;
        assert_eq!(end(&server, "alice", MailKind::ProveAddress).await, None, "{:?}", of_server[often - 1]);
        server.pass(2 * 3600);
    }
    ends(&server, "alice", MailKind::ProveAddress, MailEnd::Sent).await;
    for act in [Act::Refuse, Act::Answers("RCPT", 553), Act::Answers("DATA", 554), Act::Answers("MESSAGE", 554)] {
        smtp.then(&[act]);
        asks(&alice).await;
        ends(&server, "alice", MailKind::ProveAddress, MailEnd::Refused).await;
        server.pass(1);
    }
}

#[tokio::test]
async fn that_the_mail_server_takes_no_mail_is_said_once_and_so_is_its_end() {
    let (lines, _guard) = listen();
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = alice(&server).await;
    smtp.then(&[Act::Answers("CONNECT", 554), Act::WantsSignIn, Act::Drop]);
    asks(&alice).await;
    for often in 1..=3 {
        tried(&server, &smtp, "alice", often).await;
        server.pass(2 * 3600);
    }
    ends(&server, "alice", MailKind::ProveAddress, MailEnd::Sent).await;
    let text = lines.text();
    let said = |what: &str| text.lines().filter(|line| line.contains(what)).count();
    assert_eq!(said("the mail server takes no mail"), 1);
    assert_eq!(said("the mail server takes mail again"), 1);
    assert_eq!(said("a mail is tried again later"), 3);
    let line = lines.last("the mail server takes no mail");
    assert!(line.contains("ERROR") && line.contains("answers 554 to the connection"), "{line}");
}

#[tokio::test]
async fn a_link_that_ended_is_not_sent_and_the_queue_keeps_none() {
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = alice(&server).await;
    smtp.then(&[Act::Greylist]);
    asks(&alice).await;
    tried(&server, &smtp, "alice", 1).await;
    has_address(&server, "alice", "other@example.org", false).await;
    server.pass(120);
    ends(&server, "alice", MailKind::ProveAddress, MailEnd::Dropped).await;
    assert_eq!((smtp.connections(), smtp.taken().len()), (1, 0));
}

#[tokio::test]
async fn sec_34_the_log_says_what_became_of_a_mail_and_neither_its_link_nor_its_address() {
    let (lines, _guard) = listen();
    let smtp = Smtp::start(false).await;
    let server = server(&smtp).await;
    let alice = alice(&server).await;
    smtp.then(&[Act::Greylist, Act::Take, Act::Refuse]);
    asks(&alice).await;
    tried(&server, &smtp, "alice", 1).await;
    server.pass(120);
    let link = smtp.took(1).await[0].link(&server.origin);
    ends(&server, "alice", MailKind::ProveAddress, MailEnd::Sent).await;
    asks(&alice).await;
    ends(&server, "alice", MailKind::ProveAddress, MailEnd::Refused).await;
    let id = account(&server, "alice").await.id.to_string();
    for (says, with) in [
        ("a mail was queued", "kind=\"prove_address\""),
        ("a mail is tried again later", "code=451"),
        ("a mail was sent", "tries=2"),
        ("the mail server refused a mail", "code=550"),
    ] {
        let line = lines.last(says);
        assert!(line.contains(with) && line.contains(&id), "{line}");
    }
    let own = lines.text();
    let own = own.lines().filter(|line| line.contains(" tessera::")).collect::<Vec<_>>().join("\n");
    let secret = link.rsplit('/').next().expect("a secret");
    assert!(!own.contains(secret) && !own.contains("alice@example.org"), "{own}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_instances_over_one_database_one_sends_each_mail() {
    let (smtp, postgres) = (Smtp::start(false).await, Postgres::start());
    let clock = Clock::manual(Timestamp::from_millis(1_800_000_000_000));
    let instance = async || {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let store = Store { records: postgres.address(), ..Store::default() }.check().expect("an address");
        let (mail, clock) = (smtp.settings(), clock.clone());
        Server::start_in(folder, clock, |settings| {
            settings.store = store;
            settings.mail = Some(mail);
        })
        .await
    };
    let (first, second) = (instance().await, instance().await);
    let mut names = Vec::new();
    for at in 0..30 {
        let name = format!("person{at}");
        first.person(&name).await;
        has_address(&first, &name, &format!("{name}@example.org"), true).await;
        names.push(name);
    }
    for name in &names {
        let mail = NewMail {
            id: MailId::from_random(random()),
            account: account(&first, name).await.id,
            kind: MailKind::PasswordChanged,
            caused_by: CausedBy::Known,
            to: format!("{name}@example.org").parse().expect("an address"),
            language: "en".to_owned(),
            facts: MailFacts::default(),
            link: None,
            now: clock.now(),
        };
        assert_eq!(first.app.records.queue_mail(mail).await.expect("answers"), Queued::Done);
    }
    clock.advance(Duration::from_secs(6));
    for name in &names {
        ends(&second, name, MailKind::PasswordChanged, MailEnd::Sent).await;
    }
    clock.advance(Duration::from_secs(7 * 3600));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let taken = smtp.taken();
    let to: BTreeSet<_> = taken.iter().map(|mail| mail.to[0].clone()).collect();
    assert_eq!((taken.len(), to.len()), (30, 30), "each of them once");
}
