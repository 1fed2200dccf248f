//! Renders the sections of a person's page: groups, role, apps, and what ends the sign-ins or the account. A section that
//! somebody may not use says why, or is left out.

use leptos::prelude::*;

use super::fields::roles;
use super::nav::{Part, add_group};
use super::require_people::Manager;
use super::shown::Shown;
use crate::account::devices::list::{Rows, rows};
use crate::admin::sections::{act, end};
use crate::settings::Scanning;
use crate::store::records::Account;
use crate::store::records::people::Group;
use crate::text::Texts;
use crate::ticket::ids::{AccountId, AppId};
use crate::web::form::SEEN;

/// Renders the groups of a person, each with a button that removes them, and the form that adds them to another.
pub fn groups(texts: &'static Texts, who: &Manager, shown: &Shown, path: &str) -> AnyView {
    let (account, action) = (&shown.person.account, format!("{path}/groups"));
    let may_regroup = |group: &Group| who.may_regroup(account, group).is_ok();
    let rows = shown.groups.iter().map(|group| group_row(texts, group, &action, may_regroup(group)));
    let rows = rows.collect_view();
    let others: Vec<_> = shown.other_groups.iter().filter(|group| may_regroup(group)).collect();
    let options = others.iter().map(|group| {
        view! { <option value=group.id.to_string() translate="no">{group.name.to_string()}</option> }
    });
    let join = (!others.is_empty()).then(|| {
        view! {
            <form method="post" action=action.clone()>
                <div class="field">
                    <label for="add">{texts.person.join}</label>
                    <select id="add" name="add">{options.collect_view()}</select>
                </div>
                <button type="submit">{texts.person.join_submit}</button>
            </form>
        }
    });
    let why = match who.may_end(account) {
        _ if who.account == account.id => Some(texts.person.groups_of_yours),
        Err(why) => Some(why.text(texts)),
        Ok(()) if shown.groups.is_empty() && shown.other_groups.is_empty() => Some(texts.person.no_groups),
        Ok(()) => None,
    };
    let has_none = why == Some(texts.person.no_groups);
    let is_in_none = shown.groups.is_empty() && !shown.other_groups.is_empty();
    view! {
        <section id="groups">
            <h2>{texts.person.groups}</h2>
            {why.map(|why| view! { <p class="hint">{why} {has_none.then(|| add_group(texts, who.role))}</p> })}
            {is_in_none.then(|| view! { <p class="hint">{texts.person.groups_none}</p> })}
            {(!shown.groups.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> })}
            {join}
        </section>
    }
    .into_any()
}

/// Renders the browsers and phones on which a person is signed in, each with a button that ends the session; nothing if
/// there are none, or if somebody may not end them.
pub fn devices(texts: &'static Texts, who: &Manager, shown: &Shown, path: &str) -> Option<AnyView> {
    who.may_end(&shown.person.account).ok()?;
    if shown.sessions.is_empty() {
        return None;
    }
    let action = format!("{path}/sessions");
    let list = Rows { texts, sessions: &shown.service, own: None, now: shown.now, action: &action, pages: None };
    let section = view! {
        <section id="devices">
            <h2>{texts.person.sessions}</h2>
            {rows(&list, &shown.sessions)}
        </section>
    };
    Some(section.into_any())
}

fn group_row(texts: &'static Texts, group: &Group, action: &str, may_leave: bool) -> impl IntoView + use<> {
    let (id, name) = (group.id.to_string(), group.name.to_string());
    let label = texts.person.leave_one(&name);
    let leave = may_leave.then(|| {
        view! {
            <form method="post" action=action.to_owned()>
                <input type="hidden" name="remove" value=id.clone()/>
                <button type="submit" class="slight" aria-label=label>{texts.person.leave}</button>
            </form>
        }
    });
    view! {
        <li class="with-act">
            <div class="branded">
                <a href=format!("/admin/groups/{}", group.id) translate="no">{name}</a>
                {group.grants_rights.then(|| view! { " " <span class="tag plain">{texts.groups.has_rights}</span> })}
            </div>
            {leave}
        </li>
    }
}

