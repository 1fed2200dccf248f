//! `/signup`: people make an account for themselves, where the setting `account.sign_up` is `open`. The account has no role
//! and no groups, and its e-mail address is not proven, so apps that are for some groups stay shut.
//!
//! They choose a password, or a passkey ([`by_passkey`]). Whether a user name is taken is said beside the field, because nobody could sign up otherwise; the attempts of an address
//! are limited.

mod by_passkey;
mod form;
mod reserved;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

pub(super) use self::by_passkey::options;
pub(super) use self::form::PATH;
use self::form::{Checked, EMAIL, SignUpForm, USERNAME, form_page};
use super::Accounts;
use super::activity::Whence;
use super::password::{BUSY_FOR, ChosenPassword, Password, Requester, VerifyError};
use super::session::Witness;
use crate::about;
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
    Ok(form_page((&accounts.site, accounts.passkeys.offer()), texts, &headers, &form, &[], None))
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
    if form.credential.is_empty() { by_password(asked).await } else { by_passkey::sign_up(asked).await }
}

/// A form that was sent, and everything that an answer to it needs.
#[derive(Clone, Copy)]
struct Asked<'a> {
    accounts: &'a Accounts,
    from: ClientAddress,
    texts: &'static Texts,
    headers: &'a HeaderMap,
    form: &'a SignUpForm,
}

impl Asked<'_> {
    /// Renders the form again with what was typed, with the errors at their fields and the message `alert` above it.
    fn again(&self, wrongs: &[Wrong], alert: Option<String>) -> Response {
        let Self { accounts, texts, headers, form, .. } = self;
        form_page((&accounts.site, accounts.passkeys.offer()), texts, headers, form, wrongs, alert)
    }

    /// Logs and counts the refusal with this code, and renders the form again with the errors at their fields.
    fn wrong(&self, code: &'static str, wrongs: &[Wrong]) -> Response {
        say_refused(code);
        (StatusCode::UNPROCESSABLE_ENTITY, self.again(wrongs, None)).into_response()
    }

    /// Renders the form again with the error at the field with what another account has already.
    fn taken(&self, taken: Taken) -> Response {
        let texts = self.texts;
        match taken {
            Taken::Email => self.wrong("email_taken", &[Wrong { name: EMAIL, text: texts.own.email_taken }]),
            Taken::Username | Taken::Alike => {
                self.wrong("username_taken", &[Wrong { name: USERNAME, text: texts.signup.taken }])
            }
        }
    }

    /// Opens the session of the new account, and leads on.
    async fn signed_in(&self, witness: Witness) -> Result<Response, Problem> {
        let next = self.form.path();
        let opened = self.accounts.sessions.open(witness, self.headers, self.from, next.as_str()).await?;
        // An administrator disabled the account in the same moment.
        let cookies = opened.ok_or_else(Problem::broken)?;
        Ok((AppendHeaders(cookies), self.accounts.site.after_form(self.texts, next.as_str())).into_response())
    }

    /// Makes the new account of the checked form, without a role and without groups, and who is said to have added it.
    fn person(&self, id: AccountId, checked: Checked) -> (NewPerson, ActedBy) {
        let now = self.accounts.clock.now();
        let Checked { username, display_name, email } = checked;
        let account = NewAccount {
            id,
            username: username.as_str().to_owned(),
            display_name: display_name.as_str().to_owned(),
            email,
            email_verified_at: None,
            password_hash: None,
            role: Role::None,
            created_at: now,
        };
        let Whence { address, browser, system } = Whence::of(self.headers, self.from);
        let by = ActedBy { actor: ActivityActor::Owner, address, browser, system, at: now };
        (NewPerson { account, given_name: None, family_name: None, groups: Vec::new() }, by)
    }
}

/// Makes an account with the password in the form.
async fn by_password(asked: Asked<'_>) -> Result<Response, Problem> {
    let Asked { accounts, texts, headers, form, .. } = asked;
    if !accounts.passkeys.takes_passwords() {
        say_refused("no_passwords");
        let page = asked.again(&[], Some(texts.passkeys.no_passwords.to_owned()));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let (checked, password) = match form.read_with_password(&accounts.site, texts) {
        Ok(checked) => checked,
        Err(wrongs) => return Ok(asked.wrong("field_not_taken", &wrongs)),
    };
    let busy = || {
        say_refused("busy");
        Ok(Problem::queue_full(BUSY_FOR).beside_form(headers, texts, |text| asked.again(&[], Some(text))))
    };
    let (id, username) = (form.account(), checked.username.as_str().to_owned());
    let taken = match add(&asked, id, checked, password).await {
        Ok(taken) => taken,
        Err(VerifyError::Fault(fault)) => return Err(fault.into()),
        Err(VerifyError::Busy | VerifyError::Wrong) => return busy(),
    };
    // If the button was pressed twice, the first request made the account.
    if let Some(taken) = taken
        && accounts.records.account(id).await?.is_none()
    {
        return Ok(asked.taken(taken));
    }
    about::account(id);
    let password = Password::typed(form.password.clone());
    let verified = match accounts.passwords.verify(&accounts.records, &username, password, Requester::Choosing).await {
        Ok(verified) => verified,
        Err(VerifyError::Fault(fault)) => return Err(fault.into()),
        Err(VerifyError::Busy) => return busy(),
        // The same page was sent again with another password.
        Err(VerifyError::Wrong) => return Ok(asked.taken(Taken::Username)),
    };
    let signed_in = asked.signed_in(Witness::Verified(Box::new(verified))).await?;
    measure::sign_in("password");
    Ok(signed_in)
}

/// Adds the account. Whether its names are free is asked before the password is hashed, which takes a core for a while.
/// Returns what another account has already, if that is why none was added.
async fn add(
    asked: &Asked<'_>,
    id: AccountId,
    checked: Checked,
    password: ChosenPassword,
) -> Result<Option<Taken>, VerifyError> {
    let accounts = asked.accounts;
    let (mut person, by) = asked.person(id, checked);
    let taken = accounts.records.add_people(vec![person.clone()], true, by.clone()).await?;
    if let Some(conflict) = taken.first() {
        return Ok(Some(conflict.taken));
    }
    person.account.password_hash = Some(accounts.passwords.hash(password).await?);
    let taken = accounts.records.add_people(vec![person], false, by).await?;
    if let Some(conflict) = taken.first() {
        return Ok(Some(conflict.taken));
    }
    say_done(id);
    Ok(None)
}

fn say_done(id: AccountId) {
    tracing::info!(account.id = %id, "a person signed up");
    measure::sign_in("sign_up");
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
