//! The modules of Basic OP, which Form Post OP has too, in the order of the plan and with its names.

use std::time::Duration;

use reqwest::{Method, StatusCode};

use super::suite::{SUITE, Suite};
use super::{Mode, Provider, exchange};
use crate::harness::site::{Answer, CHALLENGE, VERIFIER};

/// `oidcc-basic-certification-test-plan`, `oidcc-formpost-basic-certification-test-plan`
const MODULES: [&str; 38] = [
    "oidcc-server",
    "oidcc-response-type-missing",
    "oidcc-idtoken-signature",
    "oidcc-idtoken-unsigned",
    "oidcc-userinfo-get",
    "oidcc-userinfo-post-header",
    "oidcc-userinfo-post-body",
    "oidcc-ensure-request-without-nonce-succeeds-for-code-flow",
    "oidcc-scope-profile",
    "oidcc-scope-email",
    "oidcc-scope-address",
    "oidcc-scope-phone",
    "oidcc-scope-all",
    "oidcc-ensure-other-scope-order-succeeds",
    "oidcc-display-page",
    "oidcc-display-popup",
    "oidcc-prompt-login",
    "oidcc-prompt-none-not-logged-in",
    "oidcc-prompt-none-logged-in",
    "oidcc-max-age-1",
    "oidcc-max-age-10000",
    "oidcc-ensure-request-with-unknown-parameter-succeeds",
    "oidcc-id-token-hint",
    "oidcc-login-hint",
    "oidcc-ui-locales",
    "oidcc-claims-locales",
    "oidcc-ensure-request-with-acr-values-succeeds",
    "oidcc-codereuse",
    "oidcc-codereuse-30seconds",
    "oidcc-ensure-registered-redirect-uri",
    "oidcc-ensure-post-request-succeeds",
    "oidcc-server-client-secret-post",
    "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
    "oidcc-claims-essential",
    "oidcc-ensure-request-object-with-redirect-uri",
    "oidcc-refresh-token",
    "oidcc-ensure-request-with-valid-pkce-succeeds",
];

/// `{"alg":"none"}`, `{}` and no signature.
const UNSIGNED: &str = "eyJhbGciOiJub25lIn0.e30.";

pub async fn plan(mode: Mode) {
    let provider = Provider::start(mode).await;
    for module in MODULES {
        // A code was shown a minute ago at least, and the last second is over.
        provider.server.clock.advance(Duration::from_secs(60));
        Box::pin(run(&provider, module)).await;
    }
}

