//! The pages of the set-up link. The link is printed at the first start, makes the first account, and works
//! once. It is a one-time link as [`super::link`] has them, and belongs to the browser that opened it.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::activity::Whence;
use super::link::{LinkToken, Opener, page, set_up_elsewhere};
use super::passkey::{PasskeyRefusal, Refused, Step, view};
use super::password::{BUSY_FOR, ChosenPassword, Password, Requester, VerifyError};
use super::session::Witness;
use super::{Accounts, DisplayName, TypedName, Username, name_error_text};
use crate::about;
use crate::crypto::random::random;
use crate::measure;
use crate::names::NotAName;
use crate::store::Fault;
use crate::store::records::NewAccount;
use crate::store::records::activity::ActivityKind;
use crate::store::records::links::{FirstAccount, SetUp};
use crate::store::records::people::Role;
use crate::text::Texts;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::client::ClientAddress;
use crate::web::cookie;
use crate::web::document::{Mark, Page};
use crate::web::limits::Guesser;
use crate::web::problem::Problem;

/// The query of `GET /setup`: the secret of the set-up link.
#[derive(Deserialize)]
pub struct Token {
    #[serde(default)]
    token: String,
}

/// `GET /setup`: if the link is right and no account exists, shows the form in the browser that opened the link, and
/// in any other a button that opens it; otherwise it answers 410 with the reason. It changes nothing.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(token): Query<Token>,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if accounts.records.has_accounts().await? {
        return Err(used());
    }
    let Some(link) = right(&accounts, &token.token) else { return Err(wrong_link()) };
    let (opener, now) = (Opener::of(&headers).map(|opener| opener.hash()), accounts.clock.now());
    let stored = accounts.records.link(link.hash()).await?;
    if !stored.is_some_and(|(stored, _)| stored.over(now).is_none() && stored.belongs_to(opener)) {
        let words = (texts.setup.title, texts.setup.lead);
        return Ok(page::button(&accounts.site, texts, &headers, &link.path(), words));
    }
    Ok(form_page(&accounts, texts, &headers, &First { token: token.token, ..First::default() }, None))
}

/// Returns the secret of the set-up link if this text is it.
fn right(accounts: &Accounts, token: &str) -> Option<LinkToken> {
    accounts.setup.opens_with(token).then(|| LinkToken::parse(token)).flatten()
}

/// The form of `POST /setup`: the secret of the link, and the names and the password of the first account.
#[derive(Default, Deserialize)]
pub struct First {
    #[serde(default)]
    token: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    password: String,
    /// The JSON of the browser's `PublicKeyCredential` if the owner chose a passkey; otherwise empty.
    #[serde(default)]
    credential: String,
    /// Present if the page tried to set a cookie when it showed the form.
    #[serde(default)]
    probed: Option<String>,
}

/// The checked names of the owner of the first account.
struct Owner {
    username: Username,
    display_name: DisplayName,
}

impl First {
    /// Returns what a page shows again of this form.
    fn without_password(&self) -> Self {
        let (token, username, display_name) = (self.token.clone(), self.username.clone(), self.display_name.clone());
        Self { token, username, display_name, ..Self::default() }
    }

    /// Checks the names in the form and returns them. The error is the code of the reason for the log, and the
    /// sentence that the person is shown.
    fn read(&self, texts: &'static Texts) -> Result<Owner, (&'static str, &'static str)> {
        let wrong = |why: NotAName, text| (why.code(), name_error_text(texts, why, text));
        let username = self.username.parse().map_err(|why| wrong(why, texts.setup.wrong_username))?;
        let display_name = self.display_name.parse().map_err(|why| wrong(why, texts.setup.wrong_display_name))?;
        Ok(Owner { username, display_name })
    }

    /// Checks the password in the form and returns it.
    fn chosen_password(&self, texts: &'static Texts) -> Result<ChosenPassword, (&'static str, &'static str)> {
        Password::typed(self.password.clone()).chosen().map_err(|why| why.said(texts))
    }
}

