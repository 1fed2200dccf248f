//! Signing in with user name and password, and signing out. The pages are plain forms and must work without
//! script.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::activity::Whence;
use super::mail::forgot;
use super::password::{BUSY_FOR, Password, Requester, VerifyError};
use super::session::{SignedIn, Witness};
use super::{Accounts, TypedName, Username};
use crate::about;
use crate::measure;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::activity::ActivityKind;
use crate::text::Texts;
use crate::ticket::ids::AppId;
use crate::web::bounds::USERNAME_CHARS;
use crate::web::client::ClientAddress;
use crate::web::cookie;
use crate::web::document::{Mark, Page};
use crate::web::language::wanted_by;
use crate::web::limits::Guesser;
use crate::web::marked_text::marked_text;
use crate::web::next_path::NextPath;
use crate::web::problem::{Problem, wants_html};

/// Value of the query parameter `anew` of the sign-in page, for people who signed in by scan and need their
/// password for the next page.
const PASSWORD_FIRST: &str = "password";

/// The query of the sign-in page: where it leads, and why it is shown.
#[derive(Debug, Deserialize)]
pub struct Onward {
    #[serde(default)]
    next: String,
    /// Present if a signed-in person must or wants to sign in again; [`PASSWORD_FIRST`] if their password is
    /// needed.
    #[serde(default)]
    anew: Option<String>,
    /// The user name that the app expects its visitor to have; empty if it names none.
    #[serde(default)]
    hint: String,
    /// The app that sent the person, for the log only.
    #[serde(default)]
    app: String,
    /// The languages that the app wants for this page. The form sends them on, so that it is shown again in the same
    /// language if the sign-in is refused.
    #[serde(default)]
    ui_locales: String,
}

impl Onward {
    /// Returns the path that the sign-in leads to; the home page if `next` is not a path of this site.
    pub fn path(&self) -> NextPath {
        NextPath::parse(&self.next).unwrap_or_else(NextPath::home)
    }

    fn app(&self) -> Option<AppId> {
        self.app.parse().ok()
    }

    fn is_password_first(&self) -> bool {
        self.anew.as_deref() == Some(PASSWORD_FIRST)
    }
}

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
    Ok(form_page(&accounts, texts, &headers, &next, hint, None))
}

/// The form of `POST /signin`: user name, password, and where the sign-in leads.
#[derive(Deserialize)]
pub struct SignIn {
    username: String,
    password: String,
    /// Present if the page tried to set a cookie when it showed the form.
    #[serde(default)]
    probed: Option<String>,
    #[serde(flatten)]
    next: Onward,
}

