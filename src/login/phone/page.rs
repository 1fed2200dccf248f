//! The page that a scanned code leads to, on which the person with the phone sees who asks for the sign-in, and
//! decides. Opening it changes nothing.

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::confirm::asks::{refused, shown_digits};
use super::confirm::confirm;
use super::decision::Decision;
use super::may_not_use::may_not_use;
use super::outcome::{approved, denied, gone, signed_in, signed_out};
use super::script_task::{SENT_FORM, ScriptTask};
use super::server_functions;
use super::who::{not_signed_in, own_key};
use crate::account::activity::Whence;
use crate::account::devices::{PATH as DEVICES, live_card};
use crate::account::receipt_heads;
use crate::account::session::aside::chooser_from;
use crate::account::session::{Sessions, SignedIn, sign_in_first};
use crate::login::Login;
use crate::login::facts::{Asked, Facts};
use crate::login::watch::carriers::{Resume, Waiter, carry};
use crate::store::Fault;
use crate::store::records::activity::ActivityKind;
use crate::store::records::profiles::ShownToScreens;
use crate::store::records::{Account, LedTo};
use crate::text::Texts;
use crate::ticket::event::Seen;
use crate::ticket::ladder::{Asks, Digits, Owed};
use crate::ticket::machine::{Stage, Ticket};
use crate::web::client::ClientAddress;
use crate::web::document::{Mark, Page};
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;
use crate::websocket::handshake::Upgrade;

/// Seconds after which a waiting page without script reloads itself.
const RELOAD_SECONDS: u8 = 2;

/// What the page of a code shows.
#[derive(Clone, Copy)]
enum Shows {
    /// The page before the scan by this account, with a button that sends the scan.
    Opening(Sender),
    /// The question whether to approve: this account scanned the code.
    Question,
    /// The digits to type in the browser: this account approved.
    Digits(Digits),
    /// That this account scanned the code, and nothing can approve the sign-in.
    Refused(Owed),
    /// That this account scanned the code and may not use the app.
    MayNotUse,
    /// That this account approved, and that the browser is awaited, which may have closed its page.
    Approved { page_open: bool },
    /// That the browser is signed in.
    SignedIn,
    /// That the browser was signed in and is signed out again.
    SignedOut,
    /// That the sign-in was denied.
    Denied,
    /// That the ticket has expired or was cancelled.
    Gone,
}

/// Who sends the scan from the page before it.
#[derive(Clone, Copy)]
enum Sender {
    /// The person, by a press of the button.
    Person,
    /// The script of the page, without a press.
    Script,
}

