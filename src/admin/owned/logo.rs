//! Uploads, replaces and removes the logo of an app that a person looks after.

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use super::app::{Notices, refused};
use super::person::Person;
use crate::account::session::{Sessions, sign_in_first};
use crate::admin::form::FieldError;
use crate::admin::requests::state::AppRequests;
use crate::picture::{FIELD, Pictures};
use crate::run_to_end::run_to_end;
use crate::store::records::pictures::NewPicture;
use crate::text::Texts;
use crate::ticket::ids::AppId;
use crate::web::problem::Problem;

/// `POST /apps/mine/{app}/logo`: sets the logo of the app to an uploaded picture and redirects to the app's page. If the
/// picture is rejected, the answer is the page with the reason, and the logo stays as it was.
pub async fn upload(
    State(requests): State<AppRequests>,
    State(sessions): State<Sessions>,
    State(pictures): State<Pictures>,
    Extension(who): Extension<Person>,
    Path(id): Path<String>,
    texts: &'static Texts,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    requests.limits.decision(who.account)?;
    who.app(&requests, &id).await?;
    let taken = pictures.take(request, who.account, requests.admin.now()).await;
    // The picture may have come slowly: the session may have ended meanwhile, and the app may have another owner.
    if sessions.find(&headers).await?.is_none() {
        return Ok(sign_in_first(&format!("/apps/mine/{id}")));
    }
    let app = who.app(&requests, &id).await?;
    let not_taken = match taken {
        Ok(picture) => return set(&requests, &who, app.id, Some(picture)).await,
        Err(not_taken) => not_taken,
    };
    let (status, text) = not_taken.status_and_text(texts)?;
    let wrong = Some(FieldError { name: FIELD, value: None, text });
    refused(&requests, &who, texts, &app, status, Notices { wrong, ..Notices::default() }).await
}

/// `POST /apps/mine/{app}/logo/remove`: removes the logo of the app, so that the initials of its name are shown instead,
/// and redirects to the app's page.
pub async fn remove(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Person>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let app = who.app(&requests, &id).await?;
    set(&requests, &who, app.id, None).await
}

async fn set(requests: &AppRequests, who: &Person, id: AppId, logo: Option<NewPicture>) -> Result<Response, Problem> {
    let done = if logo.is_some() { "logo" } else { "no-logo" };
    let (records, by) = (requests.admin.records.clone(), who.by(requests.admin.now()));
    let set = run_to_end(async move { records.set_app_logo(id, logo, by).await });
    set.await?.ok_or_else(Problem::not_found)?;
    tracing::info!(app.id = %id, "an app's logo was changed by its owner");
    Ok(Redirect::to(&format!("/apps/mine/{id}?done={done}")).into_response())
}
