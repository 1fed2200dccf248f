//! The page of a profile: two plain forms, one for the picture and one for the fields.

use axum::response::Response;
use leptos::prelude::*;
use strum::VariantArray as _;

use super::form::{
    CITY, COUNTRY, EMAIL, FAMILY_NAME, GENDER, GIVEN_NAME, LANGUAGE, NAME, PROVINCE, SHOWN, Typed, ZONE,
};
use super::language::Language;
use super::zone;
use crate::account::mail;
use crate::account::own::deletion_banner;
use crate::account::state::Accounts;
use crate::crypto::random::random;
use crate::picture::avatar::{Size, avatar};
use crate::picture::{ACCEPT, FIELD as PICTURE};
use crate::store::records::Account;
use crate::store::records::people::Email;
use crate::store::records::profiles::{Gender, ShownToScreens};
use crate::text::Texts;
use crate::ticket::ids::Attempt;
use crate::web::bounds::{DISPLAY_NAME_CHARS, PLACE_NAME_CHARS};
use crate::web::document::Page;
use crate::web::form::{Notes, SEEN, Wrong};

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
    /// A message about the request as a whole.
    pub alert: Option<String>,
    /// The e-mail address as it was typed in its form; `None` if that form was not sent.
    pub email: Option<String>,
    /// What became of the last mail by which the address was to be proven.
    pub last_mail: Option<String>,
}