/// `POST /setup`: makes the first account, an administrator's, and signs its owner in. If another browser opened
/// the link, the answer is 409. If an account exists already, for example because the form was sent twice, the same
/// form signs in to it with the right secret, user name and password; otherwise the answer is 410.
pub async fn create(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    texts: &'static Texts,
    headers: HeaderMap,
    Form(form): Form<First>,
) -> Result<Response, Problem> {
    let shown = form.without_password();
    let again = |why: String| form_page(&accounts, texts, &headers, &shown, Some(why));
    // Only sending the form counts as an attempt, not showing the page.
    if let Err(too_many) = accounts.limits.set_up(from) {
        return Ok(too_many.beside_form(&headers, texts, again));
    }
    let is_first = !accounts.records.has_accounts().await?;
    let Some(link) = right(&accounts, &form.token) else {
        return Err(if is_first { wrong_link() } else { used() });
    };
    // Without cookies the owner would not be signed in, and the link works only once.
    if is_first && form.probed.is_some() && !cookie::are_kept(&headers) {
        say_refused("no_cookie");
        return Ok((StatusCode::FORBIDDEN, again(texts.signin.no_cookie.to_owned())).into_response());
    }
    let wrong = |(code, text): (&'static str, &str)| {
        say_refused(code);
        let page = is_first.then(|| (StatusCode::UNPROCESSABLE_ENTITY, again(text.to_owned())).into_response());
        page.ok_or_else(used)
    };
    let owner = match form.read(texts) {
        Ok(owner) => owner,
        Err(why) => return wrong(why),
    };
    if !form.credential.is_empty() {
        return match set_up_by_passkey(&accounts, owner, &link, &headers, from, &form.credential).await? {
            Ok(welcome) => Ok(welcome),
            Err(why) => wrong((why.code(), why.text(texts))),
        };
    }
    if !accounts.passkeys.takes_passwords() {
        return wrong(("no_passwords", texts.passkeys.no_passwords));
    }
    let password = match form.chosen_password(texts) {
        Ok(password) => password,
        Err(why) => return wrong(why),
    };
    let username = owner.username.clone();
    let failed = |error: VerifyError| match error {
        VerifyError::Busy => {
            say_refused("busy");
            Ok(Problem::queue_full(BUSY_FOR).beside_form(&headers, texts, again))
        }
        VerifyError::Fault(fault) => Err(fault.into()),
        VerifyError::Wrong => Err(used()),
    };
    let opener = Opener::of(&headers).unwrap_or_else(Opener::fresh);
    let made = if is_first {
        make_first(&accounts, owner, password, &link, &opener).await
    } else {
        Ok(FirstAccount::NotFirst)
    };
    let is_made = match made {
        Ok(FirstAccount::Made) => true,
        Ok(FirstAccount::NotFirst) => false,
        Ok(FirstAccount::OtherBrowser) => return Err(set_up_elsewhere()),
        Ok(FirstAccount::NoPasskey(_)) => return Err(Problem::broken()),
        Err(error) => return failed(error),
    };
    if !is_made {
        // If the button was pressed twice, the first request made the account and the second one signs its owner in:
        // name and password are those of the account. It counts as a sign-in, with the same limits.
        accounts.named(&TypedName::of(&form.username)).await?;
        accounts.limits.password(Guesser::Stranger(from, username.as_str()))?;
    }
    let requester = if is_made { Requester::Choosing } else { Requester::Stranger(from) };
    let password = Password::typed(form.password);
    let verified = match accounts.passwords.verify(&accounts.records, username.as_str(), password, requester).await {
        Ok(verified) => verified,
        Err(error) => return failed(error),
    };
    about::account(verified.account().id);
    if is_made {
        accounts.activity.tell(ActivityKind::Added, verified.account(), &Whence::of(&headers, from), "").await;
    }
    let cookies = accounts
        .sessions
        .open(Witness::Verified(Box::new(verified)), &headers, from, "/")
        .await?
        .ok_or_else(Problem::broken)?;
    if !is_made {
        tracing::info!("signed in by password");
        measure::sign_in("password");
    }
    Ok((AppendHeaders(cookies), Redirect::to("/")).into_response())
}

/// Hashes the password and stores the first account, an administrator's. Stores nothing if another request has made
/// an account, or if the link belongs to another browser.
async fn make_first(
    accounts: &Accounts,
    owner: Owner,
    password: ChosenPassword,
    link: &LinkToken,
    opener: &Opener,
) -> Result<FirstAccount, VerifyError> {
    let hash = accounts.passwords.hash(password).await?;
    let first = owner.first(AccountId::from_random(random()), Some(hash), accounts.clock.now());
    let set_up = SetUp { token: link.hash(), opener: opener.hash(), account: first, passkey: None };
    Ok(store_first(accounts, set_up).await?)
}

async fn store_first(accounts: &Accounts, set_up: SetUp) -> Result<FirstAccount, Fault> {
    let (id, username) = (set_up.account.id, set_up.account.username.clone());
    let made = accounts.records.set_up(set_up).await?;
    if made == FirstAccount::Made {
        about::account(id);
        tracing::info!(username, "the first account was made");
    }
    Ok(made)
}

impl Owner {
    fn first(&self, id: AccountId, password_hash: Option<String>, now: Timestamp) -> NewAccount {
        NewAccount {
            id,
            username: self.username.as_str().to_owned(),
            display_name: self.display_name.as_str().to_owned(),
            email: None,
            email_verified_at: None,
            password_hash,
            role: Role::Admin,
            created_at: now,
        }
    }
}

