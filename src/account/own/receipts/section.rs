//! What the activity page says of the receipts of a person's approvals.

use axum::http::HeaderMap;
use leptos::prelude::*;

use crate::account::own::paths::{RECEIPTS, RECEIPTS_ACCEPTED};
use crate::account::receipt_heads;
use crate::receipt::remembered::ChainState;
use crate::store::records::Account;
use crate::text::Texts;

/// Renders the warning that receipts are missing or other ones than this device remembers, with the button that makes it
/// remember them as they are; nothing if they are complete.
pub fn warning(texts: &'static Texts, state: ChainState) -> Option<impl IntoView + use<>> {
    let words = &texts.receipts;
    let warning = match state {
        ChainState::Complete { .. } => return None,
        ChainState::Shorter { approvals, remembered } => words.shorter(approvals, remembered),
        ChainState::Differs => words.differs.to_owned(),
        ChainState::Incomplete => words.incomplete.to_owned(),
    };
    // What the server itself finds missing does not depend on what the device remembers.
    let accepts = state != ChainState::Incomplete;
    Some(view! {
        <div class="alert" role="alert">
            <p>{warning} {texts.sentence_gap()} {words.what_to_do}</p>
            {accepts.then(|| view! {
                <form method="post" action=RECEIPTS_ACCEPTED><button type="submit">{words.accept}</button></form>
            })}
        </div>
    })
}

/// Renders how many receipts there are, with the button that downloads them and what this device remembers; nothing if the
/// account never approved anything.
pub fn section(
    texts: &'static Texts,
    account: &Account,
    state: ChainState,
    headers: &HeaderMap,
) -> Option<impl IntoView + use<>> {
    let words = &texts.receipts;
    let said = match state {
        ChainState::Complete { approvals: 0 } => return None,
        ChainState::Complete { approvals } => Some(words.complete(approvals)),
        ChainState::Shorter { .. } | ChainState::Differs | ChainState::Incomplete => None,
    };
    let head = receipt_heads::text_of(headers, account.id).map(|head| {
        view! {
            <details class="more">
                <summary>{words.head}</summary>
                <p class="hint">{words.head_hint}</p>
                <p class="value"><code translate="no">{head}</code></p>
            </details>
        }
    });
    // Without a password or a passkey there is no fresh proof, which the download needs.
    let has_proof = account.username.is_some();
    Some(view! {
        <section id="receipts">
            <h2>{words.title}</h2>
            {said.map(|said| view! { <p>{said}</p> })}
            <p class="hint">{words.hint}</p>
            {has_proof.then(|| view! {
                <form method="post" action=RECEIPTS><button type="submit">{words.download}</button></form>
            })}
            {head}
        </section>
    })
}
