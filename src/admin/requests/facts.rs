//! Renders what is known of a request: what is asked for, by whom, and what became of it; and the two sides of a change.

use leptos::prelude::*;

use crate::admin::fields::speaks;
use crate::store::records::apps::{App, Dialects};
use crate::store::records::requests::asked::{Asked, RequestKind};
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
            <dt>{texts.app_requests.why}</dt>
            <dd translate="no">{asked.why}</dd>
            {decided}
            {decider}
            {reason}
        </dl>
    }
    .into_any()
}

/// Renders what an app has now beside what is asked for, with a tag where the two differ.
pub fn sides(texts: &'static Texts, app: &App, asked: &Asked) -> AnyView {
    let now = (app.name.clone(), app.redirect_uris.clone(), app.dialects);
    let then = (asked.name.clone(), asked.redirect_uris.clone(), asked.dialects);
    let differs = (now.0 != then.0, now.1 != then.1, now.2 != then.2);
    view! {
        <section>
            <h2>{texts.app_requests.compare}</h2>
            <div class="sides">
                {side(texts, texts.app_requests.present, now, (false, false, false))}
                {side(texts, texts.app_requests.asked_for, then, differs)}
            </div>
        </section>
    }
    .into_any()
}

fn side(
    texts: &'static Texts,
    title: &'static str,
    (name, uris, dialects): (String, Vec<String>, Dialects),
    (name_differs, uris_differ, dialects_differ): (bool, bool, bool),
) -> AnyView {
    let tag = move |differs: bool| differs.then(|| view! { " " <span class="tag">{texts.app_requests.differs}</span> });
    view! {
        <div>
            <h3>{title}</h3>
            <dl>
                <dt>{texts.app_form.name} {tag(name_differs)}</dt>
                <dd translate="no">{name}</dd>
                <dt>{texts.app_form.redirect_uris} {tag(uris_differ)}</dt>
                <dd translate="no">{lines(&uris)}</dd>
                <dt>{texts.app_form.dialect} {tag(dialects_differ)}</dt>
                <dd>{speaks(texts, dialects)}</dd>
            </dl>
        </div>
    }
    .into_any()
}

/// Renders texts one below the other.
fn lines(texts: &[String]) -> impl IntoView + use<> {
    texts.iter().map(|text| view! { <span class="line">{text.clone()}</span> }).collect_view()
}
