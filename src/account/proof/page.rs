//! `/account/proof`: the page on which a person gives their password once more. It leads back to where they were.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::demand::PATH;
use crate::account::Accounts;
use crate::account::activity::Whence;
use crate::account::password::{BUSY_FOR, Password, Requester, VerifyError};
use crate::account::session::SignedIn;
use crate::measure;
use crate::store::records::activity::ActivityKind;
use crate::text::Texts;
use crate::web::client::ClientAddress;
use crate::web::document::{Mark, Page, Site};
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// The query and the form of the page: where the proof leads, and the password.
#[derive(Deserialize)]
pub struct Proof {
    #[serde(default)]
    next: String,
    #[serde(default)]
    password: String,
}

impl Proof {
    /// Returns the path that the proof leads to; the home page if `next` is not a path of this site.
    fn path(&self) -> NextPath {
        NextPath::parse(&self.next).unwrap_or_else(NextPath::home)
    }
}

/// `GET /account/proof`: asks for the password. A person with a fresh proof is led on at once. Fails with 403 for an
/// account that has no password.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(proof): Query<Proof>,
    texts: &'static Texts,
    who: SignedIn,
) -> Result<Response, Problem> {
    if who.has_fresh_proof(accounts.clock.now()) {
        return Ok(Redirect::to(proof.path().as_str()).into_response());
    }
    let username = username(&accounts, &who).await?;
    Ok(form_page(&accounts.site, texts, &username, &proof.path(), None))
}

/// `POST /account/proof`: if the password is right, stores the time of the proof in the session, and leads back. Otherwise
/// the form is shown again with the reason. Wrong passwords are limited as guesses are.
pub async fn prove(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    texts: &'static Texts,
    headers: HeaderMap,
    who: SignedIn,
    Form(proof): Form<Proof>,
) -> Result<Response, Problem> {
    let (username, next) = (username(&accounts, &who).await?, proof.path());
    let Some(session) = who.session.as_ref().map(|session| session.token_hash) else { return Err(no_password()) };
    let again = |why: String| form_page(&accounts.site, texts, &username, &next, Some(why));
    if let Err(too_many) = accounts.limits.own_password(who.account.id) {
        return Ok(too_many.beside_form(&headers, texts, again));
    }
    let now = accounts.clock.now();
    let from = Whence::of(&headers, from);
    let (password, known) = (Password::typed(proof.password), Requester::Known(who.account.id));
    let is_proven = match accounts.passwords.verify(&accounts.records, &username, password, known).await {
        // Refused if the password was changed, or everything was ended, while this one was checked.
        Ok(verified) => accounts.records.prove_session(verified.proves(session, now)).await?,
        Err(VerifyError::Wrong) => false,
        Err(VerifyError::Busy) => {
            say_refused("busy");
            return Ok(Problem::queue_full(BUSY_FOR).beside_form(&headers, texts, again));
        }
        Err(VerifyError::Fault(fault)) => return Err(fault.into()),
    };
    if !is_proven {
        say_refused("wrong_credentials");
        accounts.activity.refused(&who.account, &from, "own password");
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again(texts.proof.wrong.to_owned())).into_response());
    }
    tracing::info!("a person gave their password once more");
    accounts.activity.tell(ActivityKind::Proved, &who.account, &from, "password").await;
    Ok(accounts.site.after_form(texts, next.as_str()))
}

fn say_refused(code: &'static str) {
    tracing::info!(code, "a fresh proof was refused");
    measure::refused("proof", code);
}

/// Returns the user name of the person; fails with 403 if the account has no password that could be given.
async fn username(accounts: &Accounts, who: &SignedIn) -> Result<String, Problem> {
    let has_password = accounts.records.has_password(who.account.id).await?;
    who.account.username.clone().filter(|_| has_password).ok_or_else(no_password)
}

fn no_password() -> Problem {
    say_refused("no_password");
    Problem::saying(StatusCode::FORBIDDEN, "no_password", |texts| {
        (texts.proof.no_password_title, texts.proof.no_password_advice)
    })
    .leading(|texts| texts.common.to_account, "/account")
}

/// Renders the form that asks for the password, with the message `wrong` if it was refused. The user name is included for
/// password managers.
fn form_page(site: &Site, texts: &'static Texts, username: &str, next: &NextPath, wrong: Option<String>) -> Response {
    let (username, next) = (username.to_owned(), next.as_str().to_owned());
    site.page(Page { class: "form", ..Page::new(texts, texts.proof.title) }, move || {
        let back = next.clone();
        view! {
            <Mark/>
            <h1>{texts.proof.title}</h1>
            <p class="lead">{texts.proof.lead}</p>
            {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <form method="post" action=PATH>
                <input type="hidden" name="next" value=next/>
                <input type="hidden" name="username" value=username autocomplete="username"/>
                <label for="password">{texts.common.password}</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required=true
                    autofocus=true aria-describedby="password-hint"/>
                <p id="password-hint" class="hint">{texts.proof.hint}</p>
                <button type="submit" class="primary">{texts.common.go_on}</button>
            </form>
            <p class="foot"><a class="quiet" href=back>{texts.proof.back}</a></p>
        }
    })
}
