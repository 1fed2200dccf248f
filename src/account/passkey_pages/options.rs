//! The options with which a browser opens its dialogue for a passkey, as WebAuthn's JSON. Each answer gives the browser the
//! key that its challenge is bound to. They change nothing of an account.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::Value;

use super::PATH;
use crate::account::link::open::{parsed, working};
use crate::account::link::{LinkToken, Opener, refused as link_refused};
use crate::account::passkey::{BrowserKey, PasskeyRefusal, Refused, Step, User};
use crate::account::proof::proof_first;
use crate::account::session::SignedIn;
use crate::account::state::Accounts;
use crate::account::{DisplayName, Username, name_error_text};
use crate::crypto::random::random;
use crate::store::records::Account;
use crate::store::records::links::LinkRefusal;
use crate::ticket::ids::AccountId;
use crate::web::client::ClientAddress;
use crate::web::problem::Problem;

/// `POST /passkey/options/sign-in`: the options to sign in with any passkey of this site.
pub async fn sign_in(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    accounts.limits.new_sign_in(from)?;
    let key = BrowserKey::of_or_fresh(&headers);
    answer(&key, accounts.passkeys.ask(&key, Step::SignIn, &[], from).await)
}

/// `POST /passkey/options/prove`: the options with which a signed-in person proves themselves with one of their passkeys.
pub async fn prove(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    accounts.limits.decision(who.account.id)?;
    let key = BrowserKey::of_or_fresh(&headers);
    let own = accounts.passkeys.offered_of(who.account.id).await?;
    if own.is_empty() {
        return Err(no_options(PasskeyRefusal::Unknown));
    }
    answer(&key, accounts.passkeys.ask(&key, Step::Prove(who.account.id), &own, from).await)
}

/// `POST /passkey/options/add`: the options with which a signed-in person with a fresh proof makes a passkey.
pub async fn add(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(asks) = proof_first(&who, &headers, accounts.clock.now(), PATH) {
        return Ok(asks);
    }
    accounts.limits.decision(who.account.id)?;
    let key = BrowserKey::of_or_fresh(&headers);
    let own = accounts.records.passkeys_of(who.account.id).await?;
    let (step, user) = (Step::Add(who.account.id), user_of(&who.account));
    answer(&key, accounts.passkeys.begin(&key, step, &user, &own, from).await)
}

/// The form of `POST /passkey/options/link`: the secret of the one-time link.
#[derive(Deserialize)]
pub struct OfLink {
    #[serde(default)]
    link: String,
    /// Present if everything else of the account is to end, its earlier passkeys with it.
    #[serde(default)]
    end_others: Option<String>,
}

/// `POST /passkey/options/link`: the options with which the person of a one-time link makes a passkey, in the browser that
/// opened the link.
pub async fn link(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    headers: HeaderMap,
    Form(form): Form<OfLink>,
) -> Result<Response, Problem> {
    accounts.limits.new_sign_in(from)?;
    let token = parsed(&form.link)?;
    let (link, account) = working(&accounts, &token).await?;
    let opener = Opener::of(&headers).map(|opener| opener.hash()).filter(|opener| link.belongs_to(Some(*opener)));
    let opener = opener.ok_or_else(|| link_refused(LinkRefusal::OtherBrowser))?;
    let key = BrowserKey::of_or_fresh(&headers);
    // A device whose earlier passkey is about to be removed may make another one.
    let stay = form.end_others.is_none();
    let own = if stay { accounts.records.passkeys_of(account.id).await? } else { Vec::new() };
    let step = Step::Link(token.hash(), opener);
    answer(&key, accounts.passkeys.begin(&key, step, &user_of(&account), &own, from).await)
}

/// The form of `POST /passkey/options/set-up`: the secret of the set-up link, and the names of the first account.
#[derive(Deserialize)]
pub struct OfSetUp {
    #[serde(default)]
    token: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    display_name: String,
}

/// `POST /passkey/options/set-up`: the options with which the owner of the first account makes a passkey. The account gets
/// the id that they contain.
pub async fn set_up(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    headers: HeaderMap,
    Form(form): Form<OfSetUp>,
) -> Result<Response, Problem> {
    accounts.limits.new_sign_in(from)?;
    let unknown = || link_refused(LinkRefusal::Unknown);
    let token = Some(form.token.as_str()).filter(|token| accounts.setup.opens_with(token));
    let token = token.and_then(LinkToken::parse).ok_or_else(unknown)?;
    if accounts.records.has_accounts().await? {
        return Err(link_refused(LinkRefusal::Used));
    }
    let opener = Opener::of(&headers).ok_or_else(|| link_refused(LinkRefusal::OtherBrowser))?;
    let username = form.username.parse::<Username>().map_err(|why| {
        Problem::malformed_because(move |texts| name_error_text(texts, why, texts.setup.wrong_username))
    })?;
    let display_name = form.display_name.parse::<DisplayName>().map_err(|why| {
        Problem::malformed_because(move |texts| name_error_text(texts, why, texts.setup.wrong_display_name))
    })?;
    let user = User {
        account: AccountId::from_random(random()),
        username: username.as_str().to_owned(),
        display_name: display_name.as_str().to_owned(),
    };
    let key = BrowserKey::of_or_fresh(&headers);
    let step = Step::SetUp(token.hash(), opener.hash());
    answer(&key, accounts.passkeys.begin(&key, step, &user, &[], from).await)
}

fn user_of(account: &Account) -> User {
    let username = account.username.clone().unwrap_or_else(|| account.display_name.clone());
    User { account: account.id, username, display_name: account.display_name.clone() }
}

/// Returns the options with the key of the browser, or the problem for a program.
fn answer(key: &BrowserKey, options: Result<Value, Refused>) -> Result<Response, Problem> {
    match options {
        Ok(options) => Ok((AppendHeaders([(SET_COOKIE, key.cookie())]), Json(options)).into_response()),
        Err(Refused::Fault(fault)) => Err(fault.into()),
        Err(Refused::Because(why, _)) => Err(no_options(why)),
    }
}

fn no_options(why: PasskeyRefusal) -> Problem {
    why.note("passkey");
    Problem::saying(StatusCode::UNPROCESSABLE_ENTITY, why.code(), move |texts| {
        (texts.passkeys.none_possible_title, why.text(texts))
    })
}
