//! The pages of one app: the form that registers it, and all there is to know and to do once it is there.

use axum::response::Response;
use leptos::prelude::*;

use super::edit::stands;
use super::fields::{Stands, fields};
use super::form::{ATTEMPT, SEEN, Typed, Wrong};
use super::snippets::{Snippet, snippets};
use super::{log, logo, trial};
use crate::crypto::random::random;
use crate::oauth::{OAuth, logo_path};
use crate::picture::FIELD;
use crate::picture::logo::logo;
use crate::store::records::apps::App;
use crate::text::Lang;
use crate::ticket::ids::Attempt;
use crate::web::document::Page;

/// What an app's page has to say beside what it always says.
#[derive(Debug, Default)]
pub struct Says {
    /// Its fresh secret.
    pub secret: Option<String>,
    /// What was done: one of the words of `edit`.
    pub done: String,
    /// What is wrong with what was typed.
    pub wrong: Option<Wrong>,
    /// Whether it was typed beside settings that another changed since.
    pub is_outdated: bool,
}

/// Buttons that copy: there is one where there is a script, and the page lacks nothing without.
const COPY: &str = "document.querySelectorAll('button[data-copies]').forEach(function(b){if(!navigator.clipboard)return;\
    b.hidden=false;var said=b.textContent;b.onclick=function(){\
    navigator.clipboard.writeText(document.getElementById(b.dataset.copies).textContent).then(function(){\
    b.textContent=b.dataset.done;setTimeout(function(){b.textContent=said},2000)})}})";

/// The form of an app that is not there yet.
pub fn new(oauth: &OAuth, typed: &Typed, wrong: Option<&Wrong>) -> Response {
    let lang = Lang::En;
    let page = Page { title: lang.app_add(), class: "wide", ..Page::default() };
    oauth.login.site.page(page, || {
        view! {
            <p class="way"><a href="/admin/apps">{lang.apps_title()}</a></p>
            <h1>{lang.app_add()}</h1>
            <p class="lead">{lang.app_add_lead()}</p>
            {wrong.map(|_| alert(lang.app_not_saved()))}
            <form method="post" action="/admin/apps/new" novalidate=true>
                <input type="hidden" name=ATTEMPT value=fresh_attempt()/>
                {fields(lang, Stands::New, typed, wrong)}
                <button type="submit" class="primary">{lang.app_add_submit()}</button>
            </form>
        }
        .into_any()
    })
}

/// An app.
pub fn app(oauth: &OAuth, app: &App, typed: &Typed, says: Says) -> Response {
    let lang = Lang::En;
    let page = Page { title: lang.app_title(), class: "wide", ..Page::default() };
    let (path, stands) = (format!("/admin/apps/{}", app.id), stands(app));
    let secret = (stands == Stands::Confidential).then(|| format!("{path}/secret"));
    let wrong = says.wrong.as_ref();
    oauth.login.site.page(page, || {
        let nonce = leptos::nonce::use_nonce();
        view! {
            <p class="way"><a href="/admin/apps">{lang.apps_title()}</a></p>
            <p class="brand">{logo(&app.name, logo_path(app))}</p>
            <h1 translate="no">{app.name.clone()}</h1>
            {lang.app_done(&says.done).map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {app.disabled_at.map(|since| view! { <p class="alert">{lang.app_disabled_since(since)}</p> })}
            {wrong.filter(|wrong| wrong.name != FIELD).map(|_| alert(lang.app_not_saved()))}
            {says.is_outdated.then(|| alert(lang.app_outdated()))}
            {says.secret.map(|secret| fresh(lang, secret))}
            {connect(lang, oauth.issuer(), app)}
            <section>
                <h2>{lang.app_settings()}</h2>
                <form method="post" action=path.clone() novalidate=true>
                    <input type="hidden" name=SEEN value=typed.one(SEEN).to_owned()/>
                    {fields(lang, stands, typed, wrong.filter(|wrong| wrong.name != FIELD))}
                    <button type="submit" class="primary">{lang.app_save()}</button>
                </form>
            </section>
            {logo::section(lang, app, &path, wrong)}
            {app.disabled_at.is_none().then(|| trial::buttons(lang, app, &path))}
            {secret.map(|action| {
                let hidden = view! {
                    <input type="hidden" name=ATTEMPT value=fresh_attempt()/>
                    <input type="hidden" name=SEEN value=app.secret_fingerprint().to_string()/>
                };
                act(lang.app_secret(), lang.app_rotate_hint(), action, hidden, lang.app_rotate())
            })}
            {if app.disabled_at.is_some() {
                let action = format!("{path}/enable");
                act(lang.app_enable_title(), lang.app_enable_hint(), action, (), lang.app_enable()).into_any()
            } else {
                let action = format!("{path}/disable");
                act(lang.app_disable_title(), lang.app_disable_hint(), action, (), lang.app_disable()).into_any()
            }}
            <p class="foot"><a href=log::address(Some(app.id), None)>{lang.acts_of_app()}</a></p>
            <script nonce=nonce>{COPY}</script>
        }
        .into_any()
    })
}

fn fresh_attempt() -> String {
    Attempt::from_random(random()).to_string()
}

fn alert(text: &'static str) -> impl IntoView {
    view! { <p class="alert" role="alert">{text}</p> }
}

fn fresh(lang: Lang, secret: String) -> impl IntoView {
    view! {
        <section class="fresh" aria-labelledby="fresh-title">
            <h2 id="fresh-title">{lang.app_fresh_secret()}</h2>
            <p>{lang.app_fresh_hint()}</p>
            <p class="value"><code id="fresh-secret" translate="no">{secret}</code> {copy(lang, "fresh-secret")}</p>
        </section>
    }
}

fn connect(lang: Lang, issuer: &str, app: &App) -> impl IntoView + use<> {
    let ready = snippets(issuer, app).into_iter().enumerate().map(|(at, snippet)| ready_made(lang, at, snippet));
    let ready = ready.collect_view();
    view! {
        <section>
            <h2>{lang.app_connect()}</h2>
            <dl class="facts">
                <dt>{lang.app_id()}</dt>
                <dd class="value"><code id="app-id" translate="no">{app.id.to_string()}</code> {copy(lang, "app-id")}</dd>
                <dt>{lang.app_issuer()}</dt>
                <dd class="value"><code id="issuer" translate="no">{issuer.to_owned()}</code> {copy(lang, "issuer")}</dd>
            </dl>
            <p class="hint">{lang.app_snippets_hint()}</p>
            {ready}
        </section>
    }
}

fn ready_made(lang: Lang, at: usize, snippet: Snippet) -> impl IntoView {
    let id = format!("snippet-{at}");
    view! {
        <details class="snippet">
            <summary>{snippet.name}</summary>
            <pre tabindex="0" translate="no"><code id=id.clone()>{snippet.code}</code></pre>
            {copy(lang, &id)}
        </details>
    }
}

fn copy(lang: Lang, id: &str) -> impl IntoView + use<> {
    view! {
        <button type="button" class="copy" hidden=true data-copies=id.to_owned() data-done=lang.copied() aria-live="polite">
            {lang.copy()}
        </button>
    }
}

/// Something that is done at once, in a form of its own.
fn act<V: IntoView>(
    title: &'static str,
    hint: &'static str,
    action: String,
    hidden: V,
    label: &'static str,
) -> impl IntoView + use<V> {
    view! {
        <section>
            <h2>{title}</h2>
            <p class="hint">{hint}</p>
            <form method="post" action=action>{hidden}<button type="submit">{label}</button></form>
        </section>
    }
}
