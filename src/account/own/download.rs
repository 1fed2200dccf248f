//! `POST /account/data/download`: all that is stored about a person, as one JSON document. It contains no secret: no
//! password, no token, and no hash of either. What there may be much of is read page by page while it is sent.

use std::future::ready;
use std::mem::replace;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::{once, try_unfold};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use url::Url;

use super::paths::DATA;
use crate::account::activity::Whence;
use crate::account::activity::export::{Pages, Reader, described};
use crate::account::proof::proof_first;
use crate::account::session::SignedIn;
use crate::account::state::Accounts;
use crate::consent::field::Field;
use crate::receipt::approved::session_id;
use crate::receipt::line::Receipt;
use crate::store::Fault;
use crate::store::records::activity::{ActivityFilter, ActivityKind};
use crate::store::records::browsers::NewReport;
use crate::store::records::grants::{Consent, Grant};
use crate::store::records::links::Link;
use crate::store::records::passkeys::Passkey;
use crate::store::records::profiles::Gender;
use crate::store::records::push::PushRow;
use crate::store::records::receipts::ReceiptRow;
use crate::store::records::{Account, OpenedBy, Records, SessionRow};
use crate::text::rfc3339;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::limits::Running;
use crate::web::problem::Problem;

/// Number of sign-ins to apps that are read from the records at once.
const PAGE: u32 = 500;

/// `POST /account/data/download`: sends all that is stored about the signed-in person, as a file to save. It is no `GET`,
/// because it leaves a line of activity, and no other site's link may start it. It needs a fresh proof, because the file
/// tells where the person was for as long as activity is kept. An account has one download at a time.
pub async fn send(
    State(accounts): State<Accounts>,
    from: Whence,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(asked) = proof_first(&who, &headers, accounts.clock.now(), DATA) {
        return Ok(asked);
    }
    accounts.limits.decision(who.account.id)?;
    let running = accounts.limits.download(who.account.id).ok_or_else(one_is_running)?;
    let begin = begin(&accounts, &who.account).await?;
    tracing::info!("a person downloaded their data");
    accounts.activity.tell(ActivityKind::DataDownloaded, &who.account, &from, "").await;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CONTENT_DISPOSITION, "attachment; filename=\"account.json\""),
        (CACHE_CONTROL, "no-store"),
    ];
    let document = document(begin, accounts.records, who.account.id, running);
    Ok((headers, Body::from_stream(document)).into_response())
}

/// Returns the refusal of a download while another one of the same account is running.
pub fn one_is_running() -> Problem {
    Problem::saying(StatusCode::TOO_MANY_REQUESTS, "download_running", |texts| {
        (texts.own.download_running_title, texts.own.download_running_advice)
    })
    .leading(|texts| texts.own.data, DATA)
}

/// Returns the document in pieces: `begin`, which is an object without the brace that closes it, and the members that may be
/// long. A failure of the records breaks it off, so that no one takes it for whole.
fn document(
    begin: String,
    records: Records,
    account: AccountId,
    running: Running,
) -> impl Stream<Item = Result<String, Fault>> + use<> {
    let filter = ActivityFilter { account: Some(account), ..ActivityFilter::default() };
    let activity = try_unfold(Pages::new(records.clone(), filter, Reader::Owner, u32::MAX), async |mut pages| {
        let lines = pages.next().await?;
        Ok((!lines.is_empty()).then(|| (lines.iter().map(described).collect(), pages)))
    });
    let of_receipts = records.clone();
    let grants = try_unfold(None, move |after| {
        let records = records.clone();
        async move {
            let grants = records.grants_of(account, after, PAGE).await?;
            let Some(last) = grants.last().map(|grant| (grant.signed_in_at, grant.id)) else { return Ok(None) };
            Ok(Some((described_grants(&records, &grants).await?, Some(last))))
        }
    });
    let receipts = try_unfold(0, move |last| {
        let records = of_receipts.clone();
        async move {
            let rows = records.receipts_after(account, last, PAGE).await?;
            let Some(last) = rows.last().map(|row| row.seq) else { return Ok(None) };
            Ok(Some((rows.iter().map(described_receipt).collect(), last)))
        }
    });
    let text = |text: String| once(ready(Ok(text)));
    let end = once(async move {
        drop(running);
        Ok("\n  ]\n}\n".to_owned())
    });
    text(begin + ",\n  \"sign_ins_to_apps\": [")
        .chain(items(grants))
        .chain(text("\n  ],\n  \"receipts\": [".to_owned()))
        .chain(items(receipts))
        .chain(text("\n  ],\n  \"activity\": [".to_owned()))
        .chain(items(activity))
        .chain(end)
}

/// Returns pages of values as the text of the items of one JSON list, without its brackets.
fn items(pages: impl Stream<Item = Result<Vec<Value>, Fault>>) -> impl Stream<Item = Result<String, Fault>> {
    let mut has_items = false;
    pages.map_ok(move |values| {
        let item = |value: &Value| format!("{}\n    {value}", if replace(&mut has_items, true) { "," } else { "" });
        values.iter().map(item).collect()
    })
}

