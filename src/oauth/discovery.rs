//! The server metadata (OpenID Connect Discovery §3, RFC 8414), and the public keys of this server.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::error::OAuthError;
use super::grant::device;
use super::token::claims::{ACR_PASSKEY, ACR_PASSWORD, ACR_SCANS};
use super::token::tokens::Tokens;
use crate::consent::scope::Scope;
use crate::login::flow::Flow;
use crate::store::records::app_options::SigningAlgorithm;
use crate::text::Lang;
use crate::web::document::Site;

/// The `Cache-Control` of the server metadata and of the key set: 30 seconds. That is shorter than the time
/// for which a new key is published before it signs, so a cached key set contains every key that signs.
const KEPT: &str = "public, max-age=30";

/// `GET /.well-known/openid-configuration`, `/.well-known/oauth-authorization-server`: returns the server
/// metadata. Where the configuration switches the sign-in by scan off, there is no device authorization grant.
pub async fn metadata(State(site): State<Site>, State(flow): State<Flow>) -> Response {
    let issuer = site.origin();
    let at = |path: &str| format!("{issuer}{path}");
    let algorithms = SigningAlgorithm::ALL.map(SigningAlgorithm::name);
    // RFC 8414 §2: the algorithms of client assertions are listed for each endpoint that accepts one.
    let proof_algorithms = ["RS256", "PS256", "ES256", "EdDSA"];
    let proofs = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
    let languages: Vec<&str> = Lang::TRANSLATED.iter().map(|lang| lang.texts().tag).collect();
    let mut metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": at("/oauth/authorize"),
        "token_endpoint": at("/oauth/token"),
        "userinfo_endpoint": at("/oauth/userinfo"),
        "jwks_uri": at("/oauth/jwks"),
        "introspection_endpoint": at("/oauth/introspect"),
        "revocation_endpoint": at("/oauth/revoke"),
        "pushed_authorization_request_endpoint": at("/oauth/par"),
        "device_authorization_endpoint": at("/oauth/device"),
        "end_session_endpoint": at("/oauth/logout"),
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "require_pushed_authorization_requests": false,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials", device::GRANT_TYPE],
        "scopes_supported": Scope::OIDC.map(Scope::word),
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": proofs,
        "token_endpoint_auth_signing_alg_values_supported": proof_algorithms,
        "revocation_endpoint_auth_methods_supported": proofs,
        "revocation_endpoint_auth_signing_alg_values_supported": proof_algorithms,
        "introspection_endpoint_auth_methods_supported": &proofs[..3],
        "introspection_endpoint_auth_signing_alg_values_supported": proof_algorithms,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "acr_values_supported": ACR_SCANS.into_iter().chain([ACR_PASSKEY, ACR_PASSWORD]).collect::<Vec<_>>(),
        "claim_types_supported": ["normal"],
        "claims_supported":
            ["iss", "sub", "aud", "iat", "exp", "auth_time", "nonce", "acr", "amr", "at_hash", "sid", "name",
             "preferred_username", "given_name", "family_name", "picture", "gender", "locale", "zoneinfo", "updated_at",
             "email", "email_verified", "address", "groups"],
        "ui_locales_supported": languages,
        "display_values_supported": ["page"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    });
    if !flow.gate().setting().is_on() {
        if let Some(fields) = metadata.as_object_mut() {
            fields.remove("device_authorization_endpoint");
        }
        if let Some(grants) = metadata["grant_types_supported"].as_array_mut() {
            grants.retain(|grant| grant != device::GRANT_TYPE);
        }
    }
    ([(CACHE_CONTROL, KEPT)], Json(metadata)).into_response()
}

/// `GET /oauth/jwks`: returns the public keys with which apps check the signatures of tokens, as a JWK set.
pub async fn jwks(State(tokens): State<Tokens>) -> Result<Response, OAuthError> {
    Ok(([(CACHE_CONTROL, KEPT)], Json(tokens.keys.published().await?)).into_response())
}
