//! The island of the phone's page. The page works without it; the island sends the scan without a press, and
//! reloads the page when the ticket's state has changed: the server renders every state in one place.

use leptos::prelude::*;

use super::following::{ELEMENT, Following};
/// Renders a hidden element of the phone's page whose script watches the ticket and reloads the page when it
/// changes; before the scan, it sends the scan instead. It has no properties: Leptos would add a JSON parser of
/// its own to read them.
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
