//! The exchange of codes, refresh tokens and access tokens in WeChat's dialect. An access token lives two
//! hours; a refresh extends the lifetime of a valid one and replaces an expired one. A refresh token lives
//! thirty days and is never rotated.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::error::{Needed, WxError};
use crate::clock::Clock;
use crate::consent::scope::Scopes;
use crate::oauth::token::opaque::{OpaqueKind, OpaqueToken};
use crate::oauth::{Clients, Grants, Params, Released, TakenCode, Tokens};
use crate::store::records::apps::{App, Dialect};
use crate::store::records::grants::{Grant, GrantStart, Rotation};
use crate::store::records::profiles::Gender;
use crate::store::records::{Account, Records};
use crate::web::limits::Limits;

/// The lifetime of an access token in WeChat's dialect.
const ACCESS_LIFE: Duration = Duration::from_secs(7200);
/// The lifetime of a refresh token, and of its grant, in WeChat's dialect.
const REFRESH_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// The answer to the exchange of a code or of a refresh token.
#[derive(Serialize)]
pub struct Exchanged {
    access_token: String,
    expires_in: u64,
    refresh_token: String,
    openid: String,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<String>,
}

/// The user information of a person. Fields that the person did not release are empty, as on WeChat's
/// platform.
#[derive(Serialize)]
pub struct UserInfo {
    openid: String,
    nickname: String,
    sex: u8,
    province: String,
    city: String,
    country: String,
    headimgurl: String,
    privilege: [String; 0],
    unionid: String,
}

/// Performs the token operations of WeChat's dialect: exchanges codes, refreshes access tokens, and returns
/// user information; cheap to clone.
#[derive(Clone, Debug)]
pub struct Sns {
    /// The registered apps.
    pub clients: Clients,
    /// Takes authorization codes.
    pub grants: Grants,
    /// Makes and reads access and refresh tokens, and subject identifiers.
    pub tokens: Tokens,
    /// The stored grants.
    pub records: Records,
    /// The limits of calls per app.
    pub limits: Limits,
    /// The clock.
    pub clock: Clock,
}

impl Sns {
    /// Returns the app that the parameter `appid` names. Fails if the parameter is missing, or if the app
    /// is unknown or disabled or does not speak WeChat's dialect.
    pub(super) async fn app_of(&self, params: &Params) -> Result<App, WxError> {
        self.clients.find(need(params, Needed::AppId)?, Dialect::WeChat).await?.ok_or(WxError::InvalidAppId)
    }

    /// Counts a call against the app's limits; fails if one is reached. It must be called only after the
    /// app's secret or one of its tokens was checked, so that no other client uses up the app's calls.
    pub(super) fn count(&self, app: &App) -> Result<(), WxError> {
        Ok(self.limits.app_call(app.id)?)
    }

    /// Exchanges an authorization code of this app for a new grant, which is stored; the code counts as used. A
    /// code that is used again ends the grant that it began (RFC 6749 §4.1.2), and fails. It also fails if the person may
    /// not use the app any more.
    pub(super) async fn redeem(&self, app: &App, code: &str) -> Result<Grant, WxError> {
        let now = self.clock.now();
        let record = match self.grants.take_code(Dialect::WeChat, app, code).await? {
            TakenCode::First(record) => Some(record).filter(|it| it.is_redirect_of(app, Dialect::WeChat)),
            TakenCode::Again(record) => {
                self.records.end_grant(record.grant, now).await?;
                return Err(WxError::CodeUsed);
            }
            TakenCode::Expired => return Err(WxError::CodeExpired),
            TakenCode::Unknown => None,
        };
        let record = record.ok_or(WxError::InvalidCode)?;
        if !record.is_trial && self.grants.end_without_permission(app, &record.grant).await? {
            return Err(WxError::UserUnauthorized);
        }
        let ends_at = now + REFRESH_LIFE;
        let grant = Grant { idle_until: ends_at, ends_at, access_ends_at: now + ACCESS_LIFE, ..record.grant };
        match self.records.begin_grant(grant.clone(), record.epoch, now).await? {
            GrantStart::Started => {
                self.grants.note_start(app, &grant).await;
                Ok(grant)
            }
            // Another request exchanged the same code in between, which ended the grant before it began.
            GrantStart::CodeReplayed => Err(WxError::CodeUsed),
            GrantStart::Revoked => Err(WxError::InvalidCode),
        }
    }

    /// Checks a refresh token of this app, counts the call, and stores and returns its grant with a later
    /// expiry of the access token. An access token that is still valid stays the same. Otherwise the grant gets
    /// a new generation number, from which the caller makes a new access token.
    pub(super) async fn refresh(&self, app: &App, token: &str) -> Result<Grant, WxError> {
        let token = self.tokens.opaque.read(token, OpaqueKind::WeChatRefresh).ok_or(WxError::InvalidRefreshToken)?;
        let now = self.clock.now();
        let known = self.tokens.grant(token.grant).await?.filter(|(grant, _)| grant.app == app.id);
        let (grant, _) = known.ok_or(WxError::InvalidRefreshToken)?;
        self.count(app)?;
        if grant.ended_at.is_some() {
            return Err(WxError::UserUnauthorized);
        }
        if !grant.is_valid(now) {
            return Err(WxError::RefreshTokenExpired);
        }
        if self.grants.end_without_permission(app, &grant).await? {
            return Err(WxError::UserUnauthorized);
        }
        let (from, is_current) = (grant.generation, !grant.access_ends_at.is_over(now));
        let rotation = Rotation {
            from,
            to: if is_current { from } else { from.checked_add(1).ok_or(WxError::RefreshTokenExpired)? },
            idle_until: grant.idle_until,
            access_ends_at: now + ACCESS_LIFE,
        };
        if self.records.rotate_grant(grant.id, rotation, now).await? {
            return Ok(Grant { generation: rotation.to, access_ends_at: rotation.access_ends_at, ..grant });
        }
        // A concurrent refresh came first; this request returns the token of that one.
        let known = self.tokens.grant(token.grant).await?.filter(|(grant, _)| grant.is_valid(now));
        Ok(known.ok_or(WxError::UserUnauthorized)?.0)
    }

