//! "Try it": the administrator signs in through an app, and sees what the app would have received.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::edit::{back_to, find};
use super::require_admin::Administrator;
use crate::oauth::{OAuth, OAuthError, Params, Trial};
use crate::store::records::apps::{App, Dialect};
use crate::text::Lang;
use crate::web::document::Page;
use crate::web::problem::Problem;

/// What is left of a code and of a token on the page: enough to tell two apart.
const SHOWN: usize = 6;

/// The form of `POST /admin/apps/{id}/try`.
#[derive(Deserialize)]
pub struct Choice {
    #[serde(default)]
    dialect: String,
}

/// `POST /admin/apps/{id}/try`
pub async fn begin(
    State(oauth): State<OAuth>,
    Extension(who): Extension<Administrator>,
    Path(id): Path<String>,
    Form(choice): Form<Choice>,
) -> Result<Response, Problem> {
    let app = find(&oauth, &id).await?;
    if app.disabled_at.is_some() {
        return Ok(back_to(&app, "disabled"));
    }
    let usual = if app.dialect == Dialect::WeChat { Dialect::WeChat } else { Dialect::Oidc };
    let chosen = Dialect::of(&choice.dialect).filter(|one| *one != Dialect::Both && app.dialect.includes(*one));
    oauth.records.try_app(app.id, who.by(oauth.now())).await?;
    tracing::info!(app.id = %app.id, "an app is tried");
    let path = oauth.begin_trial(&app, chosen.unwrap_or(usual), who.account).await?;
    Ok(Redirect::to(&path).into_response())
}

/// `GET /admin/apps/{id}/tried/{trial}`: back with an answer.
pub async fn show(
    State(oauth): State<OAuth>,
    Extension(who): Extension<Administrator>,
    Path((id, trial)): Path<(String, String)>,
    params: Result<Params, OAuthError>,
) -> Result<Response, Problem> {
    let params = params?;
    let app = find(&oauth, &id).await?;
    let Some((trial, is_first)) = oauth.take_trial(&app, who.account, &trial, params.get("state")).await? else {
        return Ok(page(&oauth, &app, Outcome::Over));
    };
    let outcome = match outcome(&oauth, &app, &trial, &params).await {
        // Whoever pressed twice comes back with a code that counts; whoever loads the page again, with one that was used.
        Outcome::Refused { .. } if !is_first && params.get("code").is_some() => Outcome::Over,
        outcome => outcome,
    };
    Ok(page(&oauth, &app, outcome))
}

/// What came of a trial.
enum Outcome {
    /// Nobody knows it any more.
    Over,
    /// The app would have received this: parts by their names.
    Received(Vec<(&'static str, Value)>),
    /// It would have been told this, and can do that about it.
    Refused { code: String, why: String, mend: &'static str },
}

async fn outcome(oauth: &OAuth, app: &App, trial: &Trial, params: &Params) -> Outcome {
    let lang = Lang::En;
    let Some(code) = params.get("code") else {
        let said = params.get("error").unwrap_or("access_denied");
        let mend = if said == "access_denied" { lang.try_mend_denied() } else { lang.try_mend_again() };
        let why = params.get("error_description").unwrap_or_default().to_owned();
        return Outcome::Refused { code: said.to_owned(), why, mend };
    };
    let answer = params.pairs().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    let answer = ("answer", hidden(Value::Object(answer)));
    if trial.dialect == Dialect::WeChat {
        return match oauth.wx_receive(app, code).await {
            Ok((tokens, userinfo)) => {
                Outcome::Received(vec![answer, ("access_token", hidden(tokens)), ("userinfo", userinfo)])
            }
            Err(error) => {
                let (number, why) = error.both();
                Outcome::Refused { code: number.to_string(), why, mend: lang.try_mend_again() }
            }
        };
    }
    match oauth.receive(app, trial, code).await {
        Ok(received) => Outcome::Received(vec![
            answer,
            ("token", hidden(received.tokens)),
            ("id_token", received.claims),
            ("userinfo", received.userinfo),
        ]),
        Err(error) => {
            Outcome::Refused { code: error.code().to_owned(), why: error.to_string(), mend: lang.try_mend_again() }
        }
    }
}

/// The same without what opens anything.
fn hidden(mut value: Value) -> Value {
    for name in ["code", "access_token", "refresh_token", "id_token"] {
        if let Some(Value::String(text)) = value.get_mut(name) {
            let begin: String = text.chars().take(SHOWN).collect();
            *text = format!("{begin}…");
        }
    }
    value
}

fn page(oauth: &OAuth, app: &App, outcome: Outcome) -> Response {
    let lang = Lang::En;
    let (name, path) = (app.name.clone(), format!("/admin/apps/{}", app.id));
    let page = Page { title: lang.try_title(), class: "wide", ..Page::default() };
    oauth.login.site.page(page, move || {
        let (lead, body) = match outcome {
            Outcome::Over => (lang.try_over(), ().into_any()),
            Outcome::Refused { code, why, mend } => (
                lang.try_refused(),
                view! { <p class="alert"><strong>{code}</strong> " " {why}</p> <p>{mend}</p> }.into_any(),
            ),
            Outcome::Received(parts) => {
                let parts = parts.into_iter().map(|(name, value)| part(lang, name, &value)).collect_view();
                (lang.try_received(), view! { {parts} <p class="hint">{lang.try_ended()}</p> }.into_any())
            }
        };
        view! {
            <p class="way"><a href=path.clone() translate="no">{name}</a></p>
            <h1>{lang.try_title()}</h1>
            <p class="lead" role="status">{lead}</p>
            {body}
            <p><a class="button" href=format!("{path}#try")>{lang.try_again()}</a></p>
        }
    })
}

fn part(lang: Lang, name: &'static str, value: &Value) -> impl IntoView + use<> {
    let (title, id) = (lang.try_part(name), format!("part-{name}"));
    let text = serde_json::to_string_pretty(value).expect("JSON is JSON");
    view! {
        <section aria-labelledby=id>
            <h2 id=id.clone()>{title}</h2>
            <pre tabindex="0" translate="no"><code>{text}</code></pre>
        </section>
    }
}

/// The buttons on the page of an app.
pub fn buttons(lang: Lang, app: &App, path: &str) -> impl IntoView + use<> {
    let action = format!("{path}/try");
    let dialects = [(Dialect::Oidc, lang.try_oidc()), (Dialect::WeChat, lang.try_wechat())];
    let buttons = dialects.into_iter().filter(|(dialect, _)| app.dialect.includes(*dialect)).map(|(dialect, label)| {
        let label = if app.dialect == Dialect::Both { label } else { lang.try_it() };
        view! { <button type="submit" name="dialect" value=dialect.word()>{label}</button> " " }
    });
    let buttons = buttons.collect_view();
    view! {
        <section id="try">
            <h2>{lang.try_it()}</h2>
            <p class="hint">{lang.try_hint()}</p>
            <form method="post" action=action>{buttons}</form>
        </section>
    }
}
