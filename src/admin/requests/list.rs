//! The list of all requests for apps, and the link that leads to it.

use axum::extract::{Query, State};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

use super::facts::state_tag;
use super::state::AppRequests;
use crate::store::Fault;
use crate::store::records::requests::asked::RequestKind;
use crate::store::records::requests::request::{AppRequest, RequestPlace};
use crate::text::Texts;
use crate::web::document::Page;
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// The number of requests on one page of the list.
pub const SHOWN: u16 = 100;

/// The query `?after=` of the list: the place behind which it goes on; the beginning if it is missing.
#[derive(Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    after: Option<String>,
}

/// `GET /admin/requests`: shows one page of the list of requests.
pub async fn page(
    State(requests): State<AppRequests>,
    Query(asked): Query<ListQuery>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let after = asked.after.map(|text| RequestPlace::parse(&text).ok_or_else(Problem::not_found)).transpose()?;
    // One request more than the page has tells whether there are further ones.
    let mut found = requests.admin.records.app_requests(after, SHOWN + 1).await?;
    let has_more = found.len() > usize::from(SHOWN);
    found.truncate(SHOWN.into());
    let further = found.last().filter(|_| has_more).map(|last| format!("/admin/requests?after={}", last.place()));
    let lead = match (found.is_empty(), after) {
        (false, _) => texts.app_requests.lead,
        (true, None) => texts.app_requests.none,
        (true, Some(_)) => texts.app_requests.no_more,
    };
    let page = Page { class: "wide", ..Page::new(texts, texts.app_requests.title) };
    Ok(requests.admin.site.page(page, move || {
        view! {
            <p class="way"><a href="/admin/apps">{texts.apps.title}</a></p>
            <h1>{texts.app_requests.title}</h1>
            <p class="lead">{lead}</p>
            {(!found.is_empty()).then(|| view! {
                <ul class="rows">{found.into_iter().map(|request| row(texts, request)).collect_view()}</ul>
            })}
            <p class="pages">
                {after.map(|_| view! { <a href="/admin/requests">{texts.log.newest}</a> " " })}
                {further.map(|href| view! { <a href=href rel="next">{texts.log.older}</a> })}
            </p>
        }
    }))
}

fn row(texts: &'static Texts, request: AppRequest) -> impl IntoView {
    let kind = match request.asked.kind {
        RequestKind::New => texts.app_requests.new_app,
        RequestKind::Change => texts.app_requests.change,
    };
    let by = texts.app_requests.by(&request.by.name, &texts.date(request.created_at));
    view! {
        <li>
            <div class="branded">
                <a href=format!("/admin/requests/{}", request.id) translate="no">{request.asked.name}</a> " "
                {state_tag(texts, request.status)}
            </div>
            <span class="hint">{kind} " · " {marked_text(by)}</span>
        </li>
    }
}

/// Returns the number of open requests for the link to the list, or `None` if people may not ask for apps.
pub async fn waiting(requests: &AppRequests) -> Result<Option<u64>, Fault> {
    if !requests.is_on() {
        return Ok(None);
    }
    requests.admin.records.open_app_requests().await.map(Some)
}

/// Renders the link to the list, with this number of open requests.
pub fn link(texts: &'static Texts, waiting: u64) -> impl IntoView {
    view! { <a class="quiet" href="/admin/requests">{texts.app_requests.waiting(waiting)}</a> }
}
