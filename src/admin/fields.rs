//! Renders the fields of an app's form. Each URI has an input of its own, because Leptos does not escape the
//! content of a text area. An error is shown at its field, which gets the focus.

use leptos::prelude::*;

use super::form::{self, AppForm, FieldError};
use crate::settings::Scanning;
use crate::store::records::app_options::{SigningAlgorithm, Switch, TokenLifetimes, Verification};
use crate::store::records::apps::{App, Dialects};
use crate::text::Texts;
use crate::ticket::ladder::Rung;
use crate::web::bounds::{APP_KEYS_BYTES, DISPLAY_NAME_CHARS, REDIRECT_URI_BYTES, REDIRECT_URIS};
use crate::web::form::Notes;
use crate::web::marked_text::marked_text;

/// Whether an app has a secret, or is being registered and may still get one. Some options need a secret, and a
/// registered app cannot gain or lose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HasSecret {
    /// The app is being registered, and may get a secret.
    Undecided,
    /// The app has a secret.
    Yes,
    /// The app has none. It is a public client (RFC 6749 §2.1), unless it has keys.
    No,
}

impl HasSecret {
    /// Returns `Yes` for a registered app that has a secret and `No` for one that has none; never `Undecided`.
    pub fn of(app: &App) -> Self {
        if app.secrets.is_empty() { Self::No } else { Self::Yes }
    }
}

/// Renders the fields of an app's form, filled in with the values of `typed`, without those that such an app
/// cannot have (`has_secret`). If there is an error (`wrong`), its text is shown at its field, which gets the
/// focus.
pub fn fields(texts: &'static Texts, has_secret: HasSecret, typed: &AppForm, wrong: Option<&FieldError>) -> AnyView {
    let basic = [form::NAME, form::REDIRECT_URI, form::PUBLIC, form::ALLOW];
    let is_open = typed.has_unusual_settings() || wrong.is_some_and(|wrong| !basic.contains(&wrong.name));
    view! {
        {text(form::NAME, texts.app_form.name, texts.app_form.name_hint, typed, wrong, DISPLAY_NAME_CHARS)}
        {several(form::REDIRECT_URI, texts.app_form.redirect_uris, texts.app_form.redirect_uri, texts.app_form.redirect_hint, typed, wrong, 2)}
        {(has_secret == HasSecret::Undecided).then(|| tick(form::PUBLIC, texts.app_form.public, texts.app_form.public_hint, typed, wrong))}
        <details class="more" open=is_open>
            <summary>{texts.apps.more}</summary>
            {dialects(texts, has_secret, typed, wrong)}
            {several(form::LOGOUT_URI, texts.app_form.logout_uris, texts.app_form.logout_uri, texts.app_form.logout_hint, typed, wrong, 1)}
            {text(form::HOME_URI, texts.app_form.home, texts.app_form.home_hint, typed, wrong, REDIRECT_URI_BYTES)}
            {text(form::BACKCHANNEL_URI, texts.app_form.backchannel, texts.app_form.backchannel_hint, typed, wrong, REDIRECT_URI_BYTES)}
            {verifications(texts, typed)}
            {scans(texts, typed)}
            {approvals(texts, typed)}
            {token_lifetimes(texts, typed, wrong)}
            {algorithms(texts, typed)}
            <fieldset>
                <legend>{texts.app_form.rights}</legend>
                {tick(form::PAIRWISE, texts.app_form.pairwise, texts.app_form.pairwise_hint, typed, wrong)}
                {switches(texts, has_secret, typed, wrong)}
            </fieldset>
            {several(form::ORIGIN, texts.app_form.origins, texts.app_form.origin, texts.app_form.origin_hint, typed, wrong, 1)}
            {text(form::KEYS, texts.app_form.keys, texts.app_form.keys_hint, typed, wrong, APP_KEYS_BYTES)}
        </details>
    }
    .into_any()
}

/// Returns the attributes with which the field of this name refers to its hint and its error, and the text of the
/// error if `wrong` is an error of this field.
fn notes(name: &'static str, wrong: Option<&FieldError>) -> Notes {
    Notes::of(name, true, wrong.filter(|wrong| wrong.name == name).map(|wrong| wrong.text))
}

/// Renders a field with one line of text of at most `most` characters.
pub fn text(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    typed: &AppForm,
    wrong: Option<&FieldError>,
    most: usize,
) -> impl IntoView + use<> {
    let notes = notes(name, wrong);
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>{marked_text(hint)}</p>
            <input id=name name=name value=typed.one(name).to_owned() maxlength=most.to_string() autocomplete="off"
                required=name == form::NAME spellcheck="false" aria-describedby=notes.described_by
                aria-invalid=notes.is_wrong.then_some("true") autofocus=notes.is_wrong/>
            {notes.text}
        </div>
    }
}

/// Renders a field of several values: an input for each value, and `spare` empty ones, but not more than
/// [`REDIRECT_URIS`] together, unless there are more values already.
pub fn several(
    name: &'static str,
    legend: &'static str,
    label: &'static str,
    hint: &'static str,
    typed: &AppForm,
    wrong: Option<&FieldError>,
    spare: usize,
) -> impl IntoView + use<> {
    let Notes { described_by, is_wrong: is_any_wrong, mut text } = notes(name, wrong);
    let mut values = typed.all(name);
    values.resize((values.len() + spare).min(REDIRECT_URIS.max(values.len())), String::new());
    // The error is shown at the input with the wrong value, or at the first if all together are wrong.
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
            <p class="hint" id=format!("{name}-hint")>{marked_text(hint)}</p>
            {inputs}
        </fieldset>
    }
}