impl Shows {
    fn title(self, texts: &'static Texts) -> &'static str {
        match self {
            Self::Opening(_) => texts.opening.title,
            Self::Question => texts.confirm.title,
            Self::Digits(_) => texts.ladder.digits_title,
            Self::Refused(Owed { asks: Asks::MissingPasskey, .. }) => texts.ladder.missing_title,
            Self::Refused(_) => texts.ladder.refused_title,
            Self::MayNotUse => texts.audience.refused_title,
            Self::Approved { .. } => texts.outcome.approved_title,
            Self::SignedIn => texts.outcome.done_title,
            Self::SignedOut => texts.device_news.is_out_title,
            Self::Denied => texts.outcome.denied_title,
            Self::Gone => texts.outcome.gone_title,
        }
    }
}

/// The query of `GET /s/{code}`: what came of the last form, if the ticket does not tell.
#[derive(Debug, Default, Deserialize)]
pub struct Trouble {
    /// Present if what was typed is no end of a code.
    #[serde(default)]
    malformed: Option<String>,
    /// Present if the passkey was refused.
    #[serde(default)]
    passkey: Option<String>,
    /// Present if the person has just reported the sign-in.
    #[serde(default)]
    reported: Option<String>,
}

/// `GET /s/{code}`: shows the ticket of a scanned code in its present state. Without a session it redirects
/// to the sign-in.
pub async fn page(
    State(login): State<Login>,
    from: ClientAddress,
    Path(code): Path<String>,
    Query(query): Query<Trouble>,
    texts: &'static Texts,
    who: Option<SignedIn>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let code = login.flow.parse_scan_code(&code)?;
    let text = login.flow.link_text(code);
    let path = format!("/s/{text}");
    let Some(who) = who else { return Ok(sign_in_first(&path)) };
    let ticket = login.flow.look(code, &who, own_key(&headers)).await?;
    let event = login.flow.event(&ticket).await;
    let facts = login.facts(&ticket, &who, from).await?;
    let opened = login.sessions.opened_by_claim(&ticket, who.account.id).await?;
    let owed = match &ticket.stage {
        Stage::Scanned(_, owed) => *owed,
        _ => Owed::default(),
    };
    let shows = match event.seen {
        Seen::Scanned { .. } if ticket.scanned_by() == Some(who.account.id) => match (facts.may_use_app, owed.asks) {
            (false, _) => Shows::MayNotUse,
            // Whoever added a passkey meanwhile scans once more, and is asked for it.
            (true, Asks::MissingPasskey) if !login.passkeys.offered_of(who.account.id).await?.is_empty() => {
                Shows::Opening(Sender::Person)
            }
            (true, Asks::MissingPasskey | Asks::Refused) => Shows::Refused(owed),
            (true, Asks::Digits { digits, pledged: Some(_), .. }) => Shows::Digits(digits),
            (true, _) => Shows::Question,
        },
        Seen::Waiting { .. } | Seen::Scanned { .. } => Shows::Opening(scan_sender(&ticket, &headers, &who, &path)),
        Seen::Approved { page_open, .. } => Shows::Approved { page_open },
        Seen::Claimed if opened.is_none() && ticket.purpose().opens_session() => Shows::SignedOut,
        Seen::Claimed => Shows::SignedIn,
        Seen::Denied => Shows::Denied,
        Seen::Expired | Seen::Cancelled => Shows::Gone,
    };
    let task = match shows {
        Shows::Opening(Sender::Script) => Some(ScriptTask::SendForm),
        Shows::Question | Shows::Digits(_) | Shows::Refused(_) | Shows::MayNotUse | Shows::Approved { .. } => {
            Some(ScriptTask::Follow { watch: format!("{path}/watch"), seq: event.seq })
        }
        Shows::Opening(Sender::Person) | Shows::SignedIn | Shows::SignedOut | Shows::Denied | Shows::Gone => None,
    };
    let page = Page {
        islands: task.is_some(),
        reload: matches!(shows, Shows::Approved { .. } | Shows::Digits(_)).then_some((RELOAD_SECONDS, path)),
        class: if matches!(shows, Shows::Question) { "confirm" } else { "turn" },
        ..Page::new(texts, shows.title(texts))
    };
    let (lost, account) = (ticket.lost_by(), who.account.clone());
    let site_name = login.site.name().to_owned();
    // Where digits were typed in the browser, this is the phone's first request after the approval.
    let cookie = match shows {
        Shows::Approved { .. } | Shows::SignedIn => {
            receipt_heads::after_approval(login.flow.receipts(), &headers, who.account.id).await
        }
        _ => None,
    };
    let shown = login.site.clone().page(page, move || {
        if let Some(task) = task {
            provide_context(task);
        }
        match shows {
            Shows::Opening(sender) => opening(texts, text, sender, &account).into_any(),
            Shows::Question => {
                let trouble = trouble(texts, &owed, &query);
                let another = another(texts, &format!("/s/{text}"), &account);
                view! { <Decision/> {confirm(texts, &text, &facts, &owed, event.notice, trouble)} {another} }.into_any()
            }
            Shows::Digits(digits) => view! { <Decision/> {shown_digits(texts, &text, digits)} }.into_any(),
            Shows::Refused(owed) => view! { <Decision/> {refused(texts, &text, &facts, &owed)} }.into_any(),
            Shows::MayNotUse => view! { <Decision/> {may_not_use(texts, &site_name, text, &facts)} }.into_any(),
            Shows::Approved { page_open } => view! { <Decision/> {approved(texts, &facts, page_open)} }.into_any(),
            Shows::SignedIn => {
                let card = opened.map(|session| live_card(texts, &login.sessions, &session, login.flow.now()));
                signed_in(texts, &text, &facts, card).into_any()
            }
            Shows::SignedOut => signed_out(texts, &text, &facts).into_any(),
            Shows::Denied => denied(texts, &text, lost, query.reported.is_some()).into_any(),
            Shows::Gone => gone(texts).into_any(),
        }
    });
    Ok((AppendHeaders(cookie.map(|cookie| (SET_COOKIE, cookie))), shown).into_response())
}

/// `GET /s/{code}/watch`: sends the events of the ticket, so that the phone sees whether the browser claimed
/// the approval or was closed.
pub async fn watch(
    State(login): State<Login>,
    Path(code): Path<String>,
    Query(resume): Query<Resume>,
    waiter: Waiter,
    who: Option<SignedIn>,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, Problem> {
    let code = login.flow.parse_scan_code(&code)?;
    let who = who.ok_or_else(not_signed_in)?;
    let open = login.sessions.while_signed_in(&who, &login.stopping).await?.ok_or_else(not_signed_in)?;
    let begin = login.flow.watch_as_phone(code.ticket, &who);
    carry(upgrade, &headers, resume, &login.site, open, waiter, begin).await
}

/// `POST /s/{code}/disown`: disowns an approval that its person did not mean to give (BCP 247 §6.1.6): ends
/// the session that it opened, with all that came of it, and redirects to the list of sessions.
pub async fn disown(
    State(login): State<Login>,
    Path(code): Path<String>,
    from: Whence,
    who: Option<SignedIn>,
) -> Result<Redirect, Problem> {
    let code = login.flow.parse_scan_code(&code)?;
    let who = who.ok_or_else(not_signed_in)?;
    let account = who.account.id;
    login.limits.decision(account)?;
    let ticket = login.flow.ticket_to_disown(code.ticket, account).await?;
    login.sessions.disown(&ticket, account).await?;
    login.activity.tell(ActivityKind::DeviceEnded, &who.account, &from, "").await;
    tracing::warn!(ticket.id = %ticket.id, "an approval was disowned by whoever gave it");
    Ok(Redirect::to(&format!("{DEVICES}?done=ended")))
}

impl Login {
    /// Collects the facts about `ticket` that the confirm page shows to the person `who`, whose device has the
    /// address `phone`. If the ticket is for an app, they include what the app asks for, and whether the person may use it.
    pub async fn facts(&self, ticket: &Ticket, who: &SignedIn, phone: ClientAddress) -> Result<Facts, Fault> {
        let asked = match &ticket.app {
            Some(app) => Asked {
                question: self.consents.question(&who.account, app.id, &app.scopes).await?,
                groups: self.consents.groups(&who.account, &app.scopes).await?,
                may_use: self.flow.admits(ticket, who.account.id).await?,
            },
            None => Asked::NOTHING,
        };
        let (hours, now) = (self.session_hours, self.flow.now());
        Ok(Facts::of(ticket, who, phone, &self.proxies, &self.site, &self.places, hours, asked, now))
    }
}

/// Returns who sends the scan. A scan that needs a press is not sent by the script: it would change nothing, and the
/// page would reload itself for ever.
fn scan_sender(ticket: &Ticket, headers: &HeaderMap, who: &SignedIn, path: &str) -> Sender {
    if ticket.takes_unpressed_scans() && may_scan_by_itself(headers, who, path) {
        Sender::Script
    } else {
        Sender::Person
    }
}

/// Returns whether the page may send the scan by itself, so that a camera's link leads straight to the
/// question. Any site can send its visitors here, and a scan tells that site's own screen that its visitor is
/// signed in. So the page may only if the browser says that no site opened it, or if the person has just
/// signed in for this very code.
///
/// `Sec-Fetch-Site: none` is no proof, because it survives a redirect (W3C Fetch Metadata §2.3). Even then, a
/// scan that was not pressed does not tell the screen which account scanned.
fn may_scan_by_itself(headers: &HeaderMap, who: &SignedIn, path: &str) -> bool {
    // The browser prefetched the page; no person opened it. Or several accounts are signed in here: a scan gives the code to
    // one of them, so the person chooses first.
    if headers.contains_key("sec-purpose") || Sessions::has_aside(headers) {
        return false;
    }
    match headers.get("sec-fetch-site") {
        Some(site) if site == "none" => true,
        Some(site) if site != "same-origin" => false,
        // The page was opened from this site, or the browser does not send the header.
        _ => who.session.as_ref().is_some_and(|session| session.led_to == Some(LedTo::of(path))),
    }
}

/// Renders the page before the scan. Its form sends the scan when the person presses the button, or without a
/// press if the script is the `sender`. Only a press also sends the button's value, `pressed`.
fn opening(texts: &'static Texts, text: String, sender: Sender, account: &Account) -> impl IntoView + use<> {
    let another = another(texts, &format!("/s/{text}"), account);
    let lead = match account.profile.shown_to_screens {
        ShownToScreens::Name => texts.opening.lead,
        ShownToScreens::Letter => texts.opening.lead_letter,
        ShownToScreens::Nothing => texts.opening.lead_nothing,
    };
    view! {
        {matches!(sender, Sender::Script).then(|| view! { <Decision/> })}
        <Mark/>
        <h1>{texts.opening.title}</h1>
        <p class="lead">{lead}</p>
        <form id=SENT_FORM method="post" action=server_functions::SCAN>
            <input type="hidden" name="code" value=text/>
            <button type="submit" class="primary" name="pressed" value="true">{texts.opening.go_on}</button>
        </form>
        {another}
    }
}

/// Renders as whom the person acts on the page at this path, with the link to the page on which they choose another account.
pub(super) fn another(texts: &'static Texts, path: &str, account: &Account) -> impl IntoView + use<> {
    let (who, href) = (marked_text(texts.chooser.you_are(&account.display_name)), chooser_from(path));
    view! {
        <p class="foot hint">{who} {texts.sentence_gap()} <a href=href>{texts.chooser.another}</a></p>
    }
}

/// Returns the message above the answer: what was wrong with the last one.
fn trouble(texts: &'static Texts, owed: &Owed, query: &Trouble) -> Option<&'static str> {
    match owed.asks {
        _ if query.passkey.is_some() => Some(texts.ladder.passkey_failed),
        Asks::CodeEnd { .. } if query.malformed.is_some() => Some(texts.ladder.code_malformed),
        Asks::CodeEnd { wrong: 1.. } => Some(texts.ladder.code_wrong),
        _ => None,
    }
}
