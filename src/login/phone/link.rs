//! The page on which a code is typed instead of scanned.

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::who::own_key;
use crate::account::SCAN;
use crate::account::session::SignedIn;
use crate::login::Login;
use crate::login::flow::StepError;
use crate::login::ladder::{Scan, ScanBy};
use crate::text::Texts;
use crate::ticket::machine::ScanCause;
use crate::web::client::ClientAddress;
use crate::web::document::{Mark, Page};
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// `GET /link`: shows the form for typing a code, to a signed-in person whose phone has no camera.
pub async fn page(State(login): State<Login>, texts: &'static Texts, who: SignedIn) -> Result<Response, Problem> {
    login.flow.check_scanner(&who).await?;
    Ok(form_page(&login, texts, String::new(), None))
}

/// The form of `POST /link`.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    code: String,
}

/// `POST /link`: scans the code that was typed and redirects to the page of the code, which shows the result,
/// also a refusal. A malformed or unknown code, or too many attempts, is told on the form again.
pub async fn type_code(
    State(login): State<Login>,
    texts: &'static Texts,
    who: SignedIn,
    from: ClientAddress,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let shown: String = typed.code.chars().take(16).collect();
    let again = |why: String| form_page(&login, texts, shown.clone(), Some(why));
    // RFC 8628 §5.1: a short code is only safe if the attempts are limited.
    if let Err(too_many) = login.limits.typed_code(who.account.id) {
        return Ok(too_many.beside_form(&headers, texts, again));
    }
    let wrong = |text: &str| Ok((StatusCode::UNPROCESSABLE_ENTITY, again(text.to_owned())).into_response());
    let Ok(code) = login.flow.parse_typed_code(&typed.code) else { return wrong(texts.link.malformed) };
    let code = match login.flow.resolve_typed(code).await {
        Ok(code) => code,
        Err(StepError::Unknown) => return wrong(texts.link.unknown),
        Err(error) => return Err(error.into()),
    };
    // A person who typed a code and pressed the button has scanned it. If the scan is refused, the page
    // behind the code shows why.
    if let Err(too_many) = login.limits.decision(who.account.id) {
        return Ok(too_many.beside_form(&headers, texts, again));
    }
    let scan = Scan { cause: ScanCause::Pressed, by: ScanBy::Typing, phone: from };
    let scanned = login.flow.scan(code, &who, own_key(&headers), scan).await;
    login.note_if_refused(scanned.as_ref(), code, &who, from).await;
    if let Err(StepError::Fault(fault)) = scanned {
        return Err(fault.into());
    }
    Ok(Redirect::to(&format!("/s/{}", login.flow.link_text(code))).into_response())
}

fn form_page(login: &Login, texts: &'static Texts, typed: String, wrong: Option<String>) -> Response {
    login.site.page(Page { class: "form", ..Page::new(texts, texts.link.title) }, move || {
        view! {
            <Mark/>
            <h1>{texts.link.title}</h1>
            <p class="lead">{texts.link.lead}</p>
            {wrong.map(|text| view! { <p class="alert" role="alert">{marked_text(text)}</p> })}
            {code_form(texts, typed, true)}
            <p class="other-way"><a class="button" href=SCAN>{texts.own.scan}</a></p>
        }
    })
}

/// Renders the form for typing a code. `typed` is what its field already has. Where it `is_main`, what the page is for, the
/// field has the focus once the page is open.
pub(super) fn code_form(texts: &'static Texts, typed: String, is_main: bool) -> impl IntoView {
    view! {
        <form method="post" action="/link">
            <label for="code">{texts.link.code}</label>
            <input id="code" name="code" class="code" value=typed placeholder="XXXX-XXXX" maxlength="16" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required=true autofocus=is_main/>
            <button type="submit" class=is_main.then_some("primary")>{texts.link.go}</button>
        </form>
    }
}
