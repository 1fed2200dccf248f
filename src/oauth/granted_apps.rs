//! The page `/account/apps`: it shows what an account lets each app know, and lets the person change or
//! withdraw that. A change takes effect at once, also for tokens that an app has already.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::client::display::logo_path;
use crate::account::activity::{ActivityLog, Whence};
use crate::account::session::SignedIn;
use crate::clock::Clock;
use crate::consent::field::{Allowed, Fields, Question};
use crate::login::{boxes, ticked};
use crate::picture::logo::logo;
use crate::store::records::Records;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::fingerprint::Fingerprint;
use crate::store::records::grants::{Consent, DecidedAt};
use crate::text::Texts;
use crate::web::document::{Page, Site};
use crate::web::form::{DoneQuery, SEEN};
use crate::web::problem::Problem;

/// The path of the page that shows the consents of an account.
const PATH: &str = "/account/apps";

/// `GET /account/apps`: shows the consents of the account, with a form for each.
pub async fn page(
    State(records): State<Records>,
    State(site): State<Site>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
    who: SignedIn,
) -> Result<Response, Problem> {
    let consents = records.consents(who.account.id).await?;
    let filled = who.account.filled_fields();
    let page = Page { class: "wide", ..Page::new(texts, texts.allowed.title) };
    Ok(site.page(page, move || {
        let is_empty = consents.is_empty();
        view! {
            <p class="way"><a href="/account">{texts.common.to_account}</a></p>
            <h1>{texts.allowed.title}</h1>
            {(after.done == "saved").then(|| view! { <p class="notice" role="status">{texts.common.saved}</p> })}
            {(after.done == "outdated").then(|| view! { <p class="alert" role="alert">{texts.allowed.outdated}</p> })}
            <p class="lead">{if is_empty { texts.allowed.none } else { texts.allowed.lead }}</p>
            {(!is_empty).then(|| view! {
                <ul class="rows">{consents.into_iter().map(|consent| row(texts, filled, consent)).collect_view()}</ul>
                <p class="hint">{texts.allowed.change_hint} " " <a href="/account/profile">{texts.home.profile}</a></p>
                <p class="hint">{texts.allowed.withdraw_hint}</p>
            })}
        }
    }))
}

fn row(texts: &'static Texts, filled: Fields, consent: Consent) -> impl IntoView {
    let Consent { app, allowed, given_at } = consent;
    let question = Question::new(&allowed.scopes, filled, Some(&allowed));
    let learns = texts.learns(&allowed.scopes, question.fields);
    let seen = Fingerprint::of_consent(&allowed).to_string();
    let (id, label, save) =
        (app.id.to_string(), texts.allowed.withdraw_from(&app.name), texts.allowed.save_for(&app.name));
    let change = (!question.fields.is_empty()).then(|| {
        view! {
            <form id=id.clone() class="change" method="post" action=format!("{PATH}/{id}")>
                <input type="hidden" name=SEEN value=seen/>
                {boxes(texts, question, &id)}
                <button type="submit" class="slight" aria-label=save>{texts.common.save}</button>
            </form>
        }
    });
    view! {
        <li class="with-act">
            <div>
                <div class="branded">{logo(&app.name, logo_path(&app))} " " <strong translate="no">{app.name.clone()}</strong></div>
                <span class="hint">{texts.allowed.since(&texts.date(given_at))}</span>
                <span class="hint">{texts.facts.learns} {texts.common.colon} {learns}</span>
                {change}
            </div>
            <form method="post" action=PATH>
                <input type="hidden" name="withdraw" value=id/>
                <button type="submit" aria-label=label>{texts.allowed.withdraw}</button>
            </form>
        </li>
    }
}

/// `POST /account/apps/{app}`: changes a consent, so that the app may know only the fields that are ticked,
/// and redirects to `/account/apps`, which shows the result. If the consent has changed since the form was
/// shown, nothing is changed.
pub async fn change(
    State(records): State<Records>,
    State(clock): State<Clock>,
    Path(app): Path<String>,
    who: SignedIn,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let app = app.parse().map_err(|_| Problem::not_found())?;
    let given = ticked(&form).ok_or_else(Problem::malformed)?;
    let account = who.account.id;
    // The consent was withdrawn meanwhile in another window: the page shows that.
    let Some(allowed) = records.consent(account, app).await? else {
        return Ok(Redirect::to(&format!("{PATH}?done=outdated")).into_response());
    };
    let given = Question::new(&allowed.scopes, who.account.filled_fields(), None).answer(Some(given));
    let after = Allowed { scopes: allowed.scopes.clone(), fields: given };
    let seen = form.iter().find(|(name, _)| name == SEEN).and_then(|(_, seen)| Fingerprint::of(seen));
    // A form that showed an older consent changes nothing: the page shows the present one.
    let is_seen = after == allowed || seen == Some(Fingerprint::of_consent(&allowed));
    let decided_at = DecidedAt::Now { at: clock.now(), present: clock.now() };
    // If the form was sent twice at the same moment, the other one may have saved this already.
    let is_saved = is_seen
        && (records.settle_consent(account, app, Some(allowed), after.clone(), decided_at).await?
            || records.consent(account, app).await?.as_ref() == Some(&after));
    tracing::info!(app.id = %app, is_saved, "a consent was to be changed");
    let done = if is_saved { "saved" } else { "outdated" };
    Ok(Redirect::to(&format!("{PATH}?done={done}")).into_response())
}

/// The form of `POST /account/apps`, with the client id of the app whose consent is withdrawn.
#[derive(Deserialize)]
pub struct Withdraw {
    withdraw: String,
}

/// `POST /account/apps`: withdraws the consent of the account for one app, ends the grants of the account
/// at that app, and redirects to `/account/apps`.
pub async fn withdraw(
    State(records): State<Records>,
    State(clock): State<Clock>,
    State(activity): State<ActivityLog>,
    from: Whence,
    who: SignedIn,
    Form(form): Form<Withdraw>,
) -> Result<Response, Problem> {
    let app = form.withdraw.parse().map_err(|_| Problem::malformed())?;
    let (account, now) = (who.account.id, clock.now());
    let was_allowed = records.consent(account, app).await?.is_some();
    let name = records.cached_app(app).await?.map(|app| app.name);
    let ended = records.withdraw_consent(account, app, now).await?;
    tracing::info!(app.id = %app, grants = ended, "a consent was withdrawn");
    // A form that is sent twice withdraws once.
    if was_allowed || ended > 0 {
        let line = activity.line(ActivityKind::AppWithdrawn, &who.account, &from);
        activity.note(NewActivity { app: name.map(|name| (app, name)), ..line }).await;
    }
    Ok(Redirect::to(PATH).into_response())
}
