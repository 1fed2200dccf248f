//! The page of a profile: two plain forms, the picture and the rest.

use axum::response::Response;
use leptos::prelude::*;
use strum::VariantArray as _;

use super::form::{CITY, COUNTRY, GENDER, LANGUAGE, NAME, PROVINCE, SEEN, Typed, Wrong};
use super::language::Language;
use crate::picture::avatar::{Size, avatar};
use crate::picture::{ACCEPT, FIELD as PICTURE};
use crate::store::records::Account;
use crate::store::records::profiles::Gender;
use crate::text::Lang;
use crate::web::bounds::{DISPLAY_NAME_CHARS, PLACE_NAME_CHARS};
use crate::web::document::{Page, Site};

/// Where the page is.
pub const PATH: &str = "/account/profile";

/// The form that takes the picture off; its button stands in another one, beside that which brings one.
const REMOVE: &str = "remove";

/// What the page has to say beside what it always says.
#[derive(Debug, Default)]
pub struct Says {
    /// What was done, by its word in the address.
    pub done: String,
    /// What is wrong with what was typed.
    pub wrongs: Vec<Wrong>,
    /// Nothing was saved: what is told was changed since the form was shown.
    pub is_outdated: bool,
}

/// The page.
pub fn page(site: &Site, account: &Account, typed: &Typed, says: Says) -> Response {
    let lang = Lang::En;
    let Says { done, wrongs, is_outdated } = says;
    let page = Page { title: lang.profile_title(), class: "wide", ..Page::default() };
    site.page(page, || {
        let first = wrongs.first().map(|wrong| wrong.name);
        let picture_said = said(PICTURE, Some("picture-hint"), &wrongs);
        view! {
            <p class="way"><a href="/">{lang.to_account()}</a></p>
            <h1>{lang.profile_title()}</h1>
            {lang.profile_done(&done).map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {first.map(|_| view! { <p class="alert" role="alert">{lang.profile_not_saved()}</p> })}
            {is_outdated.then(|| view! { <p class="alert" role="alert">{lang.profile_outdated()}</p> })}
            <p class="lead">{lang.profile_lead()} " " <a href="/account/apps">{lang.home_apps()}</a></p>
            {portrait(lang, account, picture_said)}
            <section>
                <h2>{lang.profile_about()}</h2>
                <form method="post" action=PATH novalidate=true>
                    <input type="hidden" name=SEEN value=typed.seen.clone()/>
                    {name(lang, account, typed, &wrongs)}
                    {choice(GENDER, lang.profile_gender(), "sex", lang.profile_none(), &typed.gender, &genders(lang), &wrongs)}
                    {text(CITY, lang.profile_city(), "address-level2", &typed.city, PLACE_NAME_CHARS, false, &wrongs)}
                    {text(PROVINCE, lang.profile_province(), "address-level1", &typed.province, PLACE_NAME_CHARS, false, &wrongs)}
                    {text(COUNTRY, lang.profile_country(), "country-name", &typed.country, PLACE_NAME_CHARS, false, &wrongs)}
                    {choice(LANGUAGE, lang.profile_language(), "language", lang.profile_none(), &typed.language, &languages(), &wrongs)}
                    <button type="submit" class="primary">{lang.app_save()}</button>
                </form>
            </section>
        }
        .into_any()
    })
}

fn genders(lang: Lang) -> Vec<(&'static str, &'static str)> {
    let label = |gender| match gender {
        Gender::Female => lang.gender_female(),
        Gender::Male => lang.gender_male(),
        Gender::Other => lang.gender_other(),
    };
    Gender::VARIANTS.iter().map(|gender| (gender.word(), label(*gender))).collect()
}

fn languages() -> Vec<(&'static str, &'static str)> {
    Language::ALL.map(|language| (language.tag, language.name)).to_vec()
}

fn portrait(lang: Lang, account: &Account, said: Said) -> impl IntoView + use<> {
    let picture = account.profile.picture;
    let is_told = picture.is_none() && account.profile.picture_link.is_some();
    view! {
        <section>
            <h2>{lang.profile_picture()}</h2>
            <div class="portrait">
                {avatar(&account.display_name, picture, Size::Usual)}
                <form method="post" action=format!("{PATH}/picture") enctype="multipart/form-data">
                    <label for=PICTURE>{lang.profile_picture_file()}</label>
                    <p class="hint" id="picture-hint">{lang.profile_picture_hint()}</p>
                    {is_told.then(|| view! { <p class="hint">{lang.profile_picture_told()}</p> })}
                    <input type="file" id=PICTURE name=PICTURE accept=ACCEPT aria-describedby=said.described_by
                        aria-invalid=said.is_wrong.then_some("true") autofocus=said.is_first/>
                    {said.text}
                    <button type="submit">{lang.profile_picture_upload()}</button>
                    {picture.map(|_| view! {
                        <button type="submit" form=REMOVE class="quiet">{lang.profile_picture_remove()}</button>
                    })}
                </form>
            </div>
            <form id=REMOVE method="post" action=format!("{PATH}/picture/remove")></form>
        </section>
    }
}

/// The name that others see; what a phone's token says is changed where that comes from.
fn name(lang: Lang, account: &Account, typed: &Typed, wrongs: &[Wrong]) -> AnyView {
    if account.is_named_by_token() {
        let name = account.display_name.clone();
        return view! {
            <dl class="facts"><dt>{lang.display_name()}</dt><dd translate="no">{name}</dd></dl>
            <p class="hint">{lang.profile_name_told()}</p>
        }
        .into_any();
    }
    text(NAME, lang.display_name(), "name", &typed.display_name, DISPLAY_NAME_CHARS, true, wrongs).into_any()
}

/// How a field says what is wrong with it.
struct Said {
    described_by: Option<String>,
    is_wrong: bool,
    /// Of the wrong fields the first has the focus.
    is_first: bool,
    text: Option<AnyView>,
}

fn said(name: &'static str, hint: Option<&str>, wrongs: &[Wrong]) -> Said {
    let wrong = wrongs.iter().find(|wrong| wrong.name == name).copied();
    let id = format!("{name}-wrong");
    let described_by: Vec<&str> = wrong.map(|_| id.as_str()).into_iter().chain(hint).collect();
    Said {
        described_by: Some(described_by.join(" ")).filter(|ids| !ids.is_empty()),
        is_wrong: wrong.is_some(),
        is_first: wrongs.first() == wrong.as_ref() && wrong.is_some(),
        text: wrong.map(|wrong| view! { <p class="wrong" id=id>{wrong.text}</p> }.into_any()),
    }
}

fn text(
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    value: &str,
    most: usize,
    is_needed: bool,
    wrongs: &[Wrong],
) -> impl IntoView + use<> {
    let said = said(name, None, wrongs);
    let label = if is_needed { label.to_owned() } else { Lang::En.optional(label) };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input id=name name=name value=value.to_owned() maxlength=most.to_string() autocomplete=autocomplete
                required=is_needed aria-describedby=said.described_by aria-invalid=said.is_wrong.then_some("true")
                autofocus=said.is_first/>
            {said.text}
        </div>
    }
}

fn choice(
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    none: &'static str,
    value: &str,
    choices: &[(&'static str, &'static str)],
    wrongs: &[Wrong],
) -> impl IntoView + use<> {
    let said = said(name, None, wrongs);
    let options = choices.iter().map(|(word, label)| {
        view! { <option value=*word selected=*word == value>{*label}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for=name>{Lang::En.optional(label)}</label>
            <select id=name name=name autocomplete=autocomplete aria-describedby=said.described_by
                aria-invalid=said.is_wrong.then_some("true") autofocus=said.is_first>
                <option value="">{none}</option>
                {options}
            </select>
            {said.text}
        </div>
    }
}
