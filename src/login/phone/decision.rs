//! The island of the phone's page. The page is whole without it; the island sends the scan without a press, and
//! opens the page anew when the ticket has moved on: the server shows every state in one place.

use leptos::prelude::*;

use super::following::{ELEMENT, Following};
/// Follows the ticket, or where there is nothing to follow yet, sends the scan. It has no properties: Leptos would
/// send them with a JSON parser of its own.
#[island]
pub fn Decision() -> impl IntoView {
    let following = Following::here();
    #[cfg(feature = "hydrate")]
    Effect::new({
        let following = following.clone();
        move || super::live::phone(&following)
    });
    view! { <span id=ELEMENT hidden=true data-watch=following.watch data-seq=following.seq.to_string()></span> }
}
