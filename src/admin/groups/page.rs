//! Renders the page on which a group is added, and the page of one group.

use axum::response::Response;
use leptos::prelude::*;

use super::form::{DESCRIPTION, GRANTS_RIGHTS, NAME};
use super::shown::Shown;
use crate::admin::people::fields::{Line, alert, attempt, line, not_saved, tick};
use crate::admin::people::require_people::Manager;
use crate::store::records::accounts::Listed;
use crate::text::Texts;
use crate::web::bounds::{DESCRIPTION_CHARS, DISPLAY_NAME_CHARS};
use crate::web::document::{Page, Site};
use crate::web::form::{Fields, SEEN, Wrong};

/// What the page of a group shows besides the group.
#[derive(Debug, Default)]
pub struct Notices {
    /// The word of what was done, or empty.
    pub done: String,
    /// The errors of the submitted form.
    pub wrongs: Vec<Wrong>,
    /// Whether somebody else changed the group since the form was shown.
    pub is_outdated: bool,
    /// What was typed to add a member, if it is not the name of one person, and those whom it may mean.
    pub candidates: Option<(String, Vec<Listed>)>,
}

/// Renders the page with the form that adds a group, with what was typed and its errors.
pub fn new(site: &Site, texts: &'static Texts, typed: &Fields, wrongs: &[Wrong]) -> Response {
    let page = Page { class: "wide", ..Page::new(texts, texts.groups.add) };
    site.page(page, || {
        view! {
            <p class="way"><a href="/admin/groups">{texts.groups.title}</a></p>
            <h1>{texts.groups.add}</h1>
            <p class="lead">{texts.groups.add_lead}</p>
            {not_saved(texts, wrongs)}
            <form method="post" action="/admin/groups/new" novalidate=true>
                {attempt()}
                {fields(texts, typed, wrongs)}
                <button type="submit" class="primary">{texts.groups.add_submit}</button>
            </form>
        }
        .into_any()
    })
}

fn fields(texts: &'static Texts, typed: &Fields, wrongs: &[Wrong]) -> AnyView {
    let words = &texts.groups;
    let (name, description) = (
        Line { name: NAME, label: words.name, hint: Some(words.name_hint), most: DISPLAY_NAME_CHARS, is_needed: true },
        Line { name: DESCRIPTION, label: words.description, hint: None, most: DESCRIPTION_CHARS, is_needed: false },
    );
    view! {
        {line(texts, name, typed, wrongs)}
        {line(texts, description, typed, wrongs)}
        {tick(GRANTS_RIGHTS, words.grants_rights, words.grants_rights_hint, typed, wrongs)}
    }
    .into_any()
}

