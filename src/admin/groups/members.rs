//! Adds members to a group and removes them.

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::form;
use super::page::{self, Notices};
use super::shown::{GroupQuery, Shown, find};
use crate::account::TypedName;
use crate::admin::Administration;
use crate::admin::people::refused;
use crate::admin::people::require_people::Manager;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::directory::filter::PeopleFilter;
use crate::store::records::people::Email;
use crate::text::Texts;
use crate::ticket::ids::AccountId;
use crate::web::form::Fields;
use crate::web::problem::Problem;

/// The most people among whom the page lets one choose.
const CANDIDATES: u32 = 20;

/// `POST /admin/groups/{id}/members`: adds the account in the field `add`, removes the one in `remove`, or adds the one whose
/// user name or e-mail address is in `member`, and redirects to the page of the group. If `member` is neither, the answer is
/// 422 and the page with those whom the text may mean.
pub async fn change(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
    texts: &'static Texts,
    typed: Fields,
) -> Result<Response, Problem> {
    let group = find(&admin, &id).await?;
    who.may_group(&group)?;
    let (add, remove) = (AccountId::parse(typed.one("add")), AccountId::parse(typed.one("remove")));
    let account = match add.or(remove) {
        Some(account) => Some(admin.records.account(account).await?.ok_or_else(Problem::not_found)?),
        None => named(&admin, typed.one("member")).await?,
    };
    let Some(account) = account else {
        let text = typed.one("member").to_owned();
        if text.is_empty() {
            return Err(Problem::malformed());
        }
        let filter = PeopleFilter { text: text.clone(), ..PeopleFilter::default() };
        let found = admin.records.people(&filter, None, CANDIDATES).await?;
        let (settings, asked) = (form::of(&group), GroupQuery::default());
        let shown = Shown::read(&admin, group, &asked).await?;
        let notices = Notices { candidates: Some((text, found)), ..Notices::default() };
        return Ok(refused(page::group(&admin.site, texts, &who, &shown, &settings, notices)));
    };
    who.may_regroup(&account, &group)?;
    let (by, leaves) = (who.by(admin.now()), add.is_none() && remove.is_some());
    let is_done = if leaves {
        admin.records.leave_group(group.id, account.id, by).await?
    } else {
        admin.records.join_group(group.id, account.id, by).await?
    };
    if !is_done {
        return Err(Problem::not_found());
    }
    tracing::info!(account.id = %account.id, group.id = %group.id, leaves, "the members of a group were changed");
    let done = if leaves { "left" } else { "joined" };
    Ok(Redirect::to(&format!("/admin/groups/{}?done={done}", group.id)).into_response())
}

/// Finds the account with this user name or e-mail address; `None` if there is none, or if it is the user name of one
/// account and the address of another.
async fn named(admin: &Administration, text: &str) -> Result<Option<Account>, Fault> {
    let by_name = admin.records.account_by_username(TypedName::of(text).as_str()).await?.map(|(account, _)| account);
    let by_email = match text.parse::<Email>() {
        Ok(email) => admin.records.account_by_email(&email).await?,
        Err(_) => None,
    };
    Ok(match (by_name, by_email) {
        (Some(one), Some(other)) if one.id != other.id => None,
        (one, other) => one.or(other),
    })
}
