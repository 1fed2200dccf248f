//! The island of the phone's page. The page works without it. The island sends the scan without a press, and
//! reloads the page when the ticket has changed, because the server shows all states.

use leptos::prelude::*;

use super::following::{ELEMENT, Following};
/// Follows the ticket, or sends the scan if there is no ticket to follow yet. It has no properties, because
/// Leptos would need a JSON parser for them.
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
