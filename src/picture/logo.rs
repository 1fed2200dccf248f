//! The logo of an app beside its name, or its initials if there is none. The name always follows in text, so screen
//! readers must not read the logo.

use leptos::prelude::*;

use crate::shown_names::initials;

/// Renders the logo of an app, an image at the URL path `path`, or, without a path, the initials of the app's name.
pub fn logo(name: &str, path: Option<String>) -> AnyView {
    if let Some(path) = path {
        return view! { <img class="logo" src=path alt="" width="24" height="24"/> }.into_any();
    }
    // Only words of the name count: the initial of "Shop & <Sons>" is S.
    let words: Vec<&str> = name.split(' ').filter(|word| word.starts_with(char::is_alphanumeric)).collect();
    view! { <span class="logo" aria-hidden="true" translate="no">{initials(&words.join(" "))}</span> }.into_any()
}
