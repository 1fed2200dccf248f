//! Renders the switch of the sign-in by scan, and the report about its security.

use axum::extract::{Query, State};
use axum::response::Response;
use leptos::prelude::*;

use super::SWITCH;
use crate::admin::Administration;
use crate::admin::people::nav::{Part, nav};
use crate::cause::caused;
use crate::login::bcp247::{Measure, Status, count_on};
use crate::login::flow::Flow;
use crate::settings::Scanning;
use crate::store::records::people::Role;
use crate::store::records::scan_switch::ScanSwitch;
use crate::text::Texts;
use crate::web::bounds::SCAN_REASON_CHARS;
use crate::web::document::Page;
use crate::web::form::DoneQuery;
use crate::web::marked_text::marked_text;

/// `GET /admin/security`: shows whether people sign in by scanning, the form that switches it, and the report.
pub async fn page(
    State(admin): State<Administration>,
    State(flow): State<Flow>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
) -> Response {
    let words = &texts.security;
    let switch = match admin.records.scan_switch().await {
        Ok(switch) => Some(switch),
        Err(fault) => {
            tracing::error!(fault = %caused(&fault), "the switch of the sign-in by scan could not be read");
            None
        }
    };
    let notice = match &*after.done {
        "on" => Some(words.turned_on),
        "off" => Some(words.turned_off),
        _ => None,
    };
    let setting = flow.gate().setting();
    let page = Page { class: "wide", ..Page::new(texts, words.title) };
    admin.site.page(page, move || {
        view! {
            {nav(texts, Role::Admin, Part::Security)}
            <h1>{words.title}</h1>
            {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            <p class="lead">{words.lead}</p>
            {switch_section(texts, setting, switch)}
            {report_section(texts, &admin.measures)}
        }
    })
}

fn switch_section(texts: &'static Texts, setting: Scanning, switch: Option<ScanSwitch>) -> impl IntoView {
    let words = &texts.security;
    let state = match (setting, switch.as_ref().map(|switch| switch.state)) {
        (Scanning::Off, _) => words.is_off_by_setting,
        (_, Some(Scanning::On)) => words.is_on,
        (_, Some(Scanning::Off)) => words.is_off,
        (_, None) => words.is_unreadable,
    };
    let is_off = setting == Scanning::Off || switch.as_ref().is_none_or(|switch| switch.state == Scanning::Off);
    let last = switch.as_ref().and_then(|switch| {
        let since = words.since(&switch.changed_by, &texts.date_and_time(switch.changed_at?));
        let why = (!switch.reason.is_empty()).then(|| words.because(&switch.reason));
        Some(view! {
            <p class="hint">{marked_text(since)} {why.map(|why| view! { {texts.sentence_gap()} {marked_text(why)} })}</p>
        })
    });
    let form = switch.map(|switch| match switch.state {
        Scanning::On => turn_form(texts, Scanning::Off, words.turn_off, words.off_hint, "danger"),
        Scanning::Off => turn_form(texts, Scanning::On, words.turn_on, words.on_hint, "primary"),
    });
    view! {
        <section id="scan" aria-labelledby="scan-title">
            <h2 id="scan-title">{words.switch_title}</h2>
            <p class=if is_off { "alert" } else { "state" }>{state}</p>
            {last}
            {form}
        </section>
    }
}

fn turn_form(
    texts: &'static Texts,
    state: Scanning,
    label: &'static str,
    hint: &'static str,
    class: &'static str,
) -> impl IntoView {
    let words = &texts.security;
    view! {
        <form method="post" action=SWITCH>
            <input type="hidden" name="state" value=state.word()/>
            <label for="reason">{texts.common.optional(words.reason)}</label>
            <input id="reason" name="reason" maxlength=SCAN_REASON_CHARS.to_string() autocomplete="off" aria-describedby="reason-hint"/>
            <p id="reason-hint" class="hint">{words.reason_hint}</p>
            <p class="hint" id="turn-hint">{hint}</p>
            <button type="submit" class=class aria-describedby="turn-hint">{label}</button>
        </form>
    }
}

fn report_section(texts: &'static Texts, measures: &[Measure]) -> impl IntoView + use<> {
    let words = &texts.security;
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let counts = words.counts(number(count_on(measures)), number(measures.len()));
    let rows = measures.iter().map(|measure| row(texts, measure)).collect_view();
    view! {
        <section id="report" aria-labelledby="report-title">
            <h2 id="report-title">{words.report_title}</h2>
            <p class="hint">{words.report_lead}</p>
            <p>{counts}</p>
            <ul class="rows measures">{rows}</ul>
        </section>
    }
}

fn row(texts: &'static Texts, measure: &Measure) -> impl IntoView + use<> {
    let words = &texts.security;
    let (tag, label) = match measure.status {
        Status::On if measure.is_always() => ("tag plain", words.always),
        Status::On => ("tag plain", words.on),
        Status::Partly => ("tag", words.partly),
        Status::Off => ("tag", words.off),
    };
    let Measure { section, title, says, setting, .. } = *measure;
    view! {
        <li id=format!("measure-{}", section.replace('.', "-"))>
            <div><strong>{title(texts)}</strong> " " <span class=tag>{label}</span></div>
            <span>{says(texts)}</span>
            <span class="hint">
                <span translate="no">{format!("RFC 10027 §{section}")}</span>
                {setting.map(|setting| view! { " · " {words.setting} " " <code translate="no">{setting}</code> })}
            </span>
        </li>
    }
}
