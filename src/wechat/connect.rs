//! The authorization request of WeChat's dialect: a site redirects its visitor to `GET /connect/qrconnect`.

use crate::store::records::app_options::Switch;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use super::error::WxError;
use super::poll;
use crate::consent::scope::{Scope, Scopes};
use crate::login::flow::Flow;
use crate::oauth::{
    AuthorizationRequest, Back, Clients, Embed, OAuthError, Param, Params, Requests, is_redirect_of,
    ticket_app_of_request, unknown_redirect,
};
use crate::store::records::apps::Dialect;
use crate::ticket::ids::Purpose;
use crate::web::client::{Agent, ClientAddress};
use crate::web::language::wanted_by;
use crate::web::limits::Limits;
use crate::web::next_path::NextPath;
use crate::web::problem::{Problem, wants_html};

/// The parameter `lang` of a request that has none, as on that platform: Chinese in simplified characters.
const DEFAULT_LANG: &str = "cn";

/// `GET /connect/qrconnect`: checks and stores an authorization request, and redirects to the login page.
/// Parameters: `appid`, `redirect_uri`, `response_type=code`, `scope=snsapi_login` and `state`; from a frame
/// also `login_type` and `self_redirect`, and from this server's `wxLogin.js` the `origin` of the embedding
/// page. A program that does not accept HTML, because it draws its own page, gets the address of the QR code
/// instead of a redirect.
pub async fn qrconnect(
    State(limits): State<Limits>,
    State(requests): State<Requests>,
    State(flow): State<Flow>,
    from: ClientAddress,
    headers: HeaderMap,
    params: Result<Params, OAuthError>,
) -> Result<Response, Problem> {
    let params = params?;
    match lead_on(&limits, &requests, &flow, from, &headers, &params).await {
        Err(problem) if !wants_problem(&headers, &params) => {
            WxError::of(&problem).map_or(Err(problem), |error| Ok(error.unlogged_response()))
        }
        answer => answer,
    }
}

/// Does the work of [`qrconnect`], except that a reached limit or a fault is returned as a [`Problem`] also
/// to a program, for which [`qrconnect`] turns it into WeChat's error number.
async fn lead_on(
    limits: &Limits,
    requests: &Requests,
    flow: &Flow,
    from: ClientAddress,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, Problem> {
    limits.new_sign_in(from)?;
    match read(&requests.clients, params).await? {
        Ok(request) if !wants_html(headers) => {
            let app = requests.app_of(&request).await?;
            let id = requests.keep(from, &request).await?;
            let shown = ticket_app_of_request(id, &app, &request, Purpose::Program);
            poll::page(flow, NextPath::of_request(id), from, Agent::of(headers), shown).await
        }
        Ok(request) => {
            let id = requests.keep(from, &request).await?;
            let is_framed = request.embed.is_some();
            let path = if is_framed { NextPath::of_framed_request(id) } else { NextPath::of_request(id) };
            Ok(Redirect::to(path.as_str()).into_response())
        }
        Err((_, problem)) if wants_problem(headers, params) => Err(problem),
        // The refusal was logged where its reason was found.
        Err((error, _)) => Ok(error.unlogged_response()),
    }
}

/// Returns whether a refusal is a [`Problem`] (a page, or JSON) instead of WeChat's error number: for
/// browsers, and for a script that shows a frame.
fn wants_problem(headers: &HeaderMap, params: &Params) -> bool {
    wants_html(headers) || is_framed(params)
}

/// Returns whether the request comes from a frame: WeChat's script sends `login_type=jssdk`, and so do
/// components that build the frame's URL themselves.
fn is_framed(params: &Params) -> bool {
    params.get(Param::LoginType) == Some("jssdk")
}

/// Reads and checks the authorization request. The inner error is the refusal, which is logged, both as WeChat's
/// error and as a page; the outer error is a fault of the store. A refused visitor is not redirected, because the
/// redirect URI may be wrong (RFC 9700 §4.11.2).
async fn read(clients: &Clients, params: &Params) -> Result<Result<AuthorizationRequest, (WxError, Problem)>, Problem> {
    let app = match clients.find_or_refuse(params.get(Param::AppId).unwrap_or_default(), Dialect::WeChat).await? {
        Ok(app) => app,
        Err(problem) => return Ok(Err((WxError::InvalidAppId, problem))),
    };
    let uri = params.get(Param::RedirectUri).unwrap_or_default();
    if !is_redirect_of(&app, uri, Dialect::WeChat) {
        return Ok(Err((WxError::InvalidUrl, unknown_redirect(&app, uri))));
    }
    let scopes = Scopes::parse(params.get(Param::Scope).unwrap_or_default()).only(&[Scope::SnsapiLogin]);
    // Frames send no `response_type`.
    let is_framed = is_framed(params);
    let response_type = params.get(Param::ResponseType).or(is_framed.then_some("code"));
    if scopes.is_empty() {
        return Ok(Err((WxError::Unauthorized, OAuthError::InvalidScope.into())));
    }
    if response_type != Some("code") {
        return Ok(Err((WxError::Unauthorized, OAuthError::UnsupportedResponseType.into())));
    }
    let state = match params.state() {
        Ok(state) => state,
        Err(wrong) => return Ok(Err((WxError::InvalidUrl, wrong.into()))),
    };
    let is_told_of_refusals = app.options.has(Switch::ToldOfRefusals);
    let back = Back { state, is_told_of_refusals, ..Back::new(uri, Dialect::WeChat) };
    let origin = params.get(Param::Origin).map(str::to_owned);
    let embed = (is_framed || origin.is_some()).then(|| Embed {
        origin,
        goes_itself: params.get(Param::SelfRedirect) == Some("true"),
        theme: None,
    });
    if let Some(Err(problem)) = embed.as_ref().map(|embed| embed.framed_by_or_refuse(&app)) {
        return Ok(Err((WxError::InvalidUrl, problem)));
    }
    let ui_locales = wanted_by(None, Some(params.get(Param::Lang).unwrap_or(DEFAULT_LANG)));
    Ok(Ok(AuthorizationRequest { ui_locales, embed, ..AuthorizationRequest::new(&app, back, scopes) }))
}
