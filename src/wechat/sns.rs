//! `/sns/…`: what a site asks with its secret or with an access token. Access tokens live two hours; one that lives is
//! prolonged by refreshing, one that is over is replaced. A refresh token lives thirty days and stays the same.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{FromRequest, Request, State};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use serde::Serialize;
use serde_json::Value;

use super::error::{Body, Needed, Plain, WxError};
use crate::consent::scope::{Scope, Scopes};
use crate::oauth::token::opaque::{Handle, Purpose};
use crate::oauth::{AppSecret, OAuth, OAuthError, Params, Released, code_name, decode};
use crate::store::records::Account;
use crate::store::records::apps::{App, Dialect};
use crate::store::records::grants::{Grant, GrantStart, Turn};
use crate::store::records::profiles::Gender;
use crate::store::single_use::Taken;

/// The life of an access token.
const ACCESS_LIFE: Duration = Duration::from_secs(7200);
/// The life of a refresh token.
const REFRESH_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// What a code, or a refresh token, is exchanged for.
#[derive(Serialize)]
pub struct Tokens {
    access_token: String,
    expires_in: u64,
    refresh_token: String,
    openid: String,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<String>,
}

/// Who it is. What the person withholds is empty, as on that platform.
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

/// The parameters of a call: in the address, and with some clients in a form instead.
pub struct Read(Result<Params, OAuthError>);

impl<S: Send + Sync> FromRequest<S> for Read {
    type Rejection = Infallible;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Infallible> {
        if !request.headers().contains_key(CONTENT_TYPE) {
            *request.method_mut() = Method::GET;
        }
        Ok(Self(Params::from_request(request, state).await))
    }
}

impl Read {
    fn or(self, needed: Needed) -> Result<Params, WxError> {
        self.0.map_err(|_| WxError::Missing(needed))
    }
}

type Answered<T> = Result<Plain<T>, WxError>;

fn need(params: &Params, needed: Needed) -> Result<&str, WxError> {
    params.get(needed.name()).ok_or(WxError::Missing(needed))
}

fn granted(params: &Params, kind: &str) -> Result<(), WxError> {
    if params.get("grant_type") == Some(kind) { Ok(()) } else { Err(WxError::InvalidGrantType) }
}

async fn app_of(oauth: &OAuth, params: &Params) -> Result<App, WxError> {
    oauth.app(need(params, Needed::AppId)?, Dialect::WeChat).await?.ok_or(WxError::InvalidAppId)
}

/// Counted only once the app has proved itself, so that nobody uses up what is another's.
fn counted(oauth: &OAuth, app: &App) -> Result<(), WxError> {
    Ok(oauth.login.limits.app_call(app.id)?)
}

/// `GET /sns/oauth2/access_token?appid&secret&code&grant_type=authorization_code`
pub async fn access_token(State(oauth): State<OAuth>, params: Read) -> Answered<Tokens> {
    let params = params.or(Needed::AppId)?;
    let app = app_of(&oauth, &params).await?;
    let secret = need(&params, Needed::Secret)?;
    let code = need(&params, Needed::Code)?;
    granted(&params, "authorization_code")?;
    if !AppSecret::fits(secret, &app) {
        return Err(WxError::InvalidAppSecret);
    }
    counted(&oauth, &app)?;
    let grant = oauth.wx_redeem(&app, code).await?;
    Ok(Plain(oauth.wx_tokens(&app, &grant, true)?))
}

/// `GET /sns/oauth2/refresh_token?appid&grant_type=refresh_token&refresh_token`
pub async fn refresh_token(State(oauth): State<OAuth>, params: Read) -> Answered<Tokens> {
    let params = params.or(Needed::AppId)?;
    let app = app_of(&oauth, &params).await?;
    let token = need(&params, Needed::RefreshToken)?;
    granted(&params, "refresh_token")?;
    let handle = oauth.handles.read(token, Purpose::WeChatRefresh).ok_or(WxError::InvalidRefreshToken)?;
    let now = oauth.now();
    let known = oauth.grant(handle.grant).await?.filter(|(grant, _)| grant.app == app.id);
    let (mut grant, _) = known.ok_or(WxError::InvalidRefreshToken)?;
    counted(&oauth, &app)?;
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
    if oauth.records.turn_grant(grant.id, turn, now).await? {
        grant = Grant { generation: turn.to, access_ends_at: turn.access_ends_at, ..grant };
    } else {
        // Another request came first, and made the token that this one gets too.
        let known = oauth.grant(handle.grant).await?.filter(|(grant, _)| grant.lives(now));
        grant = known.ok_or(WxError::UserUnauthorized)?.0;
    }
    Ok(Plain(oauth.wx_tokens(&app, &grant, false)?))
}

/// `GET /sns/auth?access_token&openid`
pub async fn auth(State(oauth): State<OAuth>, params: Read) -> Answered<Body> {
    oauth.wx_person(&params.or(Needed::AccessToken)?).await.map(|_| Plain(Body::ok()))
}

/// `GET /sns/userinfo?access_token&openid&lang`: what people tell is in their own words, so `lang` changes nothing.
pub async fn userinfo(State(oauth): State<OAuth>, params: Read) -> Answered<UserInfo> {
    let params = params.or(Needed::AccessToken)?;
    let (app, grant, account) = oauth.wx_person(&params).await?;
    let scopes = Scopes::parse(&grant.scopes);
    if !scopes.has(Scope::SnsapiLogin) {
        return Err(WxError::Unauthorized);
    }
    Ok(Plain(oauth.wx_user_info(&app, account, &scopes).await?))
}

