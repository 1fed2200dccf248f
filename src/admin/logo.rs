//! An app's logo: uploaded, replaced, removed.

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

use super::edit::{back_to, find, shown};
use super::form::Wrong;
use super::require_admin::Administrator;
use crate::oauth::{OAuth, logo_path};
use crate::picture::logo::logo;
use crate::picture::{ACCEPT, FIELD};
use crate::store::Fault;
use crate::store::records::apps::App;
use crate::store::records::pictures::NewPicture;
use crate::text::Lang;
use crate::ticket::ids::AppId;
use crate::web::problem::Problem;
use crate::whole::whole;

/// `POST /admin/apps/{id}/logo`
pub async fn upload(
    State(oauth): State<OAuth>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let app = find(&oauth, &id).await?;
    let not_taken = match oauth.pictures.take(request, who.account, oauth.now()).await {
        Ok(picture) => {
            set(&oauth, &who, app.id, Some(picture)).await?;
            return Ok(back_to(&app, "logo"));
        }
        Err(not_taken) => not_taken,
    };
    let (status, text) = not_taken.told(Lang::En.texts())?;
    Ok((status, shown(&oauth, &app, Wrong { name: FIELD, value: None, text })).into_response())
}

/// `POST /admin/apps/{id}/logo/remove`: initials from now on.
pub async fn remove(
    State(oauth): State<OAuth>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let app = find(&oauth, &id).await?;
    set(&oauth, &who, app.id, None).await?;
    Ok(back_to(&app, "no-logo"))
}

async fn set(oauth: &OAuth, who: &Administrator, id: AppId, logo: Option<NewPicture>) -> Result<(), Problem> {
    let (records, by) = (oauth.records.clone(), who.by(oauth.now()));
    let set = whole(async move {
        let before = records.set_app_logo(id, logo, by).await?;
        if before.is_some() {
            tracing::info!(app.id = %id, "an app's logo was changed");
        }
        Ok::<_, Fault>(before)
    });
    set.await?.map(|_| ()).ok_or_else(Problem::not_found)
}

/// The part of an app's page.
pub fn section(lang: Lang, app: &App, path: &str, wrong: Option<&Wrong>) -> impl IntoView + use<> {
    let wrong = wrong.filter(|wrong| wrong.name == FIELD).map(|wrong| wrong.text);
    let is_there = app.options.logo.is_some();
    let (action, removes) = (format!("{path}/logo"), format!("{path}/logo/remove"));
    let (name, shown) = (app.name.clone(), logo(&app.name, logo_path(app)));
    let described_by = if wrong.is_some() { "logo-wrong logo-hint" } else { "logo-hint" };
    view! {
        <section id="logo">
            <h2>{lang.logo_title()}</h2>
            <p class="hint" id="logo-hint">{lang.logo_hint()}</p>
            <p class="branded">{shown} " " <span translate="no">{name}</span></p>
            <form method="post" action=action enctype="multipart/form-data">
                <label class="unseen" for=FIELD>{lang.logo_file()}</label>
                <input type="file" id=FIELD name=FIELD accept=ACCEPT required=true aria-describedby=described_by
                    aria-invalid=wrong.map(|_| "true") autofocus=wrong.is_some()/>
                {wrong.map(|text| view! { <p class="wrong" id="logo-wrong">{text}</p> })}
                <button type="submit">{if is_there { lang.logo_replace() } else { lang.logo_upload() }}</button>
            </form>
            {is_there.then(|| view! {
                <form method="post" action=removes><button type="submit" class="quiet">{lang.logo_remove()}</button></form>
            })}
        </section>
    }
}
