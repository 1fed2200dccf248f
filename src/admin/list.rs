//! The page with the list of all apps.

use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

use super::fields::speaks;
use super::people::nav::{Part, nav};
use super::requests::list::{link, waiting};
use super::requests::state::AppRequests;
use super::state::Administration;
use crate::oauth::logo_path;
use crate::picture::logo::logo;
use crate::store::records::apps::App;
use crate::store::records::people::Audience;
use crate::store::records::people::Role;
use crate::text::Texts;
use crate::web::document::Page;
use crate::web::problem::Problem;

/// `GET /admin/apps`: shows all apps.
pub async fn page(
    State(admin): State<Administration>,
    State(app_requests): State<AppRequests>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let apps = admin.records.apps().await?;
    let waiting = waiting(&app_requests).await?;
    let page = Page { class: "wide", ..Page::new(texts, texts.apps.title) };
    Ok(admin.site.page(page, move || {
        let is_empty = apps.is_empty();
        view! {
            {nav(texts, Role::Admin, Part::Apps)}
            <h1>{texts.apps.title}</h1>
            <p class="lead">{if is_empty { texts.apps.none } else { texts.apps.lead }}</p>
            <p>
                <a class="button primary" href="/admin/apps/new">{texts.apps.add}</a>
                {waiting.map(|count| link(texts, count))}
            </p>
            {(!is_empty).then(|| view! {
                <ul class="rows">{apps.into_iter().map(|app| row(texts, app)).collect_view()}</ul>
            })}
        }
    }))
}

fn row(texts: &'static Texts, app: App) -> impl IntoView {
    let host = app.redirect_uris.first().cloned().unwrap_or_default();
    let is_disabled = app.disabled_at.is_some();
    view! {
        <li>
            <div class="branded">
                {logo(&app.name, logo_path(&app))} " "
                <a href=format!("/admin/apps/{}", app.id) translate="no">{app.name}</a>
                {(app.audience == Audience::NOBODY).then(|| view! { " " <span class="tag">{texts.audience.nobody_tag}</span> })}
                {is_disabled.then(|| view! { " " <span class="tag">{texts.apps.is_disabled}</span> })}
            </div>
            <span class="hint">{speaks(texts, app.dialects)} " · " <span translate="no">{host}</span></span>
        </li>
    }
}
