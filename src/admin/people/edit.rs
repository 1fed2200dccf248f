//! Adds people and changes their details. Each form is answered with a redirect.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::form::{self, EMAIL, GROUP, ROLE};
use super::page::{self, Notices};
use super::require_people::Manager;
use super::shown::{Shown, find};
use crate::account::session::Sessions;
use crate::admin::Administration;
use crate::crypto::random::random;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::directory::person::{NewPerson, PersonChange, PersonDetails};
use crate::store::records::mails::MailFacts;
use crate::store::records::people::Role;
use crate::text::Texts;
use crate::ticket::ids::{AccountId, Attempt};
use crate::web::form::{ATTEMPT, DoneQuery, Fields, Wrong};
use crate::web::problem::Problem;

/// `GET /admin/people/new`: shows the empty form with which a person is added.
pub async fn blank(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let groups = admin.records.all_groups().await?;
    Ok(page::new(&admin.site, texts, &who, groups, &Fields::default(), &[]))
}

/// `POST /admin/people/new`: adds a person without a password and redirects to their page; if a field is wrong, the answer
/// is 422 and the form again. The id of the account is derived from the form, so a form that is sent twice adds one person.
pub async fn add(
    State(admin): State<Administration>,
    Extension(who): Extension<Manager>,
    texts: &'static Texts,
    typed: Fields,
) -> Result<Response, Problem> {
    let id = AccountId::from_random(derived(&admin, &who, "person", &typed));
    let groups = admin.records.all_groups().await?;
    let person = form::person(&typed, texts, &who, id, admin.now());
    if let Ok(person) = &person {
        may_add(&who, person, &typed)?;
        for group in groups.iter().filter(|group| person.groups.contains(&group.id)) {
            who.may_group(group)?;
        }
    }
    let unknown = |person: &NewPerson| person.groups.iter().any(|id| !groups.iter().any(|group| group.id == *id));
    let person = match person {
        Ok(person) if unknown(&person) => Err(vec![Wrong { name: GROUP, text: texts.person.wrong_choice }]),
        other => other,
    };
    let person = match person {
        Ok(person) => person,
        Err(wrongs) => return Ok(refused(page::new(&admin.site, texts, &who, groups, &typed, &wrongs))),
    };
    let added = Redirect::to(&format!("/admin/people/{id}?done=added")).into_response();
    let conflicts = admin.records.add_people(vec![person], false, who.by(admin.now())).await?;
    if conflicts.is_empty() {
        tracing::info!(account.id = %id, "a person was added");
        return Ok(added);
    }
    // If the form was sent twice, what is taken was taken by the first.
    if admin.records.account(id).await?.is_some() {
        return Ok(added);
    }
    let wrongs: Vec<Wrong> = conflicts.into_iter().map(|conflict| form::taken(texts, conflict.taken)).collect();
    Ok(refused(page::new(&admin.site, texts, &who, groups, &typed, &wrongs)))
}

/// Refuses a role that somebody may not give. Also a field that says "no role" is refused from those who do not see it, if
/// it is not empty.
fn may_add(who: &Manager, person: &NewPerson, typed: &Fields) -> Result<(), Problem> {
    if person.account.role != Role::None || !matches!(typed.one(ROLE), "" | "none") {
        who.may_administer()?;
    }
    Ok(())
}

/// Derives sixteen bytes from the fields of a form and from who sent it. They are the same if the form is sent twice; a form
/// without a random id of its page counts as another one each time.
pub fn derived(admin: &Administration, who: &Manager, what: &str, typed: &Fields) -> [u8; 16] {
    let attempt: Attempt = typed.one(ATTEMPT).parse().unwrap_or_else(|_| Attempt::from_random(random()));
    let made = admin.attempts.of(&[what.as_bytes(), who.account.as_bytes(), attempt.as_bytes(), &typed.to_bytes()]);
    std::array::from_fn(|at| made[at])
}

/// `GET /admin/people/{id}`: shows a person, and the result of the last action.
pub async fn show(
    State(admin): State<Administration>,
    State(sessions): State<Sessions>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let person = find(&admin, &id).await?;
    let typed = form::of(&person.account);
    let shown = Shown::read(&admin, &sessions, person).await?;
    Ok(page::person(&admin.site, texts, &who, &shown, &typed, &Notices { done: after.done, ..Notices::default() }))
}

/// `POST /admin/people/{id}`: changes the details of a person and redirects to their page. A proven address that is replaced
/// or removed is told. If somebody else changed them since the form was shown, the answer is 409 and the form again; if a
/// field is wrong, it is 422 and the form again.
pub async fn change(
    State(admin): State<Administration>,
    State(sessions): State<Sessions>,
    Extension(who): Extension<Manager>,
    Path(id): Path<String>,
    texts: &'static Texts,
    typed: Fields,
) -> Result<Response, Problem> {
    let person = find(&admin, &id).await?;
    let account = person.account.id;
    who.may_edit(&person.account)?;
    who.may_stand_in(&admin.records.groups_of(account).await?)?;
    let wrongs = match form::details(&typed, texts, &who, Some(&person)) {
        Err(wrongs) => wrongs,
        Ok(details) => match change_details(&admin, &who, &person.account, details, &typed).await? {
            PersonChange::Done => {
                tracing::info!(account.id = %account, "the details of a person were changed");
                return Ok(back_to(account, "saved"));
            }
            PersonChange::EmailTaken => vec![Wrong { name: EMAIL, text: texts.person.email_taken }],
            PersonChange::Meanwhile => {
                tracing::info!(account.id = %account, "a person was changed since their form was shown");
                // The form again, now with the present fingerprint: sending it once more overwrites the other change.
                let person = find(&admin, &id).await?;
                let typed = typed.with_seen(person.account.details().fingerprint());
                let shown = Shown::read(&admin, &sessions, person).await?;
                let notices = Notices { is_outdated: true, ..Notices::default() };
                let page = page::person(&admin.site, texts, &who, &shown, &typed, &notices);
                return Ok((StatusCode::CONFLICT, page).into_response());
            }
            PersonChange::Unknown => return Err(Problem::not_found()),
        },
    };
    let shown = Shown::read(&admin, &sessions, person).await?;
    let notices = Notices { wrongs, ..Notices::default() };
    Ok(refused(page::person(&admin.site, texts, &who, &shown, &typed, &notices)))
}

/// Stores the details of a person, and tells the address that they had before, if it was proven and they have it no more.
async fn change_details(
    admin: &Administration,
    who: &Manager,
    before: &Account,
    details: PersonDetails,
    typed: &Fields,
) -> Result<PersonChange, Fault> {
    let present = details.email.clone();
    let changed = admin.records.change_person(before.id, details, typed.seen(), who.by(admin.now())).await?;
    if changed == PersonChange::Done {
        let made_by = Some(who.signed_in.account.display_name.clone());
        let facts = MailFacts { made_by, ..MailFacts::default() };
        admin.mailer.notify_former_address(before, present.as_ref(), facts).await;
    }
    Ok(changed)
}

/// Redirects to the page of an account, which shows the text for the word `done`.
pub fn back_to(account: AccountId, done: &str) -> Response {
    Redirect::to(&format!("/admin/people/{account}?done={done}")).into_response()
}

/// Gives a page the status of a form that has an error.
pub fn refused(page: Response) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