/// Renders the page of a group: its members, the form that adds one, and for administrators its settings and the way to
/// delete it.
pub fn group(
    site: &Site,
    texts: &'static Texts,
    who: &Manager,
    shown: &Shown,
    typed: &Fields,
    notices: Notices,
) -> Response {
    let page = Page { class: "wide", ..Page::new(texts, texts.groups.group) };
    let (group, words) = (&shown.group, &texts.groups);
    let path = format!("/admin/groups/{}", group.id);
    site.page(page, || {
        let description = Some(group.description.clone()).filter(|text| !text.is_empty());
        view! {
            <p class="way"><a href="/admin/groups">{words.title}</a></p>
            <h1 translate="no">{group.name.to_string()}</h1>
            {group.grants_rights.then(|| view! { <p><span class="tag plain">{words.has_rights}</span></p> })}
            {description.map(|text| view! { <p class="lead" translate="no">{text}</p> })}
            {done_text(texts, &notices.done).map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {not_saved(texts, &notices.wrongs)}
            {notices.is_outdated.then(|| alert(words.outdated))}
            {members(texts, who, shown, &path, notices.candidates)}
            {who.is_admin().then(|| view! {
                <section>
                    <h2>{words.settings}</h2>
                    <form method="post" action=path.clone() novalidate=true>
                        <input type="hidden" name=SEEN value=typed.one(SEEN).to_owned()/>
                        {fields(texts, typed, &notices.wrongs)}
                        <button type="submit" class="primary">{texts.common.save}</button>
                    </form>
                </section>
                <section>
                    <h2>{words.delete_title}</h2>
                    <p class="hint">{words.delete_hint}</p>
                    <p><a class="button danger" href=format!("{path}/delete")>{words.delete}</a></p>
                </section>
            })}
        }
        .into_any()
    })
}

fn members(
    texts: &'static Texts,
    who: &Manager,
    shown: &Shown,
    path: &str,
    candidates: Option<(String, Vec<Listed>)>,
) -> AnyView {
    let words = &texts.groups;
    let action = format!("{path}/members");
    let may_change = who.may_group(&shown.group).is_ok();
    let rows = shown.members.iter().map(|member| {
        let may_remove = who.may_regroup(&member.account, &shown.group).is_ok();
        row(texts, member, &action, may_remove.then_some(("remove", words.remove)))
    });
    let rows = rows.collect_view();
    let (is_empty, is_searched) = (shown.members.is_empty(), !shown.q.trim().is_empty());
    let has_search = is_searched || shown.next.is_some() || shown.first.is_some();
    let search = has_search.then(|| {
        view! {
            <form class="search" method="get" action=path.to_owned() role="search">
                <div class="field">
                    <label for="q">{words.members_search}</label>
                    <input id="q" name="q" type="search" value=shown.q.clone() maxlength="100" autocomplete="off" spellcheck="false"/>
                </div>
                <button type="submit">{texts.people.show}</button>
            </form>
        }
    });
    let none = if is_searched { words.members_nobody } else { words.members_none };
    view! {
        <section id="members">
            <h2>{words.members}</h2>
            {(!may_change).then(|| view! { <p class="hint">{words.members_of_admins}</p> })}
            {search}
            {if is_empty {
                view! { <p class="hint">{none}</p> }.into_any()
            } else {
                view! { <ul class="rows">{rows}</ul> }.into_any()
            }}
            <p class="pages">
                {shown.first.clone().map(|href| view! { <a href=href>{texts.people.first}</a> " " })}
                {shown.next.clone().map(|href| view! { <a href=href rel="next">{texts.people.next}</a> })}
            </p>
            {may_change.then(|| adding(texts, who, shown, &action, candidates))}
        </section>
    }
    .into_any()
}

/// Renders the form that adds a member, and below it those whom the typed text may mean.
fn adding(
    texts: &'static Texts,
    who: &Manager,
    shown: &Shown,
    action: &str,
    candidates: Option<(String, Vec<Listed>)>,
) -> AnyView {
    let words = &texts.groups;
    let is_wrong = candidates.is_some();
    let (typed, found) = candidates.unwrap_or_default();
    let rows = found.iter().map(|person| {
        let may_add = who.may_regroup(&person.account, &shown.group).is_ok();
        row(texts, person, action, may_add.then_some(("add", words.add_member_submit)))
    });
    let rows = rows.collect_view();
    let answer = is_wrong.then(|| {
        if found.is_empty() {
            view! { <p class="wrong" id="member-wrong">{words.unknown_member}</p> }.into_any()
        } else {
            view! { <p class="hint" id="member-wrong">{words.add_member_pick}</p> <ul class="rows">{rows}</ul> }
                .into_any()
        }
    });
    let described_by = if is_wrong { "member-wrong member-hint" } else { "member-hint" };
    view! {
        <form method="post" action=action.to_owned()>
            <div class="field">
                <label for="member">{words.add_member}</label>
                <p class="hint" id="member-hint">{words.add_member_hint}</p>
                <input id="member" name="member" value=typed maxlength="254" required=true autocomplete="off" autocapitalize="none"
                    spellcheck="false" aria-describedby=described_by autofocus=is_wrong/>
            </div>
            <p><button type="submit">{words.add_member_submit}</button></p>
        </form>
        {answer}
    }
    .into_any()
}

/// Renders a person with one button, whose form has the account in this field; without a button if there is none.
fn row(
    texts: &'static Texts,
    Listed { account, .. }: &Listed,
    action: &str,
    button: Option<(&'static str, &'static str)>,
) -> impl IntoView + use<> {
    let name = account.display_name.clone();
    let form = button.map(|(field, text)| {
        let label = if field == "remove" { texts.groups.remove_one(&name) } else { texts.groups.add_one(&name) };
        view! {
            <form method="post" action=action.to_owned()>
                <input type="hidden" name=field value=account.id.to_string()/>
                <button type="submit" class="slight" aria-label=label>{text}</button>
            </form>
        }
    });
    view! {
        <li class="with-act">
            <div>
                <a href=format!("/admin/people/{}", account.id) translate="no">{account.display_name.clone()}</a>
                <span class="hint" translate="no">{account.username.clone()}</span>
            </div>
            {form}
        </li>
    }
}

/// Returns the sentence that says what was done to a group. `done` is its word in the URL; `None` for an unknown word.
fn done_text(texts: &'static Texts, done: &str) -> Option<&'static str> {
    match done {
        "added" => Some(texts.groups.done_added),
        "saved" => Some(texts.common.saved),
        "joined" => Some(texts.groups.done_joined),
        "left" => Some(texts.groups.done_left),
        _ => None,
    }
}
