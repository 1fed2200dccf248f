//! Registers and changes apps. Each action is a plain form that is answered with a redirect, and is logged
//! together with the administrator who did it.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;

use super::audience::unknown_group;
use super::form::{AppForm, FieldError};
use super::page::{self, back_to};
use super::require_admin::Administrator;
use super::shown_once;
use super::state::Administration;
use crate::crypto::random::random;
use crate::oauth::{AppSecret, NotAnApp};
use crate::store::records::app_log::Alike;
use crate::store::records::apps::SecretRotation;
use crate::store::records::fingerprint::Settled;
use crate::store::records::people::Audience;
use crate::text::Texts;
use crate::ticket::ids::{AppId, Attempt};
use crate::web::form::ATTEMPT;
use crate::web::problem::Problem;

/// `GET /admin/apps/new`: shows the empty form with which an administrator registers an app.
pub async fn blank(State(admin): State<Administration>, texts: &'static Texts) -> Response {
    page::new(&admin.site, texts, &AppForm::default(), None)
}

/// `POST /admin/apps/new`: registers an app and redirects to its page, which shows its secret once; if the
/// settings are not valid, the answer is 422 and the form again. The app's id and secret are derived from the
/// form, so a form that is sent twice registers one app.
pub async fn register(
    State(admin): State<Administration>,
    Extension(who): Extension<Administrator>,
    texts: &'static Texts,
    typed: AppForm,
) -> Result<Response, Problem> {
    let attempt = attempt_of(typed.one(ATTEMPT));
    let made = |what: &str| admin.attempts.of(&[what.as_bytes(), who.account.as_bytes(), &attempt, &typed.to_bytes()]);
    let [id, secret, token] = ["id", "secret", "token"].map(made);
    let (id, secret) = (AppId::from_random(std::array::from_fn(|at| id[at])), AppSecret::from_random(secret));
    let refuse = |why| Ok(refused(page::new(&admin.site, texts, &typed, Some(&FieldError::of(texts, why)))));
    // Nobody may use a new app until its page is told who may: otherwise it would be open to everyone unseen.
    let registered = typed.app(Audience::NOBODY).and_then(|app| app.register(id, secret, admin.now()));
    let (app, secret) = match registered {
        Ok(registered) => registered,
        Err(why) => return refuse(why),
    };
    let shown = match &secret {
        Some(_) => shown_once::address(id, &token),
        None => format!("/admin/apps/{id}?done=added"),
    };
    // If the form was sent twice, the app is already there, and only the redirect is repeated.
    if admin.records.app(id).await?.is_none() {
        // The secret is stored before the app, so that there is no app whose secret was never shown.
        if let Some(secret) = &secret {
            shown_once::keep(&admin, id, who.account, &token, secret).await?;
        }
        match admin.records.add_app(app, who.by(admin.now())).await? {
            Ok(true) => tracing::info!(app.id = %id, "an app was registered"),
            Ok(false) => {}
            Err(alike) => return refuse(not_told_apart(id, alike)),
        }
    }
    Ok(Redirect::to(&shown).into_response())
}

/// Parses the random id of a page from the field of its form; returns a new random id if the field is empty or
/// malformed, so that such forms count as different.
pub fn attempt_of(text: &str) -> [u8; 16] {
    *text.parse().unwrap_or_else(|_| Attempt::from_random(random())).as_bytes()
}

/// The query `?secret=&done=` of an app's page: the token of a new secret to show, and the action that was just
/// done. The handler of that action redirects to the page with it.
#[derive(Deserialize)]
pub struct AppQuery {
    /// The token under which a new secret is stored for this page.
    #[serde(default)]
    pub secret: String,
    /// The action that was just done: a word of [`Texts::app_done`].
    #[serde(default)]
    pub done: String,
}

/// `GET /admin/apps/{id}`: shows an app, its settings, and the result of the last action. A new secret is shown
/// only once.
pub async fn show(
    State(admin): State<Administration>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
    Query(after): Query<AppQuery>,
    texts: &'static Texts,
) -> Result<Response, Problem> {
    let (app, groups) = admin.find_with_groups(&id).await?;
    let secret = shown_once::take(&admin, app.id, who.account, &after.secret).await?;
    let notices = page::Notices { secret, done: after.done, ..page::Notices::default() };
    Ok(page::app(&admin.site, texts, &app, &groups, &AppForm::shown(&app), notices))
}

