//! An app's logo beside its name; where there is none, its initials. It stands beside the name, so it says nothing to who
//! hears the page.

use leptos::prelude::*;

use crate::text::initials;

/// The logo at this path, or the initials.
pub fn logo(name: &str, path: Option<String>) -> AnyView {
    match path {
        Some(path) => view! { <img class="logo" src=path alt="" width="24" height="24"/> }.into_any(),
        None => view! { <span class="logo" aria-hidden="true">{initials(name)}</span> }.into_any(),
    }
}
