//! The pages of the browser that wants to be signed in: the code, and the page that a phone is shown instead.

use std::time::Duration;

use axum::response::Response;
use leptos::nonce::Nonce;
use leptos::prelude::*;

use super::panel::Panel;
use super::shown::Shown;
use super::visit::{FRAMED, RELOAD_SECONDS, Visit, millis, out_of_frame, renew_before};
use super::words::{Labels, Words};
use crate::crypto::random::random;
use crate::login::Login;
use crate::picture::logo::logo;
use crate::text::Texts;
use crate::ticket::event::Seen;
use crate::ticket::ids::Attempt;
use crate::ticket::machine::{Ticket, TicketApp};
use crate::web::bounds::USERNAME_CHARS;
use crate::web::data::with_data;
use crate::web::document::{Mark, Page};
use crate::web::next_path::NextPath;

/// Returns the address at which a page gets a new code.
pub(in crate::login) fn again(ticket: &Ticket) -> String {
    let next = next_of(ticket);
    // A page that showed a code wants a new code, on a phone too.
    if ticket.app.is_none() {
        return next.behind("/login", &[("code", "1")]);
    }
    // The address of an app's request already says which app it is for.
    let path = next.as_str();
    format!("{path}{}code=1", if path.contains('?') { '&' } else { '?' })
}

fn next_of(ticket: &Ticket) -> NextPath {
    ticket.next.as_deref().and_then(NextPath::parse).unwrap_or_else(NextPath::home)
}

/// What the person signs in to, and the ways to do so without another device.
struct Way {
    name: String,
    host: String,
    /// The path of the app's logo.
    logo: Option<String>,
    /// The path of a way in that needs no other device; `None` if only a scan is accepted.
    signin: Option<String>,
    /// The way back to an app without signing in; `None` if the app is not told of refusals.
    leave: Option<String>,
    /// Whether it is an app, and not this site itself.
    is_app: bool,
}

impl Way {
    fn of(login: &Login, next: &NextPath, app: Option<&TicketApp>) -> Self {
        match app {
            None => Self {
                name: login.site.name().to_owned(),
                host: login.site.host().to_owned(),
                logo: None,
                signin: Some(next.behind("/signin", &[])),
                leave: None,
                is_app: false,
            },
            Some(app) => Self {
                name: app.name.to_string(),
                host: app.host.to_string(),
                logo: app.logo.as_deref().map(str::to_owned),
                // The app may ask for a new sign-in of a person who is signed in. A frame never signs a
                // person in itself; its link leads out of it, to the same request.
                signin: if app.framed_by.is_some() {
                    out_of_frame(app)
                } else {
                    (!app.is_scan_only).then(|| {
                        let (hint, id) = (app.login_hint.as_deref().unwrap_or_default(), app.id.to_string());
                        next.behind("/signin", &[("anew", "1"), ("hint", hint), ("app", &id)])
                    })
                },
                leave: app.is_told_of_refusals.then(|| format!("{}?leave=1", next.as_str())),
                is_app: true,
            },
        }
    }

    /// Returns the logo of the app, or the mark of this site.
    fn mark(&self) -> AnyView {
        if self.is_app {
            view! { <p class="brand">{logo(&self.name, self.logo.clone())}</p> }.into_any()
        } else {
            view! { <Mark/> }.into_any()
        }
    }

    fn foot(self, texts: &'static Texts) -> impl IntoView {
        let leave = self.leave.map(|leave| {
            let text = texts.login.leave(&self.name);
            view! { <p class="foot"><a class="quiet" href=leave>{with_data(text)}</a></p> }
        });
        let signin = match self.signin {
            Some(signin) => {
                view! { <p class="foot"><a id="here" class="quiet" href=signin>{texts.login.here_instead}</a></p> }
                    .into_any()
            }
            None => view! { <p class="foot hint">{with_data(texts.login.scan_only(&self.name))}</p> }.into_any(),
        };
        view! {
            {signin}
            {leave}
        }
    }
}

