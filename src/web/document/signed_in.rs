//! What the pages of signed-in people show beside their content: sign-ins from new devices, and a script that notices when
//! the session of the page ends. Handlers need not know of it: for the requests that [`is_for`] selects, whoever finds the
//! session leaves here what the page is to show.

use std::time::Duration;

use axum::extract::Request;
use axum::http::Method;
use leptos::prelude::*;
use parking_lot::Mutex;

use crate::text::{Texts, mark_name};
use crate::web::form::owner;
use crate::web::marked_text::marked_text;
use crate::web::problem::wants_html;

tokio::task_local! {
    static SHOWN: Mutex<Beside>;
}

/// The paths of the pages that signed-in people keep open.
const PAGES: [&str; 3] = ["/", "/account", "/scan"];
/// The beginnings of the paths of other such pages.
const BELOW: [&str; 5] = ["/account/", "/admin/", "/apps/", "/s/", "/S/"];
/// URL path of the page about one device is this, followed by the name of its session.
pub const DEVICE_PAGES: &str = "/account/devices/";

/// The script of these pages. It waits for news of the session over a WebSocket, else server-sent events, else long polls,
/// while the page is seen.
const SCRIPT: &str = include_str!("signed_in.js");

/// What one page shows beside its content.
#[derive(Default)]
struct Beside {
    /// The sign-ins of which the person is told; `None` if nobody is signed in.
    new_devices: Option<Vec<NewDevice>>,
    /// The name of another session of the same account that the page is about, and the path to which the page goes when
    /// that session ends.
    other: Option<(String, String)>,
}

/// A sign-in on a device or in a network that was new to the account.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// The name of its session, for forms.
    pub name: String,
    /// The browser, if it is known.
    pub browser: Option<String>,
    /// The operating system, if it is known.
    pub system: Option<String>,
    /// The address from which it signed in.
    pub address: Option<String>,
    /// The place of that address, if it is known.
    pub place: Option<String>,
    /// How long ago it signed in.
    pub since: Duration,
}

/// Returns whether this request is for a page that signed-in people keep open.
pub fn is_for(request: &Request) -> bool {
    let path = request.uri().path();
    let is_page = PAGES.contains(&path) || BELOW.iter().any(|begin| path.starts_with(begin));
    is_page && *request.method() == Method::GET && wants_html(request.headers())
}

/// Runs the handler of such a request.
pub async fn around<T>(answer: impl Future<Output = T>) -> T {
    SHOWN.scope(Mutex::default(), answer).await
}

/// Returns whether the page that this request is answered with still has to get what it shows to the person.
pub fn is_shown() -> bool {
    SHOWN.try_with(|shown| shown.lock().new_devices.is_none()).unwrap_or(false)
}

/// Returns whether the page that this request is answered with is for a person who is signed in and may keep it open.
pub(super) fn is_kept_open() -> bool {
    SHOWN.try_with(|shown| shown.lock().new_devices.is_some()).unwrap_or(false)
}

/// Has the page of this request show these sign-ins, and notice when the session of the request ends.
pub fn show(new_devices: Vec<NewDevice>) {
    let _ = SHOWN.try_with(|shown| shown.lock().new_devices = Some(new_devices));
}

/// Has the page of this request also notice when another session of the account ends, which has this name; the page then
/// goes to the path `then`.
pub fn follow(other: String, then: String) {
    let _ = SHOWN.try_with(|shown| shown.lock().other = Some((other, then)));
}

/// Renders what the page of this request shows before and after its content.
pub(super) fn beside(texts: &'static Texts) -> (Option<AnyView>, Option<AnyView>) {
    let Ok(Beside { new_devices: Some(new_devices), other }) =
        SHOWN.try_with(|shown| std::mem::take(&mut *shown.lock()))
    else {
        return (None, None);
    };
    let told = (!new_devices.is_empty())
        .then(|| new_devices.into_iter().map(|device| notice(texts, device)).collect_view())
        .map(|notices| view! { <aside>{notices}</aside> }.into_any());
    let (other, then) = other.unzip();
    let script = view! {
        <script nonce=leptos::nonce::use_nonce() data-of=owner::mark() data-other=other data-other-over=then>{SCRIPT}</script>
    };
    (told, Some(script.into_any()))
}

/// Renders the notice of a sign-in on a new device, with the two answers to it.
fn notice(texts: &'static Texts, device: NewDevice) -> impl IntoView {
    let label = texts.device(device.browser.as_deref(), device.system.as_deref());
    let from = device.place.or(device.address).map(|from| mark_name(&from));
    let ago = texts.ago(device.since);
    let action = format!("{DEVICE_PAGES}{}", device.name);
    view! {
        <div class="new-device">
            <p>{marked_text(match from {
                Some(from) => texts.device_news.new_from(&label, &from, &ago),
                None => texts.device_news.new_device(&label, &ago),
            })}</p>
            <div class="acts">
                <form method="post" action=action.clone()>
                    <input type="hidden" name="act" value="known"/>
                    <button type="submit">{texts.device_news.was_me}</button>
                </form>
                <form method="post" action=action>
                    <input type="hidden" name="act" value="end"/>
                    <button type="submit">{texts.device_news.end_it}</button>
                </form>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn each_page_that_signed_in_people_keep_open_notices_the_end_of_its_session() {
        let asked = |path: &str| {
            let request = Request::builder().uri(path).header("accept", "text/html").body(Body::empty());
            is_for(&request.expect("a request"))
        };
        for path in ["/", "/account", "/account/data?done=kept", "/scan", "/admin/people", "/apps/mine"] {
            assert!(asked(path), "{path}");
        }
        for path in ["/signin", "/signed-out", "/accounts", "/welcome/x", "/login"] {
            assert!(!asked(path), "{path}");
        }
    }
}
