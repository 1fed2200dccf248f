//! `/account/devices`: lists the sessions of an account, with a button to end each of them (ASVS 7.5.2). The
//! end takes effect at once and on every instance, also for the sites that were signed in to with the
//! session.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leptos::prelude::*;
use serde::Deserialize;

use super::Accounts;
use super::activity::Whence;
use super::session::Ended;
use crate::account::session::{SignedIn, sign_in_first};
use crate::store::records::activity::ActivityKind;
use crate::store::records::{OpenedBy, SessionRow};
use crate::text::Texts;
use crate::ticket::time::Timestamp;
use crate::web::document::Page;
use crate::web::form::DoneQuery;
use crate::web::problem::Problem;

/// URL path of the page that lists the sessions of an account.
pub const PATH: &str = "/account/devices";
/// Value of the form's field `end` for all sessions except the requesting one.
const OTHERS: &str = "others";

/// `GET /account/devices`: shows the sessions of the signed-in person's account, with a button to end each of them.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
    who: SignedIn,
) -> Result<Response, Problem> {
    let sessions = accounts.sessions.of(who.account.id).await?;
    let now = accounts.clock.now();
    let notice = match &*after.done {
        "ended" => Some(texts.devices.ended),
        "gone" => Some(texts.devices.gone),
        _ => None,
    };
    let page = Page { class: "wide", ..Page::new(texts, texts.devices.title) };
    Ok(accounts.site.page(page, move || {
        let has_others = sessions.iter().any(|session| !who.is_by(session));
        view! {
            <p class="way"><a href="/account">{texts.common.to_account}</a></p>
            <h1>{texts.devices.title}</h1>
            {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            <p class="lead">{texts.devices.lead}</p>
            <ul class="rows">
                {sessions.iter().map(|session| row(texts, session, who.is_by(session), now)).collect_view()}
            </ul>
            {has_others.then(|| view! {
                <form method="post" action=PATH>
                    <input type="hidden" name="end" value=OTHERS/>
                    <button type="submit">{texts.devices.end_others}</button>
                </form>
            })}
        }
    }))
}

fn row(texts: &'static Texts, session: &SessionRow, is_this: bool, now: Timestamp) -> impl IntoView + use<> {
    let what = match session.opened_by {
        OpenedBy::Password => texts.devices.by_password,
        OpenedBy::Scan => texts.devices.by_scan,
    };
    let [opened, used] = [session.created_at, session.last_seen_at].map(|moment| texts.ago(now.since(moment)));
    let times = texts.devices.times(&opened, &used);
    let label = texts.devices.end_one(what, &times);
    view! {
        <li class="with-act">
            <div>
                <strong>{what}</strong>
                {is_this.then(|| view! { <span class="hint">{texts.devices.this}</span> })}
                <span class="hint">{times}</span>
            </div>
            <form method="post" action=PATH>
                <input type="hidden" name="end" value=name_of(session)/>
                <button type="submit" aria-label=label>{texts.devices.end}</button>
            </form>
        </li>
    }
}

/// The form of `POST /account/devices`: which session to end, or `others` for all except the requesting one.
#[derive(Deserialize)]
pub struct End {
    end: String,
}

/// `POST /account/devices`: ends one session of the account, or all except the requesting one, and redirects to
/// the list. If the requesting session ended, it redirects to the sign-in form.
pub async fn end(
    State(accounts): State<Accounts>,
    from: Whence,
    who: SignedIn,
    Form(form): Form<End>,
) -> Result<Response, Problem> {
    let is_meant = |session: &SessionRow| match &*form.end {
        OTHERS => !who.is_by(session),
        name => name_of(session) == name,
    };
    let done = match accounts.sessions.end_those(who.account.id, is_meant).await? {
        Ended::Now(sessions) => {
            tracing::info!(sessions, "sessions were ended by their owner");
            accounts.activity.tell(ActivityKind::DeviceEnded, &who.account, &from, "").await;
            "ended"
        }
        Ended::Before => "ended",
        Ended::Nothing => "gone",
    };
    // The requesting session has ended, so no person is signed in to whom the page could be shown.
    if who.session.as_ref().is_some_and(is_meant) {
        return Ok(sign_in_first(PATH));
    }
    Ok(Redirect::to(&format!("{PATH}?done={done}")).into_response())
}

/// Returns the value by which the form names a session: the stored hash of its token, with which the session cannot
/// be used.
fn name_of(session: &SessionRow) -> String {
    URL_SAFE_NO_PAD.encode(session.token_hash.0)
}
