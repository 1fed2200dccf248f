//! Renders what is known of a request: what is asked for, by whom, and what became of it; and the two sides of a change.

use leptos::prelude::*;

use crate::admin::audience::Groups;
use crate::admin::fields::speaks;
use crate::store::records::app_options::SubjectType;
use crate::store::records::apps::App;
use crate::store::records::people::Audience;
use crate::store::records::requests::asked::{Asked, AskedClaims, RequestKind};
use crate::store::records::requests::request::{AppRequest, RequestStatus};
use crate::text::Texts;

/// Who reads the facts about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// An administrator, who also reads who asked and who decided.
    Administrator,
    /// The person who asked.
    Requester,
}

/// Renders the word for what became of a request, as a small tag.
pub fn state_tag(texts: &'static Texts, status: RequestStatus) -> impl IntoView {
    let word = match status {
        RequestStatus::Open => texts.app_requests.open,
        RequestStatus::Approved => texts.app_requests.approved,
        RequestStatus::Declined => texts.app_requests.declined,
        RequestStatus::Withdrawn => texts.app_requests.withdrawn,
    };
    let class = if status == RequestStatus::Open { "tag" } else { "tag plain" };
    view! { <span class=class>{word}</span> }
}

/// Renders the facts about a request as a list of names and values.
pub fn facts(texts: &'static Texts, request: &AppRequest, reader: Reader) -> AnyView {
    let asked = request.asked.clone();
    let people = (reader == Reader::Administrator).then(|| {
        let username = request.by.username.clone().map(|name| format!(" ({name})"));
        view! {
            <dt>{texts.app_requests.from}</dt>
            <dd translate="no">{request.by.name.clone()} {username}</dd>
        }
    });
    let decider = request.decided_by.clone().filter(|_| reader == Reader::Administrator).map(|decider| {
        view! { <dt>{texts.app_requests.decided_by}</dt> <dd translate="no">{decider.name}</dd> }
    });
    let decided = request.decided_at.map(|at| {
        view! { <dt>{texts.app_requests.decided_on}</dt> <dd>{texts.date_and_time(at)}</dd> }
    });
    let reason = (!request.reason.is_empty()).then(|| {
        view! { <dt>{texts.app_requests.reason}</dt> <dd translate="no">{request.reason.clone()}</dd> }
    });
    let site = (asked.kind == RequestKind::New).then(|| {
        view! { <dt>{texts.app_requests.site}</dt> <dd translate="no">{asked.site}</dd> }
    });
    let claims = asked.claims.map(|claims| {
        view! {
            <dt>{texts.app_form.pairwise}</dt>
            <dd>{on_or_off(texts, is_pairwise(claims))}</dd>
            <dt>{texts.app_form.in_id_token}</dt>
            <dd>{on_or_off(texts, claims.profile_in_id_token)}</dd>
        }
    });
    let users = (!asked.users.is_empty()).then(|| {
        view! { <dt>{texts.audience.who}</dt> <dd translate="no">{asked.users}</dd> }
    });
    view! {
        <dl class="facts">
            {people}
            <dt>{texts.app_requests.asked_on}</dt>
            <dd>{texts.date_and_time(request.created_at)}</dd>
            <dt>{texts.app_form.name}</dt>
            <dd translate="no">{asked.name}</dd>
            {site}
            <dt>{texts.app_form.redirect_uris}</dt>
            <dd translate="no">{lines(&asked.redirect_uris)}</dd>
            <dt>{texts.app_form.dialect}</dt>
            <dd>{speaks(texts, asked.dialects)}</dd>
            {claims}
            {users}
            <dt>{texts.app_requests.why}</dt>
            <dd translate="no">{asked.why}</dd>
            {decided}
            {decider}
            {reason}
        </dl>
    }
    .into_any()
}

/// One setting of an app as it is, and as it would be.
struct Setting {
    title: &'static str,
    now: AnyView,
    then: AnyView,
    differs: bool,
}

