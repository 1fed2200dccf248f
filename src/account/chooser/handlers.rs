//! The handlers of the page on which a person chooses an account.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::page;
use crate::account::Accounts;
use crate::account::activity::Whence;
use crate::account::session::aside::{CHOOSER, Switched};
use crate::account::session::{Sessions, session_named};
use crate::store::records::activity::ActivityKind;
use crate::text::Texts;
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// The query of the page: the path to which the chosen account leads.
#[derive(Deserialize)]
pub struct Onward {
    #[serde(default)]
    next: String,
}

impl Onward {
    fn path(&self) -> NextPath {
        NextPath::parse(&self.next).unwrap_or_else(NextPath::home)
    }
}

/// `GET /accounts`: shows the accounts that are signed in on this device. Sessions aside that ended meanwhile are said once,
/// and dropped. Where no one is signed in, it redirects to the sign-in form, or to the login page of the app that sent the
/// person.
pub async fn show(
    State(accounts): State<Accounts>,
    Query(onward): Query<Onward>,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let next = onward.path();
    let all = accounts.sessions.side_by_side(&headers).await?;
    if all.active.is_none() && all.aside.is_empty() && all.ended.is_empty() {
        let request = next.request().map(NextPath::of_request);
        let to = request.map_or_else(|| next.link_via("/signin", &[]), |request| request.as_str().to_owned());
        return Ok(Redirect::to(&to).into_response());
    }
    let cookies = accounts.sessions.without_ended(&all);
    Ok((AppendHeaders(cookies), page::shown(&accounts.site, texts, &all, &next)).into_response())
}

/// The form of `POST /accounts`.
#[derive(Deserialize)]
pub struct Act {
    /// What is done.
    #[serde(rename = "act")]
    word: Word,
    /// The name of the session that is chosen or ended. So a form of an outdated page chooses and ends what it said.
    #[serde(default)]
    session: String,
    /// The user name of the account that is added, if it was signed in here before; otherwise empty.
    #[serde(default)]
    hint: String,
    #[serde(flatten)]
    onward: Onward,
}

/// What a form of the page does.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    /// Takes an account into use.
    Choose,
    /// Adds another account.
    Add,
    /// Signs out of one account.
    SignOut,
    /// Signs out of all accounts of the device.
    SignOutAll,
}

/// `POST /accounts`: takes an account into use and redirects to the path `next`; goes on to the sign-in form for another
/// account, or to the login page of the app that sent the person; or signs out of one or of all accounts of this device.
pub async fn act(
    State(accounts): State<Accounts>,
    from: Whence,
    texts: &'static Texts,
    headers: HeaderMap,
    Form(Act { word, session, hint, onward }): Form<Act>,
) -> Result<Response, Problem> {
    let next = onward.path();
    let named = session_named(&session);
    let back = next.link_via(CHOOSER, &[]);
    match word {
        Word::Add => {
            let request = next.request();
            let hint = Some(("hint", hint.as_str())).filter(|(_, hint)| !hint.is_empty());
            let beside: Vec<_> = [("anew", "1")].into_iter().chain(hint).collect();
            let to = match request {
                Some(request) => NextPath::of_request(request).as_str().to_owned(),
                None => next.link_via("/signin", &beside),
            };
            Ok((AppendHeaders([Sessions::begin_adding(&headers, request)]), Redirect::to(&to)).into_response())
        }
        Word::Choose => {
            let session = named.ok_or_else(Problem::malformed)?;
            match accounts.sessions.switch(&headers, session).await? {
                Switched::Done(cookies) => {
                    tracing::info!("another account of this device is in use");
                    Ok((AppendHeaders(cookies), accounts.site.after_form(texts, next.as_str())).into_response())
                }
                // The page says which accounts there still are.
                Switched::Over => Ok(Redirect::to(&back).into_response()),
            }
        }
        Word::SignOut | Word::SignOutAll => {
            let is_meant = |session| matches!(word, Word::SignOutAll) || named == Some(session);
            let (ended, cookies) = accounts.sessions.end_here(&headers, is_meant).await?;
            // If the button was pressed twice, no one is signed out at the second time.
            for account in &ended {
                accounts.activity.tell(ActivityKind::SignedOut, account, &from, "").await;
            }
            let to = if matches!(word, Word::SignOutAll) { "/" } else { &back };
            Ok((AppendHeaders(cookies), Redirect::to(to)).into_response())
        }
    }
}
