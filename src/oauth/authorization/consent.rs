//! What an app may know, asked of a person who is signed in already. Whoever signs in by a scan is asked on the phone.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::prelude::*;

use super::endpoint::{Needs, logo_path, path_of};
use super::request::AuthorizationRequest;
use super::response::Leads;
use crate::account::session::SignedIn;
use crate::login::{boxes, ticked};
use crate::oauth::client::redirect_uri::host_of;
use crate::oauth::error::OAuthError;
use crate::oauth::state::OAuth;
use crate::picture::avatar::{Size, avatar};
use crate::picture::logo::logo;
use crate::store::Fault;
use crate::store::records::apps::App;
use crate::text::Lang;
use crate::web::client::ClientAddress;
use crate::web::data::with_data;
use crate::web::document::Page;
use crate::web::problem::Problem;

/// The form of the page; what is ticked belongs to it.
const FORM: &str = "consent";

/// The question.
pub async fn page(
    oauth: &OAuth,
    id: &str,
    app: &App,
    request: &AuthorizationRequest,
    who: &SignedIn,
) -> Result<Response, Fault> {
    let lang = Lang::En;
    let page = Page { title: lang.consent_title(), class: "confirm", ..Page::default() };
    let shown = logo_path(app);
    let (action, name, host) = (path_of(id), app.name.clone(), host_of(&request.back.uri).to_owned());
    let asked = oauth.subjects.sub(app, who.account.id);
    let question = oauth.login.question(&who.account, app.id, &request.scopes).await?;
    let learns = lang.learns(&request.scopes, question.fields);
    // Not where the app asks for this very account.
    let may_be_another = request.known_sub.is_none() && request.trial.is_none();
    let (account, picture) = (who.account.display_name.clone(), who.account.profile.picture);
    Ok(oauth.login.site.page(page, move || {
        view! {
            {avatar(&account, picture, Size::Small)}
            <h1>{with_data(lang.consent_question(&name))}</h1>
            <dl class="facts">
                <dt>{lang.fact_site()}</dt><dd class="branded">{logo(&name, shown)} " " <span translate="no">{host}</span></dd>
                <dt>{lang.fact_account()}</dt><dd translate="no">{account}</dd>
                <dt>{lang.fact_learns()}</dt><dd>{learns}</dd>
                {boxes(lang.texts(), question, FORM).map(|boxes| view! { <dd class="all">{boxes}</dd> })}
            </dl>
            <p class="warning">{lang.consent_warning()}</p>
            <form id=FORM method="post" action=action class="choice">
                <input type="hidden" name="account" value=asked/>
                <button type="submit" name="decision" value="deny" class="deny" autofocus=true>{lang.deny()}</button>
                <button type="submit" name="decision" value="allow" class="approve">{lang.consent_allow()}</button>
            </form>
            {may_be_another.then(|| view! {
                <p class="foot">
                    <button type="submit" form=FORM name="decision" value="another" class="quiet">{lang.consent_another()}</button>
                </p>
            })}
        }
    }))
}

/// `POST /oauth/authorize/{id}`: yes or no, and what is ticked; with whom the page showed, as this app calls them. Or another
/// account.
pub async fn decide(
    State(oauth): State<OAuth>,
    from: ClientAddress,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let (app, request) = oauth.request(&id).await?;
    let who = oauth.login.sessions.find(&headers).await?;
    let needs = oauth.needs(&id, &app, &request, who.as_ref()).await?;
    let Some(who) = who.filter(|_| needs != Needs::SignIn) else {
        return Ok(oauth.login.site.after_form(Lang::En.texts(), &path_of(&id)));
    };
    let said = |field| form.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value);
    if said("account") != oauth.subjects.sub(&app, who.account.id) {
        // Somebody else has signed in here since, in another tab: it is they who are asked.
        return Ok(page(&oauth, &id, &app, &request, &who).await?);
    }
    match said("decision") {
        "allow" => {
            let ticked = ticked(&form);
            if !oauth.login.allow(who.account.id, app.id, &request.scopes, ticked).await? {
                // They have taken it back since, in another tab: a code would give nothing, so they are asked again.
                return Ok(oauth.login.site.after_form(Lang::En.texts(), &path_of(&id)));
            }
            oauth.finish(&id, &app, &request, &who, Leads::ByPage).await
        }
        // The same request once more, and whoever is here signs in for it. Until then they are signed in as they are.
        "another" => {
            oauth.login.limits.login(from)?;
            let request = AuthorizationRequest { prompt: request.prompt.with_login(), ..request };
            Ok(Redirect::to(&path_of(&oauth.keep_request(from, &request).await?)).into_response())
        }
        "deny" => Ok(oauth.refuse(&request.back, &OAuthError::AccessDenied, Leads::ByPage)),
        _ => Err(Problem::malformed()),
    }
}