/// Renders what an app has now beside what is asked for, with a tag where the two differ. `groups` are all groups, by
/// which the page names those whose members may use the app.
pub fn sides(texts: &'static Texts, app: &App, asked: &Asked, groups: &Groups) -> AnyView {
    let (mut now, mut then) = (Vec::new(), Vec::new());
    for Setting { title, now: present, then: asked_for, differs } in settings(texts, app, asked, groups) {
        let tag = differs.then(|| view! { " " <span class="tag">{texts.app_requests.differs}</span> });
        now.push(view! { <dt>{title}</dt> {present} });
        then.push(view! { <dt>{title} {tag}</dt> {asked_for} });
    }
    view! {
        <section>
            <h2>{texts.app_requests.compare}</h2>
            <div class="sides">
                <div><h3>{texts.app_requests.present}</h3> <dl>{now}</dl></div>
                <div><h3>{texts.app_requests.asked_for}</h3> <dl>{then}</dl></div>
            </div>
        </section>
    }
    .into_any()
}

/// Returns the settings that a request may ask to change.
fn settings(texts: &'static Texts, app: &App, asked: &Asked, groups: &Groups) -> Vec<Setting> {
    let present = AskedClaims::of(&app.options);
    let claims = asked.claims.unwrap_or(present);
    let name = |name: &str| view! { <dd translate="no">{name.to_owned()}</dd> }.into_any();
    let uris = |uris: &[String]| view! { <dd translate="no">{lines(uris)}</dd> }.into_any();
    let text = |text: &'static str| view! { <dd>{text}</dd> }.into_any();
    let switch = |title, now: bool, then: bool| {
        let [now_text, then_text] = [now, then].map(|is_on| text(on_or_off(texts, is_on)));
        Setting { title, now: now_text, then: then_text, differs: now != then }
    };
    let users = || users_now(texts, &app.audience, groups);
    vec![
        Setting {
            title: texts.app_form.name,
            now: name(&app.name),
            then: name(&asked.name),
            differs: app.name != asked.name,
        },
        Setting {
            title: texts.app_form.redirect_uris,
            now: uris(&app.redirect_uris),
            then: uris(&asked.redirect_uris),
            differs: app.redirect_uris != asked.redirect_uris,
        },
        Setting {
            title: texts.app_form.dialect,
            now: text(speaks(texts, app.dialects)),
            then: text(speaks(texts, asked.dialects)),
            differs: app.dialects != asked.dialects,
        },
        switch(texts.app_form.pairwise, is_pairwise(present), is_pairwise(claims)),
        switch(texts.app_form.in_id_token, present.profile_in_id_token, claims.profile_in_id_token),
        Setting {
            title: texts.audience.who,
            now: users(),
            then: if asked.users.is_empty() { users() } else { name(&asked.users) },
            differs: !asked.users.is_empty(),
        },
    ]
}

/// Renders who may use an app, for an administrator: everyone, the names of the groups, or that it is nobody.
fn users_now(texts: &'static Texts, audience: &Audience, groups: &Groups) -> AnyView {
    match audience {
        Audience::Everyone => view! { <dd>{texts.audience.everyone}</dd> }.into_any(),
        nobody if *nobody == Audience::NOBODY => view! { <dd>{texts.audience.nobody_tag}</dd> }.into_any(),
        Audience::Groups(chosen) => {
            let chosen = groups.iter().filter(|(group, _)| chosen.contains(&group.id));
            let names: Vec<String> = chosen.map(|(group, _)| group.name.to_string()).collect();
            view! { <dd translate="no">{lines(&names)}</dd> }.into_any()
        }
    }
}

fn is_pairwise(claims: AskedClaims) -> bool {
    claims.subject_type == SubjectType::Pairwise
}

fn on_or_off(texts: &'static Texts, is_on: bool) -> &'static str {
    if is_on { texts.app_requests.on } else { texts.app_requests.off }
}

/// Renders texts one below the other.
fn lines(texts: &[String]) -> impl IntoView + use<> {
    texts.iter().map(|text| view! { <span class="line">{text.clone()}</span> }).collect_view()
}
