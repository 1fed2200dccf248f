//! `/account/devices/{name}`: one session of the account. Its owner sees what it signed in, names it, and ends it alone or
//! with what it signed in. The page also answers whether a sign-in on a new device was the owner's.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::card::over_card;
use super::list::how;
use super::order::{PATH, Scope, end_as_owner, label_of};
use crate::account::activity::Whence;
use crate::account::name::{DisplayName, name_error_text};
use crate::account::session::{Ended, SignedIn, may_answer, name_of, session_named, sign_in_first};
use crate::account::state::Accounts;
use crate::store::records::SessionRow;
use crate::text::Texts;
use crate::web::document::{Page, signed_in};
use crate::web::form::{DoneQuery, Notes};
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// `GET /account/devices/{name}`: shows one session of the signed-in person's account.
pub async fn page(
    State(accounts): State<Accounts>,
    Path(name): Path<String>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
    who: SignedIn,
) -> Result<Response, Problem> {
    let Some(hash) = session_named(&name) else { return Ok(gone()) };
    let sessions = accounts.sessions.of(who.account.id).await?;
    if let Some(session) = sessions.iter().find(|session| session.token_hash == hash) {
        let notice = match &*after.done {
            "renamed" => Some(texts.device_page.renamed),
            "known" => Some(texts.device_page.known),
            _ => None,
        };
        return Ok(form_page(&accounts, texts, &who, session, &sessions, Said { notice, wrong: None }));
    }
    // The page of a device that was signed out goes on to say so, for as long as that is known.
    let Some(end) = accounts.sessions.ended(who.account.id, hash).await? else { return Ok(gone()) };
    let label = label_of(texts, &end.session);
    let page = Page { class: "turn", ..Page::new(texts, texts.device_page.title) };
    Ok(accounts.site.page(page, move || over_card(texts, label)))
}

fn gone() -> Response {
    Redirect::to(&format!("{PATH}?done=gone")).into_response()
}

/// The form of `POST /account/devices/{name}`.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "lowercase")]
pub enum Act {
    /// Gives the device a name; an empty one removes it.
    Rename {
        /// The name.
        #[serde(default)]
        name: String,
    },
    /// Says that the sign-in on this new device was the owner's.
    Known,
    /// Ends the session.
    End {
        /// Whether what was signed in there ends too.
        #[serde(default)]
        scope: Scope,
    },
}

/// `POST /account/devices/{name}`: names a device, says that its sign-in was the owner's, or ends its session.
pub async fn act(
    State(accounts): State<Accounts>,
    Path(name): Path<String>,
    from: Whence,
    texts: &'static Texts,
    who: SignedIn,
    Form(act): Form<Act>,
) -> Result<Response, Problem> {
    let Some(hash) = session_named(&name) else { return Ok(gone()) };
    let own_page = format!("{PATH}/{}", name_of(hash));
    match act {
        Act::Rename { name } => {
            let sessions = accounts.sessions.of(who.account.id).await?;
            let Some(session) = sessions.iter().find(|session| session.token_hash == hash) else { return Ok(gone()) };
            let name = match name.trim() {
                "" => None,
                name => match name.parse::<DisplayName>() {
                    Ok(name) => Some(name.as_str().to_owned()),
                    Err(why) => {
                        let wrong = Some((name, name_error_text(texts, why, texts.device_page.name_wrong)));
                        tracing::info!(code = "device_name_not_taken", "a device was not renamed");
                        let page = form_page(&accounts, texts, &who, session, &sessions, Said { notice: None, wrong });
                        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
                    }
                },
            };
            let is_renamed = accounts.records.rename_session(who.account.id, hash, name, accounts.clock.now()).await?;
            let done = format!("{own_page}?done=renamed");
            Ok(if is_renamed { Redirect::to(&done).into_response() } else { gone() })
        }
        Act::Known => {
            let told = accounts.sessions.valid(hash).await?.map(|(told, _)| told);
            if !told.is_some_and(|told| who.session.as_ref().is_none_or(|own| may_answer(own, &told))) {
                return Ok(gone());
            }
            // A second press finds it confirmed, which is what it says.
            accounts.records.confirm_session(who.account.id, hash).await?;
            Ok(Redirect::to(&format!("{PATH}?done=known")).into_response())
        }
        Act::End { scope } => {
            let is_meant = |session: &SessionRow| session.token_hash == hash;
            match end_as_owner(&accounts, &who, &from, scope, None, is_meant).await? {
                Ended::Nothing => Ok(gone()),
                // The requesting session may have ended too.
                Ended::Now(_) | Ended::Before => match &who.session {
                    Some(own) if accounts.sessions.valid(own.token_hash).await?.is_none() => Ok(sign_in_first(PATH)),
                    _ => Ok(Redirect::to(&own_page).into_response()),
                },
            }
        }
    }
}

