//! The element of the login page in which the server puts the data that the island starts with.

#[cfg(feature = "hydrate")]
use std::cell::OnceCell;

#[cfg(feature = "hydrate")]
use leptos::prelude::document;
#[cfg(feature = "hydrate")]
use wasm_bindgen::JsValue;

/// The `id` of the element of the login page that holds the data for the island.
pub(super) const ELEMENT: &str = "panel";
/// The `id` of the form with which the digits of the phone are typed.
pub(super) const DIGITS: &str = "typing";
#[cfg(feature = "hydrate")]
const ATTRIBUTE: &str = "data-shown";

#[cfg(feature = "hydrate")]
thread_local! {
    /// The data of the element as a JavaScript value. It is parsed once and kept, because the island empties the
    /// attribute when it starts.
    static SHOWN: OnceCell<JsValue> = const { OnceCell::new() };
}

/// Returns the data that the server wrote into the page, as a JavaScript value; `None` if the element or its
/// attribute is missing.
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