async fn run(provider: &Provider, module: &str) {
    let suite = provider.suite(module);
    match module {
        "oidcc-server" | "oidcc-idtoken-signature" | "oidcc-userinfo-get" | "oidcc-userinfo-post-header" => {
            let (_, signed_in) = provider.signs_in(&suite, &[]).await;
            let method = if module == "oidcc-userinfo-post-header" { Method::POST } else { Method::GET };
            let info = provider.userinfo(method, &signed_in.tokens.text("access_token")).await;
            assert_eq!((info.status, &info.json["sub"]), (StatusCode::OK, &signed_in.id["sub"]));
        }
        "oidcc-response-type-missing" => {
            let at = provider.sends(&suite, &[("response_type", "")]).await;
            provider.refused(&at, &["invalid_request", "unsupported_response_type"]);
        }
        // Only a client that registers itself could ask for it: the suite passes over it.
        "oidcc-idtoken-unsigned" => {
            let metadata = provider.metadata().await;
            assert!(!metadata.json["id_token_signing_alg_values_supported"].to_string().contains("none"));
        }
        "oidcc-userinfo-post-body" => {
            let (_, signed_in) = provider.signs_in(&suite, &[]).await;
            let token = signed_in.tokens.text("access_token");
            let form = [("access_token", token.as_str())];
            let info = Answer::of(provider.caller().send(Method::POST, "/oauth/userinfo", &[], Some(&form)).await);
            assert_eq!((info.status, info.json["sub"].as_str()), (StatusCode::OK, signed_in.id["sub"].as_str()));
        }
        "oidcc-ensure-request-without-nonce-succeeds-for-code-flow" => {
            let (_, signed_in) = provider.signs_in(&suite, &[("nonce", "")]).await;
            assert!(signed_in.id["nonce"].is_null());
        }
        "oidcc-prompt-login"
        | "oidcc-max-age-1"
        | "oidcc-max-age-10000"
        | "oidcc-prompt-none-logged-in"
        | "oidcc-id-token-hint" => twice(provider, &suite, module).await,
        "oidcc-prompt-none-not-logged-in" => {
            let at = provider.sends(&suite, &[("prompt", "none")]).await;
            provider.refused(&at, &["login_required", "interaction_required"]);
        }
        "oidcc-codereuse" | "oidcc-codereuse-30seconds" => {
            let (_, signed_in) = provider.signs_in(&suite, &[]).await;
            if module == "oidcc-codereuse-30seconds" {
                provider.server.pass(30);
            }
            let again = provider.token(&provider.client("client"), &exchange(&signed_in.code)).await;
            assert_eq!((again.status, again.error()), (StatusCode::BAD_REQUEST, "invalid_grant".to_owned()));
            let info = provider.userinfo(Method::GET, &signed_in.tokens.text("access_token")).await;
            assert_eq!(info.status, StatusCode::UNAUTHORIZED, "and what the code gave is taken back");
        }
        "oidcc-ensure-registered-redirect-uri" | "oidcc-ensure-request-object-with-redirect-uri" => {
            let elsewhere = format!("{SUITE}callback/elsewhere");
            let request = if module.contains("request-object") { UNSIGNED } else { "" };
            let at = provider.sends(&suite, &[("redirect_uri", &elsewhere), ("request", request)]).await;
            assert_eq!((at.status, at.pictures.len()), (StatusCode::BAD_REQUEST, 1), "{at:?}");
        }
        "oidcc-ensure-post-request-succeeds" => {
            let client = provider.client("client");
            let params = provider.asks(&client, &[]);
            let params: Vec<_> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let at = suite.posts(&format!("{}/oauth/authorize", provider.origin), &params).await;
            provider.exchanges(&client, &at, &[]).await;
        }
        "oidcc-server-client-secret-post" => {
            let client = provider.client("client_secret_post");
            let at = suite.visits(&provider.address(&client, &[])).await;
            let mut form = exchange(&provider.came_back(&at)["code"]);
            form.extend([("client_id", client.id.clone()), ("client_secret", client.secret.clone())]);
            let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let tokens = Answer::of(provider.caller().send(Method::POST, "/oauth/token", &[], Some(&form)).await);
            provider.verified(&client, &tokens, "n-0S6_WzA2Mj").await;
        }
        "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported" => {
            let at = provider.sends(&suite, &[("request_uri", &format!("{SUITE}requesturi#hash"))]).await;
            provider.refused(&at, &["request_uri_not_supported"]);
        }
        "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported" => {
            let at = provider.sends(&suite, &[("request", UNSIGNED)]).await;
            provider.refused(&at, &["request_not_supported"]);
        }
        "oidcc-refresh-token" => refresh(provider, &suite).await,
        "oidcc-ensure-request-with-valid-pkce-succeeds" => {
            let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
            let at = provider.sends(&suite, &pkce).await;
            let mut form = exchange(&provider.came_back(&at)["code"]);
            form.push(("code_verifier", VERIFIER.to_owned()));
            assert_eq!(provider.token(&provider.client("client"), &form).await.status, StatusCode::OK);
        }
        _ => plain(provider, &suite, module).await,
    }
}

