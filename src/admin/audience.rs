//! The part of an app's form that says who may use the app: everyone, or the members of the groups that are ticked.

use leptos::prelude::*;

use super::fields::choice;
use super::form::{ALLOW, ALLOW_GROUP, AppForm, EVERYONE, FieldError, GROUPS};
use super::people::nav::add_group;
use crate::store::records::apps::App;
use crate::store::records::people::{Audience, Group, Role};
use crate::text::Texts;
use crate::web::form::Notes;
use crate::web::marked_text::marked_text;

/// All groups with the numbers of their members, as the page of an app shows them.
pub type Groups = [(Group, u64)];

/// Returns the error of a submitted form that ticks a group which does not exist any more; `None` if there is none.
pub fn unknown_group(texts: &'static Texts, form: &AppForm, groups: &Groups) -> Option<FieldError> {
    let is_known = |id: &String| groups.iter().any(|(group, _)| group.id.to_string() == *id);
    let unknown = form.one(ALLOW) == GROUPS && !form.all(ALLOW_GROUP).iter().all(is_known);
    unknown.then_some(FieldError { name: ALLOW, value: None, text: texts.audience.unknown_group })
}

/// Returns whether a submitted form lets somebody use the app: everyone, or the members of at least one group.
pub fn is_chosen(form: &AppForm) -> bool {
    match form.one(ALLOW) {
        EVERYONE => true,
        GROUPS => !form.all(ALLOW_GROUP).is_empty(),
        _ => false,
    }
}

/// Renders the choice who may use the app, with a box for each group.
pub fn audience_fields(
    texts: &'static Texts,
    groups: &Groups,
    typed: &AppForm,
    wrong: Option<&FieldError>,
) -> impl IntoView + use<> {
    let notes = Notes::of(ALLOW, true, wrong.filter(|wrong| wrong.name == ALLOW).map(|wrong| wrong.text));
    let words = &texts.audience;
    let ticked = typed.all(ALLOW_GROUP);
    let boxes = groups.iter().map(|(group, members)| {
        let (id, label) = (group.id.to_string(), words.group_of(group.name.as_str(), *members));
        let is_ticked = ticked.contains(&id);
        let field = format!("{ALLOW_GROUP}-{id}");
        view! {
            <li>
                <input type="checkbox" id=field.clone() name=ALLOW_GROUP value=id checked=is_ticked/>
                <label for=field>{marked_text(label)}</label>
            </li>
        }
    });
    let boxes = if groups.is_empty() {
        view! { <p class="hint">{words.no_groups} {add_group(texts, Role::Admin)}</p> }.into_any()
    } else {
        view! { <ul class="boxes" aria-label=words.groups>{boxes.collect_view()}</ul> }.into_any()
    };
    let is_everyone = typed.one(ALLOW) == EVERYONE;
    view! {
        <fieldset id=ALLOW aria-describedby=notes.described_by>
            <legend>{words.who}</legend>
            <p class="hint" id=format!("{ALLOW}-hint")>{words.hint}</p>
            {choice(ALLOW, EVERYONE, words.everyone, None, is_everyone)}
            {choice(ALLOW, GROUPS, words.members, None, !is_everyone)}
            {boxes}
            {notes.text}
        </fieldset>
    }
}

/// Renders the notice that no one may use an app, with a link to the choice who may; nothing if somebody may.
pub fn nobody_notice(texts: &'static Texts, app: &App) -> Option<impl IntoView + use<>> {
    (app.audience == Audience::NOBODY).then(|| {
        view! {
            <p class="alert" id="nobody">{texts.audience.nobody} " " <a href=format!("#{ALLOW}")>{texts.audience.choose}</a></p>
        }
    })
}
