//! Renders the page on which a person is added, and the page of one person.

use axum::response::Response;
use leptos::prelude::*;

use super::fields::{alert, attempt, details, new_person, not_saved};
use super::links::links_section;
use super::require_people::Manager;
use super::rights::Refusal;
use super::sections::{activity, apps, devices, ends, groups, role, scan};
use super::shown::Shown;
use crate::account::activity::rows::role_name;
use crate::picture::avatar::{Size, avatar};
use crate::store::records::people::{Email, Group};
use crate::text::Texts;
use crate::web::document::{Page, Site};
use crate::web::form::{Fields, SEEN, Wrong};

/// What the page of a person shows besides the account: the result of the last action, the errors of a submitted form, or
/// that the account was changed since the form was shown.
#[derive(Debug, Default)]
pub struct Notices {
    /// The word of what was done, or empty.
    pub done: String,
    /// The errors of the submitted form.
    pub wrongs: Vec<Wrong>,
    /// Whether somebody else changed the person since the form was shown.
    pub is_outdated: bool,
}

/// Renders the page with the form that adds a person, with what was typed and its errors.
pub fn new(
    site: &Site,
    texts: &'static Texts,
    who: &Manager,
    groups: Vec<Group>,
    typed: &Fields,
    wrongs: &[Wrong],
) -> Response {
    let page = Page { class: "wide", ..Page::new(texts, texts.people.add) };
    let groups = groups.into_iter().filter(|group| who.may_group(group).is_ok()).collect();
    site.page(page, || {
        view! {
            <p class="way"><a href="/admin/people">{texts.people.title}</a></p>
            <h1>{texts.people.add}</h1>
            <p class="lead">{texts.person.add_lead}</p>
            {not_saved(texts, wrongs)}
            <form method="post" action="/admin/people/new" novalidate=true>
                {attempt()}
                {new_person(texts, who, groups, typed, wrongs)}
                <button type="submit" class="primary">{texts.person.add_submit}</button>
            </form>
        }
        .into_any()
    })
}

