//! Making an account with a passkey.

use axum::Form;
use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use super::asked::{Asked, check_open, say_done, say_refused};
use super::form::SignUpForm;
use crate::about;
use crate::account::Accounts;
use crate::account::passkey::{BrowserKey, PasskeyRefusal, Refused, Step, User};
use crate::account::session::Witness;
use crate::store::records::directory::person::{SignedUp, Taken};
use crate::text::Texts;
use crate::web::client::ClientAddress;
use crate::web::problem::Problem;

/// `POST /passkey/options/sign-up`: the options with which a person who makes an account makes their passkey. The fields of
/// the form must be right, and the names free, so that nobody makes a passkey for nothing. The account gets the id that the
/// options contain.
pub async fn options(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    texts: &'static Texts,
    headers: HeaderMap,
    Form(form): Form<SignUpForm>,
) -> Result<Response, Problem> {
    check_open(&accounts).await?;
    accounts.limits.sign_up(from)?;
    let checked = form.read(&accounts.site, texts).map_err(|wrongs| {
        say_refused("field_not_taken");
        unfit("field_not_taken", wrongs.first().map(|wrong| wrong.text))
    })?;
    let id = form.account();
    let user = User {
        account: id,
        username: checked.username.as_str().to_owned(),
        display_name: checked.display_name.as_str().to_owned(),
    };
    let asked = Asked { accounts: &accounts, from, texts, headers: &headers, form: &form };
    let (person, by) = asked.person(id, checked);
    if let Some(conflict) = accounts.records.add_people(vec![person], true, by).await?.first() {
        let (code, text) = match conflict.taken {
            Taken::Email => ("email_taken", texts.own.email_taken),
            Taken::Username | Taken::Alike => ("username_taken", texts.signup.taken),
        };
        say_refused(code);
        return Err(unfit(code, Some(text)));
    }
    let key = BrowserKey::of_or_fresh(&headers);
    match accounts.passkeys.begin(&key, Step::SignUp(id), &user, &[], from).await {
        Ok(options) => Ok((AppendHeaders([(SET_COOKIE, key.cookie())]), Json(options)).into_response()),
        Err(Refused::Fault(fault)) => Err(fault.into()),
        Err(Refused::Because(why, _)) => {
            why.note("sign_up");
            Err(unfit(why.code(), Some(why.text(texts))))
        }
    }
}

/// Returns the answer for a form with which no account can be made, with the sentence that the page shows.
fn unfit(code: &'static str, why: Option<&'static str>) -> Problem {
    Problem::saying(StatusCode::UNPROCESSABLE_ENTITY, code, move |texts| {
        (texts.signup.not_created, why.unwrap_or(texts.passkeys.not_added))
    })
}

/// Verifies the new passkey in the form, makes the account with it, and signs its owner in. If it is refused, the form is
/// shown again with the reason, nothing is stored, and no account is counted.
pub async fn sign_up(asked: Asked<'_>) -> Result<Response, Problem> {
    let Asked { accounts, texts, headers, form, .. } = asked;
    let refused = |why: PasskeyRefusal| {
        why.note("sign_up");
        let page = asked.again(&[], Some(why.text(texts).to_owned()));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let checked = match form.read(&accounts.site, texts) {
        Ok(checked) => checked,
        Err(wrongs) => return Ok(asked.wrong("field_not_taken", &wrongs)),
    };
    let id = form.account();
    let made = match accounts.passkeys.register(headers, Step::SignUp(id), &form.credential, "").await {
        Ok(made) => made,
        Err(Refused::Fault(fault)) => return Err(fault.into()),
        // If the form was sent twice, the first request signed the person in.
        Err(Refused::Because(PasskeyRefusal::Replayed, _)) if accounts.sessions.find(headers).await?.is_some() => {
            return Ok(Redirect::to(form.path().as_str()).into_response());
        }
        Err(Refused::Because(why, _)) => return refused(why),
    };
    if let Some(too_many) = asked.too_many() {
        return Ok(too_many);
    }
    let (person, by) = asked.person(id, checked);
    match accounts.records.sign_up(person, made.new.clone(), by).await? {
        SignedUp::Done => say_done(id),
        SignedUp::Taken(taken) => {
            asked.not_made();
            return Ok(asked.taken(taken));
        }
        SignedUp::NoPasskey(why) => {
            asked.not_made();
            return refused(PasskeyRefusal::of_added(why).unwrap_or(PasskeyRefusal::Changed));
        }
    }
    about::account(id);
    let account = accounts.records.account(id).await?.ok_or_else(Problem::broken)?;
    asked.signed_in(Witness::Passkey(Box::new(made.proof(account))), "sign_up").await
}
