//! `/account/proof`: the page on which a person gives their password once more. It leads back to where they were, or sends
//! the form that waited for the proof.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::carried::CarriedForm;
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

/// URL path of the page on which a person gives their password once more.
pub const PATH: &str = "/account/proof";

/// The query of the page: where the proof leads. A form that waits is never read from a query, because any link could
/// have one.
#[derive(Deserialize)]
pub struct Proof {
    #[serde(default)]
    next: String,
}

/// Returns the path that the proof leads to; the home page if `next` is not a path of this site.
fn path(next: &str) -> NextPath {
    NextPath::parse(next).unwrap_or_else(NextPath::home)
}

/// What the form of the page sent.
struct Sent {
    password: Password,
    next: NextPath,
    /// The form that waits for the proof, if there is one.
    form: Option<CarriedForm>,
}

impl Sent {
    fn read(mut fields: Vec<(String, String)>) -> Result<Self, Problem> {
        let mut one = |name: &str| {
            let field = fields.iter_mut().find(|(key, _)| key == name);
            field.map(|(_, value)| std::mem::take(value)).unwrap_or_default()
        };
        let (password, next) = (Password::typed(one("password")), path(&one("next")));
        Ok(Self { password, next, form: CarriedForm::take(fields)? })
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
    let next = path(&proof.next);
    if who.has_fresh_proof(accounts.clock.now()) {
        return Ok(Redirect::to(next.as_str()).into_response());
    }
    let username = username(&accounts, &who).await?;
    Ok(form_page(&accounts.site, texts, &username, &next, None, None))
}

/// Renders the page that asks for the password as the answer to a form that waits for it, with status 403. `back` is the
/// page of the form, for a person who does not give the password. Fails with 403 for an account that has no password.
pub(super) async fn asked(
    accounts: &Accounts,
    who: &SignedIn,
    texts: &'static Texts,
    back: &NextPath,
    form: CarriedForm,
) -> Result<Response, Problem> {
    let username = username(accounts, who).await?;
    Ok((StatusCode::FORBIDDEN, form_page(&accounts.site, texts, &username, back, Some(form), None)).into_response())
}

/// `POST /account/proof`: if the password is right, stores the time of the proof in the session, and sends the form that
/// waited for it, or leads back. Otherwise the page is shown again with the reason, and still carries the form. Wrong
/// passwords are limited as guesses are.
pub async fn prove(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    texts: &'static Texts,
    headers: HeaderMap,
    who: SignedIn,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let Sent { password, next, form } = Sent::read(sent)?;
    let username = username(&accounts, &who).await?;
    let Some(session) = who.session.as_ref().map(|session| session.token_hash) else { return Err(no_password()) };
    let again = |why: String| form_page(&accounts.site, texts, &username, &next, form.clone(), Some(why));
    if let Err(too_many) = accounts.limits.own_password(who.account.id) {
        return Ok(too_many.beside_form(&headers, texts, again));
    }
    let now = accounts.clock.now();
    let from = Whence::of(&headers, from);
    let known = Requester::Known(who.account.id);
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
    Ok(match form {
        Some(form) => form.going_on(&accounts.site, texts),
        None => accounts.site.after_form(texts, next.as_str()),
    })
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

/// Renders the form that asks for the password, with the message `wrong` if it was refused, and with the fields of the form
/// that waits for it, if there is one. The user name is included for password managers.
fn form_page(
    site: &Site,
    texts: &'static Texts,
    username: &str,
    next: &NextPath,
    form: Option<CarriedForm>,
    wrong: Option<String>,
) -> Response {
    let (username, next) = (username.to_owned(), next.as_str().to_owned());
    site.page(Page { class: "form", ..Page::new(texts, texts.proof.title) }, move || {
        let back = next.clone();
        let hint = if form.is_some() { texts.proof.carried_hint } else { texts.proof.hint };
        view! {
            <Mark/>
            <h1>{texts.proof.title}</h1>
            <p class="lead">{texts.proof.lead}</p>
            {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <form method="post" action=PATH>
                <input type="hidden" name="next" value=next/>
                {form.map(CarriedForm::hidden)}
                <input type="hidden" name="username" value=username autocomplete="username"/>
                <label for="password">{texts.common.password}</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required=true
                    autofocus=true aria-describedby="password-hint"/>
                <p id="password-hint" class="hint">{hint}</p>
                <button type="submit" class="primary">{texts.common.go_on}</button>
            </form>
            <p class="foot"><a class="quiet" href=back>{texts.proof.back}</a></p>
        }
    })
}
