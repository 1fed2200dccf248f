//! The island of the phone's page. The page is whole without it; the island sends the scan without a press, and
//! opens the page anew when the ticket has moved on: the server shows every state in one place.

use leptos::prelude::*;

/// Follows the ticket, or where there is nothing to follow yet, sends the scan.
#[island]
pub fn Decision(
    /// The watch to follow; none before the scan.
    watch: Option<String>,
    /// The state that the page shows.
    seq: u32,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new({
        let watch = watch.clone();
        move || super::follow::phone(watch.clone(), seq)
    });
    let _ = (watch, seq);
    view! { <span hidden=true></span> }
}
