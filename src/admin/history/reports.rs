//! `/admin/reports`: the sign-ins that people denied and reported, with what was known of them.

use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

use crate::admin::people::nav::{Part, nav};
use crate::admin::state::Administration;
use crate::store::records::browsers::Report;
use crate::store::records::people::Role;
use crate::text::Texts;
use crate::web::bounds::LOG_LINES;
use crate::web::document::Page;
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// `GET /admin/reports`: lists the last reports, the newest first.
pub async fn page(State(admin): State<Administration>, texts: &'static Texts) -> Result<Response, Problem> {
    let reports = admin.records.reports(LOG_LINES).await?;
    let words = &texts.reports;
    let page = Page { class: "wide", ..Page::new(texts, words.title) };
    Ok(admin.site.page(page, move || {
        let lead = if reports.is_empty() { words.none } else { words.lead };
        view! {
            {nav(texts, Role::Admin, Part::Reports)}
            <h1>{words.title}</h1>
            <p class="lead">{lead}</p>
            {(!reports.is_empty()).then(|| view! {
                <ul class="rows">{reports.iter().map(|report| row(texts, report)).collect_view()}</ul>
            })}
        }
    }))
}

fn row(texts: &'static Texts, Report { report, name }: &Report) -> impl IntoView + use<> {
    let device = texts.device(report.browser.as_deref(), report.system.as_deref());
    let app = report.app.as_ref().map(|(_, name)| texts.reports.to_app(name));
    view! {
        <li>
            <a href=format!("/admin/people/{}", report.account) translate="no">{name.clone()}</a>
            <span class="hint">{marked_text(device)} " · " <span class="address" translate="no">{report.address.to_string()}</span></span>
            {app.map(|app| view! { <span class="hint">{marked_text(app)}</span> })}
            <span class="hint">{texts.date_and_time(report.at)}</span>
        </li>
    }
}
