//! Renders the sections of an app's page: secret, connection, logo, trial, and the other actions.

use leptos::prelude::*;

use super::form::FieldError;
use super::snippets::{Snippet, snippets};
use crate::oauth::logo_path;
use crate::picture::logo::logo;
use crate::picture::{ACCEPT, FIELD};
use crate::store::records::apps::{App, Dialect, Dialects};
use crate::text::Texts;

/// Renders the section with a new secret of an app. It is the only time that the secret is shown.
pub fn fresh_secret(texts: &'static Texts, secret: String) -> impl IntoView {
    view! {
        <section class="fresh" aria-labelledby="fresh-title">
            <h2 id="fresh-title">{texts.apps.fresh_secret}</h2>
            <p>{texts.apps.fresh_hint}</p>
            <p class="value"><code id="fresh-secret" translate="no">{secret}</code> {copy(texts, "fresh-secret")}</p>
        </section>
    }
}

/// Renders the section that says how to connect an app: its id, the issuer, and code for common libraries.
pub fn connect(texts: &'static Texts, issuer: &str, app: &App) -> impl IntoView + use<> {
    let ready = snippets(issuer, app).into_iter().enumerate().map(|(at, snippet)| ready_made(texts, at, snippet));
    let ready = ready.collect_view();
    view! {
        <section>
            <h2>{texts.apps.connect}</h2>
            <dl class="facts">
                <dt>{texts.apps.id}</dt>
                <dd class="value"><code id="app-id" translate="no">{app.id.to_string()}</code> {copy(texts, "app-id")}</dd>
                <dt>{texts.apps.issuer}</dt>
                <dd class="value"><code id="issuer" translate="no">{issuer.to_owned()}</code> {copy(texts, "issuer")}</dd>
            </dl>
            <p class="hint">{texts.apps.snippets_hint}</p>
            {ready}
        </section>
    }
}

fn ready_made(texts: &'static Texts, at: usize, snippet: Snippet) -> impl IntoView {
    let id = format!("snippet-{at}");
    view! {
        <details class="snippet">
            <summary translate="no">{snippet.name}</summary>
            <pre tabindex="0" translate="no"><code id=id.clone()>{snippet.code}</code></pre>
            {copy(texts, &id)}
        </details>
    }
}

fn copy(texts: &'static Texts, id: &str) -> impl IntoView + use<> {
    view! {
        <button type="button" class="copy" hidden=true data-copies=id.to_owned() data-done=texts.common.copied aria-live="polite">
            {texts.common.copy}
        </button>
    }
}

/// Renders an action as a section with a title, a hint, and a form with these hidden fields and one button.
pub fn act<V: IntoView>(
    title: &'static str,
    hint: &'static str,
    action: String,
    hidden: V,
    label: &'static str,
) -> impl IntoView + use<V> {
    action_section(title, hint, action, view! { {hidden}<button type="submit">{label}</button> })
}

/// Renders an action that ends something, as [`act`] renders others.
pub fn end(title: &'static str, hint: &'static str, action: String, label: &'static str) -> AnyView {
    action_section(title, hint, action, view! { <button type="submit" class="danger">{label}</button> }).into_any()
}

fn action_section<V: IntoView>(
    title: &'static str,
    hint: &'static str,
    action: String,
    body: V,
) -> impl IntoView + use<V> {
    view! {
        <section>
            <h2>{title}</h2>
            <p class="hint">{hint}</p>
            <form method="post" action=action>{body}</form>
        </section>
    }
}

/// Renders the section with an app's logo, the forms that replace and remove it, and the error of an upload.
pub fn logo_section(texts: &'static Texts, app: &App, path: &str, wrong: Option<&FieldError>) -> impl IntoView + use<> {
    let wrong = wrong.filter(|wrong| wrong.name == FIELD).map(|wrong| wrong.text);
    let is_there = app.options.logo.is_some();
    let (action, removes) = (format!("{path}/logo"), format!("{path}/logo/remove"));
    let (name, shown) = (app.name.clone(), logo(&app.name, logo_path(app)));
    let described_by = if wrong.is_some() { "logo-wrong logo-hint" } else { "logo-hint" };
    view! {
        <section id="logo">
            <h2>{texts.logo.title}</h2>
            <p class="hint" id="logo-hint">{texts.logo.hint}</p>
            <p class="branded">{shown} " " <span translate="no">{name}</span></p>
            <form method="post" action=action enctype="multipart/form-data">
                <label class="unseen" for=FIELD>{texts.logo.file}</label>
                <input type="file" id=FIELD name=FIELD accept=ACCEPT required=true aria-describedby=described_by
                    aria-invalid=wrong.map(|_| "true") autofocus=wrong.is_some()/>
                {wrong.map(|text| view! { <p class="wrong" id="logo-wrong">{text}</p> })}
                <button type="submit">{if is_there { texts.logo.replace } else { texts.logo.upload }}</button>
            </form>
            {is_there.then(|| view! {
                <form method="post" action=removes><button type="submit" class="quiet">{texts.logo.remove}</button></form>
            })}
        </section>
    }
}

/// Renders the section with the buttons that start a trial of an app, one for each of its dialects.
pub fn try_buttons(texts: &'static Texts, app: &App, path: &str) -> impl IntoView + use<> {
    let action = format!("{path}/try");
    let dialects = [(Dialect::Oidc, texts.trial.oidc), (Dialect::WeChat, texts.trial.wechat)];
    let buttons =
        dialects.into_iter().filter(|(dialect, _)| app.dialects.includes(*dialect)).map(|(dialect, label)| {
            let label = if app.dialects == Dialects::Both { label } else { texts.trial.start };
            view! { <button type="submit" name="dialect" value=dialect.word()>{label}</button> " " }
        });
    let buttons = buttons.collect_view();
    view! {
        <section id="try">
            <h2>{texts.trial.start}</h2>
            <p class="hint">{texts.trial.hint}</p>
            <form method="post" action=action>{buttons}</form>
        </section>
    }
}