/// A request that says more has to succeed, whatever comes of what it says.
async fn plain(provider: &Provider, suite: &Suite<'_>, module: &str) {
    let metadata = provider.metadata().await.json;
    let acr = metadata["acr_values_supported"].as_array().expect("a list").iter().filter_map(|acr| acr.as_str());
    let acr = acr.collect::<Vec<_>>().join(" ");
    let other = match module {
        "oidcc-scope-profile" => ("scope", "openid profile"),
        "oidcc-scope-email" => ("scope", "openid email"),
        "oidcc-scope-address" => ("scope", "openid address"),
        "oidcc-scope-phone" => ("scope", "openid phone"),
        "oidcc-scope-all" => ("scope", "openid profile email address phone"),
        "oidcc-ensure-other-scope-order-succeeds" => ("scope", "email openid"),
        "oidcc-display-page" => ("display", "page"),
        "oidcc-display-popup" => ("display", "popup"),
        "oidcc-ensure-request-with-unknown-parameter-succeeds" => ("extra", "foobar"),
        "oidcc-login-hint" => ("login_hint", "conformance"),
        "oidcc-ui-locales" => ("ui_locales", "se"),
        "oidcc-claims-locales" => ("claims_locales", "se"),
        "oidcc-ensure-request-with-acr-values-succeeds" => ("acr_values", acr.as_str()),
        "oidcc-claims-essential" => ("claims", r#"{"userinfo":{"name":{"essential":true}}}"#),
        other => panic!("{other} is in the plan and nowhere here"),
    };
    let (_, signed_in) = provider.signs_in(suite, &[other]).await;
    let info = provider.userinfo(Method::GET, &signed_in.tokens.text("access_token")).await;
    assert_eq!(info.json["sub"], signed_in.id["sub"], "{module}");
    assert!(other.0 != "acr_values" || acr.contains(signed_in.id["acr"].as_str().expect("acr")), "{module}");
    assert!(!other.1.contains("profile") || info.json["name"].is_string(), "{module}");
}

/// Two requests of one browser.
async fn twice(provider: &Provider, suite: &Suite<'_>, module: &str) {
    let (_, first) = provider.signs_in(suite, &[]).await;
    provider.server.pass(2);
    let hint = first.tokens.text("id_token");
    let other: &[(&str, &str)] = match module {
        "oidcc-prompt-login" => &[("prompt", "login")],
        "oidcc-max-age-1" => &[("max_age", "1")],
        "oidcc-max-age-10000" => &[("max_age", "10000")],
        "oidcc-prompt-none-logged-in" => &[("prompt", "none")],
        _ => &[("prompt", "none"), ("id_token_hint", hint.as_str())],
    };
    let (at, second) = provider.signs_in(suite, other).await;
    assert_eq!(second.id["sub"], first.id["sub"], "{module}");
    let is_anew = matches!(module, "oidcc-prompt-login" | "oidcc-max-age-1");
    assert_eq!(second.auth_time() > first.auth_time(), is_anew, "{module}");
    assert_eq!(at.pictures.len(), usize::from(is_anew), "{module}: whoever has to sign in anew sees the form");
}

/// Two clients each get a refresh token, and each can use its own alone.
async fn refresh(provider: &Provider, suite: &Suite<'_>) {
    let mut tokens = Vec::new();
    for name in ["client", "client2"] {
        let client = provider.client(name);
        let asked = [("scope", "openid offline_access"), ("prompt", "consent")];
        let at = suite.visits(&provider.address(&client, &asked)).await;
        let first = provider.exchanges(&client, &at, &asked).await;
        let form = |token: String| [("grant_type", "refresh_token".to_owned()), ("refresh_token", token)];
        let second = provider.token(&client, &form(first.tokens.text("refresh_token"))).await;
        assert_eq!(second.status, StatusCode::OK, "{second:?}");
        assert_ne!(second.text("access_token"), first.tokens.text("access_token"));
        // OpenID Connect Core §12.2: about the same person and the same sign-in, and the nonce of no request.
        let id = provider.verified(&client, &second, "").await;
        for claim in ["iss", "sub", "aud", "auth_time"] {
            assert_eq!(id[claim], first.id[claim], "{claim}");
        }
        let info = provider.userinfo(Method::GET, &second.text("access_token")).await;
        assert_eq!(info.status, StatusCode::OK);
        tokens.push(second.text("refresh_token"));
    }
    let form = [("grant_type", "refresh_token".to_owned()), ("refresh_token", tokens[1].clone())];
    let foreign = provider.token(&provider.client("client"), &form).await;
    assert_eq!((foreign.status, foreign.error()), (StatusCode::BAD_REQUEST, "invalid_grant".to_owned()));
}
