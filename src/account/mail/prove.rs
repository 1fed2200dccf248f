//! Sends a link to the address of a signed-in person, by which they prove that it is theirs.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::address::path;
use crate::account::Accounts;
use crate::account::link::LinkToken;
use crate::account::session::SignedIn;
use crate::crypto::random::random;
use crate::mail::{LinkInMail, NotQueued};
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::mails::{AddressLinkMade, CausedBy, MailEnd, MailFacts, MailKind, NewAddressLink};
use crate::text::Texts;
use crate::ticket::ids::Attempt;
use crate::web::problem::Problem;

/// The largest number of mails that are searched for the last one that proves the address.
const SEARCHED: u32 = 40;

/// The form of `POST /account/profile/email/prove`.
#[derive(Deserialize)]
pub struct Send {
    /// Identity of the page with the button: the same button pressed twice sends one mail.
    #[serde(default)]
    attempt: String,
}

/// `POST /account/profile/email/prove`: sends a link to the address of the signed-in person, and leads back to the profile,
/// which says what happened. An account gets ten such mails a day.
pub async fn send(
    State(accounts): State<Accounts>,
    SignedIn { account, .. }: SignedIn,
    texts: &'static Texts,
    Form(form): Form<Send>,
) -> Result<Response, Problem> {
    if !accounts.mailer.is_set_up() {
        return Err(Problem::not_found());
    }
    accounts.limits.decision(account.id)?;
    let attempt = form.attempt.parse().unwrap_or_else(|_| Attempt::from_random(random()));
    let token = LinkToken::from_random(accounts.mailer.secret(&[account.id.as_bytes(), attempt.as_bytes()]));
    let link = NewAddressLink { token: token.hash(), account: account.id, now: accounts.clock.now() };
    let done = match accounts.records.make_address_link(link).await? {
        AddressLinkMade::NotNeeded => "prove-not-needed",
        AddressLinkMade::TooMany => NotQueued::TooMany.word(),
        AddressLinkMade::Done { .. } => {
            let path = path(&token);
            let link = LinkInMail { hash: token.hash(), path: &path, texts, caused_by: CausedBy::Stranger };
            let sent = accounts.mailer.send_link(&account, MailKind::ProveAddress, MailFacts::default(), link).await?;
            sent.map_or_else(NotQueued::word, |()| "prove-sent")
        }
    };
    if done != "prove-sent" {
        tracing::info!(code = done, "no link to prove an address was sent");
    }
    Ok(Redirect::to(&format!("/account/profile?done={done}#email-address")).into_response())
}

/// Returns the texts for the word of a result: a notice that the mail was sent, or why it was not.
pub fn result_text(texts: &'static Texts, done: &str) -> (Option<&'static str>, Option<&'static str>) {
    let words = &texts.mail_pages;
    match done {
        "prove-sent" => (Some(words.prove_sent), None),
        "prove-not-needed" => (None, Some(words.prove_not_needed)),
        _ if done == NotQueued::TooMany.word() => (None, Some(words.prove_too_many)),
        _ if done == NotQueued::Full.word() => (None, Some(words.waits)),
        _ => (None, None),
    }
}

/// Returns the sentence that says what became of the last mail by which this person was to prove their present address;
/// `None` if there is none, or if no mail is needed.
pub async fn last_proof_mail(
    accounts: &Accounts,
    texts: &'static Texts,
    account: &Account,
) -> Result<Option<String>, Fault> {
    if !accounts.mailer.is_set_up() || account.email.is_none() || account.email_verified_at.is_some() {
        return Ok(None);
    }
    let mails = accounts.records.mails_of(account.id, SEARCHED).await?;
    let last = mails.into_iter().find(|mail| mail.kind == MailKind::ProveAddress);
    let words = &texts.mail_pages;
    Ok(last.and_then(|last| match last.ended {
        None => Some(words.waits_since(&texts.date_and_time(last.created_at))),
        Some((MailEnd::Sent, at)) => Some(words.prove_sent_at(&texts.date_and_time(at))),
        Some((MailEnd::Refused, at)) => Some(words.prove_refused_at(&texts.date_and_time(at))),
        Some((MailEnd::Expired, at)) => Some(words.expired_at(&texts.date_and_time(at))),
        Some((MailEnd::Dropped, _)) => None,
    }))
}
