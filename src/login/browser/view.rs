//! The pages of the browser that is to be signed in: the code, the form for a username, and what a phone is
//! shown.

use std::time::Duration;

use axum::http::HeaderMap;
use axum::response::Response;
use leptos::nonce::Nonce;
use leptos::prelude::*;

use super::labels::{Forms, Labels};
use super::panel::Panel;
use super::shown::Shown;
use super::visit::{FRAMED, RELOAD_SECONDS, Visit, millis, out_of_frame, renew_before};
use super::words::Words;
use crate::account::passkey::view::{self as passkey, Offer};
use crate::crypto::random::random;
use crate::login::Login;
use crate::login::ask::buttons::buttons;
use crate::login::facts::hours;
use crate::login::flow::Flow;
use crate::picture::logo::logo;
use crate::text::Texts;
use crate::ticket::approval::Stay;
use crate::ticket::event::Seen;
use crate::ticket::ids::Attempt;
use crate::ticket::machine::{Stage, Ticket, TicketApp};
use crate::ticket::side::Side;
use crate::web::bounds::USERNAME_CHARS;
use crate::web::document::{Mark, Page};
use crate::web::marked_text::marked_text;
use crate::web::next_path::NextPath;

/// Returns the path at which the browser gets a new ticket, with a new code, for the same sign-in.
pub(in crate::login) fn again(ticket: &Ticket) -> String {
    let next = next_of(ticket);
    // A page that shows a code is to show the next one as well, also on a phone (`code=1`).
    if ticket.app.is_none() {
        return next.link_via("/login", &[("code", "1")]);
    }
    // The path of an authorization request identifies the app.
    let path = next.as_str();
    format!("{path}{}code=1", if path.contains('?') { '&' } else { '?' })
}

fn next_of(ticket: &Ticket) -> NextPath {
    ticket.next.as_deref().and_then(NextPath::parse).unwrap_or_else(NextPath::home)
}

/// The site or app that is signed in to, and the links that lead away from the code: to the sign-in with a
/// password, and back to the app.
pub(super) struct Way {
    pub(super) name: String,
    pub(super) host: String,
    /// Path of the app's logo.
    logo: Option<String>,
    /// Path of the sign-in with a password; `None` if the app allows only sign-ins by scan.
    pub(super) signin: Option<String>,
    /// Path that returns to the app without a sign-in; `None` if the app gets no error in that case.
    leave: Option<String>,
    /// Whether an app is signed in to, and not this site itself.
    is_app: bool,
    /// The path that the sign-in leads to, and the id of the app for the log.
    next: String,
    app_id: Option<String>,
    /// Which ways to sign in are offered beside the scan; `None` in a frame and where the app allows only scans.
    offer: Option<Offer>,
}

impl Way {
    pub(super) fn of(login: &Login, next: &NextPath, app: Option<&TicketApp>) -> Self {
        match app {
            None => Self {
                name: login.site.name().to_owned(),
                host: login.site.host().to_owned(),
                logo: None,
                signin: Some(next.link_via("/signin", &[])),
                leave: None,
                is_app: false,
                next: next.as_str().to_owned(),
                app_id: None,
                offer: Some(login.offer),
            },
            Some(app) => Self {
                name: app.name.to_string(),
                host: app.host.to_string(),
                logo: app.logo.as_deref().map(str::to_owned),
                // An app may require a new sign-in although the person is signed in (`anew`). A page in a
                // frame has no sign-in form: its link leads out of the frame, to the same authorization
                // request.
                signin: if app.framed_by.is_some() {
                    out_of_frame(app)
                } else {
                    (!app.is_scan_only).then(|| {
                        let (hint, id) = (app.login_hint.as_deref().unwrap_or_default(), app.id.to_string());
                        let mut beside = vec![("anew", "1"), ("hint", hint), ("app", id.as_str())];
                        beside.extend(app.ui_locales.as_deref().map(|tags| ("ui_locales", tags)));
                        next.link_via("/signin", &beside)
                    })
                },
                leave: app.is_told_of_refusals.then(|| format!("{}?leave=1", next.as_str())),
                is_app: true,
                next: next.as_str().to_owned(),
                app_id: Some(app.id.to_string()),
                offer: Some(login.offer).filter(|_| app.framed_by.is_none() && !app.is_scan_only),
            },
        }
    }

