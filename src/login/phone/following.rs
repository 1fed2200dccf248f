//! Which watch the phone's page follows, and how the server passes that to the island.

#[cfg(feature = "hydrate")]
use leptos::prelude::document;
#[cfg(feature = "ssr")]
use leptos::prelude::use_context;

/// The `id` of the page's element that holds the path of the watch and the `seq`.
pub(super) const ELEMENT: &str = "decision";

/// The watch to follow, and the state that the page shows. Before the scan there is nothing to follow, and
/// the path is empty.
#[derive(Clone, Debug, Default)]
pub struct Following {
    /// The path of the watch; empty if there is nothing to follow.
    pub watch: String,
    /// The `seq` of the state that the page shows.
    pub seq: u32,
}

#[cfg(feature = "ssr")]
impl Following {
    /// Returns the watch that the handler of this request provided; an empty one if it provided none.
    pub(super) fn here() -> Self {
        use_context().unwrap_or_default()
    }
}

#[cfg(feature = "hydrate")]
impl Following {
    /// Reads the watch from the page's element; an empty one if the element is missing.
    pub(super) fn here() -> Self {
        let element = document().get_element_by_id(ELEMENT);
        let attribute = |name| element.as_ref().and_then(|element| element.get_attribute(name)).unwrap_or_default();
        Self { watch: attribute("data-watch"), seq: attribute("data-seq").parse().unwrap_or(0) }
    }
}
