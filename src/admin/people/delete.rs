//! Deletes an account, after a page that says what will happen.

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;

use super::require_people::Manager;
use super::rights::is_the_last;
use super::shown::find;
use crate::account::session::Sessions;
use crate::admin::Administration;
use crate::store::records::accounts::Removal;
use crate::store::records::activity::{ActivityFilter, ActivityKind};
use crate::text::Texts;
use crate::ticket::ids::AccountId;
use crate::web::document::Page;
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// `GET /admin/people/{id}/delete`: asks whether an account is to be deleted, and says what that deletes and what stays.
pub async fn ask(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let account = find(&admin, &id).await?.account;
    who.may_delete(&account)?;
    let page = Page { class: "wide", ..Page::new(texts, texts.person.delete_title) };
    Ok(admin.site.page(page, move || {
        let words = &texts.person;
        let path = format!("/admin/people/{}", account.id);
        let has_username = account.username.is_some();
        view! {
            <p class="way"><a href=path.clone() translate="no">{account.display_name.clone()}</a></p>
            <h1>{marked_text(words.deleting(&account.display_name))}</h1>
            <p class="alert">{words.delete_lead}</p>
            <ul class="rows">
                <li>{words.delete_goes}</li>
                <li>{words.delete_stays}</li>
                <li>{if has_username { words.delete_free } else { words.delete_by_phone }}</li>
            </ul>
            <form class="answers" method="post" action=format!("{path}/delete")>
                <button type="submit" class="danger">{words.delete}</button>
                <a class="button" href=path.clone()>{words.keep}</a>
            </form>
        }
    }))
}

/// `POST /admin/people/{id}/delete`: deletes an account and redirects to the list of people. So does the same form once
/// more.
pub async fn delete(
    State(admin): State<Administration>,
    State(sessions): State<Sessions>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = AccountId::parse(&id).ok_or_else(Problem::not_found)?;
    let deleted = Redirect::to("/admin/people?done=deleted").into_response();
    let Some(account) = admin.records.account(id).await? else {
        who.may_administer()?;
        return if was_deleted(&admin, id).await? { Ok(deleted) } else { Err(Problem::not_found()) };
    };
    who.may_delete(&account)?;
    match admin.records.delete_person(id, who.by(admin.now())).await? {
        Some(Removal::IsTheLast) => Err(is_the_last(id)),
        Some(Removal::Done(_)) => {
            sessions.tell_ended(id);
            tracing::info!(account.id = %id, "an account was deleted");
            Ok(deleted)
        }
        None => Ok(deleted),
    }
}

async fn was_deleted(admin: &Administration, id: AccountId) -> Result<bool, Problem> {
    let of = ActivityFilter { account: Some(id), kind: Some(ActivityKind::Deleted), ..ActivityFilter::default() };
    Ok(!admin.records.activity(of, 1).await?.is_empty())
}
