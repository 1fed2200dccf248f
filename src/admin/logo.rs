//! Uploads, replaces and removes the logo of an app.

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::form::FieldError;
use super::page::{back_to, shown};
use super::require_admin::{Administrator, administrator};
use super::state::Administration;
use crate::account::session::Sessions;
use crate::picture::{FIELD, Pictures};
use crate::run_to_end::run_to_end;
use crate::store::Fault;
use crate::store::records::pictures::NewPicture;
use crate::text::Texts;
use crate::ticket::ids::AppId;
use crate::web::problem::Problem;

/// `POST /admin/apps/{id}/logo`: sets the logo of an app to an uploaded picture and redirects to the app's page.
/// If the picture is rejected, the answer is the app's page with the reason, and the logo stays as it was.
pub async fn upload(
    State(admin): State<Administration>,
    State(sessions): State<Sessions>,
    State(pictures): State<Pictures>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
    texts: &'static Texts,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let (app, groups) = admin.find_with_groups(&id).await?;
    let taken = pictures.take(request, who.account, admin.now()).await;
    // The picture may have come slowly, and the session or the role may have been taken away meanwhile.
    administrator(&sessions, &headers).await?;
    let not_taken = match taken {
        Ok(picture) => {
            set(&admin, &who, app.id, Some(picture)).await?;
            return Ok(back_to(&app, "logo"));
        }
        Err(not_taken) => not_taken,
    };
    let (status, text) = not_taken.status_and_text(texts)?;
    let wrong = FieldError { name: FIELD, value: None, text };
    Ok((status, shown(&admin.site, texts, &app, &groups, wrong)).into_response())
}

/// `POST /admin/apps/{id}/logo/remove`: removes the logo of an app, so that the initials of its name are shown
/// instead, and redirects to the app's page.
pub async fn remove(
    State(admin): State<Administration>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let app = admin.find(&id).await?;
    set(&admin, &who, app.id, None).await?;
    Ok(back_to(&app, "no-logo"))
}

async fn set(admin: &Administration, who: &Administrator, id: AppId, logo: Option<NewPicture>) -> Result<(), Problem> {
    let (records, by) = (admin.records.clone(), who.by(admin.now()));
    let set = run_to_end(async move {
        let before = records.set_app_logo(id, logo, by).await?;
        if before.is_some() {
            tracing::info!(app.id = %id, "an app's logo was changed");
        }
        Ok::<_, Fault>(before)
    });
    set.await?.map(|_| ()).ok_or_else(Problem::not_found)
}
