//! The page of a profile: two plain forms, one for the picture and one for the fields.

use axum::response::Response;
use leptos::prelude::*;
use strum::VariantArray as _;

use super::form::{CITY, COUNTRY, GENDER, LANGUAGE, NAME, PROVINCE, SEEN, Typed, Wrong};
use super::language::Language;
use crate::picture::avatar::{Size, avatar};
use crate::picture::{ACCEPT, FIELD as PICTURE};
use crate::store::records::Account;
use crate::store::records::profiles::Gender;
use crate::text::Texts;
use crate::web::bounds::{DISPLAY_NAME_CHARS, PLACE_NAME_CHARS};
use crate::web::document::{Page, Site};
use crate::web::form::Notes;

/// URL path of the page on which a person changes their profile.
pub const PATH: &str = "/account/profile";

/// The `id` of the form that removes the picture; its button is inside the form that uploads one.
const REMOVE: &str = "remove";

/// The messages that the page of a profile shows.
#[derive(Debug, Default)]
pub struct Says {
    /// The result of the last request, as `?done=` names it.
    pub done: String,
    /// The errors of the typed fields.
    pub wrongs: Vec<Wrong>,
    /// Whether nothing was stored because the profile was changed since the form was shown.
    pub is_outdated: bool,
}

/// Renders the page of a profile. Its fields contain `typed`, and `says` has the messages that it shows.
pub fn page(site: &Site, texts: &'static Texts, account: &Account, typed: &Typed, says: Says) -> Response {
    let Says { done, wrongs, is_outdated } = says;
    let page = Page { class: "wide", ..Page::new(texts, texts.profile.title) };
    site.page(page, || {
        let first = wrongs.first().map(|wrong| wrong.name);
        let picture_notes = notes(PICTURE, true, &wrongs);
        view! {
            <p class="way"><a href="/">{texts.common.to_account}</a></p>
            <h1>{texts.profile.title}</h1>
            {texts.profile_done(&done).map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {first.map(|_| view! { <p class="alert" role="alert">{texts.profile.not_saved}</p> })}
            {is_outdated.then(|| view! { <p class="alert" role="alert">{texts.profile.outdated}</p> })}
            <p class="lead">{texts.profile.lead} " " <a href="/account/apps">{texts.home.apps}</a></p>
            {portrait(texts, account, picture_notes)}
            <section>
                <h2>{texts.profile.about}</h2>
                <form method="post" action=PATH novalidate=true>
                    <input type="hidden" name=SEEN value=typed.seen.clone()/>
                    {name(texts, account, typed, &wrongs)}
                    {choice(texts, GENDER, texts.profile.gender, "sex", &typed.gender, &genders(texts), &wrongs)}
                    {text(CITY, texts.common.optional(texts.profile.city), "address-level2", &typed.city, PLACE_NAME_CHARS, false, &wrongs)}
                    {text(PROVINCE, texts.common.optional(texts.profile.province), "address-level1", &typed.province, PLACE_NAME_CHARS, false, &wrongs)}
                    {text(COUNTRY, texts.common.optional(texts.profile.country), "country-name", &typed.country, PLACE_NAME_CHARS, false, &wrongs)}
                    {choice(texts, LANGUAGE, texts.profile.language, "language", &typed.language, &languages(), &wrongs)}
                    <button type="submit" class="primary">{texts.common.save}</button>
                </form>
            </section>
        }
        .into_any()
    })
}

fn genders(texts: &'static Texts) -> Vec<(&'static str, &'static str)> {
    let label = |gender| match gender {
        Gender::Female => texts.profile.female,
        Gender::Male => texts.profile.male,
        Gender::Other => texts.profile.other_gender,
    };
    Gender::VARIANTS.iter().map(|gender| (gender.word(), label(*gender))).collect()
}

fn languages() -> Vec<(&'static str, &'static str)> {
    Language::ALL.map(|language| (language.tag, language.name)).to_vec()
}

fn portrait(texts: &'static Texts, account: &Account, (notes, is_first): (Notes, bool)) -> impl IntoView + use<> {
    let picture = account.profile.picture;
    let is_told = picture.is_none() && account.profile.picture_link.is_some();
    view! {
        <section>
            <h2>{texts.profile.picture}</h2>
            <div class="portrait">
                {avatar(&account.display_name, picture, Size::Usual)}
                <form method="post" action=format!("{PATH}/picture") enctype="multipart/form-data">
                    <label for=PICTURE>{texts.profile.picture_file}</label>
                    <p class="hint" id="picture-hint">{texts.profile.picture_hint}</p>
                    {is_told.then(|| view! { <p class="hint">{texts.profile.picture_told}</p> })}
                    <input type="file" id=PICTURE name=PICTURE accept=ACCEPT aria-describedby=notes.described_by
                        aria-invalid=notes.is_wrong.then_some("true") autofocus=is_first/>
                    {notes.text}
                    <button type="submit">{texts.profile.picture_upload}</button>
                    {picture.map(|_| view! {
                        <button type="submit" form=REMOVE class="quiet">{texts.profile.picture_remove}</button>
                    })}
                </form>
            </div>
            <form id=REMOVE method="post" action=format!("{PATH}/picture/remove")></form>
        </section>
    }
}

/// Renders the field for the display name. A name that comes from the token of a phone app is shown as text, which
/// cannot be changed.
fn name(texts: &'static Texts, account: &Account, typed: &Typed, wrongs: &[Wrong]) -> AnyView {
    if account.is_named_by_token() {
        let name = account.display_name.clone();
        return view! {
            <dl class="facts"><dt>{texts.common.display_name}</dt><dd translate="no">{name}</dd></dl>
            <p class="hint">{texts.profile.name_told}</p>
        }
        .into_any();
    }
    text(NAME, texts.common.display_name.to_owned(), "name", &typed.display_name, DISPLAY_NAME_CHARS, true, wrongs)
        .into_any()
}

/// Returns the hint and the error message of a field, and whether it is the first wrong field, which gets the
/// focus.
fn notes(name: &'static str, has_hint: bool, wrongs: &[Wrong]) -> (Notes, bool) {
    let wrong = wrongs.iter().find(|wrong| wrong.name == name);
    let is_first = wrong.is_some() && wrongs.first() == wrong;
    (Notes::of(name, has_hint, wrong.map(|wrong| wrong.text)), is_first)
}

fn text(
    name: &'static str,
    label: String,
    autocomplete: &'static str,
    value: &str,
    most: usize,
    is_needed: bool,
    wrongs: &[Wrong],
) -> impl IntoView + use<> {
    let (notes, is_first) = notes(name, false, wrongs);
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input id=name name=name value=value.to_owned() maxlength=most.to_string() autocomplete=autocomplete
                required=is_needed aria-describedby=notes.described_by aria-invalid=notes.is_wrong.then_some("true")
                autofocus=is_first/>
            {notes.text}
        </div>
    }
}

fn choice(
    texts: &'static Texts,
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    value: &str,
    choices: &[(&'static str, &'static str)],
    wrongs: &[Wrong],
) -> impl IntoView + use<> {
    let (notes, is_first) = notes(name, false, wrongs);
    let options = choices.iter().map(|(word, label)| {
        view! { <option value=*word selected=*word == value>{*label}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for=name>{texts.common.optional(label)}</label>
            <select id=name name=name autocomplete=autocomplete aria-describedby=notes.described_by
                aria-invalid=notes.is_wrong.then_some("true") autofocus=is_first>
                <option value="">{texts.profile.none}</option>
                {options}
            </select>
            {notes.text}
        </div>
    }
}
