//! The fields of an app's form. Each address has an input of its own, because Leptos does not escape the
//! content of a text area. An error is shown at its field, which gets the focus.

use leptos::prelude::*;

use super::form::{self, AppForm, FieldError};
use crate::store::records::apps::{App, Dialect, SigningAlgorithm, TokenLives, Verification};
use crate::text::Texts;
use crate::web::bounds::{APP_KEYS_BYTES, DISPLAY_NAME_CHARS, REDIRECT_URI_BYTES, REDIRECT_URIS};
use crate::web::data::with_data;

/// The client type of an app (RFC 6749 §2.1), if it is decided already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientType {
    /// The app is not registered yet, so it may become either type.
    New,
    /// The app has a secret.
    Confidential,
    /// The app has no secret.
    Public,
}

impl ClientType {
    /// Returns the client type of a registered app.
    pub fn of(app: &App) -> Self {
        if app.secrets.is_empty() { Self::Public } else { Self::Confidential }
    }
}

/// Renders all fields, with the error at the wrong one.
pub fn fields(texts: &'static Texts, client_type: ClientType, typed: &AppForm, wrong: Option<&FieldError>) -> AnyView {
    let basic = [form::NAME, form::REDIRECT_URI, form::PUBLIC];
    let is_open = wrong.map_or_else(|| typed.says_more(), |wrong| !basic.contains(&wrong.name) || typed.says_more());
    view! {
        {text(form::NAME, texts.app_form.name, texts.app_form.name_hint, typed, wrong, DISPLAY_NAME_CHARS)}
        {several(form::REDIRECT_URI, texts.app_form.redirect_uris, texts.app_form.redirect_uri, texts.app_form.redirect_hint, typed, wrong, 2)}
        {(client_type == ClientType::New).then(|| tick(form::PUBLIC, texts.app_form.public, texts.app_form.public_hint, typed, wrong))}
        <details class="more" open=is_open>
            <summary>{texts.apps.more}</summary>
            {dialects(texts, client_type, typed, wrong)}
            {several(form::LOGOUT_URI, texts.app_form.logout_uris, texts.app_form.logout_uri, texts.app_form.logout_hint, typed, wrong, 1)}
            {text(form::BACKCHANNEL_URI, texts.app_form.backchannel, texts.app_form.backchannel_hint, typed, wrong, REDIRECT_URI_BYTES)}
            {verifications(texts, typed)}
            {lives(texts, typed, wrong)}
            {algorithms(texts, typed)}
            <fieldset>
                <legend>{texts.app_form.rights}</legend>
                {tick(form::PAIRWISE, texts.app_form.pairwise, texts.app_form.pairwise_hint, typed, wrong)}
                {tick(form::PUSHED_ONLY, texts.app_form.pushed_only, texts.app_form.pushed_only_hint, typed, wrong)}
                {tick(form::DEVICE, texts.app_form.device, texts.app_form.device_hint, typed, wrong)}
                {tick(form::CLIENT_CREDENTIALS, texts.app_form.credentials, texts.app_form.credentials_hint, typed, wrong)}
                {tick(form::IN_ID_TOKEN, texts.app_form.in_id_token, texts.app_form.in_id_token_hint, typed, wrong)}
                {(client_type != ClientType::Public).then(|| view! {
                    {tick(form::WITHOUT_PKCE, texts.app_form.without_pkce, texts.app_form.without_pkce_hint, typed, wrong)}
                    {tick(form::BY_HOST, texts.app_form.by_host, texts.app_form.by_host_hint, typed, wrong)}
                    {tick(form::TOLD, texts.app_form.told, texts.app_form.told_hint, typed, wrong)}
                })}
            </fieldset>
            {several(form::ORIGIN, texts.app_form.origins, texts.app_form.origin, texts.app_form.origin_hint, typed, wrong, 1)}
            {text(form::KEYS, texts.app_form.keys, texts.app_form.keys_hint, typed, wrong, APP_KEYS_BYTES)}
        </details>
    }
    .into_any()
}

