//! `/signup`: people make an account for themselves, where the setting `account.sign_up` is `open`. The account has no role
//! and no groups, so apps that are for some groups stay shut. Its e-mail address is not proven; where mail is sent, a link to
//! prove it is on its way at once.
//!
//! Whether a user name is taken is said beside the field, because nobody could sign up otherwise; the attempts of an address
//! are limited by the minute, and the accounts that it makes by the hour.

mod form;
mod reserved;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

pub(super) use self::form::PATH;
use self::form::{Checked, EMAIL, SignUpForm, USERNAME, form_page};
use super::Accounts;
use super::activity::Whence;
use super::mail::prove_at_sign_up;
use super::password::{BUSY_FOR, Password, Requester, VerifyError};
use super::session::Witness;
use crate::about;
use crate::crypto::hash::sha256_half;
use crate::crypto::random::random;
use crate::measure;
use crate::settings::SignUp;
use crate::store::records::NewAccount;
use crate::store::records::activity::ActivityActor;
use crate::store::records::directory::act::ActedBy;
use crate::store::records::directory::person::{NewPerson, Taken};
use crate::store::records::people::Role;
use crate::text::Texts;
use crate::ticket::ids::{AccountId, Attempt};
use crate::web::client::ClientAddress;
use crate::web::cookie;
use crate::web::form::Wrong;
use crate::web::problem::Problem;

/// The query of the page: where the sign-up leads.
#[derive(Deserialize)]
pub struct Onward {
    #[serde(default)]
    next: String,
}

/// `GET /signup`: shows the form. A person who is signed in is redirected. Fails with 404 where people may not sign up by
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
    if accounts.sessions.find(&headers).await?.is_some() {
        return Ok(Redirect::to(form.path().as_str()).into_response());
    }
    Ok(form_page(&accounts.site, texts, &headers, &form, &[], None, accounts.mailer.is_set_up()))
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
    let proves = accounts.mailer.is_set_up();
    let alert = |text: String| form_page(&accounts.site, texts, &headers, &form, &[], Some(text), proves);
    let wrong = |code: &'static str, wrongs: &[Wrong]| {
        say_refused(code);
        let page = form_page(&accounts.site, texts, &headers, &form, wrongs, None, proves);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    if let Err(too_many) = accounts.limits.sign_up(from) {
        return Ok(too_many.beside_form(&headers, texts, alert));
    }
    // Without cookies the owner would not be signed in.
    if form.probed.is_some() && !cookie::are_kept(&headers) {
        say_refused("no_cookie");
        return Ok((StatusCode::FORBIDDEN, alert(texts.signin.no_cookie.to_owned())).into_response());
    }
    let checked = match form.read(&accounts.site, texts) {
        Ok(checked) => checked,
        Err(wrongs) => return wrong("field_not_taken", &wrongs),
    };
    if let Err(too_many) = accounts.limits.new_account(from) {
        return Ok(too_many.beside_form(&headers, texts, alert));
    }
    let (id, username) = (new_id(&form), checked.username.as_str().to_owned());
    let whence = Whence::of(&headers, from);
    let taken = match add(&accounts, id, checked, &whence).await {
        Ok(taken) => taken,
        Err(VerifyError::Fault(fault)) => return Err(fault.into()),
        Err(VerifyError::Busy | VerifyError::Wrong) => {
            say_refused("busy");
            return Ok(Problem::queue_full(BUSY_FOR).beside_form(&headers, texts, alert));
        }
    };
    let is_new = taken.is_none();
    // If the button was pressed twice, the first request made the account.
    if let Some(taken) = taken
        && accounts.records.account(id).await?.is_none()
    {
        return match taken {
            Taken::Email => wrong("email_taken", &[Wrong { name: EMAIL, text: texts.own.email_taken }]),
            Taken::Username | Taken::Alike => {
                wrong("username_taken", &[Wrong { name: USERNAME, text: texts.signup.taken }])
            }
        };
    }
    about::account(id);
    let password = Password::typed(form.password.clone());
    let verified = match accounts.passwords.verify(&accounts.records, &username, password, Requester::Choosing).await {
        Ok(verified) => verified,
        Err(VerifyError::Fault(fault)) => return Err(fault.into()),
        Err(VerifyError::Busy) => return Ok(Problem::queue_full(BUSY_FOR).beside_form(&headers, texts, alert)),
        // The same page was sent again with another password.
        Err(VerifyError::Wrong) => {
            return wrong("username_taken", &[Wrong { name: USERNAME, text: texts.signup.taken }]);
        }
    };
    let next = form.path();
    let witness = Witness::Verified(Box::new(verified));
    let opened = accounts.sessions.open(witness, &headers, from, next.as_str()).await?;
    // An administrator disabled the account in the same moment.
    let cookies = opened.ok_or_else(Problem::broken)?;
    measure::sign_in(if is_new { "sign_up" } else { "password" });
    prove_at_sign_up(&accounts, id, attempt_of(&form), texts).await;
    Ok((AppendHeaders(cookies), accounts.site.after_form(texts, next.as_str())).into_response())
}

