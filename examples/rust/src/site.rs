//! What a forum or a shop would add, and nothing else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::{COOKIE, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreUserInfoClaims};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndSessionUrl, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope,
    TokenResponse,
};
use serde::Deserialize;

/// Whatever goes wrong.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The site.
pub struct Site {
    client: Client,
    issuer: String,
    /// Where browsers sign out of Tessera.
    end_session: EndSessionUrl,
    http: reqwest::Client,
    origin: String,
    /// What is known of each browser, by its cookie.
    sessions: Mutex<HashMap<String, Session>>,
}

/// What is known of a browser.
enum Session {
    /// It was sent to Tessera, with what will show that the answer belongs to this very browser.
    Away { verifier: PkceCodeVerifier, state: CsrfToken, nonce: Nonce },
    /// Somebody is signed in. A site keeps its own data by the token's `sub`, which is who it is, for ever.
    Here { name: String, id_token: Box<CoreIdToken> },
}

/// What comes back from Tessera: a code, or why there is none.
#[derive(Deserialize)]
struct Back {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

impl Site {
    /// A site at `origin`, whose people sign in at `issuer`; everything else is found there.
    pub async fn discover(issuer: String, id: String, secret: String, origin: String) -> Result<Self, Failure> {
        // A library that follows redirects could be led anywhere by whoever answers.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        let url = IssuerUrl::new(issuer.clone())?;
        let metadata = ProviderMetadataWithLogout::discover_async(url, &|request| send(http.clone(), request)).await?;
        let end_session = metadata.additional_metadata().end_session_endpoint.clone();
        let end_session = end_session.ok_or("the provider knows no signing out")?;
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new(id), Some(ClientSecret::new(secret)))
            .set_redirect_uri(RedirectUrl::new(format!("{origin}/signed-in"))?);
        Ok(Self { client, issuer, end_session, http, origin, sessions: Mutex::default() })
    }

    /// Its pages.
    pub fn router(self) -> Router {
        Router::new()
            .route("/", get(home))
            .route("/login", post(log_in))
            .route("/signed-in", get(signed_in))
            .route("/logout", post(log_out))
            .with_state(Arc::new(self))
    }

    /// Exchanges the code; the library checks signature, issuer, audience, time and nonce.
    async fn exchange(&self, code: String, verifier: PkceCodeVerifier, nonce: &Nonce) -> Result<Session, Failure> {
        let http = |request| send(self.http.clone(), request);
        let code = self.client.exchange_code(AuthorizationCode::new(code))?.set_pkce_verifier(verifier);
        let tokens = code.request_async(&http).await?;
        let id_token = tokens.id_token().ok_or("no ID token")?;
        let check = self.client.id_token_verifier();
        let claims = id_token.claims(&check, nonce)?;
        let (algorithm, key) = (id_token.signing_alg()?, id_token.signing_key(&check)?);
        let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)?;
        if claims.access_token_hash() != Some(&hash) {
            return Err("the access token is not the ID token's".into());
        }
        let who = self.client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))?;
        let who: CoreUserInfoClaims = who.request_async(&http).await?;
        let name = who
            .name()
            .and_then(|name| name.get(None))
            .map_or_else(|| claims.subject().to_string(), |name| name.to_string());
        Ok(Session::Here { name, id_token: Box::new(id_token.clone()) })
    }

    fn take(&self, headers: &HeaderMap) -> Option<Session> {
        self.sessions.lock().expect("nobody panicked").remove(cookie(headers)?)
    }

    /// A redirect, with what is known of this browser now under a new cookie.
    fn lead(&self, address: &str, session: Option<Session>) -> Response {
        let fresh = CsrfToken::new_random().secret().clone();
        if let Some(session) = session {
            self.sessions.lock().expect("nobody panicked").insert(fresh.clone(), session);
        }
        let cookie = format!("forum={fresh}; Path=/; HttpOnly; SameSite=Lax");
        ([(SET_COOKIE, cookie)], Redirect::to(address)).into_response()
    }

    /// Only this site's own forms may post: a stranger's page would sign people in or out behind their backs.
    fn is_ours(&self, headers: &HeaderMap) -> bool {
        headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes() == self.origin.as_bytes())
    }
}

async fn home(State(site): State<Arc<Site>>, headers: HeaderMap) -> Html<String> {
    let sessions = site.sessions.lock().expect("nobody panicked");
    let main = match cookie(&headers).and_then(|cookie| sessions.get(cookie)) {
        Some(Session::Here { name, .. }) => {
            let name = name.replace('&', "&amp;").replace('<', "&lt;");
            format!(r#"<h1>Hello, {name}</h1><form method="post" action="/logout"><button>Sign out</button></form>"#)
        }
        _ => r#"<h1>Forum</h1><form method="post" action="/login"><button>Sign in with Tessera</button></form>"#
            .to_owned(),
    };
    Html(format!(
        r#"<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Forum</title><main>{main}</main></html>"#
    ))
}

/// The button.
async fn log_in(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    if !site.is_ours(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    site.take(&headers);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (address, state, nonce) = site
        .client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("profile".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    site.lead(address.as_str(), Some(Session::Away { verifier, state, nonce }))
}

/// Back from Tessera.
async fn signed_in(State(site): State<Arc<Site>>, headers: HeaderMap, Query(back): Query<Back>) -> Response {
    let Some(Session::Away { verifier, state, nonce }) = site.take(&headers) else { return site.lead("/", None) };
    let is_answer = back.state.as_ref() == Some(state.secret()) && back.iss.as_ref() == Some(&site.issuer);
    let (true, Some(code)) = (is_answer, back.code) else {
        eprintln!("sign-in: {}", back.error.as_deref().unwrap_or("not the answer to what this browser asked"));
        return site.lead("/", None);
    };
    let session = site.exchange(code, verifier, &nonce).await;
    site.lead("/", session.inspect_err(|why| eprintln!("sign-in: {why}")).ok())
}

/// Signed out here, and then at Tessera, which sends the browser back.
async fn log_out(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    if !site.is_ours(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some(Session::Here { id_token, .. }) = site.take(&headers) else { return site.lead("/", None) };
    let home = PostLogoutRedirectUrl::new(format!("{}/", site.origin)).expect("its own address");
    let request = LogoutRequest::from(site.end_session.clone());
    let address = request.set_id_token_hint(&id_token).set_post_logout_redirect_uri(home).http_get_url();
    site.lead(address.as_str(), None)
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let line = headers.get(COOKIE)?.to_str().ok()?;
    line.split("; ").find_map(|pair| pair.strip_prefix("forum="))
}

/// Takes the library's requests to the network.
async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let answer = http.execute(request.try_into()?).await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut read = HttpResponse::new(answer.bytes().await?.to_vec());
    (*read.status_mut(), *read.headers_mut()) = (status, headers);
    Ok(read)
}
