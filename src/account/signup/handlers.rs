//! The handlers of the page and of its form.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::asked::{Asked, check_open, say_refused};
use super::form::{SignUpForm, form_page};
use super::{by_passkey, by_password};
use crate::account::Accounts;
use crate::account::session::Sessions;
use crate::crypto::random::random;
use crate::text::Texts;
use crate::ticket::ids::Attempt;
use crate::web::client::ClientAddress;
use crate::web::cookie;
use crate::web::problem::Problem;

/// The query of the page: where the sign-up leads.
#[derive(Deserialize)]
pub struct Onward {
    #[serde(default)]
    next: String,
}

/// `GET /signup`: shows the form. A person who is signed in is redirected, unless they chose to add an account. Fails with 404 where people may not sign up by
/// themselves.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(onward): Query<Onward>,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    check_open(&accounts).await?;
    let attempt = Attempt::from_random(random()).to_string();
    let form = SignUpForm { next: onward.next, attempt, ..SignUpForm::default() };
    if !Sessions::is_adding(&headers) && accounts.sessions.find(&headers).await?.is_some() {
        return Ok(Redirect::to(form.path().as_str()).into_response());
    }
    Ok(form_page(&accounts, texts, &headers, &form, &[], None))
}

/// `POST /signup`: makes the account, signs its owner in, and leads on. If a field is wrong, or the name is taken, the form is
/// shown again with what was typed, except the password. A form that is sent twice makes one account: the second time it
/// signs in to it, with the right password.
pub async fn create(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    texts: &'static Texts,
    headers: HeaderMap,
    Form(form): Form<SignUpForm>,
) -> Result<Response, Problem> {
    check_open(&accounts).await?;
    let asked = Asked { accounts: &accounts, from, texts, headers: &headers, form: &form };
    if let Err(too_many) = accounts.limits.sign_up(from) {
        return Ok(too_many.beside_form(&headers, texts, |text| asked.again(&[], Some(text))));
    }
    // Without cookies the owner would not be signed in.
    if form.probed.is_some() && !cookie::are_kept(&headers) {
        say_refused("no_cookie");
        let page = asked.again(&[], Some(texts.signin.no_cookie.to_owned()));
        return Ok((StatusCode::FORBIDDEN, page).into_response());
    }
    if form.credential.is_empty() { by_password::sign_up(asked).await } else { by_passkey::sign_up(asked).await }
}
