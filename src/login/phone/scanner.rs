//! The page on which a signed-in person scans a code with the camera of this device, without leaving the site: the camera
//! app of a phone opens some browser, which is often one that is not signed in.
//!
//! The script `public/scanner.js` opens the camera and looks for the code. It changes the state of the page: an element
//! with `data-in` is shown in the states that it lists. A code that was found is sent like a press of the button on the
//! page of the code, because the person held the camera on it.

use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

use super::link::code_form;
use super::page::another;
use super::server_functions;
use crate::account::SCAN;
use crate::account::session::SignedIn;
use crate::login::Login;
use crate::text::Texts;
use crate::web::document::{Page, Uses};
use crate::web::problem::Problem;

/// The states in which the button opens the camera.
const CLOSED: &str = "ready starting refused busy failed unloaded other nothing unreadable";
/// The states in which the camera is open, and the same button stops it.
const OPEN: &str = "looking foreign";

/// `GET /scan`: shows the scanner to a signed-in person, and the form for typing the code. Without script there is only
/// the form.
pub async fn page(State(login): State<Login>, texts: &'static Texts, who: SignedIn) -> Result<Response, Problem> {
    login.flow.check_scanner(&who).await?;
    let words = &texts.scanner;
    let decoder = login.site.decoder();
    let another = another(texts, SCAN, &who.account);
    let page = Page { class: "form scan", uses: Uses::Camera, ..Page::new(texts, words.title) };
    Ok(login.site.page(page, move || {
        view! {
            <h1>{words.title}</h1>
            <p class="lead">{words.lead}</p>
            <section class="scanner" hidden=true data-scanner=decoder>
                <div class="view" hidden=true data-in=OPEN>
                    <video muted=true playsinline=true aria-label=words.view></video>
                </div>
                {said(texts)}
                <div class="acts">
                    <button type="button" class="primary" data-open="" data-in=format!("{CLOSED} {OPEN}")>
                        <span data-in=CLOSED>{words.open}</span>
                        <span hidden=true data-in=OPEN>{words.stop}</span>
                    </button>
                    <button type="button" hidden=true data-light="" aria-pressed="false">{words.light}</button>
                    <button type="button" class="quiet" data-choose="">{words.choose}</button>
                </div>
                <label hidden=true>{words.choose}<input type="file" accept="image/*"/></label>
                <form hidden=true method="post" action=server_functions::SCAN>
                    <input type="hidden" name="code"/>
                    <input type="hidden" name="pressed" value="true"/>
                </form>
            </section>
            <noscript><p class="hint">{words.needs_script}</p></noscript>
            <section class="by-hand">
                <h2>{words.or_type}</h2>
                {code_form(texts, String::new(), false)}
            </section>
            {another}
            <p><a class="quiet" href="/">{texts.common.to_start}</a></p>
            <script src="/scanner.js" defer=true nonce=leptos::nonce::use_nonce()></script>
        }
    }))
}

/// Renders what is said in each state. Assistive technology announces it when it changes.
fn said(texts: &'static Texts) -> impl IntoView {
    let words = &texts.scanner;
    let calm = [
        ("starting", words.starting),
        ("looking", words.looking),
        ("found", words.found),
        ("reading", words.reading),
        ("none", words.none),
        ("insecure", words.insecure),
        ("nothing", words.nothing),
        ("unreadable", words.unreadable),
    ];
    let alarming = [
        ("foreign other", words.foreign),
        ("refused", words.refused),
        ("busy", words.busy),
        ("failed", words.failed),
        ("unloaded", words.unloaded),
    ];
    let allow = [("ios", words.allow_ios), ("android", words.allow_android), ("computer", words.allow_computer)];
    let calm = calm.map(|(states, text)| view! { <p class="hint" hidden=true data-in=states>{text}</p> });
    let alarming = alarming.map(|(states, text)| view! { <p class="alert" hidden=true data-in=states>{text}</p> });
    let allow =
        allow.map(|(system, text)| view! { <p class="hint" hidden=true data-in="refused" data-on=system>{text}</p> });
    view! { <div role="status">{calm.into_iter().collect_view()} {alarming.into_iter().collect_view()} {allow.into_iter().collect_view()}</div> }
}
