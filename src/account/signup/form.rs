//! The form of the page on which people make an account for themselves.

use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::reserved::is_reserved;
use crate::account::passkey::view;
use crate::account::password::{ChosenPassword, Password};
use crate::account::{Accounts, DisplayName, Username, name_error_text};
use crate::crypto::hash::sha256_half;
use crate::crypto::random::random;
use crate::names::NotAName;
use crate::store::records::people::Email;
use crate::text::Texts;
use crate::ticket::ids::{AccountId, Attempt};
use crate::web::cookie;
use crate::web::document::{Mark, Page, Site};
use crate::web::form::{ATTEMPT, Notes, Wrong};
use crate::web::marked_text::marked_text;
use crate::web::next_path::NextPath;

/// URL path of the page and of its form.
pub(in crate::account) const PATH: &str = "/signup";
pub(super) const USERNAME: &str = "username";
pub(super) const EMAIL: &str = "email";
const DISPLAY_NAME: &str = "display_name";
const PASSWORD: &str = "password";
/// The fields that the script of passkeys sends to get its options.
const SENT: &str = "attempt username display_name email";

/// The form of `POST /signup`.
#[derive(Clone, Default, Deserialize)]
pub struct SignUpForm {
    #[serde(default)]
    pub(super) username: String,
    #[serde(default)]
    pub(super) display_name: String,
    #[serde(default)]
    pub(super) email: String,
    #[serde(default)]
    pub(super) password: String,
    /// The JSON of the browser's `PublicKeyCredential` if the person chose a passkey; otherwise empty.
    #[serde(default)]
    pub(super) credential: String,
    /// A random id of the page, so that a form that is sent twice makes one account.
    #[serde(default)]
    pub(super) attempt: String,
    /// The path to which the sign-up leads.
    #[serde(default)]
    pub(super) next: String,
    /// Present if the page tried to set a cookie when it showed the form.
    #[serde(default)]
    pub(super) probed: Option<String>,
}

/// The checked content of the form, without the password.
pub(super) struct Checked {
    pub(super) username: Username,
    pub(super) display_name: DisplayName,
    pub(super) email: Option<Email>,
}

impl SignUpForm {
    /// Returns what a page shows again of this form: all but the password and the passkey.
    pub(super) fn without_password(&self) -> Self {
        Self { password: String::new(), credential: String::new(), ..self.clone() }
    }

    /// Returns the random id of the page that sent the form. A form without one is of a page of its own.
    pub(super) fn attempt(&self) -> Attempt {
        self.attempt.parse().unwrap_or_else(|_| Attempt::from_random(random()))
    }

    /// Derives the id of the new account from the form, so that the same form makes the same account.
    pub(super) fn account(&self) -> AccountId {
        let attempt = self.attempt();
        let names = [self.username.as_bytes(), self.display_name.as_bytes(), self.email.as_bytes()];
        let [username, display_name, email] = names;
        let parts = [&b"sign-up"[..], attempt.as_bytes(), username, b"\0", display_name, b"\0", email];
        AccountId::from_random(sha256_half(&parts))
    }

    /// Returns the path to which the sign-up leads; the home page if it is not a path of this site.
    pub(super) fn path(&self) -> NextPath {
        NextPath::parse(&self.next).unwrap_or_else(NextPath::home)
    }

    /// Checks the fields and returns them, with the password if it is one that is checked, or what is wrong with each.
    pub(super) fn read_with_password(
        &self,
        site: &Site,
        texts: &'static Texts,
    ) -> Result<(Checked, ChosenPassword), Vec<Wrong>> {
        let password = Password::typed(self.password.clone()).chosen().map_err(|why| {
            let (_, text) = why.said(texts);
            Wrong { name: PASSWORD, text }
        });
        match (self.read(site, texts), password) {
            (Ok(checked), Ok(password)) => Ok((checked, password)),
            (checked, password) => Err(checked.err().into_iter().flatten().chain(password.err()).collect()),
        }
    }

