//! Opens a one-time link in a browser, to which it belongs from then on.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::refusal::no_cookie;
use super::{LinkToken, Opener, page, refused, set_up_elsewhere};
use crate::about;
use crate::account::Accounts;
use crate::account::activity::Whence;
use crate::store::records::Account;
use crate::store::records::activity::ActivityKind;
use crate::store::records::links::{Link, LinkOpened, LinkRefusal};
use crate::text::Texts;
use crate::web::client::ClientAddress;
use crate::web::problem::Problem;

/// `GET /welcome/{token}`: shows one button, or the form in the browser that opened the link. It changes nothing. For a
/// link that works for nobody it says why.
pub async fn page(
    State(accounts): State<Accounts>,
    Path(token): Path<String>,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if accounts.setup.opens_with(&token) {
        return Ok(Redirect::to(&accounts.setup.link("")).into_response());
    }
    let token = parsed(&token)?;
    let (link, account) = working(&accounts, &token).await?;
    if link.belongs_to(Opener::of(&headers).map(|opener| opener.hash())) {
        let form = page::Enrol::of(&token, &link, &account, accounts.passkeys.offer());
        return Ok(form.page(&accounts.site, texts, None));
    }
    let is_invited = page::is_invited(&link);
    let title = if is_invited { texts.links.invite_title } else { texts.links.recover_title };
    let lead = if is_invited { texts.links.invite_lead } else { texts.links.recover_lead };
    Ok(page::button(&accounts.site, texts, &headers, &token.path(), (title, lead)))
}

/// The form of `POST /welcome/{token}`.
#[derive(Deserialize)]
pub struct Open {
    /// Present if the page tried to set a cookie when it showed the button.
    #[serde(default)]
    probed: Option<String>,
}

/// `POST /welcome/{token}`: opens the link in this browser, if no other browser did, and leads to its form.
pub async fn open(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(form): Form<Open>,
) -> Result<Response, Problem> {
    accounts.limits.one_time_link(from)?;
    let known = Opener::of(&headers);
    if known.is_none() && form.probed.is_some() {
        return Err(no_cookie());
    }
    let opener = known.unwrap_or_else(Opener::fresh);
    let cookie = AppendHeaders([(SET_COOKIE, opener.cookie())]);
    let token = parsed(&token)?;
    if accounts.setup.opens_with(&token.text()) {
        let opened = accounts.records.open_set_up(token.hash(), opener.hash(), accounts.clock.now()).await?;
        if matches!(opened, LinkOpened::Elsewhere { .. }) {
            return Err(set_up_elsewhere());
        }
        // If there is an account already, that page says so.
        return Ok((cookie, Redirect::to(&accounts.setup.link(""))).into_response());
    }
    let (_, account) = working(&accounts, &token).await?;
    open_here(&accounts, &token, &opener, &account, from, &headers).await?;
    Ok((cookie, Redirect::to(&token.path())).into_response())
}

/// Gives the link to this browser, or fails with the answer for a browser that is not the first.
pub(super) async fn open_here(
    accounts: &Accounts,
    token: &LinkToken,
    opener: &Opener,
    account: &Account,
    from: ClientAddress,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    let now = accounts.clock.now();
    let from = Whence::of(headers, from);
    let tell = async |kind| accounts.activity.tell(kind, account, &from, "").await;
    match accounts.records.open_link(token.hash(), opener.hash(), now).await? {
        LinkOpened::Now => {
            tracing::info!("a one-time link was opened");
            tell(ActivityKind::LinkOpened).await;
            Ok(())
        }
        LinkOpened::Before => Ok(()),
        LinkOpened::Elsewhere { is_first } => {
            if is_first {
                tell(ActivityKind::LinkRefused).await;
            }
            Err(refused(LinkRefusal::OtherBrowser))
        }
        LinkOpened::Over(why) => Err(refused(why)),
    }
}

pub(in crate::account) fn parsed(token: &str) -> Result<LinkToken, Problem> {
    LinkToken::parse(token).ok_or_else(|| refused(LinkRefusal::Unknown))
}

/// Returns the link and its account, if the link still works in some browser; otherwise fails with the answer that says
/// why. The request's log lines get the account.
pub(in crate::account) async fn working(accounts: &Accounts, token: &LinkToken) -> Result<(Link, Account), Problem> {
    let Some((link, Some(account))) = accounts.records.link(token.hash()).await? else {
        return Err(refused(LinkRefusal::Unknown));
    };
    about::account(account.id);
    match link.over(accounts.clock.now()) {
        // Its links were withdrawn then, and another one would not help.
        _ if account.is_disabled => Err(refused(LinkRefusal::Disabled)),
        Some(why) => Err(refused(why)),
        None => Ok((link, account)),
    }
}
