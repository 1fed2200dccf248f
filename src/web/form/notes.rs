//! What belongs to a field beside its label: its hint and its error.

use leptos::prelude::*;

use crate::web::marked_text::marked_text;

/// The attributes with which a form's field refers to its hint and its error, and the error to show below it.
pub struct Notes {
    /// The value of `aria-describedby`: the ids of the error and of the hint, if there are any.
    pub described_by: Option<String>,
    /// Whether the field has an error.
    pub is_wrong: bool,
    /// The error, for the place below the field.
    pub text: Option<AnyView>,
}

impl Notes {
    /// Makes the notes of the form field with this name. `wrong` is the text of its error, if it has one. If
    /// `has_hint`, the page must contain a hint with the id `<name>-hint`.
    pub fn of(name: &'static str, has_hint: bool, wrong: Option<&'static str>) -> Self {
        let ids = [wrong.map(|_| format!("{name}-wrong")), has_hint.then(|| format!("{name}-hint"))];
        let ids = ids.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Self {
            described_by: Some(ids).filter(|ids| !ids.is_empty()),
            is_wrong: wrong.is_some(),
            text: wrong
                .map(|text| view! { <p class="wrong" id=format!("{name}-wrong")>{marked_text(text)}</p> }.into_any()),
        }
    }
}
