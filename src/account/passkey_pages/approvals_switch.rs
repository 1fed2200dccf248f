//! The switch with which a person has every approval on their phone ask for a passkey, as the page of passkeys shows it.

use leptos::prelude::*;

use crate::text::Texts;

/// URL path of the form of the switch.
pub const PATH: &str = "/account/passkeys/approvals";

/// Renders the switch. It is not offered to a person without a passkey of this domain, who could approve nothing any more;
/// if it is on already, they can turn it off.
pub fn switch(texts: &'static Texts, asks: bool, has_passkey: bool) -> Option<impl IntoView + use<>> {
    let words = &texts.passkeys;
    let (state, label) =
        if asks { (words.approvals_on, words.approvals_stop) } else { (words.approvals_off, words.approvals_ask) };
    (asks || has_passkey).then(|| {
        view! {
            <section>
                <h2>{words.approvals}</h2>
                <p class="hint">{state}</p>
                <form method="post" action=PATH>
                    <input type="hidden" name="always" value=if asks { "false" } else { "true" }/>
                    <button type="submit">{label}</button>
                </form>
            </section>
        }
    })
}
