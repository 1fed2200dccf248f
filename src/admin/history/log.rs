//! The change log of apps: what was done to apps, by whom and when, with the newest first.

use axum::extract::{Query, State};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

use crate::admin::people::nav::{Part, nav};
use crate::admin::state::Administration;
use crate::store::records::app_log::{Act, Actor, Line};
use crate::store::records::people::Role;
use crate::text::Texts;
use crate::ticket::ids::AppId;
use crate::web::bounds::LOG_LINES;
use crate::web::document::Page;
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// The query `?app=&before=` of the change log, which chooses the app and the page.
#[derive(Deserialize)]
pub struct LogQuery {
    /// The id of the only app to show; `None` shows all.
    #[serde(default)]
    app: Option<String>,
    /// The number of a line; only older lines are shown.
    #[serde(default)]
    before: Option<u64>,
}

/// `GET /admin/log`: shows one page of the change log, of all apps or of one.
pub async fn page(
    State(admin): State<Administration>,
    Query(asked): Query<LogQuery>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let app = asked.app.map(|app| app.parse::<AppId>().map_err(|_| Problem::not_found())).transpose()?;
    // One line more than the page has tells whether there are older ones.
    let mut lines = admin.records.app_log(app, asked.before, LOG_LINES + 1).await?;
    let has_more = lines.len() > usize::from(LOG_LINES);
    lines.truncate(LOG_LINES.into());
    let older = lines.last().filter(|_| has_more).map(|line| address(app, Some(line.seq)));
    let newest = asked.before.map(|_| address(app, None));
    let lead = match (lines.is_empty(), asked.before) {
        (false, _) => texts.log.lead,
        (true, None) => texts.log.none,
        (true, Some(_)) => texts.log.no_more,
    };
    let page = Page { class: "wide", ..Page::new(texts, texts.log.title) };
    Ok(admin.site.page(page, move || {
        view! {
            {nav(texts, Role::Admin, Part::Log)}
            {app.map(|_| view! { <p class="way"><a href="/admin/log">{texts.log.all}</a></p> })}
            <h1>{texts.log.title}</h1>
            <p class="lead">{lead}</p>
            {(!lines.is_empty()).then(|| view! {
                <ul class="rows">{lines.into_iter().map(|line| row(texts, line)).collect_view()}</ul>
            })}
            <p class="pages">
                {newest.map(|href| view! { <a href=href>{texts.log.newest}</a> " " })}
                {older.map(|href| view! { <a href=href rel="next">{texts.log.older}</a> })}
            </p>
        }
    }))
}

fn row(texts: &'static Texts, line: Line) -> impl IntoView {
    let by = match &line.actor {
        Actor::Administrator { name, address, .. } => texts.log.by(name, &address.to_string()),
        Actor::Owner { name, address, .. } => texts.log.by_owner(name, &address.to_string()),
        Actor::CommandLine => texts.log.by_command.to_owned(),
        Actor::AppsFile => texts.log.by_file.to_owned(),
    };
    let fields =
        (!line.fields.is_empty()).then(|| texts.common.colon.to_owned() + &line.fields.join(texts.common.comma));
    view! {
        <li>
            <a href=format!("/admin/apps/{}", line.app) translate="no">{line.app_name}</a> " " {act(texts, line.act)}{fields}
            <span class="hint">{texts.date_and_time(line.at)} " · " {marked_text(by)}</span>
        </li>
    }
}

fn act(texts: &'static Texts, act: Act) -> &'static str {
    match act {
        Act::Added => texts.log.added,
        Act::Changed => texts.log.changed,
        Act::Rotated => texts.log.rotated,
        Act::Disabled => texts.log.disabled,
        Act::Enabled => texts.log.enabled,
        Act::Tried => texts.log.tried,
    }
}

/// Returns the path and query of the page of the change log: with the lines of one app if it is given, and only
/// those older than line number `before` if that is given.
pub fn address(app: Option<AppId>, before: Option<u64>) -> String {
    let pairs: Vec<String> =
        app.map(|app| format!("app={app}")).into_iter().chain(before.map(|seq| format!("before={seq}"))).collect();
    if pairs.is_empty() { "/admin/log".to_owned() } else { format!("/admin/log?{}", pairs.join("&")) }
}
