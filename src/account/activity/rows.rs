//! Renders lines of activity, the form that chooses among them, and the links to their export.

use jiff::civil::Date;
use leptos::prelude::*;
use strum::VariantArray as _;

use super::budget::{EMAIL_CHANGED, EMAIL_PROVEN, more};
use super::export::{MOST, Reader};
use super::query::{ActivityQuery, WrongQuery};
use crate::settings::Scanning;
use crate::store::records::NewPlaces;
use crate::store::records::activity::{Activity, ActivityActor, ActivityKind, NewActivity};
use crate::store::records::mails::MailKind;
use crate::store::records::people::Role;
use crate::store::records::push::{PHONE_ADDED, PHONE_REMOVED};
use crate::store::records::scan_switch::of_activity;
use crate::text::{Texts, mark_name};
use crate::web::bounds::LOG_LINES;
use crate::web::marked_text::marked_text;

/// Where a page with lines of activity is, and who reads it.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The path of the page.
    pub path: &'static str,
    /// The path of the export of its lines.
    pub export: &'static str,
    /// The reader.
    pub reader: Reader,
}

/// Renders the lines of one page with links to the others. `lines` may have one line more than a page, which tells that
/// there are older ones.
pub fn rows(texts: &'static Texts, place: Place, query: &ActivityQuery, mut lines: Vec<Activity>) -> AnyView {
    let has_more = lines.len() > usize::from(LOG_LINES);
    lines.truncate(LOG_LINES.into());
    let last = lines.last().filter(|_| has_more).map(|line| line.seq);
    let older = last.map(|seq| query.link(place.path, &[("before", seq.to_string())]));
    let newest = query.before.map(|_| query.link(place.path, &[]));
    let is_empty = lines.is_empty();
    let none = match (query.before, query.is_narrow()) {
        (Some(_), _) => texts.activity.no_more,
        (None, true) => texts.activity.none_chosen,
        (None, false) => texts.activity.none,
    };
    // Without the attribute `download`, because the links may lead to a page that asks for the password.
    let export = |format: &str| query.link(place.export, &[("format", format.to_owned())]);
    let exports = (!is_empty).then(|| {
        view! {
            <p class="hint">{texts.activity.export(u64::from(MOST))}</p>
            <p class="pages">
                <a href=export("csv") translate="no">"CSV"</a> " "
                <a href=export("jsonl") translate="no">"JSON Lines"</a>
            </p>
        }
    });
    let lines = lines.into_iter().map(|line| row(texts, place, place.reader.sees(line)));
    view! {
        {is_empty.then(|| view! { <p class="lead">{none}</p> })}
        {(!is_empty).then(|| view! { <ul class="rows">{lines.collect_view()}</ul> })}
        <p class="pages">
            {newest.map(|href| view! { <a href=href>{texts.log.newest}</a> " " })}
            {older.map(|href| view! { <a href=href rel="next">{texts.log.older}</a> })}
        </p>
        {exports}
    }
    .into_any()
}

fn row(texts: &'static Texts, place: Place, activity: Activity) -> impl IntoView {
    let line = activity.line;
    let (what, detail) = match (line.kind, line.detail.as_str()) {
        (ActivityKind::GroupsChanged, "+") => (texts.activity.group_added, None),
        (ActivityKind::GroupsChanged, "−") => (texts.activity.group_deleted, None),
        (ActivityKind::DataDownloaded, "receipts") => (texts.receipts.downloaded, None),
        (kind, _) => (kind_text(texts, kind), detail_text(texts, &line)),
    };
    let app = line.app.as_ref().map(|(_, name)| name.clone());
    // The person is named where lines of all people are together.
    let person = (place.reader == Reader::Administrator && !line.account_name.is_empty()).then(|| {
        let name = line.account_name.clone();
        match line.account {
            Some(id) => view! { <a href=format!("{}?person={id}", place.path) translate="no">{name}</a> }.into_any(),
            None => view! { <span translate="no">{name}</span> }.into_any(),
        }
    });
    let person = person.map(|person| view! { <div>{person}</div> });
    let device = match (&line.browser, &line.system) {
        (Some(browser), Some(system)) => Some(texts.facts.device_both(browser, system)),
        (Some(one), None) | (None, Some(one)) => Some(mark_name(one)),
        (None, None) => None,
    };
    let by = match &line.actor {
        ActivityActor::Owner | ActivityActor::App => None,
        ActivityActor::Person { name, .. } => Some(texts.activity.by(name)),
        ActivityActor::CommandLine => Some(texts.log.by_command.to_owned()),
        ActivityActor::Server => Some(texts.activity.by_server.to_owned()),
    };
    let address = line.address.map(|address| mark_name(&address.to_string()));
    let receipt = line.receipt.map(|seq| texts.receipts.number(seq));
    let facts = [Some(texts.date_and_time(line.at)), device, address, by, receipt];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    view! {
        <li>
            {person}<strong>{what}</strong>
            {app.map(|name| view! { " · " <span translate="no">{name}</span> })}
            {detail.map(|text| view! { <span class="hint">{marked_text(text)}</span> })}
            <span class="hint">{marked_text(facts.join(" · "))}</span>
        </li>
    }
}

