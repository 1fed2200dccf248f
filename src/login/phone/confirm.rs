//! The question whether to approve: who asks for what, and what the approval asks of the phone.

pub(super) mod asks;
pub(in crate::login) mod passkey;

use std::time::Duration;

use leptos::prelude::*;

use self::asks::{APPROVE_FORM, asks, reasons};
use crate::login::consent_boxes::boxes;
use crate::login::facts::Facts;
use crate::picture::avatar::{Size, avatar};
use crate::picture::logo::logo;
use crate::text::Texts;
use crate::ticket::event::Notice;
use crate::ticket::ladder::Owed;
use crate::web::marked_text::marked_text;

/// Renders the question whether to approve. `trouble` is what was wrong with the last answer.
pub(super) fn confirm(
    texts: &'static Texts,
    text: &str,
    facts: &Facts,
    owed: &Owed,
    notice: Option<Notice>,
    trouble: Option<&'static str>,
) -> impl IntoView + use<> {
    let warning = match notice {
        Some(Notice::SecondAccount) => texts.confirm.second_account,
        _ => texts.confirm.warning,
    };
    let network = match facts.same_network {
        Some(true) => texts.facts.same_network,
        Some(false) => texts.facts.other_network,
        None => texts.facts.unknown_network,
    };
    // The logo is shown for an app only; this site's is elsewhere on its pages.
    let name = facts.site.clone();
    let site = match facts.scope {
        Some(_) => {
            view! { <dd class="branded">{logo(&name, facts.logo.clone())} " " <span translate="no">{name}</span></dd> }
                .into_any()
        }
        None => view! { <dd translate="no">{name}</dd> }.into_any(),
    };
    // An unknown network is shown as unusual, because it is no reason for trust.
    let mood = if facts.same_network == Some(true) { "" } else { "unusual" };
    view! {
        {avatar(&facts.account, facts.picture, Size::Small)}
        <h1>{marked_text(texts.confirm.question(facts.target()))}</h1>
        <dl class="facts">
            <dt>{texts.facts.site}</dt>{site}
            <dt>{texts.facts.device}</dt><dd>{marked_text(facts.device(texts))}</dd>
            <dt>{texts.facts.address}</dt><dd class=mood><span class="address" translate="no">{facts.address.clone()}</span> " · " <span class="note">{network}</span></dd>
            {facts.place.clone().map(|place| view! { <dt>{texts.facts.place}</dt><dd>{place}</dd> })}
            <dt>{texts.facts.age}</dt><dd>{texts.ago(Duration::from_secs(facts.age_seconds))}</dd>
            <dt>{texts.facts.account}</dt><dd translate="no">{facts.account.clone()}</dd>
            {facts.device_code.clone().map(|code| view! { <dt>{texts.facts.code}</dt><dd class="unusual"><code translate="no">{code}</code></dd> })}
            {facts.learns(texts).map(|learns| view! {
                <dt>{texts.facts.learns}</dt>
                <dd>{learns}</dd>
                {facts.groups.as_ref().map(|groups| view! { <dt>{texts.facts.groups}</dt><dd>{marked_text(texts.group_names(groups))}</dd> })}
                {boxes(texts, facts.question, APPROVE_FORM).map(|boxes| view! { <dd class="all">{boxes}</dd> })}
            })}
            {facts.effect(texts).map(|effect| view! { <dt>{texts.facts.effect}</dt><dd>{marked_text(effect)}</dd> })}
        </dl>
        {reasons(texts, owed.reasons)}
        <p class="warning">{warning}</p>
        {trouble.map(|trouble| view! { <p class="alert" role="alert">{trouble}</p> })}
        {asks(texts, text, owed, facts.keeps_session())}
    }
}
