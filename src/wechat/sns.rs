//! The endpoints `/sns/…`, which a site calls with its app secret or with an access token.

use std::convert::Infallible;

use axum::extract::{FromRequest, Request, State};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;

use super::error::{Body, Needed, Plain, WxError};
use super::exchange::{Exchanged, Sns, UserInfo, need};
use crate::consent::scope::Scope;
use crate::oauth::{AppSecret, OAuthError, Param, Params};

/// The parameters of a call: from the query, or from a form, which some clients send.
pub struct SnsParams(Result<Params, OAuthError>);

impl<S: Send + Sync> FromRequest<S> for SnsParams {
    type Rejection = Infallible;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Infallible> {
        if !request.headers().contains_key(CONTENT_TYPE) {
            *request.method_mut() = Method::GET;
        }
        Ok(Self(Params::from_request(request, state).await))
    }
}

impl SnsParams {
    fn or(self, needed: Needed) -> Result<Params, WxError> {
        self.0.map_err(|_| WxError::Missing(needed))
    }
}

type Answered<T> = Result<Plain<T>, WxError>;

fn check_grant_type(params: &Params, kind: &str) -> Result<(), WxError> {
    if params.get(Param::GrantType) == Some(kind) { Ok(()) } else { Err(WxError::InvalidGrantType) }
}

/// `GET /sns/oauth2/access_token?appid&secret&code&grant_type=authorization_code`: exchanges a code for
/// tokens.
pub async fn access_token(State(sns): State<Sns>, params: SnsParams) -> Answered<Exchanged> {
    let params = params.or(Needed::AppId)?;
    let app = sns.app_of(&params).await?;
    let secret = need(&params, Needed::Secret)?;
    let code = need(&params, Needed::Code)?;
    check_grant_type(&params, "authorization_code")?;
    if !AppSecret::fits(secret, &app) {
        return Err(WxError::InvalidAppSecret);
    }
    sns.count(&app)?;
    let grant = sns.redeem(&app, code).await?;
    Ok(Plain(sns.issue_tokens(&app, &grant, true)?))
}

/// `GET /sns/oauth2/refresh_token?appid&grant_type=refresh_token&refresh_token`: extends or replaces the
/// access token.
pub async fn refresh_token(State(sns): State<Sns>, params: SnsParams) -> Answered<Exchanged> {
    let params = params.or(Needed::AppId)?;
    let app = sns.app_of(&params).await?;
    let token = need(&params, Needed::RefreshToken)?;
    check_grant_type(&params, "refresh_token")?;
    let grant = sns.refresh(&app, token).await?;
    Ok(Plain(sns.issue_tokens(&app, &grant, false)?))
}

/// `GET /sns/auth?access_token&openid`: answers with `ok` if the access token is valid and belongs to the person of
/// this `openid`, and with an error otherwise. The call is counted against the app's limits.
pub async fn auth(State(sns): State<Sns>, params: SnsParams) -> Answered<Body> {
    sns.person(&params.or(Needed::AccessToken)?).await.map(|_| Plain(Body::ok()))
}

/// `GET /sns/userinfo?access_token&openid&lang`: returns the user information. `lang` is ignored, because
/// people enter their data in one language.
pub async fn userinfo(State(sns): State<Sns>, params: SnsParams) -> Answered<UserInfo> {
    let params = params.or(Needed::AccessToken)?;
    let (app, grant, account) = sns.person(&params).await?;
    if !grant.scopes.has(Scope::SnsapiLogin) {
        return Err(WxError::Unauthorized);
    }
    Ok(Plain(sns.user_info(&app, account, &grant.scopes).await?))
}
