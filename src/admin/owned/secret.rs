//! Shows the first secret of an app to its owner, and makes new ones.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::app::{Notices, refused};
use super::person::Person;
use crate::admin::edit::{Rotation, attempt_of};
use crate::admin::requests::state::AppRequests;
use crate::admin::shown_once;
use crate::oauth::AppSecret;
use crate::store::records::apps::SecretRotation;
use crate::text::Texts;
use crate::ticket::ids::AppId;
use crate::web::problem::Problem;

/// `POST /apps/mine/{app}/secret`: takes the secret that was made when the app was approved, and redirects to the app's
/// page, which shows it once. The redirect has the same address however often the button is pressed, so that a press that
/// is repeated at once shows the secret as well, and a later one says that it was shown.
pub async fn reveal(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Person>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    requests.limits.decision(who.account)?;
    let app = who.app(&requests, &id).await?;
    let (admin, of) = (&requests.admin, app.id.to_string());
    let token = admin.attempts.of(&[b"first secret", who.account.as_bytes(), of.as_bytes()]);
    if let Some((request, sealed)) = admin.records.sealed_secret_of(app.id).await? {
        let Some(secret) = requests.open(request, &sealed) else {
            tracing::error!(app.id = %app.id, "the secret of an app was encrypted with another key of the server");
            admin.records.forget_sealed_secret(app.id).await?;
            return Ok(Redirect::to(&address(app.id, &token)).into_response());
        };
        // It is kept for the page before it is deleted here, so that it is not lost if the server stops in between.
        shown_once::keep(admin, app.id, who.account, &token, &secret).await?;
        admin.records.forget_sealed_secret(app.id).await?;
        tracing::info!(app.id = %app.id, "the owner of an app took its secret");
    }
    Ok(Redirect::to(&address(app.id, &token)).into_response())
}

/// `POST /apps/mine/{app}/rotate`: makes a new secret and redirects to the app's page, which shows it once. The previous
/// one stays valid until the next rotation. If the secrets changed since the form was shown, the answer is 409 and the
/// page, and no secret is made.
pub async fn rotate(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Person>,
    Path(id): Path<String>,
    texts: &'static Texts,
    Form(form): Form<Rotation>,
) -> Result<Response, Problem> {
    requests.limits.decision(who.account)?;
    let app = who.app(&requests, &id).await?;
    let Some(newest) = app.secrets.first() else { return Err(Problem::malformed()) };
    let (admin, attempt, of) = (&requests.admin, attempt_of(&form.attempt), app.id.to_string());
    let made = |what: &str| admin.attempts.of(&[what.as_bytes(), who.account.as_bytes(), &attempt, of.as_bytes()]);
    let (secret, token) = (AppSecret::from_random(made("an owner's secret")), made("an owner's token"));
    let shown = Redirect::to(&address(app.id, &token)).into_response();
    // The form was sent twice: another rotation would invalidate the older secret, which the app may still use.
    if *newest == secret.hash() {
        return Ok(shown);
    }
    let seen = app.secret_fingerprint();
    if form.seen.is_some_and(|text| text != seen.to_string()) {
        return outdated(&requests, &who, texts, &id).await;
    }
    shown_once::keep(admin, app.id, who.account, &token, &secret).await?;
    // The secrets are compared once more with what was seen, because another rotation may come at the same moment.
    match admin.records.rotate_app_secret(app.id, secret.hash(), Some(seen), who.by(admin.now())).await? {
        SecretRotation::Done => {
            tracing::info!(app.id = %app.id, "an app got a new secret from its owner");
            Ok(shown)
        }
        SecretRotation::Same => Ok(shown),
        SecretRotation::Meanwhile => outdated(&requests, &who, texts, &id).await,
        SecretRotation::NoSecret => Err(Problem::malformed()),
    }
}

/// Returns the answer to a rotation if the secrets changed since its form was shown: 409 and the page of the app as it
/// is now.
async fn outdated(requests: &AppRequests, who: &Person, texts: &'static Texts, id: &str) -> Result<Response, Problem> {
    let app = who.app(requests, id).await?;
    tracing::info!(app.id = %app.id, "the secrets of an app were changed since a form was shown");
    let notices = Notices { is_outdated: true, ..Notices::default() };
    refused(requests, who, texts, &app, StatusCode::CONFLICT, notices).await
}

fn address(app: AppId, token: &[u8; 32]) -> String {
    format!("/apps/mine/{app}?secret={}", URL_SAFE_NO_PAD.encode(token))
}
