//! The form with which a person asks for an app or for a change of one: renders its fields and checks what was typed, as
//! a registration is checked.

use leptos::prelude::*;

use crate::admin::fields::{HasSecret, dialects, several, text, tick};
use crate::admin::form::{self, AppForm, FieldError};
use crate::names;
use crate::oauth::{AppSecret, NewApp, NotAnApp, RedirectUri};
use crate::store::records::app_log::differing;
use crate::store::records::app_options::{AppOptions, Switch};
use crate::store::records::apps::{App, Dialects};
use crate::store::records::people::Audience;
use crate::store::records::requests::asked::{Asked, AskedClaims, RequestKind};
use crate::text::Texts;
use crate::ticket::ids::AppId;
use crate::ticket::time::Timestamp;
use crate::web::bounds::{DISPLAY_NAME_CHARS, REDIRECT_URI_BYTES};

/// Name of the field with the address of the site.
pub const SITE: &str = "client_uri";
/// Name of the field that says what the app is for.
pub const WHY: &str = "why";
/// Name of the field that says in words who is to use the app.
pub const USERS: &str = "users";
/// The largest number of characters of each of these two fields.
const WORDS_CHARS: usize = 500;

/// Renders the fields of the form, filled in with the values of `typed`. The address of the site is asked for only if a
/// new app is asked for (`app` is `None`), and what the app learns of people only if a change of one is.
pub fn request_fields(
    texts: &'static Texts,
    app: Option<&App>,
    typed: &AppForm,
    wrong: Option<&FieldError>,
) -> AnyView {
    let (own, words) = (&texts.own_apps, &texts.app_form);
    let has_secret = app.map_or(HasSecret::Undecided, HasSecret::of);
    let site = app.is_none().then(|| text(SITE, own.site, own.site_hint, typed, wrong, REDIRECT_URI_BYTES));
    view! {
        {text(form::NAME, words.name, words.name_hint, typed, wrong, DISPLAY_NAME_CHARS)}
        {site}
        {several(form::REDIRECT_URI, words.redirect_uris, words.redirect_uri, words.redirect_hint, typed, wrong, 2)}
        {dialects(texts, has_secret, typed, wrong)}
        {app.map(|_| claims_fields(texts, typed, wrong))}
        {text(USERS, own.users, users_hint(texts, app), typed, wrong, WORDS_CHARS)}
        {text(WHY, own.why, own.why_hint, typed, wrong, WORDS_CHARS)}
    }
    .into_any()
}

/// Renders the two check boxes of the options that decide what an app learns of people.
fn claims_fields(texts: &'static Texts, typed: &AppForm, wrong: Option<&FieldError>) -> AnyView {
    let words = &texts.app_form;
    let in_id_token = Switch::ProfileInIdToken.name();
    view! {
        <fieldset>
            <legend>{texts.own_apps.claims}</legend>
            {tick(form::PAIRWISE, words.pairwise, words.pairwise_hint, typed, wrong)}
            {tick(in_id_token, words.in_id_token, words.in_id_token_hint, typed, wrong)}
        </fieldset>
    }
    .into_any()
}