/// Renders the form of the role, to administrators. On the page of their own account they read why there is no form.
pub fn role(texts: &'static Texts, who: &Manager, account: &Account, path: &str) -> Option<AnyView> {
    who.may_administer().ok()?;
    if who.may_set_role(account).is_err() {
        let (title, why) = (texts.person.role, texts.person.role_of_yours);
        return Some(view! { <section id="role"><h2>{title}</h2><p class="hint">{why}</p></section> }.into_any());
    }
    let section = view! {
        <section id="role">
            <h2>{texts.person.role}</h2>
            <p class="hint">{texts.person.role_hint}</p>
            <form method="post" action=format!("{path}/role")>
                <input type="hidden" name=SEEN value=account.role.word()/>
                {roles(texts, account.role)}
                <p><button type="submit">{texts.person.role_submit}</button></p>
            </form>
        </section>
    };
    Some(section.into_any())
}

/// Renders the apps to which the person gave a consent. Administrators get links to their pages.
pub fn apps(texts: &'static Texts, who: &Manager, apps: &[(AppId, String)]) -> AnyView {
    let is_admin = who.is_admin();
    let rows = apps.iter().map(|(id, name)| {
        let (id, name) = (*id, name.clone());
        let app = if is_admin {
            view! { <a href=format!("/admin/apps/{id}") translate="no">{name}</a> }.into_any()
        } else {
            view! { <strong translate="no">{name}</strong> }.into_any()
        };
        view! { <li>{app}</li> }
    });
    let rows = rows.collect_view();
    let list = if apps.is_empty() {
        view! { <p class="hint">{texts.person.apps_none}</p> }.into_any()
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    view! { <section><h2>{texts.person.apps}</h2>{list}</section> }.into_any()
}

/// Renders the section that switches the sign-in by scan of a person, to those who may end what the person has open.
pub fn scan(texts: &'static Texts, who: &Manager, account: &Account, path: &str) -> Option<AnyView> {
    who.may_end(account).ok()?;
    let words = &texts.security;
    let is_off = account.scan.is_off_by_administrator;
    let (state, turned, label) = if is_off {
        (words.of_person_off, Scanning::On, words.of_person_turn_on)
    } else {
        (words.of_person_on, Scanning::Off, words.of_person_turn_off)
    };
    let state = if account.scan.is_off_by_owner && !is_off { words.of_person_off_by_owner } else { state };
    let hidden = view! { <input type="hidden" name="state" value=turned.word()/> };
    let section = act(words.of_person_title, state, format!("{path}/scan"), hidden, label);
    Some(view! { <div id="scan">{section}</div> }.into_any())
}

/// Renders the sections that sign the person out everywhere, disable or enable the account, and lead to its deletion, as
/// far as they may be used. On the page of their own account, people read where they end what is theirs.
pub fn ends(texts: &'static Texts, who: &Manager, account: &Account, path: &str) -> Option<AnyView> {
    let words = &texts.person;
    if account.id == who.account {
        let section = view! {
            <section>
                <h2>{words.delete_title}</h2>
                <p class="hint">{words.ends_of_yours} " " <a href="/account/data">{texts.own.data}</a></p>
            </section>
        };
        return Some(section.into_any());
    }
    who.may_end(account).ok()?;
    let action = format!("{path}/sign-out");
    let sign_out = end(words.sign_out_title, words.sign_out_hint, action, words.sign_out);
    let able = if account.is_disabled {
        act(words.enable_title, words.enable_hint, format!("{path}/enable"), (), words.enable).into_any()
    } else {
        end(words.disable_title, words.disable_hint, format!("{path}/disable"), words.disable)
    };
    let delete = who.may_delete(account).is_ok().then(|| {
        view! {
            <section>
                <h2>{words.delete_title}</h2>
                <p class="hint">{words.delete_hint}</p>
                <p><a class="button danger" href=format!("{path}/delete")>{words.delete}</a></p>
            </section>
        }
    });
    Some(view! { <div id="sign-out">{sign_out}</div> {able} {delete} }.into_any())
}

/// Renders the link to the activity of an account, which only administrators may read.
pub fn activity(texts: &'static Texts, who: &Manager, account: AccountId) -> Option<AnyView> {
    who.may_administer().ok()?;
    let path = format!("{}?person={account}", Part::Activity.path());
    Some(view! { <p class="foot"><a href=path>{texts.person.activity}</a></p> }.into_any())
}
