//! `/account/activity`: what happened to the account of the signed-in person, and its export.

use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use leptos::prelude::*;

use super::banner::deletion_banner;
use super::paths::{ACTIVITY, EXPORT, OVERVIEW};
use super::receipts::section::{section, warning};
use crate::account::activity::export::{Format, MOST, Reader, export as exported};
use crate::account::activity::query::ActivityQuery;
use crate::account::activity::rows::{Place, filter_form, rows, wrong_text};
use crate::account::proof::proof_first;
use crate::account::receipt_heads::compared;
use crate::account::session::SignedIn;
use crate::account::state::Accounts;
use crate::store::records::activity::ActivityFilter;
use crate::text::Texts;
use crate::web::bounds::LOG_LINES;
use crate::web::document::Page;
use crate::web::problem::Problem;

const PLACE: Place = Place { path: ACTIVITY, export: EXPORT, reader: Reader::Owner };

/// `GET /account/activity`: shows one page of what happened to the account of the signed-in person, the newest first.
/// The query chooses the kind, the days and the page; one that cannot be read is answered with 422 and the form. Says whether
/// the receipts of the approvals are complete, and makes the device remember the newest one.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(query): Query<ActivityQuery>,
    texts: &'static Texts,
    headers: HeaderMap,
    who: SignedIn,
) -> Result<Response, Problem> {
    let query = own(query);
    let (receipts, cookie) = compared(&accounts.receipts, &headers, who.account.id).await?;
    let (lines, wrong) = match query.filter() {
        Ok(filter) => {
            let filter = ActivityFilter { account: Some(who.account.id), ..filter };
            (accounts.records.activity(filter, u32::from(LOG_LINES) + 1).await?, None)
        }
        Err(wrong) => (Vec::new(), Some(wrong)),
    };
    let page = Page { class: "wide", ..Page::new(texts, texts.activity.title) };
    let shown = accounts.site.page(page, || {
        view! {
            <p class="way"><a href=OVERVIEW>{texts.common.to_account}</a></p>
            <h1>{texts.activity.title}</h1>
            {deletion_banner(texts, &who.account)}
            {warning(texts, receipts)}
            <p class="lead">{texts.activity.lead}</p>
            {wrong.map(|wrong| view! { <p class="alert" role="alert">{wrong_text(texts, wrong)}</p> })}
            {filter_form(texts, PLACE, &query, ())}
            {wrong.is_none().then(|| rows(texts, PLACE, &query, lines))}
            {section(texts, &who.account, receipts, &headers)}
        }
        .into_any()
    });
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let cookie = cookie.map(|cookie| (SET_COOKIE, cookie));
    Ok((status, AppendHeaders(cookie), shown).into_response())
}

/// `GET /account/activity/export`: sends what happened to the account of the signed-in person as a file, in the format
/// and with the choice of the query. It needs a fresh proof, which leads back to the page with the link to the file.
pub async fn export(
    State(accounts): State<Accounts>,
    Query(query): Query<ActivityQuery>,
    headers: HeaderMap,
    who: SignedIn,
) -> Result<Response, Problem> {
    let query = own(query);
    if let Some(asked) = proof_first(&who, &headers, accounts.clock.now(), &query.link(ACTIVITY, &[])) {
        return Ok(asked);
    }
    let format: Format = query.format.parse().map_err(|_| Problem::malformed())?;
    let filter = query.filter().map_err(|_| Problem::malformed())?;
    let filter = ActivityFilter { account: Some(who.account.id), ..filter };
    Ok(exported(accounts.records, filter, format, PLACE.reader, MOST).await?)
}

/// Returns the query without the fields that only administrators may use.
fn own(query: ActivityQuery) -> ActivityQuery {
    ActivityQuery { person: String::new(), ..query }
}
