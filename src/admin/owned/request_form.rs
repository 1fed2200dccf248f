//! The form with which a person asks for an app or for a change of one: renders its fields and checks what was typed, as
//! a registration is checked.

use leptos::prelude::*;

use crate::admin::fields::{HasSecret, dialects, several, text};
use crate::admin::form::{self, AppForm, FieldError};
use crate::names;
use crate::oauth::{AppSecret, NewApp, NotAnApp, RedirectUri};
use crate::store::records::app_log::differing;
use crate::store::records::app_options::AppOptions;
use crate::store::records::apps::App;
use crate::store::records::people::Audience;
use crate::store::records::requests::asked::{Asked, RequestKind};
use crate::text::Texts;
use crate::ticket::ids::AppId;
use crate::ticket::time::Timestamp;
use crate::web::bounds::{DISPLAY_NAME_CHARS, REDIRECT_URI_BYTES};

/// Name of the field with the address of the site.
pub const SITE: &str = "client_uri";
/// Name of the field that says what the app is for.
pub const WHY: &str = "why";
/// The largest number of characters of that field.
const WHY_CHARS: usize = 500;

/// Renders the fields of the form, filled in with the values of `typed`. The address of the site is asked for only if a
/// new app is asked for (`app` is `None`).
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
        {text(WHY, own.why, own.why_hint, typed, wrong, WHY_CHARS)}
    }
    .into_any()
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
            let given = NewApp { name, redirect_uris, dialects, ..NewApp::of(app) };
            (RequestKind::Change, given.change(app.clone()))
        }
    };
    let would_be = would_be.map_err(|why| FieldError::of(texts, why))?;
    if app.is_some_and(|app| differing(app, &would_be).is_empty()) {
        return Err(FieldError { name: form::NAME, value: None, text: texts.own_apps.no_change });
    }
    let site = match kind {
        RequestKind::New => site_of(texts, typed)?,
        RequestKind::Change => String::new(),
    };
    let why = names::shown(typed.one(WHY), WHY_CHARS);
    let why = why.map_err(|_| FieldError { name: WHY, value: None, text: texts.own_apps.why_wrong })?;
    let App { name, redirect_uris, dialects, .. } = would_be.clone();
    Ok((Asked { kind, name, site, redirect_uris, dialects, why }, would_be))
}

/// Returns the app that would be registered, with an id that nothing has, for the check of its settings and its name.
fn registered(
    name: String,
    redirect_uris: Vec<String>,
    dialects: crate::store::records::apps::Dialects,
    now: Timestamp,
) -> Result<App, NotAnApp> {
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
