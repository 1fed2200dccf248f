//! The trial of an app: the administrator signs in through the app, and sees the tokens and the user
//! information that the app would receive.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::page::back_to;
use super::require_admin::Administrator;
use super::state::Administration;
use crate::oauth::{OAuthError, Param, Params, Trial, Trials};
use crate::store::records::apps::{App, Dialect, Dialects};
use crate::text::Texts;
use crate::web::document::{Page, Site};
use crate::web::problem::Problem;
use crate::wechat::Sns;

/// Number of characters of a code or a token that are shown: enough to tell two apart, and too few to use
/// one.
const SHOWN: usize = 6;

/// The form of `POST /admin/apps/{id}/try`, which names the dialect to try.
#[derive(Deserialize)]
pub struct Choice {
    #[serde(default)]
    dialect: String,
}

/// `POST /admin/apps/{id}/try`: notes in the change log that an app is tried, starts the trial, and redirects to
/// the sign-in to the app. A disabled app is not tried; the answer is a redirect to its page.
pub async fn begin(
    State(admin): State<Administration>,
    State(trials): State<Trials>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
    Form(choice): Form<Choice>,
) -> Result<Response, Problem> {
    let app = admin.find(&id).await?;
    if app.disabled_at.is_some() {
        return Ok(back_to(&app, "disabled"));
    }
    let usual = if app.dialects == Dialects::WeChat { Dialect::WeChat } else { Dialect::Oidc };
    let chosen = Dialect::of(&choice.dialect).filter(|one| app.dialects.includes(*one));
    admin.records.try_app(app.id, who.by(admin.now())).await?;
    tracing::info!(app.id = %app.id, "an app is tried");
    let path = trials.begin(&app, chosen.unwrap_or(usual), who.account).await?;
    Ok(Redirect::to(&path).into_response())
}

/// `GET /admin/apps/{id}/tried/{trial}`: the redirect URI of a trial; exchanges the code in the query as the app
/// would, and shows the result once.
pub async fn show(
    State(admin): State<Administration>,
    State(trials): State<Trials>,
    State(sns): State<Sns>,
    Extension(who): Extension<Administrator>,
    Path((id, trial)): Path<(String, String)>,
    texts: &'static Texts,
    params: Result<Params, OAuthError>,
) -> Result<Response, Problem> {
    let params = params?;
    let app = admin.find(&id).await?;
    let Some((trial, is_first)) = trials.take(&app, who.account, &trial, params.get(Param::State)).await? else {
        return Ok(page(&admin.site, texts, &app, Outcome::Over));
    };
    let outcome = match outcome(texts, &trials, &sns, &app, &trial, &params).await {
        // After a double click, the second answer has a valid code; after a reload of the page, the code was
        // used before.
        Outcome::Refused { .. } if !is_first && params.get(Param::Code).is_some() => Outcome::Over,
        outcome => outcome,
    };
    Ok(page(&admin.site, texts, &app, outcome))
}

/// The result of a trial, as its page shows it.
enum Outcome {
    /// The trial has expired, or its result was shown before.
    Over,
    /// What the app would have received: named JSON values.
    Received(Vec<(&'static str, Value)>),
    /// The error that the app would have received, with advice to the administrator.
    Refused { code: String, why: String, mend: &'static str },
}

/// Exchanges the code of the authorization response for tokens, as the app would. Returns what the app would have
/// received, or the error; a response without a code is an error already, and nothing is exchanged.
async fn outcome(
    texts: &'static Texts,
    trials: &Trials,
    sns: &Sns,
    app: &App,
    trial: &Trial,
    params: &Params,
) -> Outcome {
    let Some(code) = params.get(Param::Code) else {
        let error = params.get(Param::Error).unwrap_or("access_denied");
        let mend = if error == "access_denied" { texts.trial.mend_denied } else { texts.trial.mend_again };
        let why = params.get(Param::ErrorDescription).unwrap_or_default().to_owned();
        return Outcome::Refused { code: error.to_owned(), why, mend };
    };
    let answer = params.pairs().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    let answer = ("answer", hidden(Value::Object(answer)));
    if trial.dialect == Dialect::WeChat {
        return match sns.receive(app, code).await {
            Ok((tokens, userinfo)) => {
                Outcome::Received(vec![answer, ("access_token", hidden(tokens)), ("userinfo", userinfo)])
            }
            Err(error) => {
                let (number, why) = error.both();
                Outcome::Refused { code: number.to_string(), why, mend: texts.trial.mend_again }
            }
        };
    }
    match trials.receive(app, trial, code).await {
        Ok(received) => Outcome::Received(vec![
            answer,
            ("token", hidden(received.tokens)),
            ("id_token", received.claims),
            ("userinfo", received.userinfo),
        ]),
        Err(error) => {
            Outcome::Refused { code: error.code().to_owned(), why: error.to_string(), mend: texts.trial.mend_again }
        }
    }
}

/// Shortens the codes and tokens in a JSON object, so that the page shows no usable credential.
fn hidden(mut value: Value) -> Value {
    for name in ["code", "access_token", "refresh_token", "id_token"] {
        if let Some(Value::String(text)) = value.get_mut(name) {
            let begin: String = text.chars().take(SHOWN).collect();
            *text = format!("{begin}…");
        }
    }
    value
}

fn page(site: &Site, texts: &'static Texts, app: &App, outcome: Outcome) -> Response {
    let (name, path) = (app.name.clone(), format!("/admin/apps/{}", app.id));
    let page = Page { class: "wide", ..Page::new(texts, texts.trial.title) };
    site.page(page, move || {
        let (lead, body) = match outcome {
            Outcome::Over => (texts.trial.over, ().into_any()),
            Outcome::Refused { code, why, mend } => (
                texts.trial.refused,
                view! { <p class="alert"><strong>{code}</strong> " " {why}</p> <p>{mend}</p> }.into_any(),
            ),
            Outcome::Received(parts) => {
                let parts = parts.into_iter().map(|(name, value)| part(texts, name, &value)).collect_view();
                (texts.trial.received, view! { {parts} <p class="hint">{texts.trial.ended}</p> }.into_any())
            }
        };
        view! {
            <p class="way"><a href=path.clone() translate="no">{name}</a></p>
            <h1>{texts.trial.title}</h1>
            <p class="lead" role="status">{lead}</p>
            {body}
            <p><a class="button" href=format!("{path}#try")>{texts.trial.again}</a></p>
        }
    })
}

fn part(texts: &'static Texts, name: &'static str, value: &Value) -> impl IntoView + use<> {
    let (title, id) = (texts.try_part(name), format!("part-{name}"));
    let text = serde_json::to_string_pretty(value).expect("JSON is JSON");
    view! {
        <section aria-labelledby=id>
            <h2 id=id.clone()>{title}</h2>
            <pre tabindex="0" translate="no"><code>{text}</code></pre>
        </section>
    }
}
