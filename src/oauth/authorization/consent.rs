//! The consent page: it asks a person who is signed in already what an app may know. A person who signs in by
//! a scan is asked on the phone.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use leptos::prelude::*;

use super::choice::chooser_for;
use super::needs::Needs;
use super::pages::AuthorizationPages;
use super::request::AuthorizationRequest;
use super::requests::{OpenRequest, Requests, path_of, read_id};
use super::response::Leads;
use crate::account::session::{Sessions, SignedIn};
use crate::login::{Consents, boxes, ticked};
use crate::oauth::client::display::logo_path;
use crate::oauth::client::redirect_uri::host_of;
use crate::oauth::error::OAuthError;
use crate::picture::avatar::{Size, avatar};
use crate::picture::logo::logo;
use crate::store::Fault;
use crate::text::Texts;
use crate::web::client::ClientAddress;
use crate::web::document::Page;
use crate::web::document::Site;
use crate::web::language::Language;
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// The HTML id of the form on the consent page, to which the checkboxes belong.
const FORM: &str = "consent";

/// Returns the consent page for this request and this account. It has a checkbox for each field that the app asks for
/// and the person has filled in, and buttons to allow, to deny and, unless the request is for this account only, to use
/// another account.
pub async fn page(
    consents: &Consents,
    site: &Site,
    texts: &'static Texts,
    requests: &Requests,
    open: &OpenRequest,
    who: &SignedIn,
) -> Result<Response, Fault> {
    let OpenRequest { id, app, request } = open;
    let page = Page { class: "confirm", ..Page::new(texts, texts.consent.title) };
    let shown = logo_path(app);
    let (action, name, host) = (path_of(*id), app.name.clone(), host_of(&request.back.uri).to_owned());
    let asked = requests.tokens.subjects.sub(app, who.account.id);
    let question = consents.question(&who.account, app.id, &request.scopes).await?;
    let groups = consents.groups(&who.account, &request.scopes).await?;
    let learns = texts.learns(&request.scopes, question.fields);
    // No other account is offered if the app asks for this one.
    let may_be_another = request.known_sub.is_none() && request.trial.is_none();
    let (account, picture) = (who.account.display_name.clone(), who.account.profile.picture);
    Ok(site.page(page, move || {
        view! {
            {avatar(&account, picture, Size::Small)}
            <h1>{marked_text(texts.consent.question(&name))}</h1>
            <dl class="facts">
                <dt>{texts.facts.site}</dt><dd class="branded">{logo(&name, shown)} " " <span translate="no">{host}</span></dd>
                <dt>{texts.facts.account}</dt><dd translate="no">{account}</dd>
                <dt>{texts.facts.learns}</dt><dd>{learns}</dd>
                {groups.map(|groups| view! { <dt>{texts.facts.groups}</dt><dd>{marked_text(texts.group_names(&groups))}</dd> })}
                {boxes(texts, question, FORM).map(|boxes| view! { <dd class="all">{boxes}</dd> })}
            </dl>
            <p class="warning">{texts.consent.warning}</p>
            <form id=FORM method="post" action=action class="choice">
                <input type="hidden" name="account" value=asked/>
                <button type="submit" name="decision" value="deny" class="deny" autofocus=true>{texts.common.deny}</button>
                <button type="submit" name="decision" value="allow" class="approve">{texts.consent.allow}</button>
            </form>
            {may_be_another.then(|| view! {
                <p class="foot">
                    <button type="submit" form=FORM name="decision" value="another" class="quiet">{texts.consent.another}</button>
                </p>
            })}
        }
    }))
}

/// `POST /oauth/authorize/{id}`: handles the decision on the consent page: allow with what is ticked, deny, or use
/// another account. Whoever allows or denies adds no account any more. A person who has to sign in first is sent to do so, and one who may not use the app is told instead of
/// being allowed to allow it. The form names the account for which the page
/// was shown. If another account is signed in by now, nothing is decided, and the page is shown for that account.
pub async fn decide(
    State(AuthorizationPages { requests, grants, consents, site, limits }): State<AuthorizationPages>,
    from: ClientAddress,
    Path(id): Path<String>,
    language: Language,
    who: Option<SignedIn>,
    headers: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let open = requests.find(read_id(&id)?).await?;
    let texts = language.follow(open.request.ui_locales.as_deref());
    let needs = requests.needs(&open, who.as_ref()).await?;
    let Some(who) = who.filter(|_| needs != Needs::SignIn) else {
        return Ok(site.after_form(texts, &path_of(open.id)));
    };
    let value_of = |field| form.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value);
    if value_of("account") != requests.tokens.subjects.sub(&open.app, who.account.id) {
        // Another person has signed in here since, in another tab: the page asks that person.
        if needs == Needs::Permission {
            return Ok(requests.refused_page(&site, texts, &open, &who, from).await);
        }
        return Ok(page(&consents, &site, texts, &requests, &open, &who).await?);
    }
    match value_of("decision") {
        "allow" if needs == Needs::Permission => Ok(requests.refused_page(&site, texts, &open, &who, from).await),
        "allow" => {
            let ticked = ticked(&form);
            if !consents.allow(who.account.id, open.app.id, &open.request.scopes, ticked).await? {
                // The person has withdrawn it since, in another tab: a code would give nothing, so they are
                // asked again.
                return Ok(site.after_form(texts, &path_of(open.id)));
            }
            let response = requests.finish(&grants, &site, texts, &open, &who, Leads::ByPage).await?;
            Ok((AppendHeaders(Sessions::end_adding(&headers)), response).into_response())
        }
        "another" if Sessions::has_aside(&headers) && !open.request.is_scan_only(&open.app) => {
            Ok(Redirect::to(&chooser_for(open.id)).into_response())
        }
        // The request is kept a second time and demands a sign-in, with any account, beside which the session stays.
        "another" => {
            limits.new_sign_in(from)?;
            let prompt = open.request.prompt.with_login();
            let request = AuthorizationRequest { prompt, ..open.request };
            let to = Redirect::to(&path_of(requests.keep(from, &request).await?));
            Ok((AppendHeaders([Sessions::begin_adding(&headers, None)]), to).into_response())
        }
        "deny" => {
            let response = open.request.back.refuse(&site, texts, &OAuthError::AccessDenied, Leads::ByPage);
            Ok((AppendHeaders(Sessions::end_adding(&headers)), response).into_response())
        }
        _ => Err(Problem::malformed()),
    }
}