    /// Returns the answer with the access token, the refresh token and the `openid` of a grant. If
    /// `is_first`, it also has the `unionid`, which is the same at all apps.
    pub(super) fn issue_tokens(&self, app: &App, grant: &Grant, is_first: bool) -> Result<Exchanged, WxError> {
        let account = grant.account.ok_or(WxError::UserUnauthorized)?;
        let token = |kind, generation| self.tokens.opaque.write(OpaqueToken { kind, grant: grant.id, generation });
        Ok(Exchanged {
            access_token: token(OpaqueKind::WeChatAccess, grant.generation),
            // This request has just issued or extended the access token, so it has its full lifetime.
            expires_in: ACCESS_LIFE.min(grant.ends_at.left(self.clock.now())).as_secs(),
            refresh_token: token(OpaqueKind::WeChatRefresh, 0),
            openid: self.tokens.subjects.openid(app, account),
            scope: grant.scopes.to_string(),
            unionid: is_first.then(|| self.tokens.subjects.unionid(account)),
        })
    }

    /// Authenticates a request with an access token, counts the call, and returns the app, the grant and the
    /// account of the token. Fails if the token is not valid, if the parameter `openid` is not that of the
    /// account at the app, or if the person may not use the app any more.
    pub(super) async fn person(&self, params: &Params) -> Result<(App, Grant, Account), WxError> {
        let token = need(params, Needed::AccessToken)?;
        let openid = need(params, Needed::OpenId)?;
        let token = self.tokens.opaque.read(token, OpaqueKind::WeChatAccess).ok_or(WxError::InvalidAccessToken)?;
        let known = self.tokens.grant(token.grant).await?;
        let (grant, account) = known.ok_or(WxError::InvalidAccessToken)?;
        if grant.ended_at.is_some() || grant.generation != token.generation {
            return Err(WxError::InvalidCredential);
        }
        let now = self.clock.now();
        if grant.access_ends_at.is_over(now) || !grant.is_valid(now) {
            return Err(WxError::AccessTokenExpired);
        }
        let account = account.ok_or(WxError::UserUnauthorized)?;
        let app = self.clients.find(&grant.app.to_string(), Dialect::WeChat).await?.ok_or(WxError::InvalidAppId)?;
        self.count(&app)?;
        if self.tokens.subjects.openid(&app, account.id) != openid {
            return Err(WxError::InvalidOpenId);
        }
        if !self.records.may_use(account.id, &app).await? {
            return Err(WxError::UserUnauthorized);
        }
        Ok((app, grant, account))
    }

    /// Returns the user information of an account, with the fields that the scopes and the person's consent
    /// release to the app.
    pub(super) async fn user_info(&self, app: &App, account: Account, scopes: &Scopes) -> Result<UserInfo, WxError> {
        let id = account.id;
        let Released { name, profile, .. } = self.tokens.released_claims(app, account, scopes).await?;
        Ok(UserInfo {
            openid: self.tokens.subjects.openid(app, id),
            nickname: name.unwrap_or_default(),
            sex: sex(profile.gender),
            // The link ends in the picture's size as on WeChat's platform: 0 is the largest; sites replace it
            // with 46, 64, 96 or 132.
            headimgurl: self.tokens.picture_link(&profile).unwrap_or_default(),
            province: profile.province.unwrap_or_default(),
            city: profile.city.unwrap_or_default(),
            country: profile.country.unwrap_or_default(),
            privilege: [],
            unionid: self.tokens.subjects.unionid(id),
        })
    }

    /// Exchanges the code of a trial, in which an administrator tests the sign-in of an app, as the app would.
    /// Returns the tokens and the user information that the app would get. The grant is ended before they are
    /// returned.
    pub async fn receive(&self, app: &App, code: &str) -> Result<(Value, Value), WxError> {
        let grant = self.redeem(app, code).await?;
        let tokens = self.issue_tokens(app, &grant, true);
        self.records.end_grant(grant.clone(), self.clock.now()).await?;
        let account = self.tokens.grant(grant.id).await?.and_then(|(_, account)| account);
        let account = account.ok_or(WxError::UserUnauthorized)?;
        let person = self.user_info(app, account, &grant.scopes).await?;
        Ok((
            serde_json::to_value(tokens?).expect("tokens are JSON"),
            serde_json::to_value(person).expect("texts are JSON"),
        ))
    }
}

/// Returns the value of a required parameter; fails with the error number of this parameter if it is
/// missing or empty.
pub(super) fn need(params: &Params, needed: Needed) -> Result<&str, WxError> {
    params.get(needed.param()).ok_or(WxError::Missing(needed))
}

/// Returns WeChat's number for a gender: 1 for male, 2 for female, and 0 for another one or none.
fn sex(gender: Option<Gender>) -> u8 {
    match gender {
        Some(Gender::Male) => 1,
        Some(Gender::Female) => 2,
        Some(Gender::Other) | None => 0,
    }
}
