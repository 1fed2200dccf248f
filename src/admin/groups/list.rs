//! The page with the list of all groups.

use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Response;
use leptos::prelude::*;

use crate::admin::Administration;
use crate::admin::people::nav::{Part, nav};
use crate::admin::people::require_people::Manager;
use crate::store::records::people::Group;
use crate::text::Texts;
use crate::web::document::Page;
use crate::web::form::DoneQuery;
use crate::web::problem::Problem;

/// `GET /admin/groups`: shows all groups with the number of their members.
pub async fn page(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let groups = admin.records.groups().await?;
    let page = Page { class: "wide", ..Page::new(texts, texts.groups.title) };
    Ok(admin.site.page(page, move || {
        let (is_empty, words) = (groups.is_empty(), &texts.groups);
        let lead = match (is_empty, who.is_admin()) {
            (false, _) => words.lead,
            (true, true) => words.none,
            (true, false) => words.none_to_see,
        };
        view! {
            {nav(texts, who.role, Part::Groups)}
            <h1>{words.title}</h1>
            {(after.done == "deleted").then(|| view! { <p class="notice" role="status">{words.done_deleted}</p> })}
            <p class="lead">{lead}</p>
            {who.is_admin().then(|| view! {
                <p><a class="button primary" href="/admin/groups/new">{words.add}</a></p>
            })}
            {(!is_empty).then(|| view! {
                <ul class="rows">{groups.into_iter().map(|(group, members)| row(texts, group, members)).collect_view()}</ul>
            })}
        }
    }))
}

fn row(texts: &'static Texts, group: Group, members: u64) -> impl IntoView {
    let has_description = !group.description.is_empty();
    view! {
        <li>
            <div class="branded">
                <a href=format!("/admin/groups/{}", group.id) translate="no">{group.name.to_string()}</a>
                {group.grants_rights.then(|| view! { " " <span class="tag plain">{texts.groups.has_rights}</span> })}
            </div>
            <span class="hint">
                {texts.groups.count(members)}
                {has_description.then(|| view! { " · " <span translate="no">{group.description}</span> })}
            </span>
        </li>
    }
}
