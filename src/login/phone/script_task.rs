//! What the script of the phone's page is to do, and how the server passes that to the island.

#[cfg(feature = "hydrate")]
use leptos::prelude::document;
#[cfg(feature = "ssr")]
use leptos::prelude::use_context;

/// The `id` of the page's element that holds the task of the script: the path of a watch, which is empty if the
/// script is to send a form, and the `seq`.
pub(super) const ELEMENT: &str = "decision";

/// The `id` of the form that the script sends without a press, if that is its task.
pub const SENT_FORM: &str = "scan";

/// What the script of the phone's page is to do.
#[derive(Clone, Debug, Default)]
pub enum ScriptTask {
    /// Send the form with the id [`SENT_FORM`]: before the scan there is nothing to follow, and after the digits of the
    /// other direction were typed there is only the claim.
    #[default]
    SendForm,
    /// Follow the ticket, and reload the page when the ticket changes.
    Follow {
        /// The path of the watch.
        watch: String,
        /// The `seq` of the state that the page shows.
        seq: u32,
    },
}

impl ScriptTask {
    /// Returns the values of the attributes `data-watch` and `data-seq` of the page's element.
    pub(super) fn into_attributes(self) -> (String, u32) {
        match self {
            Self::SendForm => (String::new(), 0),
            Self::Follow { watch, seq } => (watch, seq),
        }
    }
}

#[cfg(feature = "ssr")]
impl ScriptTask {
    /// Returns the task that the handler of this request provided; the default if it provided none.
    pub(super) fn here() -> Self {
        use_context().unwrap_or_default()
    }
}

#[cfg(feature = "hydrate")]
impl ScriptTask {
    /// Reads the task from the page's element; the default if the element is missing.
    pub(super) fn here() -> Self {
        let element = document().get_element_by_id(ELEMENT);
        let attribute = |name| element.as_ref().and_then(|element| element.get_attribute(name)).unwrap_or_default();
        let watch = attribute("data-watch");
        if watch.is_empty() {
            return Self::SendForm;
        }
        Self::Follow { watch, seq: attribute("data-seq").parse().unwrap_or(0) }
    }
}
