//! Traces: what a collector is told of a sign-in, what it is never told, and that nobody waits for it.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode as Outcome;
use prost::Message as _;
use reqwest::{Method, StatusCode};
use tessera::clock::Clock;
use tessera::listen;
use tessera::listen::ListenerSettings;
use tessera::server::telemetry;
use tessera::settings::{self, Log};
use tessera::trace::Traces;
use tessera::web::client::TrustedProxies;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::harness::browser::{Browser, DESKTOP, Shown};
use crate::harness::hang::eventually;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::spawn::{Redis, free_port};
use crate::watch::carriers::{event, watch};

/// A collector that keeps what it is sent.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Bytes>>>);

impl Collector {
    /// Listens; says where.
    async fn start() -> (Self, String) {
        let collector = Self::default();
        let keep = async |State(collector): State<Self>, body: Bytes| {
            collector.0.lock().expect("not poisoned").push(body);
        };
        let router = Router::new().route("/v1/traces", post(keep)).with_state(collector.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
        let proxies = TrustedProxies::new(&[]);
        let listener_settings = ListenerSettings {
            connections: 16,
            per_network: 16,
            proxies,
            clock: Clock::system(),
            tls: None,
            stopping: CancellationToken::new(),
        };
        tokio::spawn(listen::serve(listener, router, listener_settings));
        (collector, endpoint)
    }

    /// Listens, and is told of what this process does.
    async fn of_this_process() -> (Self, Traces) {
        let (collector, endpoint) = Self::start().await;
        (collector, trace_to(endpoint))
    }

    fn batches(&self) -> Vec<Bytes> {
        self.0.lock().expect("not poisoned").clone()
    }

    fn told(&self) -> Told {
        let batches = self.batches().into_iter().map(|body| ExportTraceServiceRequest::decode(body).expect("OTLP"));
        let resources = batches.flat_map(|batch| batch.resource_spans);
        Told(resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect())
    }
}

/// From here on; once a process, and each test is a process of its own.
fn trace_to(endpoint: String) -> Traces {
    telemetry::start(&Log { otlp_endpoint: Some(endpoint), ..Log::default() }).expect("the first in this process")
}

/// The spans that a collector was told.
struct Told(Vec<Span>);

impl Told {
    fn named(&self, name: &str) -> Vec<&Span> {
        self.0.iter().filter(|span| span.name == name).collect()
    }

    /// The only span of this name.
    fn one(&self, name: &str) -> &Span {
        match self.named(name)[..] {
            [one] => one,
            ref several => panic!("{} spans are named {name}", several.len()),
        }
    }

    fn parent(&self, span: &Span) -> Option<&Span> {
        let parent = self.0.iter().find(|other| other.span_id == span.parent_span_id)?;
        assert_eq!(parent.trace_id, span.trace_id, "a trace is one tree");
        Some(parent)
    }

    fn children(&self, span: &Span) -> Vec<&str> {
        let children = self.0.iter().filter(|child| child.parent_span_id == span.span_id);
        children.map(|child| child.name.as_str()).collect()
    }
}

fn said(span: &Span, key: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|attribute| attribute.value.clone()?.value) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => panic!("{key} of {} is {other:?}", span.name),
    }
}

