//! What a site gets for a code, for a refresh token and for an access token. Access tokens live two hours; one that lives
//! is prolonged by refreshing, one that is over is replaced. A refresh token lives thirty days and stays the same.

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

/// The life of an access token.
const ACCESS_LIFE: Duration = Duration::from_secs(7200);
/// The life of a refresh token.
const REFRESH_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// What a code, or a refresh token, is exchanged for.
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

/// Who a person is. What they withhold is empty, as on that platform.
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
    /// Finds the site that asks.
    pub clients: Clients,
    /// Takes codes.
    pub grants: Grants,
    /// Makes and reads opaque tokens, and names accounts.
    pub tokens: Tokens,
    /// Where grants are kept.
    pub records: Records,
    /// How often a site may ask.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
}

impl Sns {
    /// Finds the app of the parameter `appid`.
    pub(super) async fn app_of(&self, params: &Params) -> Result<App, WxError> {
        self.clients.find(need(params, Needed::AppId)?, Dialect::WeChat).await?.ok_or(WxError::InvalidAppId)
    }

    /// Counts a call of an app. It is counted only once the app has proved who it is, so that no other uses up its calls.
    pub(super) fn count(&self, app: &App) -> Result<(), WxError> {
        Ok(self.limits.app_call(app.id)?)
    }

    /// Exchanges a code: a grant starts.
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

    /// Prolongs the access token of a grant that lives, or replaces one that is over.
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
        // Another request came first, and made the token that this one gets too.
        let known = self.tokens.grant(handle.grant).await?.filter(|(grant, _)| grant.lives(now));
        Ok(known.ok_or(WxError::UserUnauthorized)?.0)
    }

    /// Returns the tokens of a grant. With the first ones goes the name that the person has at all apps.
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

    /// Finds the person of an access token; the parameter `openid` says who it should be.
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

    /// Returns who a person is, as far as the app may know.
    pub(super) async fn user_info(&self, app: &App, account: Account, scopes: &Scopes) -> Result<UserInfo, WxError> {
        let id = account.id;
        let Released { name, profile } = self.tokens.released_claims(app, account, scopes).await?;
        Ok(UserInfo {
            openid: self.tokens.subjects.openid(app, id),
            nickname: name.unwrap_or_default(),
            sex: sex(profile.gender),
            // Ends in the size, as there: 0 is the largest, and 46, 64, 96 and 132 can be asked for in its place.
            headimgurl: self.tokens.picture_link(&profile).unwrap_or_default(),
            province: profile.province.unwrap_or_default(),
            city: profile.city.unwrap_or_default(),
            country: profile.country.unwrap_or_default(),
            privilege: [],
            unionid: self.tokens.subjects.unionid(id),
        })
    }

    /// Exchanges the code of a trial as the app would. Returns what the app gets for it, and who the person is. The grant is
    /// ended before any of it is shown.
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

/// Returns the value of a parameter that has to be there.
pub(super) fn need(params: &Params, needed: Needed) -> Result<&str, WxError> {
    params.get(needed.name()).ok_or(WxError::Missing(needed))
}

/// Returns the number of a gender. That dialect has a number for two of them, and one for everything else.
fn sex(gender: Option<Gender>) -> u8 {
    match gender {
        Some(Gender::Male) => 1,
        Some(Gender::Female) => 2,
        Some(Gender::Other) | None => 0,
    }
}
