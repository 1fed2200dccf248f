//! The element of the login page whose attribute holds the initial data of the island.

#[cfg(feature = "hydrate")]
use std::cell::OnceCell;

#[cfg(feature = "hydrate")]
use leptos::prelude::document;
#[cfg(feature = "hydrate")]
use wasm_bindgen::JsValue;

/// The `id` of the element that holds the initial data.
pub(super) const ELEMENT: &str = "panel";
#[cfg(feature = "hydrate")]
const ATTRIBUTE: &str = "data-shown";

#[cfg(feature = "hydrate")]
thread_local! {
    /// The initial data. It is read once, because hydration empties the attribute.
    static SHOWN: OnceCell<JsValue> = const { OnceCell::new() };
}

/// Returns the initial data that the server wrote into the page; `None` if there is none.
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
