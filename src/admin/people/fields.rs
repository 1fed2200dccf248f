//! Renders the fields of forms about people and groups. An error is shown at its field, and the first gets the focus.

use leptos::prelude::*;

use super::form;
use super::require_people::Manager;
use crate::account::activity::rows::role_name;
use crate::crypto::random::random;
use crate::store::records::people::{Group, Role};
use crate::text::Texts;
use crate::ticket::ids::Attempt;
use crate::web::bounds::{DISPLAY_NAME_CHARS, USERNAME_CHARS};
use crate::web::form::{ATTEMPT, Fields, Notes, Wrong};

/// The longest e-mail address, in bytes (RFC 5321).
const EMAIL_CHARS: usize = 254;

/// A field for a line of text.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The name of the field.
    pub name: &'static str,
    /// The label.
    pub label: &'static str,
    /// The text below the label; `None` if there is none.
    pub hint: Option<&'static str>,
    /// The largest number of characters.
    pub most: usize,
    /// Whether the field has to be filled in.
    pub is_needed: bool,
}

/// Renders a field for a line of text with what was typed and its error.
pub fn line(texts: &'static Texts, line: Line, typed: &Fields, wrongs: &[Wrong]) -> AnyView {
    let Line { name, label, hint, most, is_needed } = line;
    let label = if is_needed { label.to_owned() } else { texts.common.optional(label) };
    let (notes, is_first) = notes(name, hint.is_some(), wrongs);
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <input id=name name=name value=typed.one(name).to_owned() maxlength=most.to_string() autocomplete="off"
                required=is_needed spellcheck="false" aria-describedby=notes.described_by
                aria-invalid=notes.is_wrong.then_some("true") autofocus=is_first/>
            {notes.text}
        </div>
    }
    .into_any()
}

/// Renders a check box with its label, its hint and its error.
pub fn tick(name: &'static str, label: &'static str, hint: &'static str, typed: &Fields, wrongs: &[Wrong]) -> AnyView {
    let (notes, is_first) = notes(name, true, wrongs);
    view! {
        <div class="tick">
            <input type="checkbox" id=name name=name value="on" checked=typed.is_ticked(name) aria-describedby=notes.described_by
                aria-invalid=notes.is_wrong.then_some("true") autofocus=is_first/>
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>{hint}</p>
            {notes.text}
        </div>
    }
    .into_any()
}

/// Renders the fields of the details of a person, as `who` may change them. The display name is left out if it comes from a
/// phone app's token.
pub fn details(texts: &'static Texts, who: &Manager, has_name: bool, typed: &Fields, wrongs: &[Wrong]) -> AnyView {
    let words = &texts.person;
    let one =
        |name, label, hint, most, is_needed| line(texts, Line { name, label, hint, most, is_needed }, typed, wrongs);
    view! {
        {has_name.then(|| one(form::NAME, texts.common.display_name, None, DISPLAY_NAME_CHARS, true))}
        {(!has_name).then(|| view! { <p class="hint">{words.name_told}</p> })}
        {one(form::GIVEN, words.given_name, None, DISPLAY_NAME_CHARS, false)}
        {one(form::FAMILY, words.family_name, None, DISPLAY_NAME_CHARS, false)}
        {one(form::EMAIL, words.email, Some(words.email_hint), EMAIL_CHARS, false)}
        {who.may_vouch().then(|| tick(form::PROVEN, words.email_proven, words.email_proven_hint, typed, wrongs))}
    }
    .into_any()
}

/// Renders the fields of a person whom `who` adds: the details, the user name, a check box for each of these groups, and for
/// an administrator the role.
pub fn new_person(
    texts: &'static Texts,
    who: &Manager,
    groups: Vec<Group>,
    typed: &Fields,
    wrongs: &[Wrong],
) -> AnyView {
    let words = &texts.person;
    let username = Line {
        name: form::USERNAME,
        label: words.username,
        hint: Some(words.username_hint),
        most: USERNAME_CHARS,
        is_needed: true,
    };
    view! {
        {line(texts, username, typed, wrongs)}
        {details(texts, who, true, typed, wrongs)}
        {in_groups(texts, groups, typed, wrongs)}
        {who.is_admin().then(|| view! {
            <fieldset>
                <legend>{words.role}</legend>
                {roles(texts, typed.one(form::ROLE).parse().unwrap_or_default())}
                {notes(form::ROLE, false, wrongs).0.text}
            </fieldset>
        })}
    }
    .into_any()
}

fn in_groups(texts: &'static Texts, groups: Vec<Group>, typed: &Fields, wrongs: &[Wrong]) -> Option<AnyView> {
    let is_empty = groups.is_empty();
    let boxes = groups.into_iter().map(|group| {
        let (id, value) = (format!("group-{}", group.id), group.id.to_string());
        let is_ticked = typed.has(form::GROUP, &value);
        view! {
            <div class="tick">
                <input type="checkbox" id=id.clone() name=form::GROUP value=value checked=is_ticked/>
                <label for=id translate="no">{group.name.to_string()}</label>
            </div>
        }
    });
    let boxes = boxes.collect_view();
    (!is_empty).then(|| {
        view! {
            <fieldset>
                <legend>{texts.person.groups}</legend>
                {boxes}
                {notes(form::GROUP, false, wrongs).0.text}
            </fieldset>
        }
        .into_any()
    })
}

/// Renders a radio button for each role.
pub fn roles(texts: &'static Texts, chosen: Role) -> AnyView {
    let choices = [
        (Role::None, None),
        (Role::People, Some(texts.person.role_people_hint)),
        (Role::Admin, Some(texts.person.role_admin_hint)),
    ];
    let choices = choices.map(|(role, hint)| {
        let id = format!("role-{}", role.word());
        let hint_id = format!("{id}-hint");
        let described_by = hint.map(|_| hint_id.clone());
        view! {
            <div class="tick">
                <input type="radio" id=id.clone() name=form::ROLE value=role.word() checked=role == chosen
                    aria-describedby=described_by/>
                <label for=id>{role_name(texts, role)}</label>
                {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            </div>
        }
    });
    choices.collect_view().into_any()
}

/// Returns the hidden field with a fresh random id of the page.
pub fn attempt() -> AnyView {
    view! { <input type="hidden" name=ATTEMPT value=Attempt::from_random(random()).to_string()/> }.into_any()
}

/// Renders the sentence that says that a form was not saved, if it has errors.
pub fn not_saved(texts: &'static Texts, wrongs: &[Wrong]) -> Option<AnyView> {
    (!wrongs.is_empty()).then(|| alert(texts.person.not_saved))
}

/// Renders a sentence that says that something was not done.
pub fn alert(text: &'static str) -> AnyView {
    view! { <p class="alert" role="alert">{text}</p> }.into_any()
}

/// Returns the hint and the error of a field, and whether it is the first wrong one.
fn notes(name: &'static str, has_hint: bool, wrongs: &[Wrong]) -> (Notes, bool) {
    let wrong = wrongs.iter().find(|wrong| wrong.name == name);
    let is_first = wrong.is_some() && wrongs.first() == wrong;
    (Notes::of(name, has_hint, wrong.map(|wrong| wrong.text)), is_first)
}
