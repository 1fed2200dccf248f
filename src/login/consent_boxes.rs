//! The boxes in which a person ticks what an app may know: one box per profile field, on the phone and on the
//! page of a person who is already signed in.

use leptos::prelude::*;

use crate::consent::field::{Fields, Question};
use crate::text::Texts;

/// Name of every box in the form: the request has several values with this name, as server functions read a
/// list.
pub const BOX: &str = "fields[]";

/// Renders one box for each field of a question. The boxes belong to the form with the id `form`, also if they
/// are elsewhere on the page. `None` if the question has no fields.
pub fn boxes(texts: &'static Texts, question: Question, form: &str) -> Option<impl IntoView + use<>> {
    let form = form.to_owned();
    let each = question.fields.iter().map(|field| {
        let (id, form) = (format!("{form}-{}", field.word()), form.clone());
        view! {
            <li>
                <input type="checkbox" id=id.clone() name=BOX value=field.word() checked=question.ticked.has(field) form=form/>
                <label for=id>{texts.field(field)}</label>
            </li>
        }
    });
    let each = each.collect_view();
    (!question.fields.is_empty()).then(|| {
        view! {
            // Distinguishes a form without any tick from one without boxes.
            <input type="hidden" name=BOX value="" form=form/>
            <ul class="boxes">{each}</ul>
        }
    })
}

/// Returns the profile fields that are ticked in a sent form; `None` if the form had no boxes.
pub fn ticked<N: AsRef<str>, V: AsRef<str>>(form: &[(N, V)]) -> Option<Fields> {
    let mut values = form.iter().filter(|(name, _)| name.as_ref() == BOX).map(|(_, value)| value.as_ref()).peekable();
    values.peek()?;
    Some(Fields::parse(values))
}
