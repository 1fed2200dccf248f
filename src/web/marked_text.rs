//! Marks names, hosts and addresses in the texts of this site's pages, so that the translation of a browser
//! does not change them.

use leptos::prelude::*;

use crate::shown_names::NAME_MARKS;

/// Renders a text as HTML. Each part between the two marks of [`NAME_MARKS`], such as a name, becomes an element with
/// `translate="no"`.
pub fn marked_text(text: impl AsRef<str>) -> AnyView {
    let [begin, end] = NAME_MARKS;
    // Leptos would render a space for an empty text.
    let plain = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let parts = text.as_ref().split(begin).map(|part| match part.split_once(end) {
        Some((data, rest)) => view! { <span translate="no">{data.to_owned()}</span> {plain(rest)} }.into_any(),
        None => plain(part).into_any(),
    });
    parts.collect_view().into_any()
}
