//! Gives an app to another person, after a question that says what happens.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use leptos::prelude::*;
use serde::Deserialize;

use super::app::{Notices, USERNAME, refused};
use super::person::Person;
use crate::account::TypedName;
use crate::admin::form::FieldError;
use crate::admin::requests::state::AppRequests;
use crate::store::records::Account;
use crate::store::records::activity::{ActivityActor, ActivityKind, NewActivity};
use crate::store::records::apps::App;
use crate::store::records::requests::request::HandedOver;
use crate::text::Texts;
use crate::ticket::time::Timestamp;
use crate::web::document::{Page, Site};
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// The form that gives an app to another person.
#[derive(Deserialize)]
pub struct HandOver {
    /// The user name of that person, as it was typed.
    #[serde(default)]
    username: String,
    /// Present if the owner answered the question with yes.
    #[serde(default)]
    confirmed: Option<String>,
}

/// `POST /apps/mine/{app}/hand-over`: asks whether the app is to be given to the person of this user name; with the answer
/// yes, gives it to them and redirects to the list of the former owner's apps. If nobody has the user name, the answer is
/// 422 and the app's page.
pub async fn hand_over(
    State(requests): State<AppRequests>,
    Extension(who): Extension<Person>,
    Path(id): Path<String>,
    texts: &'static Texts,
    Form(form): Form<HandOver>,
) -> Result<Response, Problem> {
    requests.limits.decision(who.account)?;
    let app = who.app(&requests, &id).await?;
    let records = &requests.admin.records;
    let typed = TypedName::of(&form.username);
    let found = records.account_by_username(typed.as_str()).await?;
    let refuse = |text| {
        let wrong = Some(FieldError { name: USERNAME, value: None, text });
        let notices = Notices { wrong, username: typed.as_str().to_owned(), ..Notices::default() };
        refused(&requests, &who, texts, &app, StatusCode::UNPROCESSABLE_ENTITY, notices)
    };
    let next = match found {
        Some((account, _)) if account.id == who.account => return refuse(texts.own_apps.hand_self).await,
        Some((account, _)) if !account.is_disabled => account,
        _ => return refuse(texts.own_apps.hand_unknown).await,
    };
    if form.confirmed.is_none() {
        return Ok(question(&requests.admin.site, texts, &app, &next));
    }
    let now = requests.admin.now();
    let lines = lines(&who, &app, &next, now);
    match records.hand_app_over(app.id, who.account, next.id, who.by(now), lines).await? {
        HandedOver::Done => {
            tracing::info!(app.id = %app.id, "an app was handed over by its owner");
            Ok(Redirect::to("/apps/mine?done=handed").into_response())
        }
        HandedOver::NotTheirs => Err(Problem::not_found()),
        HandedOver::NoSuchPerson => refuse(texts.own_apps.hand_unknown).await,
    }
}

/// Returns the lines of activity about a hand-over by `who` to `next`: one about each of them.
fn lines(who: &Person, app: &App, next: &Account, now: Timestamp) -> [NewActivity; 2] {
    let given = who.line(ActivityKind::AppHandedOver, Some(app), &named(next), now);
    let taken = NewActivity {
        account: Some(next.id),
        account_name: next.display_name.clone(),
        actor: ActivityActor::Person { account: who.account, name: given.account_name.clone() },
        ..given.clone()
    };
    [given, taken]
}

/// Returns the display name and the user name of a person.
fn named(person: &Account) -> String {
    format!("{} ({})", person.display_name, person.username.as_deref().unwrap_or_default())
}

/// Renders the question whether an app is to be given to this person.
fn question(site: &Site, texts: &'static Texts, app: &App, next: &Account) -> Response {
    let own = &texts.own_apps;
    let path = format!("/apps/mine/{}", app.id);
    let (username, person) = (next.username.clone().unwrap_or_default(), named(next));
    site.page(Page { class: "wide", ..Page::new(texts, own.hand_title) }, || {
        view! {
            <p class="way"><a href=path.clone() translate="no">{app.name.clone()}</a></p>
            <h1>{marked_text(own.hand_question(&app.name))}</h1>
            <p class="lead">{marked_text(own.hand_lead(&app.name, &person))}</p>
            <form class="answers" method="post" action=format!("{path}/hand-over")>
                <input type="hidden" name=USERNAME value=username/>
                <input type="hidden" name="confirmed" value="yes"/>
                <button type="submit" class="danger">{own.hand_confirm}</button>
                <a class="button" href=path.clone()>{own.keep}</a>
            </form>
        }
        .into_any()
    })
}