/// Returns the hint of the field about who is to use the app. It says whether the app is open to everyone, to some groups
/// or to nobody, and names no group.
fn users_hint(texts: &'static Texts, app: Option<&App>) -> &'static str {
    match app.map(|app| &app.audience) {
        None => texts.own_apps.users_hint,
        Some(Audience::Everyone) => texts.own_apps.users_everyone,
        Some(nobody) if *nobody == Audience::NOBODY => texts.own_apps.users_nobody,
        Some(Audience::Groups(_)) => texts.own_apps.users_groups,
    }
}

/// Makes the form that proposes a change of an app, filled in with its present settings.
pub fn proposal_of(app: &App) -> AppForm {
    AppForm::of(&NewApp::of(app))
}

/// Reads a request for a new app (`app` is `None`) or for a change of `app`. Returns what is asked for, and the app as it
/// would be. Nothing else in the form counts: an administrator decides about everything else.
///
/// # Errors
/// The error of the first field that is wrong.
pub fn read(
    texts: &'static Texts,
    app: Option<&App>,
    typed: &AppForm,
    now: Timestamp,
) -> Result<(Asked, App), FieldError> {
    let (name, redirect_uris, chosen) =
        (typed.one(form::NAME).to_owned(), typed.all(form::REDIRECT_URI), typed.dialects());
    let (kind, would_be) = match app {
        None => (RequestKind::New, registered(name, redirect_uris, chosen, now)),
        Some(app) => {
            let dialects = if app.secrets.is_empty() { app.dialects } else { chosen };
            let options = claims_of(typed).put_into(app.options.clone());
            let given = NewApp { name, redirect_uris, dialects, options, ..NewApp::of(app) };
            (RequestKind::Change, given.change(app.clone()))
        }
    };
    let would_be = would_be.map_err(|why| FieldError::of(texts, why))?;
    let users = users_of(texts, kind, typed)?;
    if users.is_empty() && app.is_some_and(|app| differing(app, &would_be).is_empty()) {
        return Err(FieldError { name: form::NAME, value: None, text: texts.own_apps.no_change });
    }
    let site = match kind {
        RequestKind::New => site_of(texts, typed)?,
        RequestKind::Change => String::new(),
    };
    let why = names::shown(typed.one(WHY), WORDS_CHARS);
    let why = why.map_err(|_| FieldError { name: WHY, value: None, text: texts.own_apps.why_wrong })?;
    let claims = app.map(|_| AskedClaims::of(&would_be.options));
    let App { name, redirect_uris, dialects, .. } = would_be.clone();
    Ok((Asked { kind, name, site, redirect_uris, dialects, claims, users, why }, would_be))
}

/// Reads the two check boxes of what the app is to learn of people.
fn claims_of(typed: &AppForm) -> AskedClaims {
    let profile_in_id_token = typed.is_ticked(Switch::ProfileInIdToken.name());
    AskedClaims { subject_type: typed.subject_type(), profile_in_id_token }
}

/// Reads who is to use the app. It may be empty in a change, which then leaves that as it is. The words are compared with
/// no group: the answer would tell people who administer nothing which groups there are.
fn users_of(texts: &'static Texts, kind: RequestKind, typed: &AppForm) -> Result<String, FieldError> {
    match (kind, typed.one(USERS)) {
        (RequestKind::Change, "") => Ok(String::new()),
        (_, words) => names::shown(words, WORDS_CHARS).map_err(|_| FieldError {
            name: USERS,
            value: None,
            text: texts.own_apps.users_wrong,
        }),
    }
}

/// Returns the app that would be registered, with an id that nothing has, for the check of its settings and its name.
fn registered(name: String, redirect_uris: Vec<String>, dialects: Dialects, now: Timestamp) -> Result<App, NotAnApp> {
    let (options, audience) = (AppOptions::default(), Audience::NOBODY);
    let given = NewApp { name, redirect_uris, dialects, has_secret: true, options, audience };
    let (app, _) = given.register(AppId::from_random([0; 8]), AppSecret::from_random([0; 32]), now)?;
    Ok(app)
}

/// Reads the address of the site, which is one that a browser can open.
fn site_of(texts: &'static Texts, typed: &AppForm) -> Result<String, FieldError> {
    let site = typed.one(SITE);
    let wrong = |text| FieldError { name: SITE, value: None, text };
    match site.parse::<RedirectUri>() {
        Ok(uri) if !uri.is_private_use() => Ok(site.to_owned()),
        Ok(_) => Err(wrong(texts.app_wrong.uri_insecure)),
        Err(why) => {
            let FieldError { text, .. } = FieldError::of(texts, NotAnApp::Uri(site.to_owned(), why));
            Err(wrong(text))
        }
    }
}
