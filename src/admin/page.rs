//! The pages of one app: the form that registers it, and the page that shows and changes it.

use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::prelude::*;

use super::fields::{ClientType, fields};
use super::form::{ATTEMPT, AppForm, FieldError, SEEN};
use super::log;
use super::sections::{act, connect, fresh_secret, logo_section, try_buttons};
use crate::crypto::random::random;
use crate::oauth::logo_path;
use crate::picture::FIELD;
use crate::picture::logo::logo;
use crate::store::records::apps::App;
use crate::text::Texts;
use crate::ticket::ids::Attempt;
use crate::web::document::{Page, Site};

/// The messages on an app's page.
#[derive(Debug, Default)]
pub struct Notices {
    /// A new secret of the app.
    pub secret: Option<String>,
    /// The result of the last request: one of the words of [`Texts::app_done`].
    pub done: String,
    /// The error in what was typed.
    pub wrong: Option<FieldError>,
    /// Whether nothing was saved because another administrator has changed the settings since the form was
    /// shown.
    pub is_outdated: bool,
}

/// The script of the buttons that copy a text. Without script they are hidden, and the page works without
/// them.
const COPY: &str = "document.querySelectorAll('button[data-copies]').forEach(function(b){if(!navigator.clipboard)return;\
    b.hidden=false;var said=b.textContent;b.onclick=function(){\
    navigator.clipboard.writeText(document.getElementById(b.dataset.copies).textContent).then(function(){\
    b.textContent=b.dataset.done;setTimeout(function(){b.textContent=said},2000)})}})";

/// Renders the form for a new app.
pub fn new(site: &Site, texts: &'static Texts, typed: &AppForm, wrong: Option<&FieldError>) -> Response {
    let page = Page { class: "wide", ..Page::new(texts, texts.apps.add) };
    site.page(page, || {
        view! {
            <p class="way"><a href="/admin/apps">{texts.apps.title}</a></p>
            <h1>{texts.apps.add}</h1>
            <p class="lead">{texts.apps.add_lead}</p>
            {wrong.map(|_| alert(texts.apps.not_saved))}
            <form method="post" action="/admin/apps/new" novalidate=true>
                <input type="hidden" name=ATTEMPT value=fresh_attempt()/>
                {fields(texts, ClientType::New, typed, wrong)}
                <button type="submit" class="primary">{texts.apps.add_submit}</button>
            </form>
        }
        .into_any()
    })
}

/// Renders the page of an app.
pub fn app(site: &Site, texts: &'static Texts, app: &App, typed: &AppForm, notices: Notices) -> Response {
    let page = Page { class: "wide", ..Page::new(texts, texts.apps.app) };
    let (path, client_type) = (format!("/admin/apps/{}", app.id), ClientType::of(app));
    let secret = (client_type == ClientType::Confidential).then(|| format!("{path}/secret"));
    let wrong = notices.wrong.as_ref();
    site.page(page, || {
        let nonce = leptos::nonce::use_nonce();
        view! {
            <p class="way"><a href="/admin/apps">{texts.apps.title}</a></p>
            <p class="brand">{logo(&app.name, logo_path(app))}</p>
            <h1 translate="no">{app.name.clone()}</h1>
            {texts.app_done(&notices.done).map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {app.disabled_at.map(|since| view! { <p class="alert">{texts.apps.disabled_since(&texts.date(since))}</p> })}
            {wrong.filter(|wrong| wrong.name != FIELD).map(|_| alert(texts.apps.not_saved))}
            {notices.is_outdated.then(|| alert(texts.apps.outdated))}
            {notices.secret.map(|secret| fresh_secret(texts, secret))}
            {connect(texts, site.origin(), app)}
            <section>
                <h2>{texts.apps.settings}</h2>
                <form method="post" action=path.clone() novalidate=true>
                    <input type="hidden" name=SEEN value=typed.one(SEEN).to_owned()/>
                    {fields(texts, client_type, typed, wrong.filter(|wrong| wrong.name != FIELD))}
                    <button type="submit" class="primary">{texts.common.save}</button>
                </form>
            </section>
            {logo_section(texts, app, &path, wrong)}
            {app.disabled_at.is_none().then(|| try_buttons(texts, app, &path))}
            {secret.map(|action| {
                let hidden = view! {
                    <input type="hidden" name=ATTEMPT value=fresh_attempt()/>
                    <input type="hidden" name=SEEN value=app.secret_fingerprint().to_string()/>
                };
                act(texts.apps.secret, texts.apps.rotate_hint, action, hidden, texts.apps.rotate)
            })}
            {if app.disabled_at.is_some() {
                let action = format!("{path}/enable");
                act(texts.apps.enable_title, texts.apps.enable_hint, action, (), texts.apps.enable).into_any()
            } else {
                let action = format!("{path}/disable");
                act(texts.apps.disable_title, texts.apps.disable_hint, action, (), texts.apps.disable).into_any()
            }}
            <p class="foot"><a href=log::address(Some(app.id), None)>{texts.log.of_app}</a></p>
            <script nonce=nonce>{COPY}</script>
        }
        .into_any()
    })
}

/// Renders the page of an app with its current settings and this error.
pub fn shown(site: &Site, texts: &'static Texts, app: &App, wrong: FieldError) -> Response {
    let notices = Notices { wrong: Some(wrong), ..Notices::default() };
    self::app(site, texts, app, &AppForm::shown(app), notices)
}

/// Redirects to the app's page, which says what was done.
pub fn back_to(app: &App, done: &str) -> Response {
    Redirect::to(&format!("/admin/apps/{}?done={done}", app.id)).into_response()
}

fn fresh_attempt() -> String {
    Attempt::from_random(random()).to_string()
}

fn alert(text: &'static str) -> impl IntoView {
    view! { <p class="alert" role="alert">{text}</p> }
}
