//! The device authorization grant (RFC 8628): a device without a browser shows a sign-in code, which
//! belongs to a ticket like any other. The device code contains the ticket's id and its claim key, with
//! which the token endpoint claims the ticket.

use crate::store::records::app_options::Switch;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use std::time::Duration;

use super::grants::Grants;
use super::start::{Person, Redeemed, new_grant};
use crate::consent::scope::{Scope, Scopes};
use crate::crypto::hash::sha256_half;
use crate::crypto::random::random;
use crate::login::Consents;
use crate::login::flow::{Flow, StepError};
use crate::login::keys::{ClaimKey, ScanCode, TicketSecret};
use crate::oauth::client::clients::Clients;
use crate::oauth::client::display::ticket_app;
use crate::oauth::error::OAuthError;
use crate::oauth::params::{Param, Params};
use crate::store::records::apps::App;
use crate::store::records::grants::{Grant, GrantId};
use crate::ticket::ids::{Purpose, Round};
use crate::ticket::machine::{Goal, Refused, Stage, TicketApp};
use crate::web::client::{Agent, ClientAddress};
use crate::web::document::Site;
use crate::web::limits::Limits;

/// The `grant_type` with which an app exchanges a device code at the token endpoint (RFC 8628 §3.4).
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The lifetime of a device code and of the sign-in code on the device's screen: five minutes, which is as long as a
/// whole sign-in may take (ASVS 6.5.5), because the device cannot renew them.
const LIFE: Duration = Duration::from_secs(300);
/// The least number of seconds between two polls of a device.
pub const INTERVAL: u64 = 5;

/// The device authorization response (RFC 8628 §3.2).
#[derive(Serialize)]
pub struct Authorization {
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: String,
    expires_in: u64,
    interval: u64,
}

/// `POST /oauth/device`: authenticates the app, stores a ticket (a sign-in that a phone can approve), and returns the
/// device code and the sign-in code for the device's screen. Fails if the app may not use this grant, asks for no known
/// scope, or if too many requests come from the address.
pub async fn authorize(
    State(clients): State<Clients>,
    State(limits): State<Limits>,
    State(flow): State<Flow>,
    State(site): State<Site>,
    from: ClientAddress,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Authorization>, OAuthError> {
    let app = clients.authenticate(&headers, &params).await?;
    check_device_grant(&app)?;
    limits.new_sign_in(from).map_err(|problem| OAuthError::TooMany(problem.retry_seconds()))?;
    let scopes = Scopes::parse(params.get(Param::Scope).unwrap_or_default()).only(&Scope::OIDC);
    if scopes.is_empty() {
        return Err(OAuthError::InvalidScope);
    }
    let asker = Agent::of(&headers).at(from);
    let shown = TicketApp { is_scan_only: true, ..ticket_app(&app, Purpose::Device, site.host(), scopes) };
    let key = ClaimKey::from_random(random());
    let goal = Goal { app: Some(Box::new(shown)), code_life: Some(LIFE), ..Goal::default() };
    let ticket = flow.issue(&key, asker, goal).await?;
    let code = flow.link_text(ScanCode { ticket: ticket.id, round: Round(0) });
    let origin = site.origin();
    Ok(Json(Authorization {
        device_code: TicketSecret { ticket: ticket.id, key }.expose(),
        user_code: ticket.user_code.to_string(),
        verification_uri: format!("{origin}/link"),
        verification_uri_complete: format!("{origin}/s/{code}"),
        expires_in: LIFE.as_secs(),
        interval: INTERVAL,
    }))
}

impl Grants {
    /// Exchanges a device code for the proof that its grant may start (RFC 8628 §3.4), and stores the consent of the
    /// person. Fails with `authorization_pending` or `slow_down` until they have decided, with `access_denied` if they
    /// denied or may not use the app, or if signing in by scanning was switched off, with `expired_token` after its time, and with `invalid_grant` for an unknown code. A repeated exchange
    /// gives the same grant.
    pub async fn redeem_device(
        &self,
        flow: &Flow,
        consents: &Consents,
        limits: &Limits,
        app: &App,
        code: &str,
    ) -> Result<Redeemed, OAuthError> {
        const WRONG: OAuthError = OAuthError::InvalidGrant("this app has no such device code, or it was exchanged");
        check_device_grant(app)?;
        let secret: TicketSecret = code.parse().map_err(|_| WRONG)?;
        let (id, key) = (secret.ticket, secret.key.hash(Purpose::Device));
        let ticket = match flow.ticket_to_claim(id, key).await {
            Ok(ticket) => ticket,
            Err(StepError::Fault(fault)) => return Err(fault.into()),
            Err(_) => return Err(WRONG),
        };
        let Some(asked) = ticket.app.as_ref().filter(|asked| asked.id == app.id) else { return Err(WRONG) };
        flow.check_scan(Some(asked.as_ref())).await?;
        match &ticket.stage {
            Stage::Denied(_) => return Err(OAuthError::AccessDenied),
            Stage::Cancelled => return Err(OAuthError::ExpiredToken),
            Stage::Waiting | Stage::Scanned(..) | Stage::Approved(..)
                if ticket.expires_at.is_over(self.clock.now()) =>
            {
                return Err(OAuthError::ExpiredToken);
            }
            Stage::Waiting | Stage::Scanned(..) => {
                limits.poll(id).map_err(|_| OAuthError::SlowDown)?;
                return Err(OAuthError::AuthorizationPending);
            }
            // A claimed ticket is claimed again: the answer was lost, or a failure came between.
            Stage::Approved(..) | Stage::Claimed(..) => {}
        }
        let claimed = flow.claim(id, key, secret.attempt()).await;
        let (_, claimed) = claimed.map_err(|error| match error {
            StepError::Fault(fault) => fault.into(),
            off @ StepError::ScanOff(_) => off.into(),
            StepError::Refused(Refused::Expired) => OAuthError::ExpiredToken,
            StepError::Refused(Refused::Denied) => OAuthError::AccessDenied,
            _ => WRONG,
        })?;
        let person = Person::by_scan(&claimed);
        // The id follows from the claim, so that one approval is one grant however often the device asks.
        let id = GrantId(sha256_half(&[b"grant", &self.codes.of(&[&claimed.identity()])]));
        let grant = Grant { id, ..new_grant(app, Some(&person), &asked.scopes, self.clock.now()) };
        if self.end_without_permission(app, &grant).await? {
            return Err(OAuthError::MayNotUse);
        }
        consents.remember(claimed.account(), app.id, &asked.scopes, claimed.ticked(), claimed.approved_at()).await?;
        Ok(Redeemed { grant, epoch: person.epoch, nonce: None, is_repeatable: true })
    }
}

/// Checks that an app may use the device authorization grant; `unauthorized_client` if it may not, as by
/// default (BCP 247 §6.2.1).
fn check_device_grant(app: &App) -> Result<(), OAuthError> {
    let wrong = OAuthError::UnauthorizedClient("this app may not sign devices in");
    if app.options.has(Switch::DeviceGrant) { Ok(()) } else { Err(wrong) }
}
