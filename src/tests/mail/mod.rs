//! Mail: what is sent to whom, once, and what becomes of it, with a real mail server.

mod commands;
mod forgot;
mod links;
mod notices;
mod outcomes;
mod proving;
pub mod smtp;
mod written;

use tessera::store::records::mails::{MailEnd, MailKind, MailRecord};

use self::smtp::Smtp;
use crate::account::profile::account;
use crate::harness::browser::Browser;
use crate::harness::hang::until;
use crate::harness::server::Server;

/// A server that sends its mail to this mail server.
async fn server(smtp: &Smtp) -> Server {
    Server::start_with(|settings| {
        settings.mail = Some(smtp.settings());
        settings.limits.attempts_per_minute = 1000;
    })
    .await
}

/// Gives somebody an address, proven or not.
pub async fn has_address(server: &Server, name: &str, address: &str, is_proven: bool) {
    let (id, now) = (account(server, name).await.id, server.clock.now());
    let email = Some(address.parse().expect("an address"));
    server.app.records.change_email(id, email, is_proven.then_some(now), now).await.expect("answers");
}

/// Alice, signed in, with an address that is not proven.
async fn alice(server: &Server) -> Browser {
    let alice = Browser::signed_in(server, "Alice").await;
    has_address(server, "alice", "alice@example.org", false).await;
    alice
}

async fn mails(server: &Server, name: &str) -> Vec<MailRecord> {
    server.app.records.mails_of(account(server, name).await.id, 100).await.expect("answers")
}

/// What became of the last mail of this kind.
async fn end(server: &Server, name: &str, kind: MailKind) -> Option<MailEnd> {
    let mails = mails(server, name).await;
    mails.into_iter().find(|mail| mail.kind == kind).expect("a mail").ended.map(|(end, _)| end)
}

/// Waits until this became of the last mail of this kind.
async fn ends(server: &Server, name: &str, kind: MailKind, as_what: MailEnd) {
    until("the end of a mail", async || end(server, name, kind).await == Some(as_what)).await;
}

/// Waits until the last mail of this kind was tried this often, and all tries are over.
async fn tried(server: &Server, smtp: &Smtp, name: &str, often: usize) {
    smtp.was_asked(often).await;
    until("a try", async || mails(server, name).await[0].tries >= often as u64).await;
}
