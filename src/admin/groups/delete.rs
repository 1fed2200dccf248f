//! Deletes a group, after a page that says what will happen.

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;

use super::shown::find;
use crate::admin::Administration;
use crate::admin::people::require_people::Manager;
use crate::store::records::apps::App;
use crate::store::records::directory::filter::PeopleFilter;
use crate::store::records::people::{Audience, GroupId};
use crate::text::Texts;
use crate::web::document::Page;
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// `GET /admin/groups/{id}/delete`: asks whether a group is to be deleted, and names the apps that are open to it.
pub async fn ask(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let group = find(&admin, &id).await?;
    who.may_administer()?;
    let filter = PeopleFilter { group: Some(group.id), ..PeopleFilter::default() };
    let members = admin.records.count_people(&filter, u32::MAX).await?;
    let apps = admin.records.apps().await?;
    let apps: Vec<App> = apps.iter().filter(|app| is_open_to(app, group.id)).cloned().collect();
    let page = Page { class: "wide", ..Page::new(texts, texts.groups.delete_title) };
    Ok(admin.site.page(page, move || {
        let (words, has_apps) = (&texts.groups, !apps.is_empty());
        let path = format!("/admin/groups/{}", group.id);
        let rows = apps.into_iter().map(|app| {
            let is_its_only_group = app.audience == Audience::groups([group.id]);
            view! {
                <li>
                    <div class="branded">
                        <a href=format!("/admin/apps/{}", app.id) translate="no">{app.name}</a>
                        {is_its_only_group.then(|| view! { " " <span class="tag">{words.delete_last_group}</span> })}
                    </div>
                </li>
            }
        });
        let rows = rows.collect_view();
        view! {
            <p class="way"><a href=path.clone() translate="no">{group.name.to_string()}</a></p>
            <h1>{marked_text(words.deleting(group.name.as_str()))}</h1>
            <p class="alert">{words.delete_lead} {texts.sentence_gap()} {words.delete_members(members)}</p>
            <p>{if has_apps { words.delete_apps } else { words.delete_no_apps }}</p>
            {has_apps.then(|| view! { <ul class="rows">{rows}</ul> })}
            <form class="answers" method="post" action=format!("{path}/delete")>
                <button type="submit" class="danger">{words.delete}</button>
                <a class="button" href=path.clone()>{words.keep}</a>
            </form>
        }
    }))
}

fn is_open_to(app: &App, group: GroupId) -> bool {
    matches!(&app.audience, Audience::Groups(groups) if groups.contains(&group))
}

/// `POST /admin/groups/{id}/delete`: deletes a group and redirects to the list of groups. So does the same form once more.
pub async fn delete(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = GroupId::parse(&id).ok_or_else(Problem::not_found)?;
    who.may_administer()?;
    if admin.records.end_group(id, who.by(admin.now())).await? {
        tracing::info!(group.id = %id, "a group was deleted");
    }
    Ok(Redirect::to("/admin/groups?done=deleted").into_response())
}
