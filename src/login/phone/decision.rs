//! The island of the phone's page. The page works without it; the island sends the scan without a press, and
//! reloads the page when the ticket's state has changed: the server renders every state in one place.

use leptos::prelude::*;

use super::script_task::{ELEMENT, ScriptTask};

/// Renders a hidden element of the phone's page whose script watches the ticket and reloads the page when it
/// changes; before the scan, it sends the scan instead. It has no properties: Leptos would add a JSON parser of
/// its own to read them.
#[island]
pub fn Decision() -> impl IntoView {
    let task = ScriptTask::here();
    #[cfg(feature = "hydrate")]
    Effect::new({
        let task = task.clone();
        move || super::live::phone(&task)
    });
    let (watch, seq) = task.into_attributes();
    view! { <span id=ELEMENT hidden=true data-watch=watch data-seq=seq.to_string()></span> }
}