    /// Renders the logo of this site, or of the app if an app is signed in to.
    pub(super) fn mark(&self) -> AnyView {
        if self.is_app {
            view! { <p class="brand">{logo(&self.name, self.logo.clone())}</p> }.into_any()
        } else {
            view! { <Mark/> }.into_any()
        }
    }

    /// Renders the form that signs in with a passkey on this device, before the code (RFC 10027 §6.2.3); nothing where there
    /// can be no passkeys. Beside a code, nothing is said to browsers that have none.
    pub(super) fn passkey(&self, texts: &'static Texts, beside_code: bool) -> Option<impl IntoView + use<>> {
        let offer = self.offer.filter(|offer| offer.unavailable.is_none())?;
        // The password has a page of its own, to which a link below the code leads.
        let only = Offer { takes_passwords: false, ..offer };
        let (next, app) = (self.next.clone(), self.app_id.clone());
        let label = texts.passkeys.sign_in;
        let button = if beside_code {
            passkey::button_alone(texts, label).into_any()
        } else {
            passkey::button(texts, only, label)
        };
        Some(view! {
            <form class="passkeys" method="post" action="/signin" data-passkey="get" data-options="/passkey/options/sign-in">
                <input type="hidden" name="next" value=next/>
                {app.map(|app| view! { <input type="hidden" name="app" value=app/> })}
                {button}
            </form>
            {passkey::script()}
        })
    }

    /// Returns whether [`passkey`](Self::passkey) renders something.
    pub(super) fn offers_passkeys(&self) -> bool {
        self.offer.is_some_and(|offer| offer.unavailable.is_none())
    }

    /// Renders the link that leads back to the app without a sign-in, if the app gets to know of it.
    pub(super) fn leave_link(&self, texts: &'static Texts) -> Option<impl IntoView + use<>> {
        let leave = self.leave.clone()?;
        let text = texts.login.leave(&self.name);
        Some(view! { <p class="foot"><a class="quiet" href=leave>{marked_text(text)}</a></p> })
    }

    fn foot(self, texts: &'static Texts) -> impl IntoView {
        let leave = self.leave_link(texts);
        let signin = match self.signin {
            Some(signin) => {
                view! { <p class="foot"><a id="here" class="quiet" href=signin>{texts.login.here_instead}</a></p> }
                    .into_any()
            }
            None => view! { <p class="foot hint">{marked_text(texts.login.scan_only(&self.name))}</p> }.into_any(),
        };
        view! {
            {signin}
            {leave}
        }
    }
}