/// `POST /admin/apps/{id}`: changes the settings of an app and redirects to its page. If they were changed since
/// the form was shown, the answer is 409 and the form again; if they are not valid, it is 422 and the form again.
pub async fn change(
    State(admin): State<Administration>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
    texts: &'static Texts,
    typed: AppForm,
) -> Result<Response, Problem> {
    let (app, groups) = admin.find_with_groups(&id).await?;
    let show_again = |wrong| {
        let notices = page::Notices { wrong: Some(wrong), ..page::Notices::default() };
        Ok(refused(page::app(&admin.site, texts, &app, &groups, &typed, notices)))
    };
    let again = |why| show_again(FieldError::of(texts, why));
    if let Some(wrong) = unknown_group(texts, &typed, &groups) {
        return show_again(wrong);
    }
    let changed = match typed.app(app.audience.clone()).and_then(|given| given.change(app.clone())) {
        Ok(changed) => changed,
        Err(why) => return again(why),
    };
    let settled = match admin.records.settle_app(changed, typed.seen(), who.by(admin.now())).await? {
        Ok(settled) => settled,
        Err(alike) => return again(not_told_apart(app.id, alike)),
    };
    match settled {
        Settled::Done => {
            tracing::info!(app.id = %app.id, "an app was changed");
            Ok(back_to(&app, "saved"))
        }
        Settled::Meanwhile => {
            tracing::info!(app.id = %app.id, "an app was changed since its form was shown");
            // The form again, now with the present fingerprint: sending it once more overwrites the other
            // change.
            let app = admin.find(&id).await?;
            let notices = page::Notices { is_outdated: true, ..page::Notices::default() };
            let page = page::app(&admin.site, texts, &app, &groups, &typed.beside(&app), notices);
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Settled::Unknown => Err(Problem::not_found()),
    }
}

/// The form of `POST /admin/apps/{id}/secret`, which makes a new secret for an app.
#[derive(Deserialize)]
pub struct Rotation {
    /// The random id of the page.
    #[serde(default)]
    pub attempt: String,
    /// The fingerprint of the app's secrets when the form was shown.
    #[serde(default)]
    pub seen: Option<String>,
}

/// `POST /admin/apps/{id}/secret`: makes a new secret for an app and redirects to its page, which shows the
/// secret once. The previous secret stays valid until the next rotation. If the secrets changed since the form
/// was shown, the answer is 409 and the app's page, and no secret is made.
pub async fn rotate(
    State(admin): State<Administration>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
    texts: &'static Texts,
    Form(form): Form<Rotation>,
) -> Result<Response, Problem> {
    let app = admin.find(&id).await?;
    // A public app has no secret, and its page has no such form.
    let Some(newest) = app.secrets.first() else { return Err(Problem::malformed()) };
    let (attempt, of) = (attempt_of(&form.attempt), app.id.to_string());
    let made = |what: &str| admin.attempts.of(&[what.as_bytes(), who.account.as_bytes(), &attempt, of.as_bytes()]);
    let (secret, token) = (AppSecret::from_random(made("next secret")), made("its token"));
    let shown = Redirect::to(&shown_once::address(app.id, &token)).into_response();
    // The form was sent twice: another rotation would invalidate the older secret, which the app may still
    // use.
    if *newest == secret.hash() {
        return Ok(shown);
    }
    let seen = app.secret_fingerprint();
    if form.seen.is_some_and(|text| text != seen.to_string()) {
        return outdated(&admin, texts, &id).await;
    }
    shown_once::keep(&admin, app.id, who.account, &token, &secret).await?;
    // The secrets are compared once more with what was seen, because another rotation may come at the same moment.
    match admin.records.rotate_app_secret(app.id, secret.hash(), Some(seen), who.by(admin.now())).await? {
        SecretRotation::Done => {
            tracing::info!(app.id = %app.id, "an app got a new secret");
            Ok(shown)
        }
        SecretRotation::Same => Ok(shown),
        SecretRotation::Meanwhile => outdated(&admin, texts, &id).await,
        SecretRotation::NoSecret => Err(Problem::malformed()),
    }
}

/// Returns the answer to a rotation if the secrets changed since its form was shown: 409 and the page of the app as it
/// is now.
async fn outdated(admin: &Administration, texts: &'static Texts, id: &str) -> Result<Response, Problem> {
    let (app, groups) = admin.find_with_groups(id).await?;
    tracing::info!(app.id = %app.id, "the secrets of an app were changed since a form was shown");
    let notices = page::Notices { is_outdated: true, ..page::Notices::default() };
    let page = page::app(&admin.site, texts, &app, &groups, &AppForm::shown(&app), notices);
    Ok((StatusCode::CONFLICT, page).into_response())
}

/// `POST /admin/apps/{id}/disable`: disables an app, so that no one can sign in to it, and redirects to its page.
pub async fn disable(
    State(admin): State<Administration>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let app = admin.find(&id).await?;
    admin.records.disable_app(app.id, who.by(admin.now())).await?;
    tracing::info!(app.id = %app.id, "an app was disabled");
    Ok(back_to(&app, "disabled"))
}

/// `POST /admin/apps/{id}/enable`: allows sign-ins to a disabled app again, and redirects to its page.
pub async fn enable(
    State(admin): State<Administration>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let app = admin.find(&id).await?;
    admin.records.enable_app(app.id, who.by(admin.now())).await?;
    tracing::info!(app.id = %app.id, "an app was enabled");
    Ok(back_to(&app, "enabled"))
}

/// Logs that the name of an app was refused because people could not distinguish it from another app's name,
/// and returns the error.
fn not_told_apart(app: AppId, alike: Alike) -> NotAnApp {
    tracing::info!(code = "app_name_taken", app.id = %app, other.id = %alike.id, "an app was refused");
    NotAnApp::Taken(alike)
}

fn refused(page: Response) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
