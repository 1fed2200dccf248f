//! Adds groups and changes their settings, which only administrators do.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::form::{self, NAME};
use super::page::{self, Notices};
use super::shown::{GroupQuery, Shown, find};
use crate::admin::Administration;
use crate::admin::people::require_people::Manager;
use crate::admin::people::{derived, refused};
use crate::store::records::people::{GroupChange, GroupId};
use crate::text::Texts;
use crate::web::form::{Fields, Wrong};
use crate::web::problem::Problem;

/// `GET /admin/groups/new`: shows the empty form with which a group is added.
pub async fn blank(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    who.may_administer()?;
    Ok(page::new(&admin.site, texts, &Fields::default(), &[]))
}

/// `POST /admin/groups/new`: adds a group and redirects to its page; if a field is wrong, the answer is 422 and the form
/// again. The id is derived from the form, so a form that is sent twice adds one group.
pub async fn add(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    texts: &'static Texts,
    typed: Fields,
) -> Result<Response, Problem> {
    who.may_administer()?;
    let id = GroupId::from_random(derived(&admin, &who, "group", &typed));
    let wrongs = match form::read(texts, &typed, id, admin.now()) {
        Err(wrongs) => wrongs,
        Ok(group) => {
            let is_added = admin.records.make_group(group, who.by(admin.now())).await?;
            // If the form was sent twice, the name was taken by the first.
            if is_added || admin.records.group(id).await?.is_some() {
                tracing::info!(group.id = %id, "a group was added");
                return Ok(back_to(id, "added"));
            }
            vec![name_taken(texts)]
        }
    };
    Ok(refused(page::new(&admin.site, texts, &typed, &wrongs)))
}

/// `GET /admin/groups/{id}`: shows a group, one page of its members, and the result of the last action.
pub async fn show(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
    Query(asked): Query<GroupQuery>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let group = find(&admin, &id).await?;
    let typed = form::of(&group);
    let shown = Shown::read(&admin, group, &asked).await?;
    let notices = Notices { done: asked.done, ..Notices::default() };
    Ok(page::group(&admin.site, texts, &who, &shown, &typed, notices))
}

/// `POST /admin/groups/{id}`: changes the settings of a group and redirects to its page. If somebody else changed them since
/// the form was shown, the answer is 409 and the form again; if a field is wrong, it is 422 and the form again.
pub async fn change(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
    texts: &'static Texts,
    typed: Fields,
) -> Result<Response, Problem> {
    let before = find(&admin, &id).await?;
    who.may_administer()?;
    let wrongs = match form::read(texts, &typed, before.id, before.created_at) {
        Err(wrongs) => wrongs,
        Ok(group) => match admin.records.revise_group(group, typed.seen(), who.by(admin.now())).await? {
            Some(GroupChange::Done) => {
                tracing::info!(group.id = %before.id, "a group was changed");
                return Ok(back_to(before.id, "saved"));
            }
            Some(GroupChange::NameTaken) => vec![name_taken(texts)],
            Some(GroupChange::Unknown) => return Err(Problem::not_found()),
            None => {
                tracing::info!(group.id = %before.id, "a group was changed since its form was shown");
                let group = find(&admin, &id).await?;
                let typed = typed.with_seen(group.fingerprint());
                let shown = Shown::read(&admin, group, &GroupQuery::default()).await?;
                let notices = Notices { is_outdated: true, ..Notices::default() };
                let page = page::group(&admin.site, texts, &who, &shown, &typed, notices);
                return Ok((StatusCode::CONFLICT, page).into_response());
            }
        },
    };
    let shown = Shown::read(&admin, before, &GroupQuery::default()).await?;
    let notices = Notices { wrongs, ..Notices::default() };
    Ok(refused(page::group(&admin.site, texts, &who, &shown, &typed, notices)))
}

fn name_taken(texts: &'static Texts) -> Wrong {
    Wrong { name: NAME, text: texts.groups.name_taken }
}

/// Redirects to the page of a group, which shows the text for the word `done`.
fn back_to(group: GroupId, done: &str) -> Response {
    Redirect::to(&format!("/admin/groups/{group}?done={done}")).into_response()
}