/// Returns the members of the document that are never long, as a JSON object without the brace that closes it.
async fn begin(accounts: &Accounts, account: &Account) -> Result<String, Fault> {
    let (records, id) = (&accounts.records, account.id);
    let picture = match account.profile.picture {
        Some(picture) => records.picture(picture).await?.map(|jpeg| STANDARD.encode(jpeg)),
        None => None,
    };
    let groups = records.groups_of(id).await?;
    let sessions = accounts.sessions.of(id).await?;
    let passkeys = records.passkeys_of(id).await?;
    let consents = records.consents(id).await?;
    let links = records.links_of(id, u32::MAX).await?;
    let browsers = records.browsers_of(id).await?;
    let reports = records.reports_of(id).await?;
    let pushes = records.pushes_of(id).await?;
    let begin = json!({
        "site": accounts.site.origin(),
        "made_at": rfc3339(accounts.clock.now()),
        "account": described_account(account),
        "picture_jpeg_base64": picture,
        "groups": groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(),
        "approvals_ask_passkey": records.asks_passkey(id).await?,
        "scan_off_by_owner": account.scan.is_off_by_owner,
        "scan_off_by_administrator": account.scan.is_off_by_administrator,
        "known_browsers": browsers.into_iter().map(|at| json!({ "last_used_at": rfc3339(at) })).collect::<Vec<_>>(),
        "reports": reports.iter().map(|report| described_report(&report.report)).collect::<Vec<_>>(),
        "phones_asked": pushes.iter().map(described_push).collect::<Vec<_>>(),
        "passkeys": passkeys.iter().map(described_passkey).collect::<Vec<_>>(),
        "devices": sessions.iter().map(described_session).collect::<Vec<_>>(),
        "apps_allowed": consents.iter().map(described_consent).collect::<Vec<_>>(),
        "one_time_links": links.iter().map(described_link).collect::<Vec<_>>(),
    });
    let mut text = format!("{begin:#}");
    text.truncate(text.len() - "\n}".len());
    Ok(text)
}

fn moment(at: Option<Timestamp>) -> Option<String> {
    at.map(rfc3339)
}

fn described_account(account: &Account) -> Value {
    let profile = &account.profile;
    json!({
        "account_id": account.id.to_string(),
        "username": account.username,
        "display_name": account.display_name,
        "email": account.email,
        "email_verified_at": moment(account.email_verified_at),
        "role": account.role.word(),
        "given_name": profile.given_name,
        "family_name": profile.family_name,
        "gender": profile.gender.map(Gender::word),
        "city": profile.city,
        "province": profile.province,
        "country": profile.country,
        "language": profile.language,
        "time_zone": profile.zone,
        "shown_to_screens": profile.shown_to_screens.word(),
        "picture_link": profile.picture_link,
        "updated_at": moment(profile.updated_at),
        "deletion_due_at": moment(account.deletion_due_at),
    })
}

fn described_session(session: &SessionRow) -> Value {
    let device = &session.device;
    json!({
        "id_in_receipts": session_id(session.token_hash),
        "opened_by": session.opened_by.word(),
        "by_one_time_link": session.by_link,
        "opened_at": rfc3339(session.created_at),
        "last_used_at": rfc3339(session.last_seen_at),
        "ends_at": rfc3339(session.ends_at),
        "name": device.name,
        "browser": device.browser,
        "system": device.system,
        "address": device.address.map(|address| address.to_string()),
    })
}

/// Returns the signed line of a receipt, and beside it what the line says.
fn described_receipt(row: &ReceiptRow) -> Value {
    json!({ "number": row.seq, "line": row.line, "says": Receipt::read(&row.line) })
}

fn described_report(report: &NewReport) -> Value {
    json!({
        "reported_at": rfc3339(report.at),
        "browser": report.browser,
        "system": report.system,
        "address": report.address.to_string(),
        "app_name": report.app.as_ref().map(|(_, name)| name),
    })
}

/// Returns what is stored about a phone that may be asked, without what would let others send to it.
fn described_push(push: &PushRow) -> Value {
    let service = Url::parse(&push.endpoint).ok().and_then(|url| url.host_str().map(str::to_owned));
    json!({
        "session_id_in_receipts": session_id(push.session),
        "push_service": service,
        "language": push.language,
        "turned_on_at": rfc3339(push.created_at),
        "last_asked_at": moment(push.last_used_at),
    })
}

fn described_passkey(passkey: &Passkey) -> Value {
    json!({
        "name": passkey.name,
        "added_at": rfc3339(passkey.created_at),
        "last_used_at": moment(passkey.last_used_at),
        "backed_up": passkey.is_backed_up,
        "counter_went_back_at": moment(passkey.went_back_at),
    })
}

fn described_consent(consent: &Consent) -> Value {
    json!({
        "app_id": consent.app.id.to_string(),
        "app_name": consent.app.name,
        "scopes": consent.allowed.scopes.to_string(),
        "fields": consent.allowed.fields.iter().map(Field::word).collect::<Vec<_>>(),
        "given_at": rfc3339(consent.given_at),
    })
}

async fn described_grants(records: &Records, grants: &[Grant]) -> Result<Vec<Value>, Fault> {
    let mut described = Vec::with_capacity(grants.len());
    for grant in grants {
        let app = records.cached_app(grant.app).await?.map(|app| app.name);
        described.push(described_grant(grant, app.as_deref()));
    }
    Ok(described)
}

fn described_grant(grant: &Grant, app_name: Option<&str>) -> Value {
    json!({
        "app_id": grant.app.to_string(),
        "app_name": app_name,
        "scopes": grant.scopes.to_string(),
        "signed_in_by": grant.opened_by.map(OpenedBy::word),
        "signed_in_at": rfc3339(grant.signed_in_at),
        "ends_at": rfc3339(grant.ends_at),
        "ended_at": moment(grant.ended_at),
    })
}

fn described_link(link: &Link) -> Value {
    json!({
        "purpose": link.purpose.word(),
        "made_by": link.made_by_name,
        "created_at": rfc3339(link.created_at),
        "expires_at": rfc3339(link.expires_at),
        "used_at": moment(link.used_at),
        "withdrawn_at": moment(link.withdrawn_at),
    })
}
