//! A sign-up that is being answered: what every answer to the form needs.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::form::{Checked, EMAIL, SignUpForm, USERNAME, form_page};
use crate::account::Accounts;
use crate::account::activity::Whence;
use crate::account::mail::prove_at_sign_up;
use crate::account::session::Witness;
use crate::measure;
use crate::settings::SignUp;
use crate::store::records::NewAccount;
use crate::store::records::activity::ActivityActor;
use crate::store::records::directory::act::ActedBy;
use crate::store::records::directory::person::{NewPerson, Taken};
use crate::store::records::people::Role;
use crate::text::Texts;
use crate::ticket::ids::AccountId;
use crate::web::client::ClientAddress;
use crate::web::form::Wrong;
use crate::web::problem::Problem;

/// A form that was sent, and everything that an answer to it needs.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The state of the account pages.
    pub accounts: &'a Accounts,
    /// The address of the person.
    pub from: ClientAddress,
    /// The texts in the language of the page.
    pub texts: &'static Texts,
    /// The headers of the request.
    pub headers: &'a HeaderMap,
    /// The form.
    pub form: &'a SignUpForm,
}

impl Asked<'_> {
    /// Renders the form again with what was typed, with the errors at their fields and the message `alert` above it.
    pub fn again(&self, wrongs: &[Wrong], alert: Option<String>) -> Response {
        let Self { accounts, texts, headers, form, .. } = self;
        form_page(accounts, texts, headers, form, wrongs, alert)
    }

    /// Counts an account that is about to be made, whose names are free. Returns the answer if the address of the person made
    /// enough of them.
    pub fn too_many(&self) -> Option<Response> {
        let Self { accounts, from, texts, headers, .. } = self;
        let too_many = accounts.limits.new_account(*from).err()?;
        Some(too_many.beside_form(headers, texts, |text| self.again(&[], Some(text))))
    }

    /// Takes back what [`Asked::too_many`] counted, because the account was not made.
    pub fn not_made(&self) {
        self.accounts.limits.no_account(self.from);
    }

    /// Logs and counts the refusal with this code, and renders the form again with the errors at their fields.
    pub fn wrong(&self, code: &'static str, wrongs: &[Wrong]) -> Response {
        say_refused(code);
        (StatusCode::UNPROCESSABLE_ENTITY, self.again(wrongs, None)).into_response()
    }

    /// Renders the form again with the error at the field with what another account has already.
    pub fn taken(&self, taken: Taken) -> Response {
        let texts = self.texts;
        match taken {
            Taken::Email => self.wrong("email_taken", &[Wrong { name: EMAIL, text: texts.own.email_taken }]),
            Taken::Username | Taken::Alike => {
                self.wrong("username_taken", &[Wrong { name: USERNAME, text: texts.signup.taken }])
            }
        }
    }

    /// Opens the session of the account that the form made, sends the link to prove its address, and leads on. `way` is the word
    /// by which the metrics count it: `sign_up`, or how its owner signed in whose form was sent twice.
    pub async fn signed_in(&self, witness: Witness, way: &'static str) -> Result<Response, Problem> {
        let (next, account) = (self.form.path(), witness.account());
        let opened = self.accounts.sessions.open(witness, self.headers, self.from, next.as_str()).await?;
        // An administrator disabled the account in the same moment.
        let cookies = opened.ok_or_else(Problem::broken)?;
        measure::sign_in(way);
        prove_at_sign_up(self.accounts, account, self.form.attempt(), self.texts).await;
        Ok((AppendHeaders(cookies), self.accounts.site.after_form(self.texts, next.as_str())).into_response())
    }

    /// Makes the new account of the checked form, without a role and without groups, and who is said to have added it.
    pub fn person(&self, id: AccountId, checked: Checked) -> (NewPerson, ActedBy) {
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

/// Logs that an account was made.
pub fn say_done(id: AccountId) {
    tracing::info!(account.id = %id, "a person signed up");
}

/// Fails with 404 where people may not sign up by themselves, and with 409 before the first account, an administrator's, was
/// made.
pub async fn check_open(accounts: &Accounts) -> Result<(), Problem> {
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

/// Logs and counts a refused sign-up.
pub fn say_refused(code: &'static str) {
    tracing::info!(code, "a sign-up was refused");
    measure::refused("sign_up", code);
}