/// The error message and the description of a field, and its attributes.
struct Said {
    described_by: String,
    is_wrong: bool,
    text: Option<AnyView>,
}

fn said(name: &'static str, wrong: Option<&FieldError>) -> Said {
    let wrong = wrong.filter(|wrong| wrong.name == name);
    let described_by = match wrong {
        Some(_) => format!("{name}-wrong {name}-hint"),
        None => format!("{name}-hint"),
    };
    let text =
        wrong.map(|wrong| view! { <p class="wrong" id=format!("{name}-wrong")>{with_data(wrong.text)}</p> }.into_any());
    Said { described_by, is_wrong: wrong.is_some(), text }
}

fn text(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    typed: &AppForm,
    wrong: Option<&FieldError>,
    most: usize,
) -> impl IntoView + use<> {
    let said = said(name, wrong);
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>{with_data(hint)}</p>
            <input id=name name=name value=typed.one(name).to_owned() maxlength=most.to_string() autocomplete="off"
                required=name == form::NAME spellcheck="false" aria-describedby=said.described_by
                aria-invalid=said.is_wrong.then_some("true") autofocus=said.is_wrong/>
            {said.text}
        </div>
    }
}

/// Renders one input for each value of a field, and some empty ones.
fn several(
    name: &'static str,
    legend: &'static str,
    label: &'static str,
    hint: &'static str,
    typed: &AppForm,
    wrong: Option<&FieldError>,
    spare: usize,
) -> impl IntoView + use<> {
    let Said { described_by, is_wrong: is_any_wrong, mut text } = said(name, wrong);
    let mut values = typed.all(name);
    values.resize((values.len() + spare).min(REDIRECT_URIS.max(values.len())), String::new());
    // The error is shown at the input with the wrong value, or at the first one if no single value is wrong.
    let value = wrong.and_then(|wrong| wrong.value.as_ref());
    let at = value.and_then(|value| values.iter().position(|one| one == value)).unwrap_or(0);
    let inputs = values.into_iter().enumerate().map(|(index, value)| {
        let id = format!("{name}-{index}");
        let is_wrong = is_any_wrong && index == at;
        view! {
            <label class="unseen" for=id.clone()>{format!("{label} {}", index + 1)}</label>
            <input id=id name=name value=value inputmode="url" maxlength=REDIRECT_URI_BYTES.to_string() autocomplete="off"
                autocapitalize="none" spellcheck="false" aria-describedby=described_by.clone()
                aria-invalid=is_wrong.then_some("true") autofocus=is_wrong/>
            {is_wrong.then(|| text.take())}
        }
    });
    let inputs = inputs.collect_view();
    view! {
        <fieldset>
            <legend>{legend}</legend>
            <p class="hint" id=format!("{name}-hint")>{with_data(hint)}</p>
            {inputs}
        </fieldset>
    }
}

fn tick(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    typed: &AppForm,
    wrong: Option<&FieldError>,
) -> impl IntoView + use<> {
    let said = said(name, wrong);
    view! {
        <div class="tick">
            <input type="checkbox" id=name name=name value="on" checked=typed.has(name) aria-describedby=said.described_by
                aria-invalid=said.is_wrong.then_some("true") autofocus=said.is_wrong/>
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>{with_data(hint)}</p>
            {said.text}
        </div>
    }
}

fn dialects(
    texts: &'static Texts,
    client_type: ClientType,
    typed: &AppForm,
    wrong: Option<&FieldError>,
) -> impl IntoView + use<> {
    let (said, chosen) = (said(form::DIALECT, wrong), typed.dialect());
    // A public app cannot use WeChat's dialect, so there is nothing to choose.
    (client_type != ClientType::Public).then(|| {
        let choices = [Dialect::Oidc, Dialect::WeChat, Dialect::Both]
            .map(|dialect| choice(form::DIALECT, dialect.word(), speaks(texts, dialect), None, dialect == chosen));
        view! {
            <fieldset aria-describedby=said.described_by>
                <legend>{texts.app_form.dialect}</legend>
                <p class="hint" id="dialect-hint">{texts.app_form.dialect_hint}</p>
                {choices.collect_view()}
                {said.text}
            </fieldset>
        }
    })
}

