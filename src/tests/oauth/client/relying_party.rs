//! A relying party that knows nothing of this server but its address: the `openidconnect` crate finds the endpoints by
//! itself and checks everything that it is told. A site that signs people in by it runs the same lines.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreDeviceAuthorizationResponse, CoreGrantType, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreRevocableToken, CoreSubjectIdentifierType, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AdditionalProviderMetadata, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    DeviceAuthorizationUrl, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl,
    LogoutProviderMetadata, LogoutRequest, Nonce, NonceVerifier, OAuth2TokenResponse, PkceCodeChallenge,
    PostLogoutRedirectUrl, ProviderMetadata, RedirectUrl, RevocationUrl, Scope, TokenResponse,
};
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use tessera::clock::Clock;
use tessera::store::records::app_options::{SigningAlgorithm, Switch};
use tessera::store::records::apps::App;

use crate::harness::browser::{Browser, Shown};
use crate::harness::pair::Pair;
use crate::harness::server::Server;
use crate::harness::site::{BACK, Site, said};

/// Where the site has people sent after they signed out.
const GOODBYE: &str = "https://shop.example/goodbye";

/// What the metadata says beside what the crate reads of them anyway.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Endpoints {
    device_authorization_endpoint: DeviceAuthorizationUrl,
    revocation_endpoint: RevocationUrl,
}

impl AdditionalProviderMetadata for Endpoints {}

type Metadata = ProviderMetadata<
    LogoutProviderMetadata<Endpoints>,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Client = CoreClient<EndpointSet, EndpointSet, EndpointNotSet, EndpointSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The way from the site to the server: each request goes to the next instance.
struct Wire {
    client: reqwest::Client,
    origin: String,
    instances: Vec<String>,
    turn: AtomicUsize,
}

impl Wire {
    fn to(servers: &[&Server]) -> Self {
        let first = servers[0];
        Self {
            client: first.client.clone(),
            origin: first.origin.clone(),
            instances: servers.iter().map(|server| server.address.clone()).collect(),
            turn: AtomicUsize::new(0),
        }
    }

    async fn send(&self, request: HttpRequest) -> reqwest::Result<HttpResponse> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.to_string();
        let path = path.strip_prefix(&self.origin).expect("no address but the server's own is called");
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let at = format!("http://{}{path}", self.instances[turn % self.instances.len()]);
        let host = self.origin.split_once("://").expect("an address").1;
        let request = self.client.request(parts.method, at).headers(parts.headers).header("host", host);
        let response = request.header("x-forwarded-for", "192.0.2.80").body(body).send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut answer = HttpResponse::new(response.bytes().await?.to_vec());
        (*answer.status_mut(), *answer.headers_mut()) = (status, headers);
        Ok(answer)
    }
}

/// A site that has found its provider.
struct Party {
    metadata: Metadata,
    client: Client,
    clock: Clock,
}

impl Party {
    /// Discovery, from the address alone.
    async fn discovers(wire: &Wire, site: &Site, clock: &Clock) -> Self {
        let issuer = IssuerUrl::new(wire.origin.clone()).expect("an address");
        let metadata = Metadata::discover_async(issuer, &|request| wire.send(request)).await.expect("discovery");
        let endpoints = metadata.additional_metadata().additional_metadata.clone();
        let (id, secret) = (ClientId::new(site.id.clone()), ClientSecret::new(site.secret.clone()));
        let client = CoreClient::from_provider_metadata(metadata.clone(), id, Some(secret))
            .set_redirect_uri(RedirectUrl::new(BACK.to_owned()).expect("an address"))
            .set_device_authorization_url(endpoints.device_authorization_endpoint)
            .set_revocation_url(endpoints.revocation_endpoint);
        Self { metadata, client, clock: clock.clone() }
    }

