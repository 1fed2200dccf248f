//! The island of the phone's page. The page is whole without it; the island sends the scan without a press, and
//! opens the page anew when the ticket has moved on: the server shows every state in one place.

use leptos::prelude::*;

/// Where the page says what to follow.
const ELEMENT: &str = "decision";

/// The watch to follow, and the state that the page shows; nothing to follow before the scan.
#[derive(Clone, Debug, Default)]
pub struct Following {
    /// Path of the watch.
    pub watch: String,
    /// The `seq` of the state that the page shows.
    pub seq: u32,
}

#[cfg(feature = "ssr")]
impl Following {
    /// On the server: what the handler provided.
    fn here() -> Self {
        use_context().unwrap_or_default()
    }
}

#[cfg(feature = "hydrate")]
impl Following {
    /// In the browser: what stands in the page.
    fn here() -> Self {
        let place = document().get_element_by_id(ELEMENT);
        let said = |name| place.as_ref().and_then(|place| place.get_attribute(name)).unwrap_or_default();
        Self { watch: said("data-watch"), seq: said("data-seq").parse().unwrap_or(0) }
    }
}

/// Follows the ticket, or where there is nothing to follow yet, sends the scan. It has no properties: Leptos would
/// send them with a JSON parser of its own.
#[island]
pub fn Decision() -> impl IntoView {
    let following = Following::here();
    #[cfg(feature = "hydrate")]
    Effect::new({
        let following = following.clone();
        move || crate::login::watch::live::phone(&following)
    });
    view! { <span id=ELEMENT hidden=true data-watch=following.watch data-seq=following.seq.to_string()></span> }
}