/// Returns the first part of the title that the page has when it is sent, without the name of the site. When the
/// state changes, the island replaces it by one of the titles of [`Words`].
fn title(texts: &'static Texts, seen: &Seen) -> &'static str {
    match seen {
        Seen::Waiting { .. } => texts.login.title,
        Seen::Scanned { .. } => texts.panel.scanned_title,
        Seen::Approved { .. } | Seen::Claimed => texts.outcome.approved_title,
        Seen::Denied => texts.outcome.denied_title,
        Seen::Cancelled | Seen::Expired => texts.refusals.expired_title,
    }
}

pub(in crate::login) async fn code_page(
    login: &Login,
    texts: &'static Texts,
    ticket: &Ticket,
    headers: &HeaderMap,
) -> Response {
    let asks = login.offered_to_ask(ticket, headers).await;
    let mut event = login.flow.event(ticket).await;
    Flow::show_owed(&mut event, ticket, Side::Browser);
    // The code's picture stays in the page in every state, so that nothing moves when the state changes.
    let code = login.flow.shown_code(ticket);
    // Without script, a page with a field is not loaded again while somebody types.
    let goes_on = matches!(event.seen, Seen::Waiting { .. } | Seen::Scanned { wrong: None, .. });
    let app = ticket.app.as_deref();
    let framed_by = app.and_then(|app| app.framed_by.as_deref()).map(str::to_owned);
    let path = format!("{}/{}", if framed_by.is_some() { FRAMED } else { "/login" }, ticket.id);
    let (attempt, again) = (Attempt::from_random(random()).to_string(), again(ticket));
    let next = ticket.next.as_deref().unwrap_or("/").to_owned();
    let link = format!("{}/link", login.site.host());
    let onward = onward(login, texts, ticket);
    let forms = Forms { path: &path, attempt: attempt.clone(), next, again: &again, link: &link, onward };
    let announces = event.notice.is_some().then_some(ANNOUNCES);
    let labels = Labels::of(texts, forms, event.notice);
    let shown = Shown {
        path: path.clone(),
        event,
        code,
        code_ms: millis(Duration::from_secs(login.settings.code_seconds)),
        renew_before_ms: millis(renew_before(login)),
        renew_for_ms: millis(Duration::from_secs(login.settings.renew_seconds)),
        attempt,
        again,
        words: Words::of(texts),
        labels,
    };
    let way = Way::of(login, &next_of(ticket), ticket.app.as_deref());
    let page = Page {
        islands: true,
        reload: goes_on.then(|| (RELOAD_SECONDS, path.clone())),
        class: if framed_by.is_some() { "framed" } else { "login" },
        framed_by: framed_by.clone(),
        theme: app.and_then(|app| app.theme.as_deref()).map(str::to_owned),
        ..Page::new(texts, title(texts, &shown.event.seen))
    };
    // Reloads the page when its code expires and the island has not started, so that no expired code stays on
    // the screen.
    let late = format!(
        "setTimeout(function(){{document.body.dataset.live===undefined&&location.replace('{path}')}},{})",
        shown.event.remaining_ms.saturating_add(1000)
    );
    login.site.page(page, move || {
        provide_context(shown);
        let nonce = leptos::nonce::use_nonce();
        match framed_by {
            Some(origin) => framed(texts, way, origin, nonce, &late).into_any(),
            None => view! {
                <script nonce=nonce.clone()>{late}</script>
                {announces.map(|script| view! { <script nonce=nonce>{script}</script> })}
                {way.mark()}
                <h1>{marked_text(texts.login.heading(&way.name))}</h1>
                <p class="lead"><span class="host" translate="no">{way.host.clone()}</span></p>
                {way.passkey(texts, true)}
                <Panel/>
                {buttons(texts, &path, asks)}
                {way.foot(texts)}
            }
            .into_any(),
        }
    })
}

/// The script of a page that came with a notice. It hides the notice and shows it again: a screen reader tells what appears
/// on a page, and not what was there from the start.
const ANNOUNCES: &str = "addEventListener('load',function(){var notice=document.querySelector('.panel>.alert');\
    notice.hidden=true;setTimeout(function(){notice.hidden=false},100)})";

/// Returns where an approved sign-in leads and for how long the browser stays signed in; `None` before the approval, and where
/// no session of this site is opened.
fn onward(login: &Login, texts: &'static Texts, ticket: &Ticket) -> Option<String> {
    let Stage::Approved(by, approval) = &ticket.stage else { return None };
    let host = ticket.app.as_deref().map_or(login.site.host(), |app| &app.host);
    let most = Duration::from_secs(login.session_hours * 3600);
    let until = by.until.map_or(most, |until| until.left(login.flow.now()));
    match approval.terms.stay {
        _ if !ticket.purpose().opens_session() => None,
        Stay::Visit => Some(texts.panel.onward_for_visit(host)),
        stay => Some(texts.panel.onward(host, hours(stay.longest(most).min(until)))),
    }
}

/// Renders the login page for a frame of the app's page. Its heading is only for screen readers, because the
/// embedding page names the app. The frame reports its state only to the exact origins that may embed it (RFC
/// 9700 §4.17).
fn framed(texts: &'static Texts, way: Way, origin: String, nonce: Option<Nonce>, late: &str) -> impl IntoView + use<> {
    let heading = texts.login.heading(&way.name);
    view! {
        <script nonce=nonce.clone()>{late.to_owned()}</script>
        <h1 class="unseen">{marked_text(heading)}</h1>
        <Panel/>
        {way.signin.map(|signin| view! {
            <p class="foot"><a class="quiet" href=signin target="_top">{texts.login.here_instead}</a></p>
        })}
        <span id="frame" hidden=true data-origin=origin></span>
        <script nonce=nonce>{REPORTS}</script>
    }
}

/// The script that reports to the embedding page: first "ready", then every state of the sign-in by the name of its
/// event. If several origins may embed the page, the message is posted for each, and the browser delivers it only to
/// the right one.
const REPORTS: &str = include_str!("reports.js");

/// Returns the action of a form with which the person loads this page again with more in its query, and the
/// value of the form's field `next`. For an app the action is the path of its authorization request, and there
/// is no such field; for a sign-in to this site the field has its destination.
fn shows_itself_at(visit: &Visit) -> (String, Option<String>) {
    let next = visit.next.as_str().to_owned();
    if visit.app.is_some() { (next, None) } else { ("/login".to_owned(), Some(next)) }
}

/// Returns the form for the username, which is asked for before there is a code: then only that account can
/// scan the code (BCP 247 §6.1.17). `wrong` is the message to show above the form.
pub(in crate::login) fn name_page(
    login: &Login,
    texts: &'static Texts,
    visit: &Visit,
    wrong: Option<String>,
) -> Response {
    let app = visit.app.as_deref();
    let way = Way::of(login, &visit.next, app);
    let typed = visit.user.as_deref().or_else(|| app.and_then(|app| app.login_hint.as_deref()));
    let typed: String = typed.unwrap_or_default().chars().take(USERNAME_CHARS).collect();
    let (action, next) = shows_itself_at(visit);
    let page = Page {
        class: "form",
        framed_by: app.and_then(|app| app.framed_by.as_deref()).map(str::to_owned),
        theme: app.and_then(|app| app.theme.as_deref()).map(str::to_owned),
        ..Page::new(texts, texts.login.title)
    };
    login.site.page(page, move || {
        view! {
            {way.mark()}
            <h1>{marked_text(texts.login.heading(&way.name))}</h1>
            <p class="lead">{texts.login.name_first}</p>
            {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <form method="get" action=action>
                {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                <input type="hidden" name="code" value="1"/>
                <label for="user">{texts.common.username}</label>
                <input id="user" name="user" value=typed autocomplete="username" autocapitalize="none" spellcheck="false"
                    required=true autofocus=true/>
                <button type="submit" class="primary">{texts.login.show_code}</button>
            </form>
            {way.foot(texts)}
        }
    })
}

/// Returns the page that a phone gets instead of a code, because it cannot scan its own screen (RFC 10027
/// §5): it offers the sign-in on this device, and the code on request.
pub(in crate::login) fn phone_page(login: &Login, texts: &'static Texts, visit: &Visit) -> Response {
    let way = Way::of(login, &visit.next, visit.app.as_deref());
    let (action, next) = shows_itself_at(visit);
    let page = Page { class: "home", ..Page::new(texts, texts.login.title) };
    login.site.page(page, move || {
        view! {
            {way.mark()}
            <h1>{marked_text(texts.login.heading(&way.name))}</h1>
            <p class="lead"><span class="host" translate="no">{way.host.clone()}</span></p>
            {way.passkey(texts, false)}
            <p>{texts.login.on_phone}</p>
            {way.signin.map(|signin| view! {
                <p><a class="button primary" href=signin>{texts.login.on_phone_here}</a></p>
            })}
            <form method="get" action=action>
                {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                <input type="hidden" name="code" value="1"/>
                <button type="submit" class="quiet">{texts.login.on_phone_code}</button>
            </form>
            {way.leave.map(|leave| view! { <p class="foot"><a class="quiet" href=leave>{marked_text(texts.login.leave(&way.name))}</a></p> })}
        }
    })
}
