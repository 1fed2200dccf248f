//! The element of the login page that holds what the page starts with.

#[cfg(feature = "hydrate")]
use std::cell::OnceCell;

#[cfg(feature = "hydrate")]
use leptos::prelude::document;
#[cfg(feature = "hydrate")]
use wasm_bindgen::JsValue;

/// Where the page keeps what it starts with.
pub(super) const ELEMENT: &str = "panel";
#[cfg(feature = "hydrate")]
const ATTRIBUTE: &str = "data-shown";

#[cfg(feature = "hydrate")]
thread_local! {
    /// What the server wrote, read once: the attribute is emptied when the island wakes.
    static SHOWN: OnceCell<JsValue> = const { OnceCell::new() };
}

/// What the server wrote into the page.
#[cfg(feature = "hydrate")]
pub(super) fn in_page() -> Option<JsValue> {
    SHOWN.with(|shown| {
        if let Some(shown) = shown.get() {
            return Some(shown.clone());
        }
        let json = document().get_element_by_id(ELEMENT)?.get_attribute(ATTRIBUTE)?;
        Some(shown.get_or_init(|| crate::ticket::event::from_js::parse(&json).unwrap_or(JsValue::NULL)).clone())
    })
}
