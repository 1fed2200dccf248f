//! `/forgot`: sends a link by which a person who forgot their password chooses a new one. The answer is always the same, and
//! is given before anything is done that depends on the account, so that nobody learns who has one.

use std::time::Duration;

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use crate::about;
use crate::account::activity::Whence;
use crate::account::link::LinkToken;
use crate::account::{Accounts, TypedName};
use crate::cause::caused;
use crate::crypto::random::random;
use crate::mail::LinkInMail;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::links::{Earlier, LinkPurpose, NewLink};
use crate::store::records::people::{Email, Role};
use crate::text::Texts;
use crate::web::client::ClientAddress;
use crate::web::document::{Mark, Page, Site};
use crate::web::problem::Problem;

/// URL path of the page.
pub const PATH: &str = "/forgot";
/// The largest number of bytes of a name that is looked up: that of an e-mail address, and more than a user name has.
const TYPED_BYTES: usize = 1024;
/// The time within which an account gets no other link while one that it got can still be opened.
const NO_OTHER_WITHIN: Duration = Duration::from_secs(10 * 60);

/// The query of the page.
#[derive(Deserialize)]
pub struct After {
    /// Present if a name was sent.
    #[serde(default)]
    sent: Option<String>,
}

/// `GET /forgot`: shows the form, or the page that follows it. If no mail server is configured, there is no such page.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(after): Query<After>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    if !accounts.mailer.is_set_up() {
        return Err(Problem::not_found());
    }
    Ok(if after.sent.is_some() { sent_page(&accounts.site, texts) } else { form_page(&accounts.site, texts) })
}

/// The form of `POST /forgot`.
#[derive(Deserialize)]
pub struct Forgot {
    #[serde(default)]
    name: String,
}

/// `POST /forgot`: sends a link to the account with this user name or address, if it has a proven address. Each address of a
/// client may ask as often as it may try passwords. While a link of the last ten minutes can still be opened, no other is
/// sent, also if the form is sent twice at the same moment. One network causes three links for one account within a day, so
/// that it uses up nothing of the owner's, and all networks together cause twenty.
pub async fn send(
    State(accounts): State<Accounts>,
    client: ClientAddress,
    from: Whence,
    texts: &'static Texts,
    Form(form): Form<Forgot>,
) -> Result<Response, Problem> {
    if !accounts.mailer.is_set_up() {
        return Err(Problem::not_found());
    }
    accounts.limits.recovery(client)?;
    tracing::info!("a link for a forgotten password was asked for");
    // All that depends on the account happens beside the answer.
    tokio::spawn(about::same_request(async move {
        if let Err(fault) = send_to(&accounts, &form.name, (client, &from), texts).await {
            tracing::error!(fault = %caused(&fault), "a link for a forgotten password could not be sent");
        }
    }));
    Ok(Redirect::to(&format!("{PATH}?sent=1")).into_response())
}

async fn send_to(
    accounts: &Accounts,
    typed: &str,
    (client, from): (ClientAddress, &Whence),
    texts: &'static Texts,
) -> Result<(), Fault> {
    let Some(account) = find(accounts, typed).await? else { return Ok(()) };
    if account.is_disabled || account.email_verified_at.is_none() {
        tracing::info!(account.id = %account.id, "no link was sent: the account is disabled or has no proven address");
        return Ok(());
    }
    // Whoever reads the mailbox of a person with rights does not get these rights: an administrator makes that link.
    let grants = accounts.records.groups_of(account.id).await?.iter().any(|group| group.grants_rights);
    if account.role != Role::None || grants {
        tracing::info!(account.id = %account.id, "no link was sent: the account has rights, which no mail gives");
        return Ok(());
    }
    let token = LinkToken::from_random(random());
    let line = accounts.activity.line(ActivityKind::LinkMade, &account, from);
    let link = NewLink {
        token: token.hash(),
        purpose: LinkPurpose::Recover,
        account: account.id,
        made_by: None,
        // Otherwise a stranger could withdraw the link that somebody made for this person.
        earlier: Earlier::Kept,
        now: accounts.clock.now(),
        line: NewActivity { detail: LinkPurpose::Recover.word().to_owned(), ..line },
    };
    let caused_by = accounts.mailer.asked_from(client.subscriber(), account.id);
    let in_mail = LinkInMail { hash: token.hash(), path: &token.path(), texts, caused_by };
    accounts.mailer.send_recovery(&account, link, in_mail, NO_OTHER_WITHIN).await
}

/// Returns the account with this user name or this proven address.
async fn find(accounts: &Accounts, typed: &str) -> Result<Option<Account>, Fault> {
    if typed.len() > TYPED_BYTES {
        return Ok(None);
    }
    let by_name = accounts.named(&TypedName::of(typed)).await?;
    match (by_name, typed.parse::<Email>()) {
        (None, Ok(email)) => accounts.records.account_by_email(&email).await,
        (by_name, _) => Ok(by_name),
    }
}

fn form_page(site: &Site, texts: &'static Texts) -> Response {
    let words = &texts.mail_pages;
    site.page(Page { class: "form", ..Page::new(texts, words.forgot_title) }, move || {
        view! {
            <Mark/>
            <h1>{words.forgot_title}</h1>
            <p class="lead">{words.forgot_lead}</p>
            <form method="post" action=PATH>
                <label for="name">{words.forgot_name}</label>
                <input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false"
                    required=true maxlength="254" autofocus=true/>
                <button type="submit" class="primary">{words.forgot_send}</button>
            </form>
            <p><a class="button quiet" href="/signin">{texts.common.sign_in}</a></p>
        }
    })
}

fn sent_page(site: &Site, texts: &'static Texts) -> Response {
    let words = &texts.mail_pages;
    site.page(Page { class: "form", ..Page::new(texts, words.forgot_sent_title) }, move || {
        view! {
            <Mark/>
            <h1>{words.forgot_sent_title}</h1>
            <p class="lead">{words.forgot_sent}</p>
            <p><a class="button quiet" href="/signin">{texts.common.sign_in}</a></p>
        }
    })
}
