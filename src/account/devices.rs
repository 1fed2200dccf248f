//! `/account/devices`: the browsers and phones on which an account is signed in (ASVS 7.5.2). Their owner sees where and
//! how each was signed in, gives them names, and signs them out. That takes effect at once and on every instance, for the
//! sites that were signed in to with the session, and for its open pages.

mod card;
pub mod list;
mod one;
mod order;
pub mod pages;
mod signed_out;
mod watch;

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

pub use self::card::{live_card, over_card};
use self::list::{Rows, rows};
pub use self::one::{act, page as one};
pub use self::order::PATH;
pub use self::order::end_as_administrator;
pub use self::order::label_of;
use self::order::{BROWSERS, OTHERS, Scope, end_as_owner};
pub use self::signed_out::{PATH as SIGNED_OUT, page as signed_out};
pub use self::watch::watch;
use super::session::Ended;
use super::{Accounts, TRANSFER};
use crate::account::activity::Whence;
use crate::account::session::{SignedIn, name_of, sign_in_first};
use crate::store::records::SessionRow;
use crate::text::Texts;
use crate::web::document::Page;
use crate::web::form::DoneQuery;
use crate::web::problem::Problem;

/// `GET /account/devices`: shows the sessions of the signed-in person's account, with a button to end each of them.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
    who: SignedIn,
) -> Result<Response, Problem> {
    let sessions = accounts.sessions.of(who.account.id).await?;
    let browsers = accounts.records.browsers_of(who.account.id).await?.len();
    let now = accounts.clock.now();
    let notice = match &*after.done {
        "ended" => Some(texts.devices.ended),
        "gone" => Some(texts.devices.gone),
        "known" => Some(texts.device_page.known),
        "forgotten" => Some(texts.devices.forgotten),
        _ => None,
    };
    let page = Page { class: "wide", ..Page::new(texts, texts.devices.title) };
    Ok(accounts.site.page(page, move || {
        let has_others = sessions.iter().any(|session| !who.is_by(session));
        let own = who.session_hash();
        let shown = Rows { texts, sessions: &accounts.sessions, own, now, action: PATH, pages: Some(PATH) };
        view! {
            <p class="way"><a href="/account">{texts.common.to_account}</a></p>
            <h1>{texts.devices.title}</h1>
            {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            <p class="lead">{texts.devices.lead}</p>
            {accounts.signs_phones_in.then(|| view! {
                <p><a class="button" href=TRANSFER>{texts.transfer.start_title}</a></p>
            })}
            {rows(&shown, &sessions)}
            {has_others.then(|| view! {
                <form method="post" action=PATH>
                    <input type="hidden" name="end" value=OTHERS/>
                    <button type="submit">{texts.devices.end_others}</button>
                    <p class="hint">{texts.devices.end_others_hint}</p>
                </form>
            })}
            {(browsers > 0).then(|| view! {
                <form method="post" action=PATH>
                    <h2>{texts.devices.known_title}</h2>
                    <p>{texts.devices.known(browsers as u64)}</p>
                    <input type="hidden" name="end" value=BROWSERS/>
                    <button type="submit">{texts.devices.forget}</button>
                </form>
            })}
        }
    }))
}

/// The form of `POST /account/devices`: which session to end, `others` for all except the requesting one, or `browsers` to forget
/// the remembered browsers; and whether what was signed in there ends too.
#[derive(Deserialize)]
pub struct End {
    end: String,
    #[serde(default)]
    scope: Scope,
}

/// `POST /account/devices`: ends one session of the account, or all except the requesting one, or forgets the browsers that
/// the account remembers, and redirects to the list. If the requesting session ended, it redirects to the sign-in form.
pub async fn end(
    State(accounts): State<Accounts>,
    from: Whence,
    who: SignedIn,
    Form(form): Form<End>,
) -> Result<Response, Problem> {
    if form.end == BROWSERS {
        accounts.limits.decision(who.account.id)?;
        let done = if accounts.records.forget_browsers(who.account.id, None).await? > 0 { "forgotten" } else { "" };
        return Ok(Redirect::to(&format!("{PATH}?done={done}")).into_response());
    }
    let is_meant = |session: &SessionRow| match &*form.end {
        OTHERS => !who.is_by(session),
        name => name_of(session.token_hash) == name,
    };
    let kept = who.session.as_ref().filter(|_| form.end == OTHERS).map(|own| own.token_hash);
    // Whoever ends all others does not want to be known where nobody is signed in any more, either.
    if kept.is_some() && form.scope == Scope::All {
        accounts.records.forget_browsers(who.account.id, kept).await?;
    }
    let done = match end_as_owner(&accounts, &who, &from, form.scope, kept, is_meant).await? {
        Ended::Now(_) | Ended::Before => "ended",
        Ended::Nothing => "gone",
    };
    // The requesting session may have ended, so that no person is signed in to whom the page could be shown.
    if done == "ended" && !accounts.is_still_signed_in(&who).await? {
        return Ok(sign_in_first(PATH));
    }
    Ok(Redirect::to(&format!("{PATH}?done={done}")).into_response())
}

impl Accounts {
    /// Returns whether the session of this person goes on.
    async fn is_still_signed_in(&self, who: &SignedIn) -> Result<bool, Problem> {
        match &who.session {
            Some(session) => Ok(self.sessions.valid(session.token_hash).await?.is_some()),
            None => Ok(true),
        }
    }
}
