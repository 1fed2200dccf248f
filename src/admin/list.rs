//! `GET /admin/apps`: all apps.

use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

use super::fields::speaks;
use super::state::Administration;
use crate::oauth::logo_path;
use crate::picture::logo::logo;
use crate::store::records::apps::App;
use crate::text::Lang;
use crate::web::document::Page;
use crate::web::problem::Problem;

/// The page.
pub async fn page(State(admin): State<Administration>) -> Result<Response, Problem> {
    let lang = Lang::En;
    let apps = admin.records.apps().await?;
    let page = Page { title: lang.apps_title(), class: "wide", ..Page::default() };
    Ok(admin.site.page(page, move || {
        let is_empty = apps.is_empty();
        view! {
            <p class="way"><a href="/">{lang.to_account()}</a></p>
            <h1>{lang.apps_title()}</h1>
            <p class="lead">{if is_empty { lang.apps_none() } else { lang.apps_lead() }}</p>
            <p>
                <a class="button primary" href="/admin/apps/new">{lang.app_add()}</a>
                <a class="quiet" href="/admin/log">{lang.acts_title()}</a>
            </p>
            {(!is_empty).then(|| view! {
                <ul class="rows">{apps.into_iter().map(|app| row(lang, app)).collect_view()}</ul>
            })}
        }
    }))
}

fn row(lang: Lang, app: App) -> impl IntoView {
    let host = app.redirect_uris.first().cloned().unwrap_or_default();
    let is_disabled = app.disabled_at.is_some();
    view! {
        <li>
            <div class="branded">
                {logo(&app.name, logo_path(&app))} " "
                <a href=format!("/admin/apps/{}", app.id) translate="no">{app.name}</a>
                {is_disabled.then(|| view! { " " <span class="tag">{lang.app_is_disabled()}</span> })}
            </div>
            <span class="hint">{speaks(lang, app.dialect)} " · " <span translate="no">{host}</span></span>
        </li>
    }
}