/// Returns the words in the detail of a line as the reader's language has them. Details that are names are marked as
/// such, so that they are not translated.
fn detail_text(texts: &'static Texts, line: &NewActivity) -> Option<String> {
    if let Some(count) = more(line) {
        return Some(texts.activity.more(count));
    }
    let words = match (line.kind, line.detail.as_str()) {
        (_, "") => return None,
        (ActivityKind::SignedIn | ActivityKind::Proved, "password") => texts.activity.by_password.to_owned(),
        (ActivityKind::SignedIn | ActivityKind::Proved | ActivityKind::SignInRefused, "passkey") => {
            texts.activity.by_passkey.to_owned()
        }
        (ActivityKind::SignedIn, "scan") => texts.activity.by_scan.to_owned(),
        (ActivityKind::SignedIn, "link") => texts.activity.by_link.to_owned(),
        (ActivityKind::SignInRefused, "disabled") => texts.activity.refused_disabled.to_owned(),
        (ActivityKind::SignInRefused, "own password") => texts.activity.refused_own.to_owned(),
        (ActivityKind::MailRefused, kind) => match kind.parse() {
            Ok(kind) => mail_text(texts, kind).to_owned(),
            Err(_) => mark_name(kind),
        },
        (ActivityKind::RoleChanged, change) => {
            match change.split_once(" → ").map(|(before, after)| (before.parse(), after.parse())) {
                Some((Ok(before), Ok(after))) => {
                    texts.activity.role_from_to(role_name(texts, before), role_name(texts, after))
                }
                _ => mark_name(change),
            }
        }
        (ActivityKind::GroupsChanged, change) => match (change.strip_prefix("+ "), change.strip_prefix("− ")) {
            (Some(group), _) => texts.activity.group_joined(group),
            (_, Some(group)) => texts.activity.group_left(group),
            _ => mark_name(change),
        },
        (ActivityKind::DeviceNew, news) => match NewPlaces::of_word(news) {
            Some(NewPlaces::Device) => texts.activity.new_device.to_owned(),
            Some(NewPlaces::Network) => texts.activity.new_network.to_owned(),
            Some(NewPlaces::Both) => texts.activity.new_both.to_owned(),
            Some(NewPlaces::Neither) | None => mark_name(news),
        },
        (ActivityKind::Denied, "reported") => texts.activity.reported.to_owned(),
        (ActivityKind::Changed, "approvals") => texts.passkeys.approvals.to_owned(),
        (ActivityKind::Changed, switch) if of_activity(switch).is_some() => match of_activity(switch) {
            Some((Scanning::Off, "")) => texts.security.line_off.to_owned(),
            Some((Scanning::Off, why)) => texts.security.line_off_because(why),
            _ => texts.security.line_on.to_owned(),
        },
        (ActivityKind::Changed, PHONE_ADDED) => texts.ask.line_on.to_owned(),
        (ActivityKind::Changed, PHONE_REMOVED) => texts.ask.line_off.to_owned(),
        (ActivityKind::Changed, "profile") => texts.home.profile.to_owned(),
        (ActivityKind::Changed, "picture") => texts.profile.picture.to_owned(),
        (ActivityKind::Changed, EMAIL_CHANGED) => texts.own.email.to_owned(),
        (ActivityKind::Changed, EMAIL_PROVEN) => texts.mail_pages.of_prove.to_owned(),
        (ActivityKind::AppHandedOver, name) => texts.activity.handed_to(name),
        (_, name) => mark_name(name),
    };
    Some(words)
}

