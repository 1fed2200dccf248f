//! An app's logo beside its name; where there is none, its initials. It stands beside the name, so it says nothing to who
//! hears the page.

use leptos::prelude::*;

use crate::shown_names::initials;

/// The logo at this path, or the initials.
pub fn logo(name: &str, path: Option<String>) -> AnyView {
    if let Some(path) = path {
        return view! { <img class="logo" src=path alt="" width="24" height="24"/> }.into_any();
    }
    // Of an app's name only words count: "Shop & <Sons>" has an S.
    let words: Vec<&str> = name.split(' ').filter(|word| word.starts_with(char::is_alphanumeric)).collect();
    view! { <span class="logo" aria-hidden="true" translate="no">{initials(&words.join(" "))}</span> }.into_any()
}