/// Renders the page of a person: the form of the details, filled in with `typed`, the sections of what they have and what
/// can be done, and these notices.
pub fn person(
    site: &Site,
    texts: &'static Texts,
    who: &Manager,
    shown: &Shown,
    typed: &Fields,
    notices: &Notices,
) -> Response {
    let page = Page { class: "wide", ..Page::new(texts, texts.person.title) };
    let Shown { person, .. } = shown;
    let (account, path) = (&person.account, format!("/admin/people/{}", person.account.id));
    site.page(page, || {
        view! {
            <p class="way"><a href="/admin/people">{texts.people.title}</a></p>
            <div class="headed">
                {avatar(&account.display_name, account.profile.picture, Size::Usual)}
                <h1 translate="no">{account.display_name.clone()}</h1>
            </div>
            {done_text(texts, &notices.done).map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {account.is_disabled.then(|| view! { <p class="alert">{texts.person.is_disabled}</p> })}
            {not_saved(texts, &notices.wrongs)}
            {notices.is_outdated.then(|| alert(texts.person.outdated))}
            {facts(texts, shown, who.may_end(account).is_ok())}
            {links_section(texts, who, shown)}
            {details_section(texts, who, shown, &path, typed, &notices.wrongs)}
            {groups(texts, who, shown, &path)}
            {role(texts, who, account, &path)}
            {devices(texts, who, shown, &path)}
            {apps(texts, who, &shown.apps)}
            {scan(texts, who, account, &path)}
            {ends(texts, who, account, &path)}
            {activity(texts, who, account.id)}
        }
        .into_any()
    })
}

fn facts(texts: &'static Texts, shown: &Shown, may_end: bool) -> AnyView {
    let Shown { person, sessions, .. } = shown;
    let account = &person.account;
    let username = match (&account.username, &person.vouched_by) {
        (Some(username), _) => view! { <span translate="no">{username.clone()}</span> }.into_any(),
        (None, vouched_by) => {
            let subject = vouched_by.as_ref().map(|(issuer, subject)| format!("{subject} · {issuer}"));
            view! {
                {texts.person.signs_in_by_phone}
                {subject.map(|subject| view! { " " <span class="note" translate="no">{subject}</span> })}
            }
            .into_any()
        }
    };
    let password = (account.username.is_some() && !person.has_way_in)
        .then(|| view! { " " <span class="tag plain">{texts.people.has_no_way_in}</span> });
    // The list of the devices is on the page only for those who may end their sessions.
    let devices = match sessions.len() {
        0 => texts.person.no_sessions.into_any(),
        some => {
            let open = texts.person.open(u64::try_from(some).unwrap_or(u64::MAX));
            if may_end { view! { <a href="#devices">{open}</a> }.into_any() } else { open.into_any() }
        }
    };
    view! {
        <dl class="facts">
            <dt>{texts.person.username}</dt>
            <dd>{username} {password}</dd>
            <dt>{texts.person.role}</dt>
            <dd>{role_name(texts, account.role)}</dd>
            <dt>{texts.person.since}</dt>
            <dd>{texts.date(person.created_at)}</dd>
            <dt>{texts.person.sessions}</dt>
            <dd>{devices}</dd>
            <dt>{texts.person.id}</dt>
            <dd class="value"><code translate="no">{account.id.to_string()}</code></dd>
        </dl>
    }
    .into_any()
}

/// Renders the form of the details, or only the details to those who may not change them, and why they may not.
fn details_section(
    texts: &'static Texts,
    who: &Manager,
    shown: &Shown,
    path: &str,
    typed: &Fields,
    wrongs: &[Wrong],
) -> AnyView {
    let account = &shown.person.account;
    let may_edit = who.may_edit(account).and_then(|()| who.may_stand_in(&shown.groups));
    if may_edit.is_ok() {
        return view! {
            <section>
                <h2>{texts.person.details}</h2>
                <form method="post" action=path.to_owned() novalidate=true>
                    <input type="hidden" name=SEEN value=typed.one(SEEN).to_owned()/>
                    {details(texts, who, !account.is_named_by_token(), typed, wrongs)}
                    <button type="submit" class="primary">{texts.common.save}</button>
                </form>
            </section>
        }
        .into_any();
    }
    let is_own = account.id == who.account;
    let is_member = may_edit == Err(Refusal::OfMember);
    let why = if is_member { texts.people_rights.of_member } else { texts.person.details_of_admin };
    let email = account.email.as_ref().map(Email::to_string);
    view! {
        <section>
            <h2>{texts.person.details}</h2>
            {is_own.then(|| view! {
                <p class="hint">{texts.person.details_of_yours} " " <a href="/account/profile">{texts.person.to_profile}</a></p>
            })}
            {(!is_own).then(|| view! { <p class="hint">{why}</p> })}
            {email.map(|email| view! {
                <dl class="facts"><dt>{texts.person.email}</dt><dd translate="no">{email}</dd></dl>
            })}
        </section>
    }
    .into_any()
}

/// Returns the sentence that says what was done to a person. `done` is its word in the URL; `None` for an unknown word.
fn done_text(texts: &'static Texts, done: &str) -> Option<&'static str> {
    match done {
        "added" => Some(texts.person.done_added),
        "saved" => Some(texts.common.saved),
        "groups" => Some(texts.person.done_groups),
        "role" => Some(texts.person.done_role),
        "signed-out" => Some(texts.person.done_signed_out),
        "disabled" => Some(texts.person.done_disabled),
        "enabled" => Some(texts.person.done_enabled),
        "scan" => Some(texts.security.of_person_done),
        "session-ended" => Some(texts.devices.ended),
        "session-gone" => Some(texts.devices.gone),
        _ => None,
    }
}
