//! Texts with data in them on our own pages: a browser that translates a page leaves names, hosts and addresses as they are.

use leptos::prelude::*;

use crate::shown_names::DATA;

/// The text, with its data marked.
pub fn with_data(text: impl AsRef<str>) -> AnyView {
    let [begin, end] = DATA;
    // Leptos would write a space for a text that is empty.
    let plain = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let parts = text.as_ref().split(begin).map(|part| match part.split_once(end) {
        Some((data, rest)) => view! { <span translate="no">{data.to_owned()}</span> {plain(rest)} }.into_any(),
        None => plain(part).into_any(),
    });
    parts.collect_view().into_any()
}
