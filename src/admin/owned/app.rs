//! The page of an app that a person looks after.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

use super::person::Person;
use crate::admin::edit::AppQuery;
use crate::admin::form::FieldError;
use crate::admin::page::{COPY, alert, fresh_attempt};
use crate::admin::requests::state::AppRequests;
use crate::admin::sections::{act, connect, fresh_secret, logo_section};
use crate::admin::shown_once;
use crate::oauth::logo_path;
use crate::picture::logo::logo;
use crate::store::records::apps::App;
use crate::store::records::people::Audience;
use crate::store::records::requests::request::RequestStatus;
use crate::text::Texts;
use crate::web::bounds::USERNAME_CHARS;
use crate::web::document::Page;
use crate::web::form::{ATTEMPT, Notes, SEEN};
use crate::web::problem::Problem;

/// Name of the field with the user name of the person who takes an app over.
pub const USERNAME: &str = "username";

/// What the page of an app shows besides its settings.
#[derive(Debug, Default)]
pub struct Notices {
    /// The secret, which is shown once.
    pub secret: Option<String>,
    /// Whether a secret was to be shown that was shown before.
    pub is_secret_gone: bool,
    /// The action that was done: a word of [`Texts::app_done`], or empty.
    pub done: String,
    /// The error of a form: of the logo, or of the field [`USERNAME`].
    pub wrong: Option<FieldError>,
    /// The user name that was typed.
    pub username: String,
    /// Whether the app was changed since the form was shown.
    pub is_outdated: bool,
}

/// `GET /apps/mine/{app}`: shows an app to the person who looks after it, and the result of the last action.
pub async fn show(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Person>,
    Path(id): Path<String>,
    Query(after): Query<AppQuery>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let app = who.app(&requests, &id).await?;
    let secret = shown_once::take(&requests.admin, app.id, who.account, &after.secret).await?;
    let is_secret_gone = secret.is_none() && !after.secret.is_empty();
    let notices = Notices { secret, is_secret_gone, done: after.done, ..Notices::default() };
    page(&requests, &who, texts, &app, notices).await
}

/// Renders the page of an app with the error of one of its forms, with this status.
pub async fn refused(
    requests: &AppRequests,
    who: &Person,
    texts: &'static Texts,
    app: &App,
    status: StatusCode,
    notices: Notices,
) -> Result<Response, Problem> {
    Ok((status, page(requests, who, texts, app, notices).await?).into_response())
}

async fn page(
    requests: &AppRequests,
    who: &Person,
    texts: &'static Texts,
    app: &App,
    notices: Notices,
) -> Result<Response, Problem> {
    let records = &requests.admin.records;
    let has_sealed = records.sealed_secret_of(app.id).await?.is_some();
    let mine = records.app_requests_of(who.account, 100).await?;
    let waiting = mine.into_iter().find(|request| request.app == Some(app.id) && request.status == RequestStatus::Open);
    let (site, path) = (&requests.admin.site, format!("/apps/mine/{}", app.id));
    let page = Page { class: "wide", ..Page::new(texts, texts.apps.app) };
    Ok(site.page(page, || {
        let (nonce, own) = (leptos::nonce::use_nonce(), &texts.own_apps);
        let reveal = has_sealed.then(|| {
            act(texts.apps.fresh_secret, own.secret_hint, format!("{path}/secret"), (), own.secret_show).into_any()
        });
        let rotation = (!app.secrets.is_empty() && !has_sealed).then(|| {
            let hidden = view! {
                <input type="hidden" name=ATTEMPT value=fresh_attempt()/>
                <input type="hidden" name=SEEN value=app.secret_fingerprint().to_string()/>
            };
            act(texts.apps.secret, texts.apps.rotate_hint, format!("{path}/rotate"), hidden, texts.apps.rotate).into_any()
        });
        let nobody = (app.audience == Audience::NOBODY).then(|| view! { <p class="alert">{own.nobody_yet}</p> });
        let change = match waiting {
            Some(request) => {
                let text = own.change_waits(&texts.date(request.created_at));
                view! { <p class="hint"><a href=format!("/apps/requests/{}", request.id)>{text}</a></p> }.into_any()
            }
            None => view! { <p><a class="button" href=format!("{path}/propose")>{own.propose}</a></p> }.into_any(),
        };
        view! {
            <p class="way"><a href="/apps/mine">{own.title}</a></p>
            <div class="headed">
                {logo(&app.name, logo_path(app))}
                <h1 translate="no">{app.name.clone()}</h1>
            </div>
            {texts.app_done(&notices.done).map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {app.disabled_at.map(|since| view! { <p class="alert">{texts.apps.disabled_since(&texts.date(since))}</p> })}
            {nobody}
            {notices.is_outdated.then(|| alert(texts.apps.outdated))}
            {notices.is_secret_gone.then(|| alert(own.secret_gone))}
            {notices.secret.map(|secret| fresh_secret(texts, secret))}
            {reveal}
            {connect(texts, site.origin(), app).into_any()}
            <section>
                <h2>{own.propose_title}</h2>
                <p class="hint">{own.propose_hint}</p>
                {change}
            </section>
            {logo_section(texts, app, &path, notices.wrong.as_ref()).into_any()}
            {rotation}
            {hand_section(texts, &path, &notices.username, notices.wrong.as_ref())}
            <script nonce=nonce>{COPY}</script>
        }
        .into_any()
    }))
}

/// Renders the section with the form that asks for the person who takes the app over.
fn hand_section(texts: &'static Texts, path: &str, typed: &str, wrong: Option<&FieldError>) -> AnyView {
    let own = &texts.own_apps;
    let notes = Notes::of(USERNAME, true, wrong.filter(|wrong| wrong.name == USERNAME).map(|wrong| wrong.text));
    view! {
        <section id="hand-over">
            <h2>{own.hand_title}</h2>
            <p class="hint">{own.hand_hint}</p>
            <form method="post" action=format!("{path}/hand-over") novalidate=true>
                <div class="field">
                    <label for=USERNAME>{texts.common.username}</label>
                    <p class="hint" id="username-hint">{own.hand_field_hint}</p>
                    <input id=USERNAME name=USERNAME value=typed.to_owned() maxlength=USERNAME_CHARS.to_string()
                        autocomplete="off" autocapitalize="none" spellcheck="false" required=true
                        aria-describedby=notes.described_by aria-invalid=notes.is_wrong.then_some("true")
                        autofocus=notes.is_wrong/>
                    {notes.text}
                </div>
                <button type="submit">{texts.common.go_on}</button>
            </form>
        </section>
    }
    .into_any()
}
