//! The parts of forms that take a passkey. Without script, and where the browser knows no passkeys, they show nothing but
//! a sentence that says why.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leptos::prelude::*;
use serde_json::{Value, json};
use webauthn_rs::prelude::PublicKeyCredential;

use super::domain::Passkeys;
use super::proof::text_of;
use super::refusal::unavailable_text;
use crate::settings::NoPasskeys;
use crate::store::records::Account;
use crate::store::records::passkeys::{CredentialId, Passkey};
use crate::text::Texts;

/// Which ways to sign in a form offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Why it offers no passkey; `None` if it does.
    pub unavailable: Option<NoPasskeys>,
    /// Whether it offers a password.
    pub takes_passwords: bool,
}

impl Passkeys {
    /// Returns which ways to sign in the forms of this server offer.
    pub fn offer(&self) -> Offer {
        Offer { unavailable: self.unavailable(), takes_passwords: self.takes_passwords() }
    }
}

/// Renders the button that opens the dialogue of the browser for a passkey, the hidden field for its result, and what is
/// said when the dialogue is cancelled. The script of passkeys shows the button, and makes it work by the attributes
/// `data-passkey` and `data-options` of the form.
pub fn button(texts: &'static Texts, offer: Offer, label: &'static str) -> AnyView {
    or_why_not(texts, offer, label, None)
}

/// Renders the same button for a form that makes a passkey; it also says that the device has one already.
pub fn create_button(texts: &'static Texts, offer: Offer) -> AnyView {
    or_why_not(texts, offer, texts.passkeys.create, Some(texts.passkeys.exists))
}

/// Renders the same button for a page that has a sign-in of another kind as well: where the browser has no passkeys, nothing
/// is said of them.
pub fn button_alone(texts: &'static Texts, label: &'static str) -> impl IntoView {
    control(texts, label, None, false)
}

/// Renders the button and what is said where it cannot be used, or why this server offers no passkey.
fn or_why_not(texts: &'static Texts, offer: Offer, label: &'static str, exists: Option<&'static str>) -> AnyView {
    let words = &texts.passkeys;
    if let Some(why) = offer.unavailable {
        return view! { <p class="hint passkey-none">{unavailable_text(texts, why)}</p> }.into_any();
    }
    view! {
        {control(texts, label, exists, offer.takes_passwords)}
        <p class="hint passkey-none" hidden=true data-passkey-none="">{words.none_in_browser}</p>
        <noscript><p class="hint">{words.needs_script}</p></noscript>
    }
    .into_any()
}

/// Renders the button, the field and what is said after it was pressed. `exists` says that the device has a passkey already.
fn control(
    texts: &'static Texts,
    label: &'static str,
    exists: Option<&'static str>,
    or_password: bool,
) -> impl IntoView + use<> {
    let words = &texts.passkeys;
    view! {
        <input type="hidden" name="credential" value=""/>
        <div class="passkey" hidden=true data-passkey-part="">
            <button type="button" class="primary" data-passkey-button="">{label}</button>
            <p class="hint" role="status" data-passkey-said="" data-cancelled=words.cancelled
                data-exists=exists data-failed=words.failed></p>
            {or_password.then(|| view! { <p class="or">{words.or_password}</p> })}
        </div>
    }
}

/// Renders the script of passkeys. A page has it once.
pub fn script() -> impl IntoView {
    view! { <script src="/passkey.js" defer=true nonce=leptos::nonce::use_nonce()></script> }
}

/// Renders what tells the browser's password manager which passkeys of this account are accepted, and what the account is
/// called, so that it offers no others. The page needs the [`script`].
pub fn accepted<'a>(domain: &str, account: &Account, passkeys: impl IntoIterator<Item = &'a Passkey>) -> AnyView {
    let user = URL_SAFE_NO_PAD.encode(account.id.as_bytes());
    let ids: Vec<String> = passkeys.into_iter().map(|passkey| text_of(&passkey.id)).collect();
    let all = json!({ "rpId": domain, "userId": user, "allAcceptedCredentialIds": ids });
    let name = account.username.as_deref().unwrap_or(&account.display_name);
    let details = json!({ "rpId": domain, "userId": user, "name": name, "displayName": account.display_name });
    view! {
        {signal("signalAllAcceptedCredentials", &all)}
        {signal("signalCurrentUserDetails", &details)}
    }
    .into_any()
}

impl Passkeys {
    /// Renders what tells the browser's password manager that no account has the passkey in this answer of the browser, so
    /// that it deletes it. The page needs the [`script`]. `None` if the answer cannot be read, or if other sites may have passkeys
    /// of the same domain.
    pub fn unknown_in(&self, answer: &str) -> Option<AnyView> {
        let answer: PublicKeyCredential = serde_json::from_str(answer).ok()?;
        let ours = self.relying_party.as_ref().ok().filter(|ours| ours.is_alone)?;
        let about = json!({ "rpId": ours.domain, "credentialId": text_of(&CredentialId(answer.raw_id)) });
        Some(signal("signalUnknownCredential", &about).into_any())
    }
}

fn signal(name: &'static str, about: &Value) -> impl IntoView + use<> {
    let about = about.to_string();
    view! { <span hidden=true data-signal=name data-about=about></span> }
}