/// Renders the page of a profile. Its fields contain `typed`, and `says` has the messages that it shows.
pub fn page(accounts: &Accounts, texts: &'static Texts, account: &Account, typed: &Typed, says: Says) -> Response {
    let Says { done, wrongs, is_outdated, alert, email, last_mail } = says;
    let (notice, refusal) = mail::result_text(texts, &done);
    let offers_proof = accounts.mailer.is_set_up();
    let page = Page { class: "wide", ..Page::new(texts, texts.profile.title) };
    accounts.site.page(page, || {
        let first = wrongs.first().map(|wrong| wrong.name);
        let picture_notes = notes(PICTURE, true, &wrongs);
        view! {
            <p class="way"><a href="/account">{texts.common.to_account}</a></p>
            <h1>{texts.profile.title}</h1>
            {deletion_banner(texts, account)}
            {texts.profile_done(&done).map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {refusal.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            {first.map(|_| view! { <p class="alert" role="alert">{texts.profile.not_saved}</p> })}
            {alert.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            {is_outdated.then(|| view! { <p class="alert" role="alert">{texts.profile.outdated}</p> })}
            <p class="lead">{texts.profile.lead} " " <a href="/account/apps">{texts.home.apps}</a></p>
            {portrait(texts, account, picture_notes)}
            <section>
                <h2>{texts.profile.about}</h2>
                <form method="post" action=PATH novalidate=true>
                    <input type="hidden" name=SEEN value=typed.seen.clone()/>
                    {name(texts, account, typed, &wrongs)}
                    {parts_of_name(texts, typed, &wrongs)}
                    {choice(texts, GENDER, texts.profile.gender, "sex", &typed.gender, &genders(texts), &wrongs)}
                    {place(texts, typed, &wrongs)}
                    {choice(texts, LANGUAGE, texts.profile.language, "language", &typed.language, &languages(), &wrongs)}
                    {zones(texts, &typed.zone, &wrongs)}
                    {shown_to_screens(texts, &typed.shown_to_screens, &wrongs)}
                    <button type="submit" class="primary">{texts.common.save}</button>
                </form>
            </section>
            {account.username.is_some().then(|| {
                let proof = proof_form(texts, account, offers_proof, last_mail);
                email_section(texts, account, email, &wrongs, proof)
            })}
        }
        .into_any()
    })
}

/// Renders the fields of the given and of the family name, in the order of the language.
fn parts_of_name(texts: &'static Texts, typed: &Typed, wrongs: &[Wrong]) -> impl IntoView + use<> {
    let parts = [
        (GIVEN_NAME, texts.own.given_name, "given-name", &*typed.given_name),
        (FAMILY_NAME, texts.own.family_name, "family-name", &typed.family_name),
    ];
    in_order(texts, parts, DISPLAY_NAME_CHARS, wrongs)
}

/// Renders the fields of the city, the province and the country, in the order of the language.
fn place(texts: &'static Texts, typed: &Typed, wrongs: &[Wrong]) -> impl IntoView + use<> {
    let parts = [
        (CITY, texts.profile.city, "address-level2", &*typed.city),
        (PROVINCE, texts.profile.province, "address-level1", &typed.province),
        (COUNTRY, texts.profile.country, "country-name", &typed.country),
    ];
    in_order(texts, parts, PLACE_NAME_CHARS, wrongs)
}

/// Renders optional fields, from the given name or the city on, in the order of the language. Each has its name, its label,
/// what a browser fills in, and the text that was typed; `most` is the largest number of characters.
fn in_order<const N: usize>(
    texts: &'static Texts,
    mut parts: [(&'static str, &'static str, &'static str, &str); N],
    most: usize,
    wrongs: &[Wrong],
) -> impl IntoView + use<N> {
    if texts.is_family_first {
        parts.reverse();
    }
    let field =
        |(name, label, fills, typed)| text(name, texts.common.optional(label), fills, typed, most, false, wrongs);
    parts.map(|part| field(part).into_any()).into_iter().collect_view()
}

/// Renders the section with the e-mail address and the form that changes it. `typed` is the address as it was typed, if the
/// form was sent.
fn email_section(
    texts: &'static Texts,
    account: &Account,
    typed: Option<String>,
    wrongs: &[Wrong],
    proof: Option<AnyView>,
) -> impl IntoView + use<> {
    let own = &texts.own;
    let present = account.email.as_ref().map(Email::to_string);
    let state = match (&present, account.email_verified_at) {
        (None, _) => own.email_none,
        (Some(_), Some(_)) => own.email_proven,
        (Some(_), None) => own.email_unproven,
    };
    let value = typed.unwrap_or_else(|| present.clone().unwrap_or_default());
    let (notes_of_email, is_first) = notes(EMAIL, true, wrongs);
    view! {
        <section id="email-address">
            <h2>{own.email}</h2>
            <p class="hint">{own.email_lead}</p>
            <p>{present.map(|address| view! { <strong translate="no">{address}</strong> " " })}{state}</p>
            {proof}
            <form method="post" action=format!("{PATH}/email") novalidate=true>
                <div class="field">
                    <label for=EMAIL>{own.email}</label>
                    <p class="hint" id="email-hint">{own.email_hint}</p>
                    <input id=EMAIL name=EMAIL type="email" value=value maxlength="254" autocomplete="email"
                        aria-describedby=notes_of_email.described_by
                        aria-invalid=notes_of_email.is_wrong.then_some("true") autofocus=is_first/>
                    {notes_of_email.text}
                </div>
                <button type="submit">{own.email_save}</button>
            </form>
        </section>
    }
}

/// Renders the form that sends a link to an address that is not proven yet, and what became of the last such mail; `None`
/// if there is nothing to prove or no mail server.
fn proof_form(
    texts: &'static Texts,
    account: &Account,
    offers_proof: bool,
    last_mail: Option<String>,
) -> Option<AnyView> {
    if !offers_proof || account.email.is_none() || account.email_verified_at.is_some() {
        return None;
    }
    let words = &texts.mail_pages;
    let attempt = Attempt::from_random(random()).to_string();
    let form = view! {
        <form method="post" action=format!("{PATH}/email/prove")>
            <input type="hidden" name="attempt" value=attempt/>
            <p class="hint" id="prove-hint">{words.prove_hint}</p>
            {last_mail.map(|text| view! { <p class="hint">{text}</p> })}
            <button type="submit" aria-describedby="prove-hint">{words.prove}</button>
        </form>
    };
    Some(form.into_any())
}

/// Renders the field for the time zone: a text field with a list of names to choose from.
fn zones(texts: &'static Texts, value: &str, wrongs: &[Wrong]) -> impl IntoView + use<> {
    let (notes, is_first) = notes(ZONE, true, wrongs);
    let options = zone::offered().into_iter().map(|name| view! { <option value=name></option> });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for=ZONE>{texts.common.optional(texts.own.zone)}</label>
            <p class="hint" id="zone-hint">{texts.own.zone_hint}</p>
            <input id=ZONE name=ZONE value=value.to_owned() list="zones" maxlength="64" autocomplete="off"
                autocapitalize="none" spellcheck="false" aria-describedby=notes.described_by
                aria-invalid=notes.is_wrong.then_some("true") autofocus=is_first/>
            {notes.text}
            <datalist id="zones">{options}</datalist>
        </div>
    }
}

/// Renders the choice of what the screen with a code is shown of the person who scans it.
fn shown_to_screens(texts: &'static Texts, value: &str, wrongs: &[Wrong]) -> impl IntoView + use<> {
    let (notes, is_first) = notes(SHOWN, true, wrongs);
    let words = &texts.profile;
    let label = |shown| match shown {
        ShownToScreens::Name => words.shown_name,
        ShownToScreens::Letter => words.shown_letter,
        ShownToScreens::Nothing => words.shown_nothing,
    };
    let options = ShownToScreens::VARIANTS.iter().map(|shown| {
        view! { <option value=shown.word() selected=shown.word() == value>{label(*shown)}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for=SHOWN>{words.shown}</label>
            <p class="hint" id="shown_to_screens-hint">{words.shown_hint}</p>
            <select id=SHOWN name=SHOWN aria-describedby=notes.described_by
                aria-invalid=notes.is_wrong.then_some("true") autofocus=is_first>
                {options}
            </select>
            {notes.text}
        </div>
    }
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
