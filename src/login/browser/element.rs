//! The element of the login page that holds what the page starts with.

#[cfg(feature = "hydrate")]
use leptos::prelude::document;
#[cfg(feature = "hydrate")]
use wasm_bindgen::JsValue;

/// Where the page keeps what it starts with.
pub(super) const ELEMENT: &str = "panel";
#[cfg(feature = "hydrate")]
const ATTRIBUTE: &str = "data-shown";

/// What the server wrote into the page.
#[cfg(feature = "hydrate")]
pub(super) fn in_page() -> Option<JsValue> {
    let json = document().get_element_by_id(ELEMENT)?.get_attribute(ATTRIBUTE)?;
    crate::ticket::event::from_js::parse(&json)
}
