//! The pages of one app: the form that registers it, and the page with its settings and actions.

use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::prelude::*;

use super::audience::{Groups, audience_fields, nobody_notice};
use super::fields::{HasSecret, fields};
use super::form::{AppForm, FieldError};
use super::history::log;
use super::sections::{act, connect, end, fresh_secret, logo_section, try_buttons};
use crate::crypto::random::random;
use crate::oauth::logo_path;
use crate::picture::FIELD;
use crate::picture::logo::logo;
use crate::store::records::apps::App;
use crate::text::Texts;
use crate::ticket::ids::Attempt;
use crate::web::document::{Page, Site};
use crate::web::form::{ATTEMPT, SEEN};

/// What the page of an app shows besides its settings: the result of the last action, an error of a submitted
/// form, or that the app was changed since the form was shown.
#[derive(Debug, Default)]
pub struct Notices {
    /// The new secret, which is shown once; `None` if the last action made none.
    pub secret: Option<String>,
    /// The action that was done: one of the words of [`Texts::app_done`], or empty.
    pub done: String,
    /// The error in the submitted form; `None` if there is none.
    pub wrong: Option<FieldError>,
    /// Whether another administrator changed the app since the form was shown.
    pub is_outdated: bool,
}

/// The script of the buttons with `data-copies`, the id of an element: each copies the text of that element, and then
/// says so for two seconds. Without scripts, or where the browser has no clipboard, these buttons stay hidden.
pub const COPY: &str = include_str!("copies.js");

/// Renders the page with the form that registers an app, with the submitted values and an error if there is
/// one.
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
                {fields(texts, HasSecret::Undecided, typed, wrong)}
                <button type="submit" class="primary">{texts.apps.add_submit}</button>
            </form>
        }
        .into_any()
    })
}

/// Renders the page of an app: the form of its settings, filled in with the values of `typed`, with a box for each of
/// these groups, the buttons of its actions, and these notices.
pub fn app(
    site: &Site,
    texts: &'static Texts,
    app: &App,
    groups: &Groups,
    typed: &AppForm,
    notices: Notices,
) -> Response {
    let page = Page { class: "wide", ..Page::new(texts, texts.apps.app) };
    let (path, has_secret) = (format!("/admin/apps/{}", app.id), HasSecret::of(app));
    let secret = (has_secret == HasSecret::Yes).then(|| format!("{path}/secret"));
    let wrong = notices.wrong.as_ref();
    site.page(page, || {
        let nonce = leptos::nonce::use_nonce();
        view! {
            <p class="way"><a href="/admin/apps">{texts.apps.title}</a></p>
            <div class="headed">
                {logo(&app.name, logo_path(app))}
                <h1 translate="no">{app.name.clone()}</h1>
            </div>
            {texts.app_done(&notices.done).map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {nobody_notice(texts, app)}
            {app.disabled_at.map(|since| view! { <p class="alert">{texts.apps.disabled_since(&texts.date(since))}</p> })}
            {wrong.filter(|wrong| wrong.name != FIELD).map(|_| alert(texts.apps.not_saved))}
            {notices.is_outdated.then(|| alert(texts.apps.outdated))}
            {notices.secret.map(|secret| fresh_secret(texts, secret))}
            {connect(texts, site.origin(), app)}
            <section>
                <h2>{texts.apps.settings}</h2>
                <form method="post" action=path.clone() novalidate=true>
                    <input type="hidden" name=SEEN value=typed.one(SEEN).to_owned()/>
                    {audience_fields(texts, groups, typed, wrong)}
                    {fields(texts, has_secret, typed, wrong.filter(|wrong| wrong.name != FIELD))}
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
                end(texts.apps.disable_title, texts.apps.disable_hint, action, texts.apps.disable)
            }}
            <p class="foot"><a href=log::address(Some(app.id), None)>{texts.log.of_app}</a></p>
            <script nonce=nonce>{COPY}</script>
        }
        .into_any()
    })
}

/// Renders the page of an app with an error of another form than that of its settings, such as a rejected logo.
pub fn shown(site: &Site, texts: &'static Texts, app: &App, groups: &Groups, wrong: FieldError) -> Response {
    let notices = Notices { wrong: Some(wrong), ..Notices::default() };
    self::app(site, texts, app, groups, &AppForm::shown(app), notices)
}

/// Redirects to the page of an app, which shows the text for `done`, a word of [`Texts::app_done`].
pub fn back_to(app: &App, done: &str) -> Response {
    Redirect::to(&format!("/admin/apps/{}?done={done}", app.id)).into_response()
}

/// Returns the value of a hidden field [`ATTEMPT`]: a new random id.
pub fn fresh_attempt() -> String {
    Attempt::from_random(random()).to_string()
}

/// Renders a message about something that was not done, which screen readers read at once.
pub fn alert(text: &'static str) -> impl IntoView {
    view! { <p class="alert" role="alert">{text}</p> }
}
