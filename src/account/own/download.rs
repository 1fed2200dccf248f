//! `POST /account/data/download`: all that is stored about a person, as one JSON file. It contains no secret: no
//! password, no token, and no hash of either.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::account::activity::Whence;
use crate::account::activity::export::{MOST, Reader, all};
use crate::account::session::SignedIn;
use crate::account::state::Accounts;
use crate::consent::field::Field;
use crate::store::Fault;
use crate::store::records::accounts::LinkFacts;
use crate::store::records::activity::{ActivityFilter, ActivityKind};
use crate::store::records::grants::{Consent, Grant};
use crate::store::records::profiles::Gender;
use crate::store::records::{Account, OpenedBy, SessionRow};
use crate::text::rfc3339;
use crate::ticket::time::Timestamp;
use crate::web::problem::Problem;

/// `POST /account/data/download`: sends all that is stored about the signed-in person, as a file to save. It is no `GET`,
/// because it leaves a line of activity, and no other site's link may start it.
pub async fn send(State(accounts): State<Accounts>, from: Whence, who: SignedIn) -> Result<Response, Problem> {
    accounts.limits.decision(who.account.id)?;
    let data = collect(&accounts, &who.account).await?;
    tracing::info!("a person downloaded their data");
    accounts.activity.tell(ActivityKind::DataDownloaded, &who.account, &from, "").await;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CONTENT_DISPOSITION, "attachment; filename=\"account.json\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, format!("{data:#}\n")).into_response())
}

async fn collect(accounts: &Accounts, account: &Account) -> Result<Value, Fault> {
    let (records, id) = (&accounts.records, account.id);
    let picture = match account.profile.picture {
        Some(picture) => records.picture(picture).await?.map(|jpeg| STANDARD.encode(jpeg)),
        None => None,
    };
    let groups = records.groups_of(id).await?;
    let sessions = accounts.sessions.of(id).await?;
    let consents = records.consents(id).await?;
    let mut grants = Vec::new();
    for grant in records.grants_of(id).await? {
        let app = records.cached_app(grant.app).await?.map(|app| app.name);
        grants.push(described_grant(&grant, app.as_deref()));
    }
    let links = records.link_facts_of(id).await?;
    let filter = ActivityFilter { account: Some(id), ..ActivityFilter::default() };
    let activity = all(records, filter, Reader::Owner, MOST).await?;
    Ok(json!({
        "site": accounts.site.origin(),
        "made_at": rfc3339(accounts.clock.now()),
        "account": described_account(account),
        "picture_jpeg_base64": picture,
        "groups": groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(),
        "devices": sessions.iter().map(described_session).collect::<Vec<_>>(),
        "apps_allowed": consents.iter().map(described_consent).collect::<Vec<_>>(),
        "sign_ins_to_apps": grants,
        "one_time_links": links.iter().map(described_link).collect::<Vec<_>>(),
        "activity": activity,
    }))
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
        "picture_link": profile.picture_link,
        "updated_at": moment(profile.updated_at),
        "deletion_due_at": moment(account.deletion_due_at),
    })
}

fn described_session(session: &SessionRow) -> Value {
    let device = &session.device;
    json!({
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

fn described_consent(consent: &Consent) -> Value {
    json!({
        "app_id": consent.app.id.to_string(),
        "app_name": consent.app.name,
        "scopes": consent.allowed.scopes.to_string(),
        "fields": consent.allowed.fields.iter().map(Field::word).collect::<Vec<_>>(),
        "given_at": rfc3339(consent.given_at),
    })
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

fn described_link(link: &LinkFacts) -> Value {
    json!({
        "purpose": link.purpose,
        "made_by": link.made_by,
        "created_at": rfc3339(link.created_at),
        "expires_at": rfc3339(link.expires_at),
        "used_at": moment(link.used_at),
        "withdrawn_at": moment(link.withdrawn_at),
    })
}
