//! The page of the phone to which a notification leads: what waits for the account that is signed in. It shows nothing of a
//! sign-in but where it leads and since when; all else is on the page of its code, which a scan leads to.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use crate::account::ASKED;
use crate::account::session::aside::chooser_from;
use crate::account::session::{Sessions, SignedIn};
use crate::login::Login;
use crate::login::flow::StepError;
use crate::login::keys::ScanCode;
use crate::login::ladder::{Scan, ScanBy};
use crate::login::phone::decision::Decision;
use crate::login::phone::script_task::{SENT_FORM, ScriptTask};
use crate::login::phone::who::own_key;
use crate::store::Fault;
use crate::text::Texts;
use crate::ticket::event::Seen;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::{ScanCause, Stage, Ticket};
use crate::web::client::ClientAddress;
use crate::web::document::{Mark, Page};
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// `GET /account/asked`: shows what waits for the signed-in person. It changes nothing. If one sign-in waits, the page leads to
/// it by itself where a notification of this site opened it.
pub async fn page(
    State(login): State<Login>,
    texts: &'static Texts,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    login.flow.check_scanner(&who).await?;
    let waiting = login.waiting_for(&who).await?;
    // A code that this account scanned already is shown as it is.
    if let [ticket] = &waiting[..]
        && ticket.scanned_by() == Some(who.account.id)
    {
        return Ok(Redirect::to(&login.page_of_code(ticket)).into_response());
    }
    // A notification is for any account of this phone, and another one may be in use.
    let other = (waiting.is_empty() && Sessions::has_aside(&headers)).then(|| chooser_from(ASKED));
    Ok(shown(&login, texts, waiting, is_from_here(&headers), other))
}

/// The form of `POST /account/asked`.
#[derive(Deserialize)]
pub struct Chosen {
    /// The ticket that the person chose, or the only one.
    #[serde(default)]
    ticket: String,
    /// Present if a person pressed the button: a script that sends the form does not send its value.
    #[serde(default)]
    pressed: Option<String>,
}

/// `POST /account/asked`: scans the ticket for the signed-in person, for whom it waits, and redirects to the page of its code,
/// which shows the outcome, also a refusal. One that does not wait for them is not scanned, and the list is shown again.
pub async fn choose(
    State(login): State<Login>,
    who: SignedIn,
    from: ClientAddress,
    headers: HeaderMap,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    login.limits.decision(who.account.id)?;
    let waiting = login.waiting_for(&who).await?;
    let id = chosen.ticket.parse::<TicketId>().ok();
    let Some(ticket) = waiting.into_iter().find(|ticket| Some(ticket.id) == id) else {
        return Ok(Redirect::to(ASKED).into_response());
    };
    let cause = if chosen.pressed.is_some() { ScanCause::Pressed } else { ScanCause::Opened };
    let code = ScanCode { ticket: ticket.id, round: ticket.round };
    let scan = Scan { cause, by: ScanBy::Asking, phone: from };
    let scanned = login.flow.scan(code, &who, own_key(&headers), scan).await;
    login.note_if_refused(scanned.as_ref(), code, &who, from).await;
    // The page of the code would scan what still waits as if its code had been scanned, so it is left for what does not.
    let waits = |ticket: &Ticket| matches!(ticket.stage, Stage::Waiting);
    match scanned {
        Ok(scanned) if waits(&scanned) => Ok(Redirect::to(ASKED).into_response()),
        Err(error) if login.flow.get(ticket.id).await.as_ref().is_ok_and(waits) => Err(error.into()),
        Err(StepError::Fault(fault)) => Err(fault.into()),
        _ => Ok(Redirect::to(&login.page_of_code(&ticket)).into_response()),
    }
}

impl Login {
    /// Returns the tickets for which browsers asked this person and which they can still decide about.
    async fn waiting_for(&self, who: &SignedIn) -> Result<Vec<Ticket>, Fault> {
        let Some(pushes) = &self.pushes else { return Ok(Vec::new()) };
        let mut waiting = Vec::new();
        for id in pushes.asks().waiting(who.account.id, self.flow.now()).await? {
            let ticket = match self.flow.get(id).await {
                Ok(ticket) => ticket,
                Err(StepError::Fault(fault)) => return Err(fault),
                Err(_) => continue,
            };
            let is_open = match self.flow.event_with(&ticket, false).seen {
                Seen::Waiting { .. } => true,
                Seen::Scanned { .. } => ticket.scanned_by() == Some(who.account.id),
                _ => false,
            };
            // A browser that was forgotten since then may not ask any more.
            let is_known = is_open
                && self.records.standing(who.account.id, ticket.browser_id, None, self.flow.now()).await?.is_known;
            waiting.extend(is_known.then_some(ticket));
        }
        Ok(waiting)
    }

    fn page_of_code(&self, ticket: &Ticket) -> String {
        format!("/s/{}", self.flow.link_text(ScanCode { ticket: ticket.id, round: ticket.round }))
    }
}

/// Returns whether this site opened the page, or nobody did, and a person looks at it. Any site can send its visitors here,
/// and a scan tells the browser that asked that its owner is at the phone.
fn is_from_here(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").is_some_and(|site| site == "none" || site == "same-origin");
    site && !headers.contains_key("sec-purpose")
}

fn shown(
    login: &Login,
    texts: &'static Texts,
    waiting: Vec<Ticket>,
    is_from_here: bool,
    other: Option<String>,
) -> Response {
    let words = &texts.ask;
    let (now, host) = (login.flow.now(), login.site.host().to_owned());
    let goes_on = is_from_here && waiting.len() == 1 && waiting[0].takes_unpressed_scans();
    let (title, lead) = match waiting.len() {
        0 => (words.none_title, words.none_lead),
        1 => (words.one_title, words.one_lead),
        _ => (words.many_title, words.many_lead),
    };
    let is_one = waiting.len() == 1;
    let page = Page { islands: goes_on, class: "turn", ..Page::new(texts, title) };
    login.site.page(page, move || {
        if goes_on {
            provide_context(ScriptTask::SendForm);
        }
        let forms = waiting.into_iter().map(|ticket| {
            let host = ticket.app.as_ref().map_or_else(|| host.clone(), |app| app.host.to_string());
            let what = words.for_site(&host, &texts.ago(now.since(ticket.issued_at)));
            view! {
                <form id=is_one.then_some(SENT_FORM) method="post" action=ASKED>
                    <input type="hidden" name="ticket" value=ticket.id.to_string()/>
                    <p>{marked_text(what)}</p>
                    <button type="submit" class="primary" name="pressed" value="true">{words.see}</button>
                </form>
            }
        });
        let forms = forms.collect_view();
        view! {
            {goes_on.then(|| view! { <Decision/> })}
            <Mark/>
            <h1>{title}</h1>
            <p class="lead" role="status">{lead}</p>
            {forms}
            {other.map(|href| view! { <p><a class="button" href=href>{texts.chooser.another}</a></p> })}
            <p><a class="quiet" href="/">{texts.common.to_start}</a></p>
        }
    })
}
