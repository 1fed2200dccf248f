//! Starts grants, and issues their tokens.

use crate::store::records::app_options::Switch;
use serde::Serialize;

use super::grants::{CODE_LIFE, Grants};
use crate::consent::scope::{Scope, Scopes};
use crate::crypto::random::random;
use crate::oauth::error::OAuthError;
use crate::oauth::token::claims::{PersonClaims, access_life};
use crate::oauth::token::opaque::{LOST_ANSWER, OpaqueKind, OpaqueToken};
use crate::store::records::OpenedBy;
use crate::store::records::apps::App;
use crate::store::records::grants::{Grant, GrantId, GrantStart};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, SessionTokenHash};
use crate::ticket::ladder::Rung;
use crate::ticket::machine::Claimed;
use crate::ticket::time::Timestamp;

/// The response of the token endpoint (RFC 6749 §5.1).
#[derive(Debug, Serialize)]
pub struct TokenAnswer {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
}

/// A person who signs in to an app, and how they signed in.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// Their account.
    pub account: AccountId,
    /// The epoch of the account when they signed in. If the account is in a later one by now, the grant
    /// does not start.
    pub epoch: Epoch,
    /// Their session in the browser that goes back to the app; `None` if the sign-in opened no session in a
    /// browser.
    pub session: Option<SessionTokenHash>,
    /// The phone's session in which they approved the scan, if the sign-in opened no session in a browser.
    pub approved_in: Option<SessionTokenHash>,
    /// How they signed in.
    pub opened_by: OpenedBy,
    /// What the approval of a scan asked of the phone; [`Rung::Tap`] if they signed in otherwise.
    pub rung: Rung,
    /// When they signed in.
    pub signed_in_at: Timestamp,
}

impl Person {
    /// Returns the person who approved a scan, for a sign-in that opens no session in a browser.
    pub fn by_scan(claimed: &Claimed) -> Self {
        Self {
            account: claimed.account(),
            epoch: claimed.epoch(),
            session: None,
            approved_in: claimed.approved_in(),
            opened_by: OpenedBy::Scan,
            rung: claimed.answered().0,
            signed_in_at: claimed.approved_at(),
        }
    }
}

/// Proof that a grant may start: an authorization code or a device code was exchanged, or the app acts for
/// itself.
#[derive(Debug)]
pub struct Redeemed {
    pub(in crate::oauth) grant: Grant,
    pub(in crate::oauth) epoch: Epoch,
    pub(in crate::oauth) nonce: Option<String>,
    /// Whether the exchange may be repeated for a minute, because its answer was lost. It may for a device
    /// code, which no other app can have; an authorization code must not be used twice (RFC 6749 §4.1.2).
    pub(in crate::oauth) is_repeatable: bool,
}

/// Makes a grant that starts now; it is not stored yet. Without a person, it is a grant of the app itself. Without the
/// scope `offline_access`, the grant has no refresh tokens and ends one minute plus the lifetime of an access token
/// from now. In WeChat's dialect the exchange of the code replaces these ends by its own (`Sns::redeem`).
pub fn new_grant(app: &App, person: Option<&Person>, scopes: &Scopes, now: Timestamp) -> Grant {
    let lifetimes = app.options.token_lifetimes;
    let (idle_until, ends_at) = if scopes.has(Scope::OfflineAccess) {
        (now + lifetimes.refresh_idle(), now + lifetimes.refresh_max())
    } else {
        let end = now + CODE_LIFE + lifetimes.access();
        (end, end)
    };
    Grant {
        id: GrantId(random()),
        app: app.id,
        account: person.map(|person| person.account),
        session: person.and_then(|person| person.session),
        approved_in: person.and_then(|person| person.approved_in),
        scopes: scopes.clone(),
        opened_by: person.map(|person| person.opened_by),
        signed_in_at: person.map_or(now, |person| person.signed_in_at),
        rung: person.map_or(Rung::Tap, |person| person.rung),
        generation: 0,
        idle_until,
        ends_at,
        access_ends_at: now,
        ended_at: None,
        turned_at: now,
    }
}

