//! The page of one request, on which an administrator decides.

use axum::response::Response;
use leptos::prelude::*;

use super::facts::{Reader, facts, sides, state_tag};
use crate::admin::audience::{Groups, audience_fields};
use crate::admin::fields::{HasSecret, fields, text};
use crate::admin::form::{AppForm, FieldError};
use crate::admin::page::alert;
use crate::oauth::NewApp;
use crate::store::records::app_options::AppOptions;
use crate::store::records::apps::App;
use crate::store::records::people::Audience;
use crate::store::records::requests::asked::{Asked, RequestKind};
use crate::store::records::requests::request::{AppRequest, RequestStatus};
use crate::text::Texts;
use crate::web::document::{Page, Site};
use crate::web::form::SEEN;
use crate::web::marked_text::marked_text;

/// Name of the field with the reason for which a request is declined.
pub const REASON: &str = "reason";
/// The largest number of characters of a reason.
pub const REASON_CHARS: usize = 500;

/// What the page of a request shows besides the request.
#[derive(Debug, Default)]
pub struct Notices {
    /// A sentence about what was done; `None` if nothing was.
    pub done: Option<&'static str>,
    /// A sentence about what was not done; `None` if there is nothing to say.
    pub not_done: Option<&'static str>,
    /// The error in one of the two forms; `None` if there is none.
    pub wrong: Option<FieldError>,
}

/// Returns the app that a request for a new app asks for, with the usual settings wherever it says nothing.
fn new_app(asked: &Asked) -> NewApp {
    NewApp {
        name: asked.name.clone(),
        redirect_uris: asked.redirect_uris.clone(),
        dialects: asked.dialects,
        has_secret: true,
        options: AppOptions {
            client_uri: Some(asked.site.clone()).filter(|site| !site.is_empty()),
            ..AppOptions::default()
        },
        audience: Audience::NOBODY,
    }
}

/// Makes the form with which the request is approved, filled in as the request asks. `app` is the app that is to change;
/// `None` for a new app.
pub fn form_of(asked: &Asked, app: Option<&App>) -> AppForm {
    match app {
        None => AppForm::of(&new_app(asked)),
        Some(app) => {
            let present = NewApp::of(app);
            let changed = NewApp {
                name: asked.name.clone(),
                redirect_uris: asked.redirect_uris.clone(),
                dialects: asked.dialects,
                options: match asked.claims {
                    Some(claims) => claims.put_into(present.options),
                    None => present.options,
                },
                ..present
            };
            AppForm::of(&changed).beside(app)
        }
    }
}

/// Renders the page of a request. `app` is the app that is to change, or that was made; `groups` are all
/// groups; `typed` fills the form that approves the request, which is shown while the request is open.
pub fn page(
    site: &Site,
    texts: &'static Texts,
    request: &AppRequest,
    app: Option<&App>,
    groups: &Groups,
    typed: &AppForm,
    notices: &Notices,
) -> Response {
    let page = Page { class: "wide", ..Page::new(texts, texts.app_requests.one) };
    let is_open = request.status == RequestStatus::Open;
    let wrong = notices.wrong.as_ref();
    site.page(page, || {
        let not_done = notices.not_done.or_else(|| wrong.map(|_| texts.app_requests.not_decided));
        let to_app = app.map(|app| {
            view! { <p><a class="button" href=format!("/admin/apps/{}", app.id)>{texts.app_requests.to_app}</a></p> }
        });
        let compared = app.filter(|_| is_open).map(|app| sides(texts, app, &request.asked, groups));
        view! {
            <p class="way"><a href="/admin/requests">{texts.app_requests.title}</a></p>
            <h1><span translate="no">{request.asked.name.clone()}</span> " " {state_tag(texts, request.status)}</h1>
            {notices.done.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {not_done.map(alert)}
            {facts(texts, request, Reader::Administrator)}
            {to_app}
            {compared}
            {is_open.then(|| approval(texts, request, app, groups, typed, wrong))}
            {is_open.then(|| decline(texts, request, typed, wrong))}
        }
        .into_any()
    })
}

fn approval(
    texts: &'static Texts,
    request: &AppRequest,
    app: Option<&App>,
    groups: &Groups,
    typed: &AppForm,
    wrong: Option<&FieldError>,
) -> AnyView {
    let wrong = wrong.filter(|wrong| wrong.name != REASON);
    let hint = match request.asked.kind {
        RequestKind::New => texts.app_requests.approve_new_hint(&request.by.name),
        RequestKind::Change => texts.app_requests.approve_change_hint.to_owned(),
    };
    let has_secret = app.map_or(HasSecret::Undecided, HasSecret::of);
    let seen = app.map(|_| view! { <input type="hidden" name=SEEN value=typed.one(SEEN).to_owned()/> });
    view! {
        <section>
            <h2>{texts.app_requests.approve_title}</h2>
            <p class="hint">{marked_text(hint)}</p>
            <form method="post" action=format!("/admin/requests/{}/approve", request.id) novalidate=true>
                {seen}
                {audience_fields(texts, groups, typed, wrong)}
                {fields(texts, has_secret, typed, wrong)}
                <button type="submit" class="primary">{texts.app_requests.approve}</button>
            </form>
        </section>
    }
    .into_any()
}

fn decline(texts: &'static Texts, request: &AppRequest, typed: &AppForm, wrong: Option<&FieldError>) -> AnyView {
    let (label, hint) = (texts.app_requests.reason, texts.app_requests.decline_hint);
    view! {
        <section>
            <h2>{texts.app_requests.decline_title}</h2>
            <form method="post" action=format!("/admin/requests/{}/decline", request.id) novalidate=true>
                {text(REASON, label, hint, typed, wrong, REASON_CHARS)}
                <button type="submit">{texts.app_requests.decline}</button>
            </form>
        </section>
    }
    .into_any()
}