    /// The claims of an ID token, with everything about it checked.
    fn verifies<'a>(
        &self,
        tokens: &CoreTokenResponse,
        id_token: &'a CoreIdToken,
        nonce: impl NonceVerifier,
    ) -> &'a CoreIdTokenClaims {
        let time = time(&self.clock);
        let verifier = self.client.id_token_verifier().set_time_fn(move || time.into());
        let claims = id_token.claims(&verifier, nonce).expect("the token is right");
        let (algorithm, key) = (id_token.signing_alg().expect("known"), id_token.signing_key(&verifier));
        let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key.expect("published"));
        assert_eq!(claims.access_token_hash(), Some(&hash.expect("a hash")));
        claims
    }
}

fn time(clock: &Clock) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(clock.now().as_millis())
}

fn name_of(claims: &CoreUserInfoClaims) -> Option<&str> {
    claims.name().and_then(|name| name.get(None)).map(|name| name.as_str())
}

/// A visitor is sent to the server, signs in there by a scan, and is sent back.
async fn visits(browser: &Browser, phone: &Browser, address: &str) -> String {
    let begun = browser.get(address.strip_prefix(browser.origin()).expect("the server's address")).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{begun:?}");
    let shown = Shown::read(&browser.get(begun.location()).await.body);
    phone.approve(&shown).await;
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    let back = browser.get(begun.location()).await;
    assert!(back.location().starts_with(BACK), "{back:?}");
    back.location().to_owned()
}

/// Everything that a site does with its visitors.
async fn everything(wire: &Wire, site: &Site, clock: &Clock, browser: &Browser, phone: &Browser) {
    let http = |request| wire.send(request);
    let party = Party::discovers(wire, site, clock).await;

    // Code and PKCE.
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (address, state, nonce) = party
        .client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["profile", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    let back = visits(browser, phone, address.as_str()).await;
    assert_eq!((said(&back, "state"), said(&back, "iss")), (state.secret().clone(), wire.origin.clone()));
    let code = AuthorizationCode::new(said(&back, "code"));
    let exchange = party.client.exchange_code(code).expect("an endpoint").set_pkce_verifier(verifier);
    let tokens = exchange.request_async(&http).await.expect("tokens");
    let id_token = tokens.id_token().expect("an ID token");
    let claims = party.verifies(&tokens, id_token, &nonce);
    let other = Nonce::new_random();
    let time = time(clock);
    let strict = party.client.id_token_verifier().set_time_fn(move || time.into());
    assert!(id_token.claims(&strict, &other).is_err(), "the nonce counts");

    // Who it is: what the ID token says is compared by the crate.
    let asks = party.client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()));
    let info: CoreUserInfoClaims = asks.expect("an endpoint").request_async(&http).await.expect("claims");
    assert_eq!(name_of(&info), Some("Alice"));

    // Refresh, after the first tokens are over.
    clock.advance(Duration::from_secs(601));
    let refresh_token = tokens.refresh_token().expect("a refresh token");
    let refreshes = party.client.exchange_refresh_token(refresh_token).expect("an endpoint");
    let fresh = refreshes.request_async(&http).await.expect("tokens");
    // OpenID Connect Core §12.2: a refreshed ID token need not repeat the nonce.
    let fresh_id = fresh.id_token().expect("an ID token");
    let again = party.verifies(&fresh, fresh_id, |_: Option<&Nonce>| Ok(()));
    assert_eq!((again.subject(), again.auth_time()), (claims.subject(), claims.auth_time()));
    let with_old = party.client.user_info(tokens.access_token().clone(), None).expect("an endpoint");
    let refused: Result<CoreUserInfoClaims, _> = with_old.request_async(&http).await;
    assert!(refused.is_err(), "an access token is over when it says");

    let device = device(wire, &party, phone).await;
    let claims = party.verifies(&device, device.id_token().expect("an ID token"), |_: Option<&Nonce>| Ok(()));
    assert_eq!(claims.subject(), again.subject(), "one person, one name");

    logs_out(&party, fresh_id, browser).await;
}