/// Verifies the new passkey, stores the first account with it, and signs its owner in. The inner error says why the passkey
/// is refused; then nothing is stored. If the form was sent twice, the owner is signed in already and led on.
async fn set_up_by_passkey(
    accounts: &Accounts,
    owner: Owner,
    link: &LinkToken,
    headers: &HeaderMap,
    from: ClientAddress,
    credential: &str,
) -> Result<Result<Response, PasskeyRefusal>, Problem> {
    let opener = Opener::of(headers).ok_or_else(set_up_elsewhere)?;
    let whence = Whence::of(headers, from);
    let step = Step::SetUp(link.hash(), opener.hash());
    let made = match accounts.passkeys.register(headers, step, credential, "").await {
        Ok(made) => made,
        // The caller logs and counts the refusal.
        Err(Refused::Fault(fault)) => return Err(fault.into()),
        Err(Refused::Because(why, _)) => {
            if why == PasskeyRefusal::Replayed && accounts.sessions.find(headers).await?.is_some() {
                return Ok(Ok(Redirect::to("/").into_response()));
            }
            return Ok(Err(why));
        }
    };
    let first = owner.first(made.account(), None, accounts.clock.now());
    let set_up = SetUp { token: link.hash(), opener: opener.hash(), account: first, passkey: Some(made.new.clone()) };
    match store_first(accounts, set_up).await? {
        FirstAccount::Made => {}
        FirstAccount::NotFirst => return Err(used()),
        FirstAccount::OtherBrowser => return Err(set_up_elsewhere()),
        FirstAccount::NoPasskey(why) => {
            return Ok(Err(PasskeyRefusal::of_added(why).unwrap_or(PasskeyRefusal::Changed)));
        }
    }
    let account = accounts.records.account(made.account()).await?.ok_or_else(Problem::broken)?;
    accounts.activity.tell(ActivityKind::Added, &account, &whence, "").await;
    let witness = Witness::Passkey(Box::new(made.proof(account)));
    let cookies = accounts.sessions.open(witness, headers, from, "/").await?.ok_or_else(Problem::broken)?;
    Ok(Ok((AppendHeaders(cookies), Redirect::to("/")).into_response()))
}

/// Logs and counts a refused set-up, and returns the error (410) for a link that is used after an account exists.
fn used() -> Problem {
    refused("setup_link_used", |texts| texts.setup.used_advice)
}

/// Logs and counts a refused set-up, and returns the error (410) for a wrong link while no account exists.
fn wrong_link() -> Problem {
    refused("setup_link_wrong", |texts| texts.setup.wrong_advice)
}

fn refused(code: &'static str, advice: fn(&'static Texts) -> &'static str) -> Problem {
    say_refused(code);
    Problem::saying(StatusCode::GONE, code, move |texts| (texts.setup.used_title, advice(texts)))
}

fn say_refused(code: &'static str) {
    tracing::info!(code, "a set-up was refused");
    measure::refused("set_up", code);
}

/// Renders the set-up form with the message `wrong` and what was typed, except the password. If the request has no
/// cookie of this site, the answer sets one, so that the request that sends the form shows whether the browser
/// keeps cookies.
fn form_page(
    accounts: &Accounts,
    texts: &'static Texts,
    headers: &HeaderMap,
    form: &First,
    wrong: Option<String>,
) -> Response {
    let (site, offer) = (&accounts.site, accounts.passkeys.offer());
    let has_passkeys = offer.unavailable.is_none();
    let (token, username, display_name) = (form.token.clone(), form.username.clone(), form.display_name.clone());
    let page = site.page(Page { class: "form", ..Page::new(texts, texts.setup.title) }, move || {
        view! {
            <Mark/>
            <h1>{texts.setup.title}</h1>
            <p class="lead">{texts.setup.lead}</p>
            {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <form method="post" action="/setup" data-passkey="create" data-options="/passkey/options/set-up"
                data-send="token display_name username">
                <input type="hidden" name="token" value=token/>
                <input type="hidden" name="probed" value="1"/>
                <label for="display_name">{texts.common.display_name}</label>
                <input id="display_name" name="display_name" value=display_name autocomplete="name" required=true autofocus=true/>
                <label for="username">{texts.common.username}</label>
                <input id="username" name="username" value=username autocomplete="username" autocapitalize="none" spellcheck="false" required=true/>
                {view::create_button(texts, offer)}
                {offer.takes_passwords.then(|| view! {
                    <label for="password">{texts.common.password}</label>
                    <input id="password" name="password" type="password" autocomplete="new-password" minlength="8" required=true aria-describedby="password-hint"/>
                    <p id="password-hint" class="hint">{texts.setup.password_hint}</p>
                    <button type="submit" class:primary=!has_passkeys>{texts.setup.create}</button>
                })}
            </form>
            {has_passkeys.then(view::script)}
        }
    });
    (AppendHeaders(cookie::probe(headers).map(|probe| (SET_COOKIE, probe))), page).into_response()
}