/// Returns the page's title at the start; later the island uses those of [`Words`].
fn title(texts: &'static Texts, seen: &Seen) -> &'static str {
    match seen {
        Seen::Waiting { .. } => texts.login.title,
        Seen::Scanned { .. } => texts.panel.scanned_title,
        Seen::Approved { .. } | Seen::Claimed => texts.outcome.approved_title,
        Seen::Denied => texts.outcome.denied_title,
        Seen::Cancelled | Seen::Expired => texts.refusals.expired_title,
    }
}

pub(in crate::login) async fn code_page(login: &Login, texts: &'static Texts, ticket: &Ticket) -> Response {
    let mut event = login.flow.event(ticket).await;
    // The code is part of the page in every state, so that nothing moves when the state changes.
    let code = login.flow.code(ticket);
    if let Seen::Waiting { code: slot, .. } = &mut event.seen {
        *slot = Some(code.clone());
    }
    let goes_on = matches!(event.seen, Seen::Waiting { .. } | Seen::Scanned { .. });
    let app = ticket.app.as_deref();
    let framed_by = app.and_then(|app| app.framed_by.as_deref()).map(str::to_owned);
    let path = format!("{}/{}", if framed_by.is_some() { FRAMED } else { "/login" }, ticket.id);
    let shown = Shown {
        path: path.clone(),
        event,
        code,
        code_ms: millis(Duration::from_secs(login.settings.code_seconds)),
        renew_before_ms: millis(renew_before(login)),
        renew_for_ms: millis(Duration::from_secs(login.settings.renew_seconds)),
        attempt: Attempt::from_random(random()).to_string(),
        next: ticket.next.as_deref().unwrap_or("/").to_owned(),
        again: again(ticket),
        words: Words::of(texts),
        labels: Labels::of(texts, &format!("{}/link", login.site.host())),
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
    // If the WebAssembly never arrives, this inline script reloads the page, so that it does not show an
    // expired code.
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
                <script nonce=nonce>{late}</script>
                {way.mark()}
                <h1>{with_data(texts.login.heading(&way.name))}</h1>
                <p class="lead"><span class="host" translate="no">{way.host.clone()}</span></p>
                <Panel/>
                {way.foot(texts)}
            }
            .into_any(),
        }
    })
}

/// Returns the content of a page in a frame. The page around it says what the person signs in to, and is told
/// the state of the code by messages to its exact origin (RFC 9700 §4.17).
fn framed(texts: &'static Texts, way: Way, origin: String, nonce: Option<Nonce>, late: &str) -> impl IntoView + use<> {
    let heading = texts.login.heading(&way.name);
    view! {
        <script nonce=nonce.clone()>{late.to_owned()}</script>
        <h1 class="unseen">{with_data(heading)}</h1>
        <Panel/>
        {way.signin.map(|signin| view! {
            <p class="foot"><a class="quiet" href=signin target="_top">{texts.login.here_instead}</a></p>
        })}
        <span id="frame" hidden=true data-origin=origin></span>
        <script nonce=nonce>{TELLS}</script>
    }
}

/// The script that tells the page around the frame that the code is shown, and then every change of state. If
/// several origins are possible, it posts to each of them, and the browser delivers the message to the right
/// one.
const TELLS: &str = "(function(){var panel=document.getElementById('panel'),to=document.getElementById('frame').dataset.origin.split(' '),\
    names={scanned:'scanned',denied:'denied',over:'expired'},told;\
    function say(name){to.forEach(function(page){parent.postMessage({tessera:name},page)})}\
    function tell(){var name=names[panel.dataset.state];if(name!==told){told=name;name&&say(name)}}\
    say('ready');\
    new MutationObserver(tell).observe(panel,{attributes:true,attributeFilter:['data-state']});tell()})()";

/// Returns the address of this page and its field `next`, for a form that adds to its query. The request of
/// an app has its own address, and a sign-in to this site names its next page.
fn shows_itself_at(visit: &Visit) -> (String, Option<String>) {
    let next = visit.next.as_str().to_owned();
    if visit.app.is_some() { (next, None) } else { ("/login".to_owned(), Some(next)) }
}

/// Returns the page that asks for a user name before it shows a code (BCP 247 §6.1.17). Only that account can
/// scan the code that follows.
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
            <h1>{with_data(texts.login.heading(&way.name))}</h1>
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

/// Returns the page for a phone, which cannot scan its own screen: it offers the way to sign in right there
/// (RFC 10027 §5).
pub(in crate::login) fn phone_page(login: &Login, texts: &'static Texts, visit: &Visit) -> Response {
    let way = Way::of(login, &visit.next, visit.app.as_deref());
    let (action, next) = shows_itself_at(visit);
    let page = Page { class: "home", ..Page::new(texts, texts.login.title) };
    login.site.page(page, move || {
        view! {
            {way.mark()}
            <h1>{with_data(texts.login.heading(&way.name))}</h1>
            <p class="lead"><span class="host" translate="no">{way.host}</span></p>
            <p>{texts.login.on_phone}</p>
            {way.signin.map(|signin| view! {
                <p><a class="button primary" href=signin>{texts.login.on_phone_here}</a></p>
            })}
            <form method="get" action=action>
                {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                <input type="hidden" name="code" value="1"/>
                <button type="submit" class="quiet">{texts.login.on_phone_code}</button>
            </form>
            {way.leave.map(|leave| view! { <p class="foot"><a class="quiet" href=leave>{with_data(texts.login.leave(&way.name))}</a></p> })}
        }
    })
}