/// `POST /signin`: verifies the password, opens a session, and sends the browser to the path `next`. If the sign-in
/// is refused, the form is shown again with the reason.
pub async fn sign_in(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    texts: &'static Texts,
    headers: HeaderMap,
    Form(form): Form<SignIn>,
) -> Result<Response, Problem> {
    let next = form.next.path();
    let again = |why: String| form_page(&accounts, texts, &headers, &form.next, kept(&form.username), Some(why));
    let refused = |status: StatusCode, code: &'static str, why: &str| {
        say_refused(code);
        (status, again(why.to_owned())).into_response()
    };
    if let Some(app) = form.next.app() {
        about::app(app);
    }
    let username = TypedName::of(&form.username);
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
    let password = Password::typed(form.password);
    match accounts.passwords.verify(&accounts.records, username.as_str(), password, requester).await {
        // A person who knows the password may know that the account is disabled.
        Ok(verified) if verified.account().is_disabled => {
            accounts.activity.refused(verified.account(), &whence, "disabled");
            Ok(refused(StatusCode::FORBIDDEN, "account_disabled", texts.signin.account_disabled))
        }
        Ok(verified) => {
            let account = verified.account().clone();
            let opened =
                accounts.sessions.open(Witness::Verified(Box::new(verified)), &headers, from, next.as_str()).await?;
            // The password was replaced while it was checked, or the account was signed out.
            let Some(cookies) = opened else { return Ok(wrong()) };
            tracing::info!("signed in by password");
            measure::sign_in("password");
            accounts.activity.tell(ActivityKind::SignedIn, &account, &whence, "password").await;
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

fn say_refused(code: &'static str) {
    tracing::info!(code, "a sign-in was refused");
    measure::refused("sign_in", code);
}

impl Accounts {
    /// Looks up a typed name and returns its account; `None` if there is none. The request's log lines
    /// get the account, or a hash of the unknown name. The lookup is always done, so that no answer depends on
    /// whether the account exists.
    pub(super) async fn named(&self, name: &TypedName) -> Result<Option<Account>, Fault> {
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

/// Returns the typed user name as the form shows it again: without control characters and without white space
/// around it, and cut to the largest length of a user name.
fn kept(typed: &str) -> String {
    typed.trim().chars().filter(|letter| !letter.is_control()).take(USERNAME_CHARS).collect()
}

/// Returns the answer for a person who signed in by scan and needs their password
/// ([`gave_password`](super::session::SignedIn::gave_password)): a browser is redirected to the sign-in form, which
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
/// claim key, and redirects to the home page.
pub async fn sign_out(
    State(accounts): State<Accounts>,
    from: Whence,
    who: Option<SignedIn>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let session = accounts.sessions.end(&headers).await?;
    // If the button was pressed twice, nobody is signed in at the second time.
    if let Some(who) = who {
        accounts.activity.tell(ActivityKind::SignedOut, &who.account, &from, "").await;
    }
    // The claim key is deleted as well, because with it the claim that opened the session could be repeated.
    let cookies = [(SET_COOKIE, session), (SET_COOKIE, cookie::clear(cookie::BROWSER))];
    Ok((AppendHeaders(cookies), Redirect::to("/")).into_response())
}

/// Renders the sign-in form with `username`, and with the message `wrong`. If the request has no cookie of this
/// site, the answer sets one, so that the request that sends the form shows whether the browser keeps cookies. The
/// field for the password has the focus if `username` is not empty.
fn form_page(
    accounts: &Accounts,
    texts: &'static Texts,
    headers: &HeaderMap,
    onward: &Onward,
    username: String,
    wrong: Option<String>,
) -> Response {
    let (site, is_known, has_mail) = (&accounts.site, !username.is_empty(), accounts.mailer.is_set_up());
    let (next, app, is_password_first) = (onward.path(), onward.app(), onward.is_password_first());
    let is_on_the_way = next.as_str().starts_with("/s/");
    let (site_name, host, next) = (site.name().to_owned(), site.host().to_owned(), next.as_str().to_owned());
    let wanted = wanted_by(Some(onward.ui_locales.as_str()), None);
    let action = wanted.as_ref().map_or_else(|| "/signin".to_owned(), |tags| format!("/signin?ui_locales={tags}"));
    let page = Page { class: "form", ..Page::new(texts, texts.signin.title) };
    let page = site.page(page, move || {
        view! {
            <Mark/>
            <h1>{texts.signin.title}</h1>
            {if is_password_first {
                view! { <p class="lead">{texts.signin.password_first_lead}</p> }.into_any()
            } else if is_on_the_way {
                view! { <p class="lead">{marked_text(texts.signin.to_confirm(&host))}</p> }.into_any()
            } else {
                view! { <p class="lead">{marked_text(texts.signin.to(&site_name))} " " <span class="host" translate="no">{host}</span></p> }.into_any()
            }}
            {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <form method="post" action=action>
                <input type="hidden" name="next" value=next/>
                <input type="hidden" name="probed" value="1"/>
                {app.map(|app| view! { <input type="hidden" name="app" value=app.to_string()/> })}
                {wanted.map(|tags| view! { <input type="hidden" name="ui_locales" value=tags/> })}
                {is_password_first.then(|| view! { <input type="hidden" name="anew" value=PASSWORD_FIRST/> })}
                <label for="username">{texts.common.username}</label>
                <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false"
                    required=true value=username autofocus=!is_known/>
                <label for="password">{texts.common.password}</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required=true
                    autofocus=is_known/>
                <button type="submit" class="primary">{texts.common.sign_in}</button>
            </form>
            {has_mail.then(|| view! { <p><a class="button quiet" href=forgot::PATH>{texts.mail_pages.forgot}</a></p> })}
        }
    });
    (AppendHeaders(cookie::probe(headers).map(|probe| (SET_COOKIE, probe))), page).into_response()
}
