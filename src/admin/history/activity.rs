//! `/admin/activity`: what happened to all accounts, for administrators, and its export.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

use crate::account::TypedName;
use crate::account::activity::export::{Format, MOST, Reader, export as exported};
use crate::account::activity::query::{ActivityQuery, WrongQuery};
use crate::account::activity::rows::{Place, filter_form, rows, wrong_text};
use crate::admin::people::nav::{Part, nav};
use crate::admin::state::Administration;
use crate::store::Fault;
use crate::store::records::activity::ActivityFilter;
use crate::store::records::apps::App;
use crate::store::records::people::Role;
use crate::text::Texts;
use crate::ticket::ids::AccountId;
use crate::web::bounds::LOG_LINES;
use crate::web::document::Page;
use crate::web::problem::Problem;

/// Path of the page with the activity of all accounts.
pub const PATH: &str = "/admin/activity";
/// Path of its export.
pub const EXPORT: &str = "/admin/activity/export";

const PLACE: Place = Place { path: PATH, export: EXPORT, reader: Reader::Administrator };

/// Why a query selects no lines.
enum Wrong {
    /// A field cannot be read.
    Query(WrongQuery),
    /// No account has the name or the id that was typed. The activity of a deleted account is found by its id.
    Nobody,
}

/// `GET /admin/activity`: shows one page of what happened to all accounts, the newest first. The query chooses the
/// person, the app, the kind, the days and the page; one that cannot be read is answered with 422 and the form.
pub async fn page(
    State(admin): State<Administration>,
    Query(query): Query<ActivityQuery>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let (lines, wrong) = match filter(&admin, &query).await? {
        Ok(filter) => (admin.records.activity(filter, u32::from(LOG_LINES) + 1).await?, None),
        Err(wrong) => (Vec::new(), Some(wrong)),
    };
    let apps = admin.records.apps().await?;
    let wrong = wrong.map(|wrong| match wrong {
        Wrong::Query(wrong) => wrong_text(texts, wrong),
        Wrong::Nobody => texts.activity.nobody,
    });
    let page = Page { class: "wide", ..Page::new(texts, texts.activity.admin_title) };
    let shown = admin.site.page(page, || {
        view! {
            {nav(texts, Role::Admin, Part::Activity)}
            <h1>{texts.activity.admin_title}</h1>
            <p class="lead">{texts.activity.admin_lead}</p>
            {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            {filter_form(texts, PLACE, &query, own_fields(texts, &query, &apps))}
            {wrong.is_none().then(|| rows(texts, PLACE, &query, lines))}
        }
        .into_any()
    });
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, shown).into_response())
}

/// `GET /admin/activity/export`: sends what happened to all accounts as a file, in the format and with the choice of the
/// query.
pub async fn export(
    State(admin): State<Administration>,
    Query(query): Query<ActivityQuery>,
) -> Result<Response, Problem> {
    let format: Format = query.format.parse().map_err(|_| Problem::malformed())?;
    let filter = filter(&admin, &query).await?.map_err(|_| Problem::malformed())?;
    tracing::info!("an administrator exported the activity of accounts");
    Ok(exported(admin.records, filter, format, PLACE.reader, MOST).await?)
}

/// Returns the filter that a query describes. A person is named by their user name or by the id of their account.
async fn filter(admin: &Administration, query: &ActivityQuery) -> Result<Result<ActivityFilter, Wrong>, Fault> {
    let filter = match query.filter() {
        Ok(filter) => filter,
        Err(wrong) => return Ok(Err(Wrong::Query(wrong))),
    };
    let person = query.person.trim();
    if person.is_empty() {
        return Ok(Ok(filter));
    }
    let named = admin.records.account_by_username(TypedName::of(person).as_str()).await?.map(|(account, _)| account.id);
    let account = named.or_else(|| AccountId::parse(person));
    Ok(account.map(|id| ActivityFilter { account: Some(id), ..filter }).ok_or(Wrong::Nobody))
}

/// Renders the fields of the form that only administrators have: the person and the app.
fn own_fields(texts: &'static Texts, query: &ActivityQuery, apps: &[App]) -> impl IntoView + use<> {
    let person = query.person.clone();
    let options = apps.iter().map(|app| {
        let id = app.id.to_string();
        let is_chosen = id == query.app.trim();
        view! { <option value=id selected=is_chosen translate="no">{app.name.clone()}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for="person">{texts.activity.person}</label>
            <p class="hint" id="person-hint">{texts.activity.person_hint}</p>
            <input id="person" name="person" value=person autocomplete="off" autocapitalize="none" spellcheck="false"
                aria-describedby="person-hint"/>
        </div>
        <div class="field">
            <label for="app">{texts.activity.app}</label>
            <select id="app" name="app"><option value="">{texts.activity.all_apps}</option>{options}</select>
        </div>
    }
}