async fn sign_in(browser: &Browser, phone: &Browser) -> Shown {
    let shown = browser.show_code().await;
    let path = phone.type_code(&shown).await;
    phone.get(&path).await;
    phone.post("/api/approve", &[("code", path.trim_start_matches("/s/"))]).await;
    let claim = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!(claim.status, StatusCode::OK);
    assert!(browser.is_signed_in().await);
    shown
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_is_a_tree_of_requests_steps_and_stores() {
    let (collector, traces) = Collector::of_this_process().await;
    let redis = Redis::start();
    let store = settings::Store { tickets: redis.address(), ..settings::Store::default() };
    let server = Server::start_with(|settings| settings.store = store.check().expect("an address")).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = sign_in(&browser, &phone).await;
    let again = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!(again.status, StatusCode::GONE);
    traces.stop().await;
    let told = collector.told();

    for (step, request) in
        [("issue", "GET /login"), ("look", "GET /s/{code}"), ("scan", "POST /link"), ("approve", "POST /api/{name}")]
    {
        let step = told.one(step);
        assert_eq!(said(step, "ticket.id"), shown.ticket);
        assert_eq!(told.parent(step).expect("a request").name, request);
        assert!(told.children(step).contains(&"redis"), "{}: {:?}", step.name, told.children(step));
    }
    let [claim, repeated] = told.named("claim")[..] else { panic!("two claims") };
    for (step, status) in [(claim, "200"), (repeated, "410")] {
        assert_eq!(said(step, "ticket.id"), shown.ticket);
        assert!(told.children(step).contains(&"redis"));
        let request = told.parent(step).expect("a request");
        assert_eq!(request.name, "POST /login/{ticket}/claim");
        assert_eq!(said(request, "http.request.method"), "POST");
        assert_eq!(said(request, "http.route"), "/login/{ticket}/claim");
        assert_eq!(said(request, "http.response.status_code"), status);
        assert!(request.parent_span_id.is_empty());
    }
    assert_eq!(said(repeated, "code"), "already_used");
    let opened = told.children(told.parent(claim).expect("a request"));
    assert!(opened.contains(&"sqlite_writer"), "the session: {opened:?}");
    for store in told.named("redis").into_iter().chain(told.named("sqlite_writer")) {
        assert_eq!(said(store, "store"), store.name);
        assert!(told.parent(store).is_some(), "what no request asked is not told: heartbeats, sweeps, waiting pages");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_fails_is_seen_in_the_trace_of_whom_it_failed() {
    let (collector, traces) = Collector::of_this_process().await;
    let redis = Redis::start();
    let store = settings::Store { tickets: redis.address(), ..settings::Store::default() };
    let server = Server::start_with(|settings| settings.store = store.check().expect("an address")).await;
    redis.process.kill();
    assert_eq!(Browser::desktop(&server).get("/login").await.status, StatusCode::SERVICE_UNAVAILABLE);
    traces.stop().await;
    let told = collector.told();
    let step = told.one("issue");
    assert_eq!(said(step, "code"), "temporarily_unavailable");
    for failed in [told.one("redis"), told.one("GET /login")] {
        assert_eq!(failed.status.as_ref().expect("a status").code(), Outcome::Error, "{}", failed.name);
    }
    assert_eq!(told.parent(told.one("redis")), Some(step));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_span_ends_with_its_answer_and_no_waiting_page_is_in_one() {
    let (collector, traces) = Collector::of_this_process().await;
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let mut socket = watch(&browser, &shown).await;
    event(&mut socket).await;
    browser.get("/healthz").await;
    browser.get("/nowhere/canary-path").await;
    browser.send(Method::from_bytes(b"CANARY").expect("a method"), "/login", &[], None).await;
    // The page waits on while its span is told.
    traces.stop().await;
    let told = collector.told();
    assert_eq!(said(told.one("GET /login/{ticket}/watch"), "http.response.status_code"), "101");
    assert_eq!(said(told.one("GET"), "http.response.status_code"), "404");
    assert_eq!(said(told.one("_OTHER /login"), "http.request.method"), "_OTHER");
    assert!(told.named("GET /healthz").is_empty(), "machines ask often");
    drop(socket);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_goes_on_where_a_trusted_proxy_says_so_and_nowhere_else() {
    const FROM: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let (collector, traces) = Collector::of_this_process().await;
    let behind_a_proxy = Server::start().await;
    let alone = Server::start_with(|settings| settings.server.trusted_proxies.clear()).await;
    let ask = async |server: &Server, path: &str, headers: &[(&str, &str)]| {
        Browser::desktop(server).send(Method::GET, path, headers, None).await;
    };
    ask(&behind_a_proxy, "/robots.txt", &[("traceparent", FROM), ("tracestate", "canary=1")]).await;
    ask(&behind_a_proxy, "/favicon.svg", &[("traceparent", FROM), ("traceparent", FROM)]).await;
    ask(&behind_a_proxy, "/link", &[("traceparent", "00-canary-01")]).await;
    ask(&alone, "/signin", &[("traceparent", FROM)]).await;
    traces.stop().await;
    let told = collector.told();
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let continued = told.one("GET /robots.txt");
    assert_eq!(hex(&continued.trace_id), &FROM[3..35]);
    assert_eq!(hex(&continued.parent_span_id), &FROM[36..52]);
    assert_eq!(continued.trace_state, "");
    for fresh in ["GET /favicon.svg", "GET /link", "GET /signin"] {
        let fresh = told.one(fresh);
        assert_ne!(hex(&fresh.trace_id), &FROM[3..35], "{}", fresh.name);
        assert!(fresh.parent_span_id.is_empty(), "{}", fresh.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_34_no_secret_is_in_any_span() {
    let (collector, traces) = Collector::of_this_process().await;
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let setup = server.app.accounts.setup.link("").split_once("token=").expect("a token").1.to_owned();
    browser.get(&format!("/setup?token={setup}")).await;
    browser.sign_in("alice", "canary-wrong-password", "/canary-next").await;
    let bearer =
        [("authorization", "Bearer canary-bearer"), ("user-agent", "canary-agent"), ("referer", "canary-from")];
    browser.send(Method::POST, "/v1/tickets/canary-code/scan?canary=query", &bearer, None).await;
    let shown = sign_in(&browser, &phone).await;
    let code = phone.type_code(&browser.beside("curl/8", "198.51.100.2").show_code().await).await;
    browser.fetch(Method::POST, &format!("/login/{}/refresh?canary=query", shown.ticket)).await;
    browser.fetch(Method::POST, &format!("/login/{}/cancel", shown.ticket)).await;
    phone.get(&format!("{code}?canary=query")).await;
    phone.get("/canary-path").await;
    // What the gate itself refuses.
    let foreign = [("sec-fetch-site", "cross-site"), ("origin", "https://canary.example")];
    phone.send(Method::POST, &code, &foreign, Some(&[])).await;
    let claim_key = browser.cookie("__Host-tessera-browser").expect("a key");
    let sessions = [&browser, &phone].map(|one| one.cookie("__Host-tessera-session").expect("a session"));
    traces.stop().await;

    let told = collector.told();
    assert!(told.0.len() > 20 && !told.named("claim").is_empty(), "the collector was told");
    let code = code.trim_start_matches("/s/");
    assert!(
        collector.batches().iter().any(|body| String::from_utf8_lossy(body).contains("/s/{code}")),
        "texts are plain"
    );
    for body in collector.batches() {
        let text = String::from_utf8_lossy(&body);
        for secret in
            ["canary", PASSWORD, "alice", "Alice", &setup, code, &shown.typed, &claim_key, &sessions[0], &sessions[1]]
        {
            assert!(!text.contains(secret), "{secret}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_away_costs_a_sign_in_nothing() {
    let traces = trace_to(format!("http://127.0.0.1:{}", free_port()));
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    sign_in(&browser, &phone).await;
    eventually("the stop", traces.stop()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_never_answers_costs_a_sign_in_nothing_and_holds_up_no_stop() {
    // The kernel takes connections, and nobody takes them from there.
    let mute = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let traces = trace_to(format!("http://{}", mute.local_addr().expect("bound")));
    let server = Server::start_with(|settings| settings.limits.requests_per_minute = 1_000_000).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    // More than there is room for.
    for _ in 0..3000 {
        browser.get("/robots.txt").await;
    }
    sign_in(&browser, &phone).await;
    eventually("the stop", traces.stop()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_graceful_stop_sends_what_is_under_way() {
    let (collector, endpoint) = Collector::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let port = free_port();
    let mut server = Command::new(env!("CARGO_BIN_EXE_tessera"))
        .current_dir(folder.path())
        .env_clear()
        .env("TESSERA_LOG__OTLP_ENDPOINT", endpoint)
        // An hour, in milliseconds: nothing but the stop sends a batch that is not full.
        .env("OTEL_BSP_SCHEDULE_DELAY", "3600000")
        .args(["serve", "--addr", &format!("127.0.0.1:{port}")])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("runs");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("piped")).read_line(&mut line).expect("says where it is");
    Browser::at(&format!("http://localhost:{port}"), port, DESKTOP, "127.0.0.1").get("/signin").await;
    assert!(collector.batches().is_empty(), "they are sent in batches");
    let id = server.id().to_string();
    assert!(Command::new("kill").args(["-s", "TERM", &id]).status().expect("kill").success());
    assert!(server.wait().expect("ends").success());
    assert_eq!(said(collector.told().one("GET /signin"), "http.response.status_code"), "200");
}
