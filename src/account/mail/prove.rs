//! Sends a link to the address of a signed-in person, by which they prove that it is theirs.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::address::path;
use crate::account::Accounts;
use crate::account::link::LinkToken;
use crate::account::session::SignedIn;
use crate::cause::caused;
use crate::crypto::random::random;
use crate::mail::{LinkInMail, NotQueued};
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::mails::{
    AddressLink, AddressLinkMade, MailEnd, MailFacts, MailKind, MailRecord, NewAddressLink,
};
use crate::text::Texts;
use crate::ticket::ids::{AccountId, Attempt};
use crate::web::marked_text::marked_text;
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
/// which says what happened. An account gets ten such mails a day, and so does an address within an hour; of a day it gets
/// twenty, whatever accounts ask.
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
    let done = match send_proof(&accounts, &account, attempt, texts).await? {
        Proof::Sent => "prove-sent",
        Proof::NotNeeded => "prove-not-needed",
        Proof::NotSent(why) => why.word(),
    };
    Ok(Redirect::to(&format!("/account/profile?done={done}#email-address")).into_response())
}

/// What became of a link that was to prove an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It is on its way, or its address got too many of them. Both are the same for whoever asked, so that they do not learn
    /// that other accounts use the address.
    Sent,
    /// The account has no address that is still to be proven.
    NotNeeded,
    /// It was not sent.
    NotSent(NotQueued),
}

/// Sends a link to the address of this account, by which its owner proves that it is theirs. The same attempt sends one mail.
pub async fn send_proof(
    accounts: &Accounts,
    account: &Account,
    attempt: Attempt,
    texts: &'static Texts,
) -> Result<Proof, Fault> {
    let Some(email) = &account.email else { return Ok(Proof::NotNeeded) };
    let caused_by = accounts.mailer.to_unproven(email);
    let token = LinkToken::from_random(accounts.mailer.secret(&[account.id.as_bytes(), attempt.as_bytes()]));
    let link = NewAddressLink { token: token.hash(), account: account.id, now: accounts.clock.now() };
    let proof = match accounts.records.make_address_link(link).await? {
        AddressLinkMade::NotNeeded => Proof::NotNeeded,
        AddressLinkMade::TooMany => Proof::NotSent(NotQueued::TooMany),
        AddressLinkMade::Done { .. } => {
            let path = path(&token);
            let link = LinkInMail { hash: token.hash(), path: &path, texts, caused_by };
            match accounts.mailer.send_link(account, MailKind::ProveAddress, MailFacts::default(), link).await? {
                Ok(()) | Err(NotQueued::TooManyOfStrangers) => Proof::Sent,
                Err(why) => Proof::NotSent(why),
            }
        }
    };
    if proof != Proof::Sent {
        tracing::info!(?proof, "no link to prove an address was sent");
    }
    Ok(proof)
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
    let last = last_mail(accounts, account).await?;
    let words = &texts.mail_pages;
    Ok(last.and_then(|(last, _)| match last.ended {
        None => Some(words.waits_since(&texts.date_and_time(last.created_at))),
        Some((MailEnd::Sent, at)) => Some(words.prove_sent_at(&texts.date_and_time(at))),
        Some((MailEnd::Refused, at)) => Some(words.prove_refused_at(&texts.date_and_time(at))),
        Some((MailEnd::Expired, at)) => Some(words.expired_at(&texts.date_and_time(at))),
        Some((MailEnd::Dropped, _)) => None,
    }))
}

/// Sends a link to the address of somebody who signed up a moment ago, if they have one and mail is sent. A failure is logged
/// and not returned, because the account is made; its owner can ask for another link on the profile.
pub async fn prove_at_sign_up(accounts: &Accounts, id: AccountId, attempt: Attempt, texts: &'static Texts) {
    if !accounts.mailer.is_set_up() {
        return;
    }
    let sent = async {
        if let Some(account) = accounts.records.account(id).await? {
            send_proof(accounts, &account, attempt, texts).await?;
        }
        Ok::<_, Fault>(())
    };
    if let Err(fault) = sent.await {
        tracing::error!(account.id = %id, fault = %caused(&fault), "no link to prove an address was sent");
    }
}

/// Renders for the start page that a link is in the mail by which this person proves their address; `None` if none is.
pub async fn proof_card(
    accounts: &Accounts,
    texts: &'static Texts,
    account: &Account,
) -> Result<Option<impl IntoView + use<>>, Fault> {
    let Some(email) = &account.email else { return Ok(None) };
    let now = accounts.clock.now();
    let is_on_its_way = last_mail(accounts, account).await?.is_some_and(|(mail, link)| {
        let arrives = mail.ended.is_none_or(|(end, _)| end == MailEnd::Sent);
        arrives && link.is_some_and(|link| link.refusal(account, now).is_none())
    });
    let text = texts.mail_pages.proof_sent(email.as_str());
    Ok(is_on_its_way.then(|| view! { <p class="notice">{marked_text(text)}</p> }))
}

/// Returns the last mail by which this person was to prove their present address, with its link unless that is over for long;
/// `None` if there is no such mail, or if none is needed.
async fn last_mail(accounts: &Accounts, account: &Account) -> Result<Option<(MailRecord, Option<AddressLink>)>, Fault> {
    let Some(email) = &account.email else { return Ok(None) };
    if !accounts.mailer.is_set_up() || account.email_verified_at.is_some() {
        return Ok(None);
    }
    let mails = accounts.records.mails_of(account.id, SEARCHED).await?;
    let Some(last) = mails.into_iter().find(|mail| mail.kind == MailKind::ProveAddress) else { return Ok(None) };
    let link = match last.link {
        Some(hash) => accounts.records.address_link(hash).await?,
        None => None,
    };
    let is_of_present = link.as_ref().is_none_or(|link| link.email_key == email.key());
    Ok(is_of_present.then_some((last, link)))
}
