//! What an app may know, asked of a person who is signed in already. Whoever signs in by a scan is asked on the phone.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::authorize::{Needs, logo_path, path_of};
use super::error::OAuthError;
use super::provider::OAuth;
use super::redirect_uri::host_of;
use super::request::AuthorizationRequest;
use crate::account::session::SignedIn;
use crate::store::Fault;
use crate::store::apps::App;
use crate::store::grants::Grant;
use crate::text::{Lang, initials};
use crate::web::document::Page;
use crate::web::logo::logo;
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
    let shown = logo_path(app);
    let (action, name, host) = (path_of(id), app.name.clone(), host_of(&request.back.uri).to_owned());
    let (account, learns) = (who.account.display_name.clone(), lang.learns(&request.scopes));
    oauth.login.site.page(page, move || {
        view! {
            <p class="avatar small" aria-hidden="true">{initials(&account)}</p>
            <h1>{lang.consent_question(&name)}</h1>
            <dl class="facts">
                <dt>{lang.fact_site()}</dt><dd class="branded">{logo(&name, shown)} " " {host}</dd>
                <dt>{lang.fact_account()}</dt><dd>{account}</dd>
                <dt>{lang.fact_learns()}</dt><dd>{learns}</dd>
            </dl>
            <p class="warning">{lang.consent_warning()}</p>
            <form method="post" action=action class="choice">
                <button type="submit" name="decision" value="deny" class="deny" autofocus=true>{lang.deny()}</button>
                <button type="submit" name="decision" value="allow" class="approve">{lang.consent_allow()}</button>
            </form>
        }
    })
}

impl OAuth {
    /// Whether the person of a grant that is to begin still lets its app know anything: they may have taken that back
    /// since the code was made.
    pub async fn is_allowed_still(&self, grant: &Grant) -> Result<bool, Fault> {
        match grant.account {
            Some(account) => Ok(self.records.consent(account, grant.app).await?.is_some()),
            None => Ok(true),
        }
    }
}

/// The form of `POST /oauth/authorize/{id}`.
#[derive(Deserialize)]
pub struct Decision {
    decision: String,
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
    let needs = oauth.needs(&app, &request, who.as_ref()).await?;
    let Some(who) = who.filter(|_| needs != Needs::SignIn) else {
        return Ok(Redirect::to(&path_of(&id)).into_response());
    };
    match form.decision.as_str() {
        "allow" => {
            oauth.login.remember_consent(who.account.id, app.id, &request.scopes).await?;
            oauth.finish(&app, &request, &who).await
        }
        "deny" => Ok(oauth.refuse(&request.back, &OAuthError::AccessDenied)),
        _ => Err(Problem::malformed()),
    }
}