/// Adds the account, without a role and without groups. Whether its names are free is asked before the password is hashed,
/// which takes a core for a while. Returns what another account has already, if that is why none was added.
async fn add(
    accounts: &Accounts,
    id: AccountId,
    checked: Checked,
    whence: &Whence,
) -> Result<Option<Taken>, VerifyError> {
    let Checked { username, display_name, email, password } = checked;
    let mut person = NewPerson {
        account: NewAccount {
            id,
            username: username.as_str().to_owned(),
            display_name: display_name.as_str().to_owned(),
            email,
            email_verified_at: None,
            password_hash: None,
            role: Role::None,
            created_at: accounts.clock.now(),
        },
        given_name: None,
        family_name: None,
        groups: Vec::new(),
    };
    let Whence { address, browser, system } = whence.clone();
    let by = ActedBy { actor: ActivityActor::Owner, address, browser, system, at: accounts.clock.now() };
    let taken = accounts.records.add_people(vec![person.clone()], true, by.clone()).await?;
    if let Some(conflict) = taken.first() {
        return Ok(Some(conflict.taken));
    }
    person.account.password_hash = Some(accounts.passwords.hash(password).await?);
    let taken = accounts.records.add_people(vec![person], false, by).await?;
    if let Some(conflict) = taken.first() {
        return Ok(Some(conflict.taken));
    }
    tracing::info!(account.id = %id, "a person signed up");
    Ok(None)
}

/// Derives the id of the new account from the form, so that the same form makes the same account.
fn new_id(form: &SignUpForm) -> AccountId {
    let attempt = attempt_of(form);
    let names = [form.username.as_bytes(), form.display_name.as_bytes(), form.email.as_bytes()];
    let [username, display_name, email] = names;
    let parts = [&b"sign-up"[..], attempt.as_bytes(), username, b"\0", display_name, b"\0", email];
    AccountId::from_random(sha256_half(&parts))
}

/// Returns the random id of the page that sent the form. A form without one is of a page of its own.
fn attempt_of(form: &SignUpForm) -> Attempt {
    form.attempt.parse().unwrap_or_else(|_| Attempt::from_random(random()))
}

/// Fails with 404 where people may not sign up by themselves, and with 409 before the first account, an administrator's, was
/// made.
async fn check_open(accounts: &Accounts) -> Result<(), Problem> {
    if accounts.sign_up != SignUp::Open {
        say_refused("sign_up_off");
        let off = Problem::saying(StatusCode::NOT_FOUND, "sign_up_off", |texts| {
            (texts.signup.off_title, texts.signup.off_advice)
        });
        return Err(off.leading(|texts| texts.signin.title, "/signin"));
    }
    if !accounts.records.has_accounts().await? {
        say_refused("not_set_up");
        let first = Problem::saying(StatusCode::CONFLICT, "not_set_up", |texts| {
            (texts.home.first_title, texts.home.first_lead)
        });
        return Err(first);
    }
    Ok(())
}

fn say_refused(code: &'static str) {
    tracing::info!(code, "a sign-up was refused");
    measure::refused("sign_up", code);
}