/// Returns the name of a dialect for people.
pub fn speaks(texts: &'static Texts, dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Oidc => texts.app_form.speaks_oidc,
        Dialect::WeChat => texts.app_form.speaks_wechat,
        Dialect::Both => texts.app_form.speaks_both,
    }
}

fn verifications(texts: &'static Texts, typed: &AppForm) -> impl IntoView + use<> {
    let chosen = typed.verification();
    let choices = Verification::ALL.map(|way| {
        let label = match way {
            Verification::Any => texts.app_form.verification_any,
            Verification::Fresh => texts.app_form.verification_fresh,
            Verification::Scan => texts.app_form.verification_scan,
        };
        choice(form::VERIFICATION, way.word(), label, None, way == chosen)
    });
    view! {
        <fieldset aria-describedby="verification-hint">
            <legend>{texts.app_form.verification}</legend>
            <p class="hint" id="verification-hint">{texts.app_form.verification_hint}</p>
            {choices.collect_view()}
        </fieldset>
    }
}

fn lives(texts: &'static Texts, typed: &AppForm, wrong: Option<&FieldError>) -> impl IntoView + use<> {
    let usual = TokenLives::default();
    let fields = [
        (form::ACCESS_LIFE, texts.app_form.access_life, usual.access_token_minutes),
        (form::REFRESH_IDLE, texts.app_form.refresh_idle, usual.refresh_idle_hours),
        (form::REFRESH_MAX, texts.app_form.refresh_max, usual.refresh_max_hours),
    ];
    let fields = fields.map(|(name, label, usual)| {
        let said = said(name, wrong);
        // The three fields share one hint.
        let described_by = said.described_by.replace(&format!("{name}-hint"), "lives-hint");
        view! {
            <div class="number">
                <label for=name>{label}</label>
                <input id=name name=name value=typed.one(name).to_owned() placeholder=usual.to_string() inputmode="numeric"
                    maxlength="5" autocomplete="off" aria-describedby=described_by
                    aria-invalid=said.is_wrong.then_some("true") autofocus=said.is_wrong/>
                {said.text}
            </div>
        }
    });
    view! {
        <fieldset>
            <legend>{texts.app_form.lives}</legend>
            <p class="hint" id="lives-hint">{texts.app_form.lives_hint}</p>
            {fields.collect_view()}
        </fieldset>
    }
}

fn algorithms(texts: &'static Texts, typed: &AppForm) -> impl IntoView + use<> {
    let chosen = typed.algorithm();
    let choices = SigningAlgorithm::ALL
        .map(|algorithm| choice(form::ALGORITHM, algorithm.name(), algorithm.name(), Some("no"), algorithm == chosen));
    view! {
        <fieldset aria-describedby="algorithm-hint">
            <legend>{texts.app_form.algorithm}</legend>
            <p class="hint" id="algorithm-hint">{texts.app_form.algorithm_hint}</p>
            {choices.collect_view()}
        </fieldset>
    }
}

/// Renders one radio button. `translate` is `no` if its label is a name that is the same in all languages.
fn choice(
    name: &'static str,
    word: &'static str,
    label: &'static str,
    translate: Option<&'static str>,
    is_chosen: bool,
) -> impl IntoView + use<> {
    let id = format!("{name}-{word}");
    view! {
        <div class="tick">
            <input type="radio" id=id.clone() name=name value=word checked=is_chosen/>
            <label for=id translate=translate>{label}</label>
        </div>
    }
}
