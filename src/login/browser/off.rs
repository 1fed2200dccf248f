//! The page of a browser that is to be signed in where nobody signs in by scanning: without a code, and with the other ways.

use axum::response::Response;
use leptos::prelude::*;

use super::view::Way;
use super::visit::Visit;
use crate::login::Login;
use crate::login::flow::ScanOff;
use crate::text::Texts;
use crate::web::document::Page;
use crate::web::marked_text::marked_text;

/// Returns the page that says that signing in by scanning is switched off, and offers the other ways to sign in: a passkey on
/// this device, and the page with the password. An app that takes scans only has none of them.
pub(in crate::login) fn off_page(login: &Login, texts: &'static Texts, visit: &Visit, off: ScanOff) -> Response {
    let app = visit.app.as_deref();
    let way = Way::of(login, &visit.next, app);
    let origin = app.and_then(|app| app.framed_by.as_deref()).map(str::to_owned);
    let is_framed = origin.is_some();
    let page = Page {
        class: if is_framed { "framed" } else { "home" },
        framed_by: origin.clone(),
        theme: app.and_then(|app| app.theme.as_deref()).map(str::to_owned),
        ..Page::new(texts, texts.signin.title)
    };
    login.site.page(page, move || {
        let words = &texts.scan_off;
        let why = match off {
            ScanOff::App => words.page_app(&way.name),
            ScanOff::Setting | ScanOff::Switch | ScanOff::Account => words.page.to_owned(),
        };
        let heading = texts.login.heading(&way.name);
        let signin = way.signin.clone();
        let has_passkeys = way.offers_passkeys();
        // In a frame, the other ways are on a page of their own.
        let target = is_framed.then_some("_top");
        let class = if has_passkeys { "button" } else { "button primary" };
        let others = match signin {
            Some(signin) => {
                view! { <p><a id="here" class=class href=signin target=target>{words.page_other}</a></p> }.into_any()
            }
            None => view! { <p class="hint">{words.page_none}</p> }.into_any(),
        };
        // In a frame, the embedding page names the app.
        let head = if is_framed {
            view! { <h1 class="unseen">{marked_text(heading)}</h1> }.into_any()
        } else {
            view! {
                {way.mark()}
                <h1>{marked_text(heading)}</h1>
                <p class="lead"><span class="host" translate="no">{way.host.clone()}</span></p>
            }
            .into_any()
        };
        view! {
            {head}
            <p id="scan-off">{marked_text(why)}</p>
            {way.passkey(texts, false)}
            {others}
            {way.leave_link(texts)}
            {origin.map(|origin| view! {
                <span id="frame" hidden=true data-origin=origin></span>
                <script nonce=leptos::nonce::use_nonce()>{READY}</script>
            })}
        }
    })
}

/// The script that tells the embedding page that the frame has a page, which shows a link in its place otherwise. The message
/// goes to the exact origins that may embed it (RFC 9700 §4.17).
const READY: &str = include_str!("ready.js");