/// Renders a check box.
pub fn tick(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    typed: &AppForm,
    wrong: Option<&FieldError>,
) -> impl IntoView + use<> {
    let notes = notes(name, wrong);
    view! {
        <div class="tick">
            <input type="checkbox" id=name name=name value="on" checked=typed.is_ticked(name) aria-describedby=notes.described_by
                aria-invalid=notes.is_wrong.then_some("true") autofocus=notes.is_wrong/>
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>{marked_text(hint)}</p>
            {notes.text}
        </div>
    }
}

/// Renders a check box for each switch that this app may have; some are offered only to an app with a secret.
fn switches(
    texts: &'static Texts,
    has_secret: HasSecret,
    typed: &AppForm,
    wrong: Option<&FieldError>,
) -> impl IntoView + use<> {
    let words = &texts.app_form;
    let ticks = Switch::ALL.iter().filter_map(|switch| {
        let (label, hint, is_for_public) = match switch {
            Switch::RequirePushedAuthorizationRequests => (words.pushed_only, words.pushed_only_hint, true),
            Switch::WithoutPkce => (words.without_pkce, words.without_pkce_hint, false),
            Switch::DeviceGrant => (words.device, words.device_hint, true),
            Switch::ClientCredentials => (words.credentials, words.credentials_hint, true),
            Switch::ProfileInIdToken => (words.in_id_token, words.in_id_token_hint, true),
            Switch::MatchedByHost => (words.by_host, words.by_host_hint, false),
            Switch::ToldOfRefusals => (words.told, words.told_hint, false),
        };
        let is_offered = is_for_public || has_secret != HasSecret::No;
        is_offered.then(|| tick(switch.name(), label, hint, typed, wrong))
    });
    ticks.collect_view()
}

/// Renders the choice of the protocols that an app speaks; nothing for an app without a secret, which has no choice.
pub fn dialects(
    texts: &'static Texts,
    has_secret: HasSecret,
    typed: &AppForm,
    wrong: Option<&FieldError>,
) -> impl IntoView + use<> {
    let (notes, chosen) = (notes(form::DIALECT, wrong), typed.dialects());
    // An app without a secret can only use OpenID Connect, so there is no choice.
    (has_secret != HasSecret::No).then(|| {
        let choices = [Dialects::Oidc, Dialects::WeChat, Dialects::Both]
            .map(|each| choice(form::DIALECT, each.word(), speaks(texts, each), None, each == chosen));
        view! {
            <fieldset aria-describedby=notes.described_by>
                <legend>{texts.app_form.dialect}</legend>
                <p class="hint" id="dialect-hint">{texts.app_form.dialect_hint}</p>
                {choices.collect_view()}
                {notes.text}
            </fieldset>
        }
    })
}

/// Returns the names of the dialects that an app speaks, as administrators read it, such as "OpenID Connect".
pub fn speaks(texts: &'static Texts, dialects: Dialects) -> &'static str {
    match dialects {
        Dialects::Oidc => texts.app_form.speaks_oidc,
        Dialects::WeChat => texts.app_form.speaks_wechat,
        Dialects::Both => texts.app_form.speaks_both,
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

fn scans(texts: &'static Texts, typed: &AppForm) -> impl IntoView + use<> {
    let chosen = typed.scan();
    let words = &texts.app_form;
    let choices = [(Scanning::On, words.scan_on), (Scanning::Off, words.scan_off)];
    let choices = choices.map(|(scan, label)| choice(form::SCAN, scan.word(), label, None, scan == chosen));
    view! {
        <fieldset aria-describedby="scan-hint">
            <legend>{words.scan}</legend>
            <p class="hint" id="scan-hint">{words.scan_hint}</p>
            {choices.into_iter().collect_view()}
        </fieldset>
    }
}

fn approvals(texts: &'static Texts, typed: &AppForm) -> impl IntoView + use<> {
    let chosen = typed.approval();
    let words = &texts.app_form;
    let labels = [words.approval_tap, words.approval_number, words.approval_type, words.approval_passkey];
    let choices = Rung::APPROVABLE.into_iter().zip(labels);
    let choices = choices.map(|(rung, label)| choice(form::APPROVAL, rung.word(), label, None, rung == chosen));
    view! {
        <fieldset aria-describedby="approval-hint">
            <legend>{words.approval}</legend>
            <p class="hint" id="approval-hint">{words.approval_hint}</p>
            {choices.collect_view()}
        </fieldset>
    }
}

fn token_lifetimes(texts: &'static Texts, typed: &AppForm, wrong: Option<&FieldError>) -> impl IntoView + use<> {
    let usual = TokenLifetimes::default();
    let fields = [
        (form::ACCESS_LIFE, texts.app_form.access_life, usual.access_token_minutes),
        (form::REFRESH_IDLE, texts.app_form.refresh_idle, usual.refresh_idle_hours),
        (form::REFRESH_MAX, texts.app_form.refresh_max, usual.refresh_max_hours),
    ];
    let fields = fields.map(|(name, label, usual)| {
        let notes = notes(name, wrong);
        // The three fields have one hint together.
        let described_by = notes.described_by.map(|ids| ids.replace(&format!("{name}-hint"), "lives-hint"));
        view! {
            <div class="number">
                <label for=name>{label}</label>
                <input id=name name=name value=typed.one(name).to_owned() placeholder=usual.to_string() inputmode="numeric"
                    maxlength="5" autocomplete="off" aria-describedby=described_by
                    aria-invalid=notes.is_wrong.then_some("true") autofocus=notes.is_wrong/>
                {notes.text}
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

/// Renders a radio button with its label. `translate` is the attribute of the label: `no` if the label is a name,
/// which is the same in every language.
pub fn choice(
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
