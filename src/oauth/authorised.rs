//! `/account/apps`: what this account lets apps know, and how to take that back.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::authorize::logo_path;
use super::provider::OAuth;
use crate::account::session::SignedIn;
use crate::store::Fault;
use crate::store::grants::Consent;
use crate::text::Lang;
use crate::ticket::scope::Scopes;
use crate::web::document::Page;
use crate::web::logo::logo;
use crate::web::problem::Problem;

/// The path of this page.
const PATH: &str = "/account/apps";

/// `GET /account/apps`
pub async fn page(State(oauth): State<OAuth>, headers: HeaderMap) -> Result<Response, Problem> {
    let Some(who) = signed_in(&oauth, &headers).await? else { return Ok(sign_in_first()) };
    let lang = Lang::En;
    let consents = oauth.records.consents(who.account.id).await?;
    let page = Page { title: lang.allowed_title(), class: "wide", ..Page::default() };
    Ok(oauth.login.site.page(page, move || {
        let is_empty = consents.is_empty();
        view! {
            <p class="way"><a href="/">{lang.to_account()}</a></p>
            <h1>{lang.allowed_title()}</h1>
            <p class="lead">{if is_empty { lang.allowed_none() } else { lang.allowed_lead() }}</p>
            {(!is_empty).then(|| view! {
                <ul class="rows">{consents.into_iter().map(|consent| row(lang, consent)).collect_view()}</ul>
                <p class="hint">{lang.allowed_withdraw_hint()}</p>
            })}
        }
    }))
}

fn row(lang: Lang, consent: Consent) -> impl IntoView {
    let learns = lang.learns(&Scopes::parse(&consent.scopes));
    let label = lang.allowed_withdraw_from(&consent.app.name);
    view! {
        <li class="with-act">
            <div>
                {logo(&consent.app.name, logo_path(&consent.app))} " " <strong>{consent.app.name}</strong>
                <span class="hint">{lang.fact_learns()} ": " {learns}</span>
                <span class="hint">{lang.allowed_since(consent.given_at)}</span>
            </div>
            <form method="post" action=PATH>
                <input type="hidden" name="withdraw" value=consent.app.id.to_string()/>
                <button type="submit" aria-label=label>{lang.allowed_withdraw()}</button>
            </form>
        </li>
    }
}

/// The form of `POST /account/apps`.
#[derive(Deserialize)]
pub struct Withdraw {
    withdraw: String,
}

/// `POST /account/apps`: one app may know nothing any more, and all that came of it ends.
pub async fn withdraw(
    State(oauth): State<OAuth>,
    headers: HeaderMap,
    Form(form): Form<Withdraw>,
) -> Result<Response, Problem> {
    let Some(who) = signed_in(&oauth, &headers).await? else { return Ok(sign_in_first()) };
    let app = form.withdraw.parse().map_err(|_| Problem::malformed())?;
    let ended = oauth.records.withdraw_consent(who.account.id, app, oauth.now()).await?;
    tracing::info!(account.id = %who.account.id, app.id = %app, grants = ended.len(), "a consent was withdrawn");
    Ok(Redirect::to(PATH).into_response())
}

async fn signed_in(oauth: &OAuth, headers: &HeaderMap) -> Result<Option<SignedIn>, Fault> {
    oauth.login.sessions.find(headers).await
}

fn sign_in_first() -> Response {
    Redirect::to("/signin?next=/account/apps").into_response()
}
