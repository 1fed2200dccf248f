//! Exchanges codes, refresh tokens and access tokens in WeChat's dialect. An access token lives two hours.
//! Refreshing a valid one prolongs it, and an expired one is replaced. A refresh token lives thirty days and
//! stays the same.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::error::{Needed, WxError};
use crate::clock::Clock;
use crate::consent::scope::Scopes;
use crate::oauth::token::opaque::{Handle, Purpose};
use crate::oauth::{Clients, Grants, Params, Released, TakenCode, Tokens};
use crate::store::records::apps::{App, Dialect};
use crate::store::records::grants::{Grant, GrantStart, Turn};
use crate::store::records::profiles::Gender;
use crate::store::records::{Account, Records};
use crate::web::limits::Limits;

/// The lifetime of an access token.
const ACCESS_LIFE: Duration = Duration::from_secs(7200);
/// The lifetime of a refresh token.
const REFRESH_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// The answer to a code or a refresh token.
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

/// The profile of a person. Fields that the person withholds are empty, as on WeChat's platform.
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

/// Exchanges codes and tokens in this dialect; cheap to clone.
#[derive(Clone, Debug)]
pub struct Sns {
    /// Finds the app of the site.
    pub clients: Clients,
    /// Takes authorization codes.
    pub grants: Grants,
    /// Makes and reads opaque tokens, and derives the names of accounts.
    pub tokens: Tokens,
    /// The records of grants.
    pub records: Records,
    /// Limits the calls of an app.
    pub limits: Limits,
    /// The clock.
    pub clock: Clock,
}

impl Sns {
    /// Finds the app of the parameter `appid`.
    pub(super) async fn app_of(&self, params: &Params) -> Result<App, WxError> {
        self.clients.find(need(params, Needed::AppId)?, Dialect::WeChat).await?.ok_or(WxError::InvalidAppId)
    }

    /// Counts a call of an app. This is done after the app has authenticated, so that no other client can use
    /// up its calls.
    pub(super) fn count(&self, app: &App) -> Result<(), WxError> {
        Ok(self.limits.app_call(app.id)?)
    }

    /// Exchanges a code, which starts a grant.
    pub(super) async fn redeem(&self, app: &App, code: &str) -> Result<Grant, WxError> {
        let now = self.clock.now();
        let promised = match self.grants.take_code(Dialect::WeChat, app, code).await? {
            TakenCode::First(promised) => Some(promised).filter(|it| it.is_redirect_of(app, Dialect::WeChat)),
            TakenCode::Again(promised) => {
                self.records.end_grant(promised.grant, now).await?;
                return Err(WxError::CodeUsed);
            }
            TakenCode::Expired => return Err(WxError::CodeExpired),
            TakenCode::Unknown => None,
        };
        let promised = promised.ok_or(WxError::InvalidCode)?;
        let ends_at = now + REFRESH_LIFE;
        let grant = Grant { idle_until: ends_at, ends_at, access_ends_at: now + ACCESS_LIFE, ..promised.grant };
        match self.records.begin_grant(grant.clone(), promised.epoch, now).await? {
            GrantStart::Started => Ok(grant),
            // The code was exchanged a second time in between, so the grant was ended before it began.
            GrantStart::CodeReplayed => Err(WxError::CodeUsed),
            GrantStart::Revoked => Err(WxError::InvalidCode),
        }
    }

    /// Prolongs the access token of a valid grant, or replaces it if it has expired.
    pub(super) async fn refresh(&self, app: &App, token: &str) -> Result<Grant, WxError> {
        let handle = self.tokens.handles.read(token, Purpose::WeChatRefresh).ok_or(WxError::InvalidRefreshToken)?;
        let now = self.clock.now();
        let known = self.tokens.grant(handle.grant).await?.filter(|(grant, _)| grant.app == app.id);
        let (grant, _) = known.ok_or(WxError::InvalidRefreshToken)?;
        self.count(app)?;
        if grant.ended_at.is_some() {
            return Err(WxError::UserUnauthorized);
        }
        if !grant.lives(now) {
            return Err(WxError::RefreshTokenExpired);
        }
        let (from, lives) = (grant.generation, !grant.access_ends_at.is_over(now));
        let turn = Turn {
            from,
            to: if lives { from } else { from.checked_add(1).ok_or(WxError::RefreshTokenExpired)? },
            idle_until: grant.idle_until,
            access_ends_at: now + ACCESS_LIFE,
        };
        if self.records.turn_grant(grant.id, turn, now).await? {
            return Ok(Grant { generation: turn.to, access_ends_at: turn.access_ends_at, ..grant });
        }
        // Another request was first and made the new token, which this one gets as well.
        let known = self.tokens.grant(handle.grant).await?.filter(|(grant, _)| grant.lives(now));
        Ok(known.ok_or(WxError::UserUnauthorized)?.0)
    }

