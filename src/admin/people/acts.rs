//! What is done to a person with one button: the role, the groups, the sign-in by scan, sign-out, disabling
//! and enabling. A button that is
//! pressed twice has one effect.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use serde::Deserialize;

use super::edit::back_to;
use super::form::{self, ROLE};
use super::page::{self, Notices};
use super::require_people::Manager;
use super::rights::is_the_last;
use super::shown::{Shown, find};
use crate::account::devices::end_as_administrator;
use crate::account::session::{Ended, Sessions, name_of};
use crate::admin::Administration;
use crate::settings::Scanning;
use crate::store::records::SessionRow;
use crate::store::records::accounts::{Removal, RoleChange};
use crate::store::records::activity::ActivityKind;
use crate::store::records::people::{GroupId, Role};
use crate::store::records::scan_switch::{AccountSwitch, activity_detail};
use crate::text::Texts;
use crate::web::form::{Fields, SEEN};
use crate::web::problem::Problem;

/// `POST /admin/people/{id}/role`: gives a person a role and redirects to their page. If the role was changed since the
/// form was shown, the answer is 409 and the page again.
pub async fn role(
    State(admin): State<Administration>,
    State(sessions): State<Sessions>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
    texts: &'static Texts,
    typed: Fields,
) -> Result<Response, Problem> {
    let person = find(&admin, &id).await?;
    let account = person.account.id;
    who.may_set_role(&person.account)?;
    let role: Role = typed.one(ROLE).parse().map_err(|_| Problem::malformed())?;
    if person.account.role != role && person.account.role.word() != typed.one(SEEN) {
        let typed = form::of(&person.account);
        let shown = Shown::read(&admin, &sessions, person).await?;
        let notices = Notices { is_outdated: true, ..Notices::default() };
        let page = page::person(&admin.site, texts, &who, &shown, &typed, &notices);
        return Ok((StatusCode::CONFLICT, page).into_response());
    }
    match admin.records.change_role(account, role, who.by(admin.now())).await? {
        RoleChange::Done { before } => {
            let (before, after) = (before.word(), role.word());
            tracing::info!(account.id = %account, before, after, "the role of a person was changed");
            Ok(back_to(account, "role"))
        }
        RoleChange::Same => Ok(back_to(account, "role")),
        RoleChange::IsTheLast => Err(is_the_last(account)),
        RoleChange::Unknown => Err(Problem::not_found()),
    }
}

/// `POST /admin/people/{id}/groups`: adds a person to the group in the field `add`, or removes them from the one in
/// `remove`, and redirects to their page.
pub async fn groups(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
    typed: Fields,
) -> Result<Response, Problem> {
    let person = find(&admin, &id).await?;
    let account = person.account.id;
    let (join, leave) = (GroupId::parse(typed.one("add")), GroupId::parse(typed.one("remove")));
    let group = join.or(leave).ok_or_else(Problem::malformed)?;
    // Whoever may do nothing to this person gets the same answer whether the group exists or not.
    who.may_end(&person.account)?;
    let group = admin.records.group(group).await?.ok_or_else(Problem::not_found)?;
    who.may_regroup(&person.account, &group)?;
    let by = who.by(admin.now());
    let is_done = match join {
        Some(_) => admin.records.join_group(group.id, account, by).await?,
        None => admin.records.leave_group(group.id, account, by).await?,
    };
    if !is_done {
        return Err(Problem::not_found());
    }
    tracing::info!(account.id = %account, group.id = %group.id, joins = join.is_some(), "the groups of a person were changed");
    Ok(back_to(account, "groups"))
}

/// `POST /admin/people/{id}/sign-out`: ends everything that a person has open, and redirects to their page.
pub async fn sign_out(
    State(admin): State<Administration>,
    State(sessions): State<Sessions>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let person = find(&admin, &id).await?;
    let account = person.account.id;
    who.may_end(&person.account)?;
    let ended = admin.records.sign_out_person(account, who.by(admin.now())).await?;
    let ended = ended.ok_or_else(Problem::not_found)?;
    sessions.tell_ended(account);
    let (sessions, grants) = (ended.sessions, ended.grants);
    tracing::info!(account.id = %account, sessions, grants, "a person was signed out everywhere");
    Ok(back_to(account, "signed-out"))
}

/// `POST /admin/people/{id}/disable`: disables an account, ends everything that it has open, and redirects to its page.
pub async fn disable(
    State(admin): State<Administration>,
    State(sessions): State<Sessions>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let person = find(&admin, &id).await?;
    let account = person.account.id;
    who.may_end(&person.account)?;
    match admin.records.disable_person(account, who.by(admin.now())).await? {
        Some(Removal::Done(_)) => {
            sessions.tell_ended(account);
            tracing::info!(account.id = %account, "an account was disabled");
            Ok(back_to(account, "disabled"))
        }
        Some(Removal::IsTheLast) => Err(is_the_last(account)),
        None => Err(Problem::not_found()),
    }
}

/// `POST /admin/people/{id}/enable`: enables a disabled account and redirects to its page.
pub async fn enable(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let person = find(&admin, &id).await?;
    let account = person.account.id;
    who.may_end(&person.account)?;
    who.may_stand_in(&admin.records.groups_of(account).await?)?;
    if !admin.records.enable_person(account, who.by(admin.now())).await? {
        return Err(Problem::not_found());
    }
    tracing::info!(account.id = %account, "an account was enabled");
    Ok(back_to(account, "enabled"))
}

/// The form of `POST /admin/people/{id}/scan`: the state that the switch gets.
#[derive(Deserialize)]
pub struct TurnScan {
    state: String,
}

/// `POST /admin/people/{id}/scan`: switches the sign-in by scan of a person and redirects to their page. The switch of the
/// person themselves stays as it is.
pub async fn scan(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
    Form(form): Form<TurnScan>,
) -> Result<Response, Problem> {
    let state: Scanning = form.state.parse().map_err(|_| Problem::malformed())?;
    let person = find(&admin, &id).await?.account;
    who.may_end(&person)?;
    let detail = activity_detail(state, "");
    let line = who.by(admin.now()).line(ActivityKind::Changed, Some(person.id), &person.display_name, detail);
    if admin.records.turn_account_scan(person.id, AccountSwitch::OfAdministrators, state, line).await? {
        tracing::info!(account.id = %person.id, state = state.word(), "the sign-in by scan of a person was switched");
    }
    Ok(back_to(person.id, "scan"))
}

/// The form of `POST /admin/people/{id}/sessions`: which session to end.
#[derive(Deserialize)]
pub struct End {
    end: String,
}

/// `POST /admin/people/{id}/sessions`: ends one session of a person with all that was signed in there, and redirects to
/// their page.
pub async fn end_session(
    State(admin): State<Administration>,
    State(sessions): State<Sessions>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
    Form(form): Form<End>,
) -> Result<Response, Problem> {
    let person = find(&admin, &id).await?.account;
    who.may_end(&person)?;
    let is_meant = |session: &SessionRow| name_of(session.token_hash) == form.end;
    match end_as_administrator(&sessions, &admin.records, &person, &who.by(admin.now()), is_meant).await? {
        Ended::Now(_) | Ended::Before => Ok(back_to(person.id, "session-ended")),
        Ended::Nothing => Ok(back_to(person.id, "session-gone")),
    }
}