impl Grants {
    /// Stores a grant, which starts it, and returns its first tokens. If it was started less than a minute ago and the
    /// exchange may be repeated, returns tokens for it again.
    ///
    /// # Errors
    /// `invalid_grant` if the grant was started before and this exchange may not be repeated, or not any more, or if
    /// the person signed out or withdrew their consent since.
    pub async fn activate_grant(&self, app: &App, redeemed: Redeemed) -> Result<TokenAnswer, OAuthError> {
        let Redeemed { mut grant, epoch, nonce, is_repeatable } = redeemed;
        match self.records.begin_grant(grant.clone(), epoch, self.clock.now()).await? {
            GrantStart::Started => self.note_start(app, &grant).await,
            GrantStart::CodeReplayed if is_repeatable => grant = self.just_started(grant.id).await?,
            GrantStart::CodeReplayed => {
                return Err(OAuthError::InvalidGrant("the code was used before; what it gave is revoked"));
            }
            GrantStart::Revoked => {
                return Err(OAuthError::InvalidGrant("the person has signed out since, or taken their consent back"));
            }
        }
        self.issue_tokens(app, &grant, &grant.scopes, nonce).await
    }

    /// Returns the stored grant of this id if it is still valid, started less than a minute ago, and its refresh token
    /// was not used yet; otherwise fails with `invalid_grant`.
    async fn just_started(&self, id: GrantId) -> Result<Grant, OAuthError> {
        let now = self.clock.now();
        let is_new = |grant: &Grant| {
            grant.is_valid(now) && grant.generation == 0 && !(grant.turned_at + LOST_ANSWER).is_over(now)
        };
        let found = self.tokens.grant(id).await?.map(|(grant, _)| grant).filter(is_new);
        found.ok_or(OAuthError::InvalidGrant("this was exchanged before"))
    }

    /// Makes the tokens of a grant in its present generation, for these of its scopes: an access token,
    /// with the scope `openid` an ID token, and if the grant has `offline_access` a refresh token.
    pub(super) async fn issue_tokens(
        &self,
        app: &App,
        grant: &Grant,
        scopes: &Scopes,
        nonce: Option<String>,
    ) -> Result<TokenAnswer, OAuthError> {
        let access_token = self.tokens.access_token(app, grant, scopes).await?;
        let id_token = if scopes.has(Scope::OpenId) {
            let person = self.claims_in_id_token(app, grant, scopes).await?;
            Some(self.tokens.id_token(app, grant, nonce, &access_token, person).await?)
        } else {
            None
        };
        let refresh_token = OpaqueToken { kind: OpaqueKind::Refresh, grant: grant.id, generation: grant.generation };
        let is_offline = grant.scopes.has(Scope::OfflineAccess);
        Ok(TokenAnswer {
            access_token,
            token_type: "Bearer",
            expires_in: access_life(app, grant, self.clock.now()).as_secs(),
            refresh_token: is_offline.then(|| self.tokens.opaque.write(refresh_token)),
            id_token,
            scope: scopes.to_string(),
        })
    }

    /// Returns the claims about the person for an ID token: all that the app may know if it has chosen to get them there,
    /// otherwise the groups alone, which most apps read there. None if the grant is for no account.
    async fn claims_in_id_token(&self, app: &App, grant: &Grant, scopes: &Scopes) -> Result<PersonClaims, OAuthError> {
        let has_all = app.options.has(Switch::ProfileInIdToken);
        if !has_all && !scopes.has(Scope::Groups) {
            return Ok(PersonClaims::default());
        }
        let Some((_, Some(account))) = self.tokens.grant(grant.id).await? else { return Ok(PersonClaims::default()) };
        let released = self.tokens.released_claims(app, account, scopes).await?;
        Ok(self.tokens.person_claims(if has_all { released } else { released.groups_only() }))
    }
}