/// Returns what a mail is about, as people read it.
fn mail_text(texts: &'static Texts, kind: MailKind) -> &'static str {
    match kind {
        MailKind::ProveAddress => texts.mail_pages.of_prove,
        MailKind::Invite => texts.people_links.of_invite,
        MailKind::Recover | MailKind::RecoverOneself => texts.people_links.of_recover,
        MailKind::NewDevice => texts.activity.device_new,
        MailKind::PasskeyAdded | MailKind::PasskeyRemoved => texts.mail_pages.of_passkey,
        MailKind::PasswordChanged => texts.activity.password_changed,
        MailKind::AddressChanged => texts.mail_pages.of_address,
    }
}

/// Returns the name of a role, as people read it.
pub fn role_name(texts: &'static Texts, role: Role) -> &'static str {
    match role {
        Role::None => texts.person.role_none,
        Role::People => texts.person.role_people,
        Role::Admin => texts.person.role_admin,
    }
}

/// Returns what a kind of lines is called in the reader's language.
pub fn kind_text(texts: &'static Texts, kind: ActivityKind) -> &'static str {
    let words = &texts.activity;
    match kind {
        ActivityKind::SignedIn => words.signed_in,
        ActivityKind::SignedOut => words.signed_out,
        ActivityKind::SignInRefused => words.sign_in_refused,
        ActivityKind::Proved => words.proved,
        ActivityKind::Approved => words.approved,
        ActivityKind::Denied => words.denied,
        ActivityKind::AppSignedIn => words.app_signed_in,
        ActivityKind::AppRefused => words.app_refused,
        ActivityKind::AppWithdrawn => words.app_withdrawn,
        ActivityKind::DeviceEnded => words.device_ended,
        ActivityKind::DeviceNew => words.device_new,
        ActivityKind::SignedOutEverywhere => words.signed_out_everywhere,
        ActivityKind::LinkMade => words.link_made,
        ActivityKind::LinkOpened => words.link_opened,
        ActivityKind::LinkRefused => words.link_refused,
        ActivityKind::LinkUsed => words.link_used,
        ActivityKind::LinkWithdrawn => words.link_withdrawn,
        ActivityKind::Added => words.added,
        ActivityKind::Changed => words.changed,
        ActivityKind::PasswordChanged => words.password_changed,
        ActivityKind::PasskeyAdded => words.passkey_added,
        ActivityKind::PasskeyRenamed => words.passkey_renamed,
        ActivityKind::PasskeyRemoved => words.passkey_removed,
        ActivityKind::PasskeyWentBack => words.passkey_went_back,
        ActivityKind::RoleChanged => words.role_changed,
        ActivityKind::GroupsChanged => words.groups_changed,
        ActivityKind::Disabled => words.disabled,
        ActivityKind::Enabled => words.enabled,
        ActivityKind::DeletionAsked => words.deletion_asked,
        ActivityKind::DeletionCancelled => words.deletion_cancelled,
        ActivityKind::Deleted => words.deleted,
        ActivityKind::DataDownloaded => words.data_downloaded,
        ActivityKind::MailRefused => words.mail_refused,
        ActivityKind::AppRequested => words.app_requested,
        ActivityKind::AppRequestDecided => words.app_request_decided,
        ActivityKind::AppHandedOver => words.app_handed_over,
    }
}

/// Returns the message about a query that cannot be read.
pub fn wrong_text(texts: &'static Texts, wrong: WrongQuery) -> &'static str {
    match wrong {
        WrongQuery::Kind | WrongQuery::App => texts.profile.wrong_choice,
        WrongQuery::Day => texts.activity.wrong_day,
    }
}

/// Renders the form that chooses among the lines of a page, filled in as in `query`. `first` are fields before its own.
pub fn filter_form<V: IntoView + 'static>(
    texts: &'static Texts,
    place: Place,
    query: &ActivityQuery,
    first: V,
) -> impl IntoView + use<V> {
    let options = ActivityKind::VARIANTS.iter().map(|kind| {
        let is_chosen = kind.word() == query.kind.trim();
        view! { <option value=kind.word() selected=is_chosen>{kind_text(texts, *kind)}</option> }
    });
    let options = options.collect_view();
    let narrow = query.is_narrow();
    // A field for a date takes nothing else; what is wrong is said beside the form.
    let [from, until] = [&query.from, &query.until]
        .map(|day| day.trim().parse::<Date>().map_or_else(|_| String::new(), |day| day.to_string()));
    view! {
        <details class="more" open=narrow>
            <summary>{texts.activity.choose}</summary>
            <form method="get" action=place.path>
                {first}
                <div class="field">
                    <label for="kind">{texts.activity.kind}</label>
                    <select id="kind" name="kind"><option value="">{texts.activity.all_kinds}</option>{options}</select>
                </div>
                <div class="field">
                    <label for="from">{texts.activity.from}</label>
                    <input id="from" name="from" type="date" value=from/>
                </div>
                <div class="field">
                    <label for="until">{texts.activity.until}</label>
                    <input id="until" name="until" type="date" value=until/>
                </div>
                <button type="submit" class="primary">{texts.activity.show}</button>
                {narrow.then(|| view! { <a class="quiet" href=place.path>{texts.activity.show_all}</a> })}
            </form>
        </details>
    }
}