/// That dialect has a number for two genders, and one for whatever else it is told or not.
fn sex(gender: Option<Gender>) -> u8 {
    match gender {
        Some(Gender::Male) => 1,
        Some(Gender::Female) => 2,
        Some(Gender::Other) | None => 0,
    }
}

impl OAuth {
    /// Exchanges a code: a grant begins.
    async fn wx_redeem(&self, app: &App, code: &str) -> Result<Grant, WxError> {
        let now = self.now();
        let promised = match self.once.take(&code_name(Dialect::WeChat, app.id, code), now).await? {
            Taken::First(value) => {
                Some(decode(&value)?).filter(|promised| promised.is_redirect_of(app, Dialect::WeChat))
            }
            Taken::Again(value) => {
                self.records.end_grant(decode(&value)?.grant, now).await?;
                return Err(WxError::CodeUsed);
            }
            Taken::Expired => return Err(WxError::CodeExpired),
            Taken::Unknown => None,
        };
        let promised = promised.ok_or(WxError::InvalidCode)?;
        let ends_at = now + REFRESH_LIFE;
        let grant = Grant { idle_until: ends_at, ends_at, access_ends_at: now + ACCESS_LIFE, ..promised.grant };
        match self.records.begin_grant(grant.clone(), promised.epoch, now).await? {
            GrantStart::Started => Ok(grant),
            // Where somebody exchanged the code a second time in between, it was ended before it began.
            GrantStart::CodeReplayed => Err(WxError::CodeUsed),
            GrantStart::Revoked => Err(WxError::InvalidCode),
        }
    }

    /// Who it is, as far as the app may know; what is withheld is empty.
    async fn wx_user_info(&self, app: &App, account: Account, scopes: &Scopes) -> Result<UserInfo, WxError> {
        let id = account.id;
        let Released { name, profile } = self.release(app, account, scopes).await?;
        Ok(UserInfo {
            openid: self.subjects.openid(app, id),
            nickname: name.unwrap_or_default(),
            sex: sex(profile.gender),
            // Ends in the size, as there: 0 is the largest, and 46, 64, 96 and 132 can be asked for in its place.
            headimgurl: self.picture_link(&profile).unwrap_or_default(),
            province: profile.province.unwrap_or_default(),
            city: profile.city.unwrap_or_default(),
            country: profile.country.unwrap_or_default(),
            privilege: [],
            unionid: self.subjects.unionid(id),
        })
    }

    /// Exchanges the code of a trial as the app would: what it gets for it, and who that is; ended before it is shown.
    pub async fn wx_receive(&self, app: &App, code: &str) -> Result<(Value, Value), WxError> {
        let grant = self.wx_redeem(app, code).await?;
        let tokens = self.wx_tokens(app, &grant, true);
        self.records.end_grant(grant.clone(), self.now()).await?;
        let account = self.grant(grant.id).await?.and_then(|(_, account)| account);
        let (account, scopes) = (account.ok_or(WxError::UserUnauthorized)?, Scopes::parse(&grant.scopes));
        let person = self.wx_user_info(app, account, &scopes).await?;
        Ok((
            serde_json::to_value(tokens?).expect("tokens are JSON"),
            serde_json::to_value(person).expect("texts are JSON"),
        ))
    }

    fn wx_tokens(&self, app: &App, grant: &Grant, is_first: bool) -> Result<Tokens, WxError> {
        let account = grant.account.ok_or(WxError::UserUnauthorized)?;
        let handle = |purpose, generation| self.handles.write(Handle { purpose, grant: grant.id, generation });
        Ok(Tokens {
            access_token: handle(Purpose::WeChatAccess, grant.generation),
            // Whoever gets this got a new token, or a new life for theirs, in this very request.
            expires_in: ACCESS_LIFE.min(grant.ends_at.left(self.now())).as_secs(),
            refresh_token: handle(Purpose::WeChatRefresh, 0),
            openid: self.subjects.openid(app, account),
            scope: grant.scopes.clone(),
            unionid: is_first.then(|| self.subjects.unionid(account)),
        })
    }

    /// Whose access token this is; `openid` says whose it should be.
    async fn wx_person(&self, params: &Params) -> Result<(App, Grant, Account), WxError> {
        let token = need(params, Needed::AccessToken)?;
        let openid = need(params, Needed::OpenId)?;
        let handle = self.handles.read(token, Purpose::WeChatAccess).ok_or(WxError::InvalidAccessToken)?;
        let known = self.grant(handle.grant).await?;
        let (grant, account) = known.ok_or(WxError::InvalidAccessToken)?;
        if grant.ended_at.is_some() || grant.generation != handle.generation {
            return Err(WxError::InvalidCredential);
        }
        let now = self.now();
        if grant.access_ends_at.is_over(now) || !grant.lives(now) {
            return Err(WxError::AccessTokenExpired);
        }
        let account = account.ok_or(WxError::UserUnauthorized)?;
        let app = self.app(&grant.app.to_string(), Dialect::WeChat).await?.ok_or(WxError::InvalidAppId)?;
        counted(self, &app)?;
        if self.subjects.openid(&app, account.id) != openid {
            return Err(WxError::InvalidOpenId);
        }
        Ok((app, grant, account))
    }
}
