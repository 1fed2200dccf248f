//! The page of a link that proves an e-mail address.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

use crate::about;
use crate::account::Accounts;
use crate::account::activity::{EMAIL_PROVEN, Whence};
use crate::account::link::LinkToken;
use crate::measure;
use crate::store::records::Account;
use crate::store::records::activity::ActivityKind;
use crate::store::records::mails::{AddressProof, AddressRefusal};
use crate::store::records::people::Email;
use crate::text::Texts;
use crate::web::client::ClientAddress;
use crate::web::document::{Mark, Page, Site};
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// Returns the path of the link with this secret.
pub(super) fn path(token: &LinkToken) -> String {
    format!("/address/{}", token.text())
}

/// `GET /address/{token}`: shows which address is proven for which account, and a button. It changes nothing. Whoever opens
/// it need not be signed in, because mail is often read on another device.
pub async fn page(
    State(accounts): State<Accounts>,
    Path(token): Path<String>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let Some(token) = LinkToken::parse(&token) else { return over(&accounts.site, texts, AddressRefusal::Unknown) };
    match found(&accounts, &token).await? {
        Ok(account) => Ok(question(&accounts.site, texts, &token, &account)),
        Err(why) => over(&accounts.site, texts, why),
    }
}

/// `POST /address/{token}`: proves the address. The same button pressed twice has the same answer.
pub async fn confirm(
    State(accounts): State<Accounts>,
    client: ClientAddress,
    from: Whence,
    Path(token): Path<String>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    accounts.limits.one_time_link(client)?;
    let Some(token) = LinkToken::parse(&token) else { return over(&accounts.site, texts, AddressRefusal::Unknown) };
    let account = match found(&accounts, &token).await? {
        Ok(account) => account,
        Err(why) => return over(&accounts.site, texts, why),
    };
    let mut line = accounts.activity.line(ActivityKind::Changed, &account, &from);
    EMAIL_PROVEN.clone_into(&mut line.detail);
    match accounts.records.prove_address(token.hash(), line, accounts.clock.now()).await? {
        AddressProof::Done => {
            tracing::info!("an e-mail address was proven by a link");
            Ok(proven(&accounts.site, texts))
        }
        AddressProof::Refused(why) => over(&accounts.site, texts, why),
    }
}

/// Returns the account whose address the link proves; the inner error says why it does not. The request's log lines get the
/// account.
async fn found(accounts: &Accounts, token: &LinkToken) -> Result<Result<Account, AddressRefusal>, Problem> {
    let Some(link) = accounts.records.address_link(token.hash()).await? else {
        return Ok(Err(AddressRefusal::Unknown));
    };
    let Some(account) = accounts.records.account(link.account).await? else {
        return Ok(Err(AddressRefusal::Unknown));
    };
    about::account(account.id);
    Ok(link.refusal(&account, accounts.clock.now()).map_or(Ok(account), Err))
}

fn question(site: &Site, texts: &'static Texts, token: &LinkToken, account: &Account) -> Response {
    let words = &texts.mail_pages;
    let username = account.username.as_deref().unwrap_or(&account.display_name);
    let lead = words.prove_lead(account.email.as_ref().map_or("", Email::as_str), username);
    let action = path(token);
    site.page(Page { class: "form", ..Page::new(texts, words.prove_title) }, move || {
        view! {
            <Mark/>
            <h1>{words.prove_title}</h1>
            <p class="lead">{marked_text(lead)}</p>
            <form method="post" action=action>
                <button type="submit" class="primary">{words.prove_confirm}</button>
            </form>
        }
    })
}

fn proven(site: &Site, texts: &'static Texts) -> Response {
    let words = &texts.mail_pages;
    site.page(Page { class: "form", ..Page::new(texts, words.proven_title) }, move || {
        view! {
            <Mark/>
            <h1>{words.proven_title}</h1>
            <p class="lead">{words.proven}</p>
        }
    })
}

/// Returns the answer for a link that proves no address: for one that was used, the page that says that the address is
/// proven. Any other is logged and counted; the answer is 409 for an address that cannot be had any more, and otherwise 410.
fn over(site: &Site, texts: &'static Texts, why: AddressRefusal) -> Result<Response, Problem> {
    let gone = StatusCode::GONE;
    let (status, code, advice): (_, _, fn(&'static Texts) -> &'static str) = match why {
        AddressRefusal::Unknown => (gone, "link_unknown", |texts| texts.mail_pages.unknown),
        AddressRefusal::Used => return Ok(proven(site, texts)),
        AddressRefusal::Expired => (gone, "link_expired", |texts| texts.mail_pages.expired),
        AddressRefusal::OtherAddress => (gone, "address_changed", |texts| texts.mail_pages.other_address),
        AddressRefusal::Disabled => (gone, "account_disabled", |texts| texts.mail_pages.disabled),
        AddressRefusal::Taken => (StatusCode::CONFLICT, "email_taken", |texts| texts.mail_pages.taken),
    };
    tracing::info!(code, "a link to prove an address was refused");
    measure::refused("address", code);
    Err(Problem::saying(status, code, move |texts| (texts.mail_pages.over_title, advice(texts))))
}
