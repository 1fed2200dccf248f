//! The island of the phone's page. The page is whole without it; the island sends the scan without a press, and
//! opens the page anew when the ticket has moved on: the server shows every state in one place.

use leptos::prelude::*;

/// Where the page says what to follow.
pub const ELEMENT: &str = "decision";

/// The watch to follow, and the state that the page shows; nothing to follow before the scan.
#[derive(Clone, Debug, Default)]
pub struct Following {
    /// Path of the watch.
    pub watch: String,
    /// The `seq` of the state that the page shows.
    pub seq: u32,
}

/// Follows the ticket, or where there is nothing to follow yet, sends the scan. It has no properties: Leptos would
/// send them with a JSON parser of its own.
#[island]
pub fn Decision() -> impl IntoView {
    let following = use_context::<Following>().unwrap_or_default();
    #[cfg(feature = "hydrate")]
    Effect::new(super::live::phone);
    view! { <span id=ELEMENT hidden=true data-watch=following.watch data-seq=following.seq.to_string()></span> }
}
