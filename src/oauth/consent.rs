//! What an app may know, asked of a person who is signed in already. Whoever signs in by a scan is asked on the phone.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::authorize::{Needs, path_of};
use super::error::OAuthError;
use super::provider::OAuth;
use super::redirect_uri::host_of;
use super::request::AuthorizationRequest;
use crate::account::session::SignedIn;
use crate::store::apps::App;
use crate::text::{Lang, initials};
use crate::web::document::Page;
use crate::web::problem::Problem;

/// The question.
pub fn page(oauth: &OAuth, id: &str, app: &App, request: &AuthorizationRequest, who: &SignedIn) -> Response {
    let lang = Lang::En;
    let page = Page {
        title: lang.consent_title(),
        class: "confirm",
        forms_to: Some(request.back.origin()),
        ..Page::default()
    };
    let (action, name, host) = (path_of(id), app.name.clone(), host_of(&request.back.uri).to_owned());
    let asked = oauth.subjects.sub(app, who.account.id);
    let (account, learns) = (who.account.display_name.clone(), lang.learns(&request.scopes));
    oauth.login.site.page(page, move || {
        view! {
            <p class="avatar small" aria-hidden="true">{initials(&account)}</p>
            <h1>{lang.consent_question(&name)}</h1>
            <dl class="facts">
                <dt>{lang.fact_site()}</dt><dd>{host}</dd>
                <dt>{lang.fact_account()}</dt><dd>{account}</dd>
                <dt>{lang.fact_learns()}</dt><dd>{learns}</dd>
            </dl>
            <p class="warning">{lang.consent_warning()}</p>
            <form method="post" action=action class="choice">
                <input type="hidden" name="account" value=asked/>
                <button type="submit" name="decision" value="deny" class="deny" autofocus=true>{lang.deny()}</button>
                <button type="submit" name="decision" value="allow" class="approve">{lang.consent_allow()}</button>
            </form>
        }
    })
}

/// The form of `POST /oauth/authorize/{id}`.
#[derive(Deserialize)]
pub struct Decision {
    decision: String,
    /// Whom the page showed, as this app calls them.
    #[serde(default)]
    account: String,
}

/// `POST /oauth/authorize/{id}`: yes or no.
pub async fn decide(
    State(oauth): State<OAuth>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form<Decision>,
) -> Result<Response, Problem> {
    let (app, request) = oauth.request(&id).await?;
    let who = oauth.login.sessions.find(&headers).await?;
    let needs = oauth.needs(&id, &app, &request, who.as_ref()).await?;
    let Some(who) = who.filter(|_| needs != Needs::SignIn) else {
        return Ok(Redirect::to(&path_of(&id)).into_response());
    };
    if form.account != oauth.subjects.sub(&app, who.account.id) {
        // Somebody else has signed in here since, in another tab: it is they who are asked.
        return Ok(page(&oauth, &id, &app, &request, &who));
    }
    match form.decision.as_str() {
        "allow" => {
            oauth.login.remember_consent(who.account.id, app.id, &request.scopes, oauth.now()).await?;
            oauth.finish(&id, &app, &request, &who).await
        }
        "deny" => Ok(oauth.refuse(&request.back, &OAuthError::AccessDenied)),
        _ => Err(Problem::malformed()),
    }
}