    /// Checks the fields but the password and returns them, or what is wrong with each.
    pub(super) fn read(&self, site: &Site, texts: &'static Texts) -> Result<Checked, Vec<Wrong>> {
        let mut wrongs = Vec::new();
        let name = |why: NotAName, text| name_error_text(texts, why, text);
        let username = match self.username.parse::<Username>() {
            Ok(username) if is_reserved(username.as_str(), site) => Err(texts.signup.reserved),
            Ok(username) => Ok(username),
            Err(why) => Err(name(why, texts.setup.wrong_username)),
        };
        let username = username.map_err(|text| wrongs.push(Wrong { name: USERNAME, text })).ok();
        let display_name = self.display_name.parse::<DisplayName>();
        let display_name = display_name.map_err(|why| {
            wrongs.push(Wrong { name: DISPLAY_NAME, text: name(why, texts.setup.wrong_display_name) });
        });
        let email = Some(self.email.trim()).filter(|text| !text.is_empty()).map(str::parse::<Email>).transpose();
        let email = email.map_err(|_| wrongs.push(Wrong { name: EMAIL, text: texts.own.email_wrong }));
        match (username, display_name, email) {
            (Some(username), Ok(display_name), Ok(email)) => Ok(Checked { username, display_name, email }),
            _ => Err(wrongs),
        }
    }
}

/// Renders the form with what was typed, except the password, with the errors at their fields and the message `alert` above
/// it. If the request has no cookie of this site, the answer sets one, so that the request that sends the form shows whether
/// the browser keeps cookies.
pub(super) fn form_page(
    accounts: &Accounts,
    texts: &'static Texts,
    headers: &HeaderMap,
    form: &SignUpForm,
    wrongs: &[Wrong],
    alert: Option<String>,
) -> Response {
    let (words, site, offer) = (&texts.signup, &accounts.site, accounts.passkeys.offer());
    let has_passkeys = offer.unavailable.is_none();
    let email_hint = if accounts.mailer.is_set_up() { words.email_hint_proof } else { words.email_hint };
    let (form, site_name, next) = (form.without_password(), site.name().to_owned(), form.path().as_str().to_owned());
    let signin = form.path().link_via("/signin", &[]);
    let note = |name: &'static str, has_hint| {
        let wrong = wrongs.iter().find(|wrong| wrong.name == name).map(|wrong| wrong.text);
        Notes::of(name, has_hint, wrong)
    };
    let username = note(USERNAME, true);
    let (display_name, email, password) = (note(DISPLAY_NAME, false), note(EMAIL, true), note(PASSWORD, true));
    let page = site.page(Page { class: "form", ..Page::new(texts, words.title) }, move || {
        view! {
            <Mark/>
            <h1>{words.title}</h1>
            <p class="lead">{marked_text(words.lead(&site_name))}</p>
            {alert.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <form method="post" action=PATH data-passkey="create" data-options="/passkey/options/sign-up" data-send=SENT>
                <input type="hidden" name=ATTEMPT value=form.attempt/>
                <input type="hidden" name="next" value=next/>
                <input type="hidden" name="probed" value="1"/>
                <label for="username">{texts.common.username}</label>
                <input id="username" name=USERNAME value=form.username autocomplete="username" autocapitalize="none" spellcheck="false"
                    required=true autofocus=true aria-describedby=username.described_by aria-invalid=username.is_wrong.then_some("true")/>
                {username.text}
                <p id="username-hint" class="hint">{words.username_hint}</p>
                <label for="display_name">{texts.common.display_name}</label>
                <input id="display_name" name=DISPLAY_NAME value=form.display_name autocomplete="name" required=true
                    aria-describedby=display_name.described_by aria-invalid=display_name.is_wrong.then_some("true")/>
                {display_name.text}
                <label for="email">{texts.common.optional(texts.person.email)}</label>
                <input id="email" name=EMAIL type="email" value=form.email autocomplete="email" spellcheck="false"
                    aria-describedby=email.described_by aria-invalid=email.is_wrong.then_some("true")/>
                {email.text}
                <p id="email-hint" class="hint">{email_hint}</p>
                {view::create_button(texts, offer)}
                {offer.takes_passwords.then(|| view! {
                    <label for="password">{texts.common.password}</label>
                    <input id="password" name=PASSWORD type="password" autocomplete="new-password" minlength="8" required=true
                        aria-describedby=password.described_by aria-invalid=password.is_wrong.then_some("true")/>
                    {password.text}
                    <p id="password-hint" class="hint">{texts.setup.password_hint}</p>
                    <button type="submit" class:primary=!has_passkeys>{texts.setup.create}</button>
                })}
            </form>
            {has_passkeys.then(view::script)}
            <p class="foot"><a class="quiet" href=signin>{words.have_account}</a></p>
        }
    });
    (AppendHeaders(cookie::probe(headers).map(|probe| (SET_COOKIE, probe))), page).into_response()
}
