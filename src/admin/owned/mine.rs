//! The list of the apps that a person looks after, and of their requests.

use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Response;
use leptos::prelude::*;

use super::person::Person;
use crate::admin::fields::speaks;
use crate::admin::requests::facts::state_tag;
use crate::admin::requests::state::AppRequests;
use crate::oauth::logo_path;
use crate::picture::logo::logo;
use crate::store::records::apps::App;
use crate::store::records::requests::asked::RequestKind;
use crate::store::records::requests::request::AppRequest;
use crate::text::Texts;
use crate::web::document::Page;
use crate::web::form::DoneQuery;
use crate::web::problem::Problem;

/// The largest number of requests on the page: the newest ones.
const SHOWN: u16 = 100;

/// `GET /apps/mine`: shows the apps and the requests of the person.
pub async fn page(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Person>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let records = &requests.admin.records;
    let (apps, asked) = (records.apps_of_owner(who.account).await?, records.app_requests_of(who.account, SHOWN).await?);
    let notice = match &*after.done {
        "asked" => Some(texts.own_apps.done_asked),
        "handed" => Some(texts.own_apps.done_handed),
        _ => None,
    };
    let page = Page { class: "wide", ..Page::new(texts, texts.own_apps.title) };
    Ok(requests.admin.site.page(page, move || {
        let is_empty = apps.is_empty() && asked.is_empty();
        view! {
            <p class="way"><a href="/account">{texts.common.to_account}</a></p>
            <h1>{texts.own_apps.title}</h1>
            {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            <p class="lead">{if is_empty { texts.own_apps.none } else { texts.own_apps.lead }}</p>
            <p><a class="button primary" href="/apps/request">{texts.own_apps.ask}</a></p>
            {(!is_empty).then(|| view! {
                <section>
                    <h2>{texts.own_apps.apps}</h2>
                    {if apps.is_empty() {
                        view! { <p class="hint">{texts.own_apps.no_apps}</p> }.into_any()
                    } else {
                        view! { <ul class="rows">{apps.into_iter().map(|app| app_row(texts, app)).collect_view()}</ul> }
                            .into_any()
                    }}
                </section>
            })}
            {(!asked.is_empty()).then(|| view! {
                <section>
                    <h2>{texts.own_apps.requests}</h2>
                    <ul class="rows">
                        {asked.into_iter().map(|request| request_row(texts, request)).collect_view()}
                    </ul>
                </section>
            })}
        }
    }))
}

fn app_row(texts: &'static Texts, app: App) -> AnyView {
    let is_disabled = app.disabled_at.is_some();
    view! {
        <li>
            <div class="branded">
                {logo(&app.name, logo_path(&app))} " "
                <a href=format!("/apps/mine/{}", app.id) translate="no">{app.name}</a>
                {is_disabled.then(|| view! { " " <span class="tag">{texts.apps.is_disabled}</span> })}
            </div>
            <span class="hint">{speaks(texts, app.dialects)}</span>
        </li>
    }
    .into_any()
}

fn request_row(texts: &'static Texts, request: AppRequest) -> AnyView {
    let kind = match request.asked.kind {
        RequestKind::New => texts.app_requests.new_app,
        RequestKind::Change => texts.app_requests.change,
    };
    let reason = (!request.reason.is_empty()).then(|| {
        view! { <span class="hint">{texts.app_requests.reason} {texts.common.colon} <span translate="no">{request.reason}</span></span> }
    });
    view! {
        <li>
            <div class="branded">
                <a href=format!("/apps/requests/{}", request.id) translate="no">{request.asked.name}</a> " "
                {state_tag(texts, request.status)}
            </div>
            <span class="hint">{kind} " · " {texts.date(request.created_at)}</span>
            {reason}
        </li>
    }
    .into_any()
}