    /// Returns the tokens of a grant. The answer to a code also contains the `unionid`.
    pub(super) fn issue_tokens(&self, app: &App, grant: &Grant, is_first: bool) -> Result<Exchanged, WxError> {
        let account = grant.account.ok_or(WxError::UserUnauthorized)?;
        let handle = |purpose, generation| self.tokens.handles.write(Handle { purpose, grant: grant.id, generation });
        Ok(Exchanged {
            access_token: handle(Purpose::WeChatAccess, grant.generation),
            // A client that receives this answer has a new token, or a new lifetime for its token, from this
            // very request.
            expires_in: ACCESS_LIFE.min(grant.ends_at.left(self.clock.now())).as_secs(),
            refresh_token: handle(Purpose::WeChatRefresh, 0),
            openid: self.tokens.subjects.openid(app, account),
            scope: grant.scopes.to_string(),
            unionid: is_first.then(|| self.tokens.subjects.unionid(account)),
        })
    }

    /// Returns the person of an access token, with app and grant. The parameter `openid` has to name the same
    /// person.
    pub(super) async fn person(&self, params: &Params) -> Result<(App, Grant, Account), WxError> {
        let token = need(params, Needed::AccessToken)?;
        let openid = need(params, Needed::OpenId)?;
        let handle = self.tokens.handles.read(token, Purpose::WeChatAccess).ok_or(WxError::InvalidAccessToken)?;
        let known = self.tokens.grant(handle.grant).await?;
        let (grant, account) = known.ok_or(WxError::InvalidAccessToken)?;
        if grant.ended_at.is_some() || grant.generation != handle.generation {
            return Err(WxError::InvalidCredential);
        }
        let now = self.clock.now();
        if grant.access_ends_at.is_over(now) || !grant.lives(now) {
            return Err(WxError::AccessTokenExpired);
        }
        let account = account.ok_or(WxError::UserUnauthorized)?;
        let app = self.clients.find(&grant.app.to_string(), Dialect::WeChat).await?.ok_or(WxError::InvalidAppId)?;
        self.count(&app)?;
        if self.tokens.subjects.openid(&app, account.id) != openid {
            return Err(WxError::InvalidOpenId);
        }
        Ok((app, grant, account))
    }

    /// Returns the profile of a person as far as the app may know it.
    pub(super) async fn user_info(&self, app: &App, account: Account, scopes: &Scopes) -> Result<UserInfo, WxError> {
        let id = account.id;
        let Released { name, profile } = self.tokens.released_claims(app, account, scopes).await?;
        Ok(UserInfo {
            openid: self.tokens.subjects.openid(app, id),
            nickname: name.unwrap_or_default(),
            sex: sex(profile.gender),
            // The address ends in the size, as on WeChat's platform: 0 is the largest, and clients may
            // replace it by 46, 64, 96 or 132.
            headimgurl: self.tokens.picture_link(&profile).unwrap_or_default(),
            province: profile.province.unwrap_or_default(),
            city: profile.city.unwrap_or_default(),
            country: profile.country.unwrap_or_default(),
            privilege: [],
            unionid: self.tokens.subjects.unionid(id),
        })
    }

    /// Exchanges the code of a trial as the app would. Returns its tokens and the profile. The grant is ended
    /// before any of it is shown.
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

/// Returns the value of a required parameter.
pub(super) fn need(params: &Params, needed: Needed) -> Result<&str, WxError> {
    params.get(needed.name()).ok_or(WxError::Missing(needed))
}

/// Returns the number of a gender: 1 for male, 2 for female, and 0 for everything else.
fn sex(gender: Option<Gender>) -> u8 {
    match gender {
        Some(Gender::Male) => 1,
        Some(Gender::Female) => 2,
        Some(Gender::Other) | None => 0,
    }
}