/// RFC 8628: a device without a browser shows a code for typing, and asks until somebody has approved.
async fn device(wire: &Wire, party: &Party, phone: &Browser) -> CoreTokenResponse {
    let http = |request| wire.send(request);
    let asks = party.client.exchange_device_code().add_scope(Scope::new("profile".to_owned()));
    let shows: CoreDeviceAuthorizationResponse = asks.request_async(&http).await.expect("a code");
    assert_eq!(shows.verification_uri().as_str(), format!("{}/link", wire.origin));
    let typed = shows.user_code().secret().clone();
    let (clock, polls) = (&party.clock, AtomicUsize::new(0));
    let now = time(clock);
    // Between two requests the device waits; meanwhile time goes by and, after the second, somebody approves.
    let waits = |pause: Duration| {
        let (is_second, shown) =
            (polls.fetch_add(1, Ordering::Relaxed) == 1, Shown { ticket: String::new(), typed: typed.clone() });
        async move {
            clock.advance(pause);
            if is_second {
                phone.approve(&shown).await;
            }
        }
    };
    let exchange = party.client.exchange_device_access_token(&shows).expect("an endpoint");
    let tokens = exchange.set_time_fn(move || now.into()).request_async(&http, waits, None).await.expect("tokens");
    assert_eq!(polls.into_inner(), 2, "pending twice, and never told to slow down");
    tokens
}

/// OpenID Connect RP-Initiated Logout: the visitor comes back signed out, without a question.
async fn logs_out(party: &Party, id_token: &CoreIdToken, browser: &Browser) {
    assert!(browser.is_signed_in().await);
    let endpoint = party.metadata.additional_metadata().end_session_endpoint.clone().expect("an endpoint");
    let address = LogoutRequest::from(endpoint)
        .set_id_token_hint(id_token)
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(GOODBYE.to_owned()).expect("an address"))
        .set_state(CsrfToken::new("bye".to_owned()))
        .http_get_url();
    let begun = browser.get(address.as_str().strip_prefix(browser.origin()).expect("the server's address")).await;
    let back = browser.get(begun.location()).await;
    assert_eq!(back.location(), format!("{GOODBYE}?state=bye"), "{back:?}");
    assert!(!browser.is_signed_in().await);
}

fn rights(algorithm: SigningAlgorithm) -> impl FnOnce(&mut App) {
    move |app| {
        app.options.id_token_signed_response_alg = algorithm;
        app.options.switches.set(Switch::DeviceGrant, true);
        app.options.post_logout_redirect_uris = vec![GOODBYE.to_owned()];
    }
}

#[tokio::test]
async fn sec_54_an_independent_relying_party_does_everything_that_it_knows_with_every_algorithm() {
    for algorithm in SigningAlgorithm::ALL {
        let server = Server::start().await;
        let site = Site::register_with(&server, rights(algorithm)).await;
        let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
        everything(&Wire::to(&[&server]), &site, &server.clock, &browser, &phone).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_54_the_same_among_two_instances_whichever_of_them_answers() {
    let pair = Pair::start().await;
    let site = Site::register_with(&pair.first, rights(SigningAlgorithm::Rs256)).await;
    let (browser, phone) = (pair.desktop(), pair.phone("Alice").await);
    let wire = Wire::to(&[&pair.first, &pair.second]);
    everything(&wire, &site, &pair.first.clock, &browser, &phone).await;
}

#[tokio::test]
async fn sec_54_a_site_gives_its_tokens_back_and_they_are_worth_nothing_then() {
    // The crate gives tokens back over https alone.
    let server = Server::start_with(|settings| settings.public_url = "https://login.example".into()).await;
    let site = Site::register(&server).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let wire = Wire::to(&[&server]);
    let http = |request| wire.send(request);
    let party = Party::discovers(&wire, &site, &server.clock).await;
    let code = site.code(&browser, &phone, &[("scope", "openid offline_access")]).await;
    let tokens = site.exchanges(&code).await;
    let token = openidconnect::RefreshToken::new(tokens.text("refresh_token"));
    let gives = party.client.revoke_token(CoreRevocableToken::from(token.clone())).expect("https");
    gives.request_async(&http).await.expect("taken");
    let refreshes = party.client.exchange_refresh_token(&token).expect("an endpoint");
    let refused = refreshes.request_async(&http).await.expect_err("over").to_string();
    assert!(refused.contains("invalid_grant"), "{refused}");
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
}
