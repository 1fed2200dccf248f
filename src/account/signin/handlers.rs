//! The handlers of signing in and of signing out.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use super::by_passkey;
use super::form::FormPage;
use super::onward::{Onward, PASSWORD_FIRST, SignIn, say_refused};
use crate::about;
use crate::account::activity::Whence;
use crate::account::password::{BUSY_FOR, Password, Requester, VerifyError};
use crate::account::session::aside::CHOOSER;
use crate::account::session::{Sessions, SignedIn, Witness};
use crate::account::{Accounts, TypedName, Username};
use crate::measure;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::activity::ActivityKind;
use crate::text::Texts;
use crate::web::client::ClientAddress;
use crate::web::cookie;
use crate::web::limits::Guesser;
use crate::web::next_path::NextPath;
use crate::web::problem::{Problem, wants_html};

/// `GET /signin`: shows the form. A person who is signed in is redirected, unless `anew` is present.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(next): Query<Onward>,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if next.anew.is_none() && accounts.sessions.find(&headers).await?.is_some() {
        return Ok(Redirect::to(next.path().as_str()).into_response());
    }
    let hint = next.hint.parse::<Username>().map(String::from).unwrap_or_default();
    Ok(FormPage { username: hint, ..FormPage::of(&accounts, texts, &headers, &next) }.render())
}

/// `POST /signin`: verifies the password or the passkey, opens a session, and sends the browser to the path `next`. If the sign-in
/// is refused, the form is shown again with the reason.
pub async fn sign_in(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    texts: &'static Texts,
    headers: HeaderMap,
    Form(form): Form<SignIn>,
) -> Result<Response, Problem> {
    let next = form.next.path();
    let shown = || FormPage::of(&accounts, texts, &headers, &form.next);
    let again = |why: String| FormPage { username: form.kept(), wrong: Some(why), ..shown() }.render();
    let refused = |status: StatusCode, code: &'static str, why: &str| {
        say_refused(code);
        (status, again(why.to_owned())).into_response()
    };
    if let Some(app) = form.next.app() {
        about::app(app);
    }
    if !form.credential.is_empty() {
        return by_passkey::sign_in(&accounts, from, texts, &headers, &form).await;
    }
    if !accounts.passkeys.takes_passwords() {
        return Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, "no_passwords", texts.passkeys.no_passwords));
    }
    let Some(typed) = &form.username else {
        return Err(Problem { status: StatusCode::UNPROCESSABLE_ENTITY, ..Problem::malformed() });
    };
    let username = TypedName::of(typed);
    let named = accounts.named(&username).await?;
    // Without cookies even the right password would open no session, and the next page would ask for it
    // again.
    if form.probed.is_some() && !cookie::are_kept(&headers) {
        return Ok(refused(StatusCode::FORBIDDEN, "no_cookie", texts.signin.no_cookie));
    }
    let whence = Whence::of(&headers, from);
    let known =
        named.as_ref().and_then(|account| Some((account.id, accounts.sessions.known_device(&headers, account.id)?)));
    let spelled = username.spelled();
    let guesser = known.map_or(Guesser::Stranger(from, &spelled), |(account, device)| Guesser::Known(account, device));
    if let Err(too_many) = accounts.limits.password(guesser) {
        return Ok(too_many.beside_form(&headers, texts, again));
    }
    // The answer must be the same for every name (ASVS 6.3.8), except for the typed text.
    let wrong = || refused(StatusCode::UNAUTHORIZED, "wrong_credentials", texts.signin.wrong);
    let requester = known.map_or(Requester::Stranger(from), |(account, _)| Requester::Known(account));
    let password = Password::typed(form.password.clone());
    match accounts.passwords.verify(&accounts.records, username.as_str(), password, requester).await {
        // A person who knows the password may know that the account is disabled.
        Ok(verified) if verified.account().is_disabled => {
            accounts.activity.refused(verified.account(), &whence, "disabled");
            Ok(refused(StatusCode::FORBIDDEN, "account_disabled", texts.signin.account_disabled))
        }
        Ok(verified) => {
            let opened =
                accounts.sessions.open(Witness::Verified(Box::new(verified)), &headers, from, next.as_str()).await?;
            // The password was replaced while it was checked, or the account was signed out.
            let Some(cookies) = opened else { return Ok(wrong()) };
            tracing::info!("signed in by password");
            measure::sign_in("password");
            // RFC 9700 §4.12: after a password, the redirect must not repeat the form.
            Ok((AppendHeaders(cookies), accounts.site.after_form(texts, next.as_str())).into_response())
        }
        Err(VerifyError::Wrong) => {
            if let Some(account) = &named {
                accounts.activity.refused(account, &whence, "");
            }
            Ok(wrong())
        }
        Err(VerifyError::Busy) => {
            say_refused("busy");
            Ok(Problem::queue_full(BUSY_FOR).beside_form(&headers, texts, again))
        }
        Err(VerifyError::Fault(fault)) => Err(fault.into()),
    }
}

impl Accounts {
    /// Looks up a typed name and returns its account; `None` if there is none. The request's log lines
    /// get the account, or a hash of the unknown name. The lookup is always done, so that no answer depends on
    /// whether the account exists.
    pub(in crate::account) async fn named(&self, name: &TypedName) -> Result<Option<Account>, Fault> {
        let account = self.records.account_by_username(name.as_str()).await?.map(|(account, _)| account);
        if let Some(account) = &account {
            about::account(account.id);
        } else {
            let [a, b, c, d, ..] = self.unknown_names.of(&[name.spelled().as_bytes()]);
            about::unknown_name(format_args!("{:08x}", u32::from_be_bytes([a, b, c, d])));
        }
        Ok(account)
    }
}

/// Returns the answer for a person who signed in by scan and must prove themselves
/// ([`has_proof`](SignedIn::has_proof)): a browser is redirected to the sign-in form, which
/// leads back to the path `page`; a program gets the error 403.
pub fn password_first(headers: &HeaderMap, page: &str) -> Response {
    let back = NextPath::parse(page).unwrap_or_else(NextPath::home).link_via("/signin", &[("anew", PASSWORD_FIRST)]);
    if wants_html(headers) {
        return Redirect::to(&back).into_response();
    }
    let problem = Problem::saying(StatusCode::FORBIDDEN, "password_needed", |texts| {
        (texts.signin.password_first_title, texts.signin.password_first_advice)
    });
    problem.into_response()
}

/// `POST /signout`: ends the session of the requesting device, deletes its cookies of the session and of the
/// claim key, and redirects to the home page; or, if other accounts are signed in on the device, to the page on which the
/// person chooses one.
pub async fn sign_out(
    State(accounts): State<Accounts>,
    from: Whence,
    who: Option<SignedIn>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let cookies = accounts.sessions.sign_out(&headers).await?;
    // If the button was pressed twice, nobody is signed in at the second time.
    if let Some(who) = who {
        accounts.activity.tell(ActivityKind::SignedOut, &who.account, &from, "").await;
    }
    // Nobody becomes another person by signing out: they choose.
    let to = if Sessions::has_aside(&headers) { CHOOSER } else { "/" };
    Ok((AppendHeaders(cookies), Redirect::to(to)).into_response())
}
