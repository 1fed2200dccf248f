//! The modules of RP-Initiated Logout OP.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;

use super::suite::{SUITE, Suite};
use super::{Mode, Provider};
use crate::harness::site::query;

/// `oidcc-rp-initiated-logout-certification-test-plan`, without the look at the metadata.
const MODULES: [&str; 8] = [
    "",
    "-bad-post-logout-redirect-uri",
    "-modified-id-token-hint",
    "-no-id-token-hint",
    "-no-params",
    "-no-post-logout-redirect-uri",
    "-no-state",
    "-only-state",
];

pub async fn plan() {
    let provider = Provider::start(Mode::Default).await;
    for module in MODULES {
        let name = format!("oidcc-rp-initiated-logout{module}");
        let suite = provider.suite(&name);
        Box::pin(run(&provider, &suite, module)).await;
        provider.server.pass(60);
    }
}

async fn run(provider: &Provider, suite: &Suite<'_>, module: &str) {
    let (_, signed_in) = provider.signs_in(suite, &[]).await;
    let hint = signed_in.tokens.text("id_token");
    let after = format!("{SUITE}post_logout_redirect");
    // Longer than most, to see that it comes back as it was.
    let state = "s/+~".repeat(32);
    let (hint, after, state) = match module {
        "-bad-post-logout-redirect-uri" => (hint, format!("{after}/elsewhere"), state),
        "-modified-id-token-hint" => (unsigned(&hint), after, state),
        "-no-id-token-hint" => (String::new(), after, state),
        "-no-params" => (String::new(), String::new(), String::new()),
        "-no-post-logout-redirect-uri" => (hint, String::new(), state),
        "-no-state" => (hint, after, String::new()),
        "-only-state" => (String::new(), String::new(), state),
        _ => (hint, after, state),
    };
    let params =
        [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", after.as_str()), ("state", state.as_str())];
    let params: Vec<_> = params.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let at = suite.visits(&format!("{}/oauth/logout?{}", provider.origin, query(&params))).await;
    let is_still_in = match module {
        "" | "-no-state" => {
            assert!(at.url.starts_with(&after), "{at:?}");
            assert_eq!(at.back().remove("state").unwrap_or_default(), state, "{module}");
            false
        }
        // Nobody is sent anywhere by what nobody can prove; where no app is named they are asked, and signed out.
        "-bad-post-logout-redirect-uri" => {
            assert_eq!((at.status, at.pictures.len()), (StatusCode::BAD_REQUEST, 1), "{module}: {at:?}");
            true
        }
        _ => {
            assert_eq!(at.pictures, ["Signed out"], "{module}: {at:?}");
            false
        }
    };
    let silent = provider.sends(suite, &[("prompt", "none")]).await;
    if is_still_in {
        assert!(provider.came_back(&silent).contains_key("code"), "{module}");
    } else {
        provider.refused(&silent, &["login_required", "interaction_required"]);
    }
}

/// The same claims under `alg: none`.
fn unsigned(token: &str) -> String {
    let claims = token.split('.').nth(1).expect("a token");
    format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#))
}