/// What the page of a device says of the form that was sent.
#[derive(Clone, Copy)]
struct Said<'a> {
    /// That something was done.
    notice: Option<&'static str>,
    /// The name that was typed, and why it cannot be taken.
    wrong: Option<(&'a str, &'static str)>,
}

/// Renders the page of a valid session. It notices when the session ends elsewhere.
fn form_page(
    accounts: &Accounts,
    texts: &'static Texts,
    who: &SignedIn,
    session: &SessionRow,
    all: &[SessionRow],
    said: Said<'_>,
) -> Response {
    let (name, label, now) = (name_of(session.token_hash), label_of(texts, session), accounts.clock.now());
    let action = format!("{PATH}/{name}");
    if !who.is_by(session) {
        signed_in::follow(name, action.clone());
    }
    let [opened, used] = [session.created_at, session.last_seen_at].map(|moment| texts.ago(now.since(moment)));
    let how = how(texts, session, all);
    let facts = &session.device;
    let kind = texts.device(facts.browser.as_deref(), facts.system.as_deref());
    let (address, place) = (facts.address.map(|address| address.to_string()), accounts.sessions.place_of(session));
    let approved: Vec<_> = all
        .iter()
        .filter(|one| one.approved_in == Some(session.token_hash))
        .map(|one| (format!("{PATH}/{}", name_of(one.token_hash)), label_of(texts, one)))
        .collect();
    let (typed, wrong) = match said.wrong {
        Some((typed, wrong)) => (typed.to_owned(), Some(wrong)),
        None => (facts.name.clone().unwrap_or_default(), None),
    };
    let notes = Notes::of("name", true, wrong);
    let is_this = who.is_by(session);
    let page = Page { class: "wide", ..Page::new(texts, texts.device_page.title) };
    accounts.site.page(page, move || {
        view! {
            <p class="way"><a href=PATH>{texts.device_page.back}</a></p>
            <h1>{marked_text(label)}</h1>
            {said.notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {is_this.then(|| view! { <p class="lead">{texts.devices.this}</p> })}
            <dl class="facts">
                <dt>{texts.facts.device}</dt><dd>{marked_text(kind)}</dd>
                {address.map(|address| view! { <dt>{texts.device_page.address}</dt><dd><span class="address" translate="no">{address}</span></dd> })}
                {place.map(|place| view! { <dt>{texts.facts.place}</dt><dd>{place}</dd> })}
                <dt>{texts.device_page.how}</dt><dd>{marked_text(how)}</dd>
                <dt>{texts.device_page.signed_in}</dt><dd>{opened}</dd>
                <dt>{texts.device_page.last_used}</dt><dd>{used}</dd>
            </dl>
            <section>
                <h2>{texts.device_page.name}</h2>
                <form method="post" action=action.clone()>
                    <input type="hidden" name="act" value="rename"/>
                    <div class="field">
                        <label for="name">{texts.device_page.name_label}</label>
                        <input id="name" name="name" value=typed maxlength="64" dir="auto" autocomplete="off"
                            aria-describedby=notes.described_by aria-invalid=notes.is_wrong.then_some("true")/>
                        {notes.text}
                        <p id="name-hint" class="hint">{texts.device_page.name_hint}</p>
                    </div>
                    <button type="submit">{texts.common.save}</button>
                </form>
            </section>
            <section>
                <h2>{texts.device_page.what}</h2>
                {if approved.is_empty() {
                    view! { <p class="hint">{texts.device_page.what_none}</p> }.into_any()
                } else {
                    view! {
                        <p class="hint">{texts.device_page.what_approved}</p>
                        <ul class="rows">
                            {approved.into_iter().map(|(path, label)| view! { <li><a href=path>{marked_text(label)}</a></li> }).collect_view()}
                        </ul>
                    }
                    .into_any()
                }}
            </section>
            <section>
                <h2>{texts.device_page.end}</h2>
                <p class="hint">{texts.device_page.end_lead}</p>
                <form method="post" action=action>
                    <input type="hidden" name="act" value="end"/>
                    <div class="tick">
                        <input type="radio" id="scope-all" name="scope" value="all" checked=true aria-describedby="scope-all-hint"/>
                        <label for="scope-all">{texts.device_page.end_with}</label>
                        <p id="scope-all-hint" class="hint">{texts.device_page.end_with_hint}</p>
                    </div>
                    <div class="tick">
                        <input type="radio" id="scope-only" name="scope" value="only" aria-describedby="scope-only-hint"/>
                        <label for="scope-only">{texts.device_page.end_only}</label>
                        <p id="scope-only-hint" class="hint">{texts.device_page.end_only_hint}</p>
                    </div>
                    <button type="submit" class="danger">{texts.devices.end}</button>
                </form>
            </section>
        }
    })
}
