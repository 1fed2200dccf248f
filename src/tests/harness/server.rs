//! Boots the real router behind the real accept loop.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tessera::clock::Clock;
use tessera::crypto::random::random;
use tessera::listen;
use tessera::listen::ListenerSettings;
use tessera::server::ServerState;
use tessera::settings::{Settings, Verification};
use tessera::store::records::NewAccount;
use tessera::store::records::app_log::{Actor, By, Revised};
use tessera::store::records::people::Role;
use tessera::ticket::ids::AccountId;
use tessera::ticket::time::Timestamp;
use tessera::web::assets::Assets;
use tessera::web::client::TrustedProxies;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::browser::{Shown, plain_client};

/// The password of everybody in these tests.
pub const PASSWORD: &str = "correct horse battery";
/// Its hash with the parameters of the server. To compute it for each person of each test would take a tenth of the time of
/// all tests.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$fpHowwA+DnK5Sy112MGXYg$Y1w3pShp7LTqwN8c7RloFbbmQzi0nW1eVxjpkrHKuG8";

/// The site as `make site` left it.
pub fn assets() -> Assets {
    Assets::new(|name| std::fs::read(Path::new("target/site").join(name)).ok().map(Cow::Owned))
}

/// A running server.
pub struct Server {
    /// `http://localhost:<port>`
    pub origin: String,
    /// `127.0.0.1:<port>`
    pub address: String,
    pub clock: Clock,
    pub app: ServerState,
    /// Stops the server; its listener closes [`LINGER`](tessera::web::bounds::LINGER) later.
    pub stopping: CancellationToken,
    /// Tells the server that it is about to stop, and leaves its listener open, for as long as a test has questions.
    pub announced: CancellationToken,
    pub serving: JoinHandle<()>,
    pub folder: Arc<TempDir>,
    /// What all browsers speak through; cookies and addresses are theirs.
    pub client: reqwest::Client,
}

impl Server {
    /// A server with the defaults, which believes what these tests say their addresses are.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A server with changed settings.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let clock = Clock::manual(Timestamp::from_millis(1_800_000_000_000));
        Self::start_in(folder, clock, change).await
    }

    /// A server on a data folder that may have been used before.
    pub async fn start_in(folder: Arc<TempDir>, clock: Clock, change: impl FnOnce(&mut Settings)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let mut settings = Settings::defaults();
        settings.data_dir = folder.path().to_owned();
        settings.server.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
        // Most tests are about something else than what an approval asks; those that are set the defaults again.
        settings.login.verification = Verification::taps();
        settings.listening_on(port);
        change(&mut settings);
        let stopping = CancellationToken::new();
        let announced = stopping.child_token();
        let app = ServerState::build(&settings, &assets(), clock.clone(), announced.clone()).await.expect("builds");
        let listener_settings = ListenerSettings {
            connections: usize::try_from(settings.limits.connections).expect("fits"),
            per_network: settings.limits.connections_per_address,
            proxies: TrustedProxies::new(&settings.server.trusted_proxies),
            clock: clock.clone(),
            tls: None,
            stopping: stopping.clone(),
        };
        let serving = tokio::spawn(listen::serve(listener, app.router(), listener_settings));
        let (origin, address) = (app.login.site.origin().to_owned(), format!("127.0.0.1:{port}"));
        let client = plain_client().build().expect("a client");
        Self { origin, address, clock, app, stopping, announced, serving, folder, client }
    }

    /// Adds a person who can sign in with [`PASSWORD`].
    pub async fn person(&self, name: &str) {
        self.person_named(name, name).await;
    }

    /// Adds a person who is shown under another name.
    pub async fn person_named(&self, name: &str, display_name: &str) {
        self.account(name, display_name, Role::None).await;
    }

    /// Adds a person who may administer the server.
    pub async fn administrator(&self, name: &str) {
        self.account(name, name, Role::Admin).await;
    }

    /// Adds a person who may manage people.
    pub async fn manager(&self, name: &str) {
        self.account(name, name, Role::People).await;
    }

    async fn account(&self, name: &str, display_name: &str, role: Role) {
        let account = NewAccount {
            id: AccountId::from_random(random()),
            username: name.to_lowercase(),
            display_name: display_name.to_owned(),
            email: None,
            email_verified_at: None,
            password_hash: Some(HASH.to_owned()),
            role,
            created_at: self.clock.now(),
        };
        assert!(self.app.accounts.records.add_account(account).await.expect("answers"), "a new name");
    }

    /// Whoever may run commands where the server runs, now.
    pub fn operator(&self) -> By {
        By { actor: Actor::CommandLine, now: self.clock.now() }
    }

    /// Whoever may run commands changes an app.
    pub async fn revise_app(&self, id: &str, change: impl Fn(&mut tessera::store::records::apps::App)) {
        let revise = |mut app: tessera::store::records::apps::App| {
            change(&mut app);
            Ok::<_, ()>(app)
        };
        let records = &self.app.records;
        let revised = records.revise_app(id.parse().expect("an id"), &self.operator(), revise).await.expect("answers");
        assert!(matches!(revised, Revised::Done { .. }), "{revised:?}");
    }

    pub fn port(&self) -> u16 {
        self.address.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port")
    }

    /// The path of the page behind a code, without anybody having scanned it.
    pub async fn path_of(&self, shown: &Shown) -> String {
        let flow = &self.app.login.flow;
        let code = flow.resolve_typed(shown.typed.parse().expect("a code")).await.expect("a ticket");
        format!("/s/{}", flow.link_text(code))
    }

    /// Moves the clock.
    pub fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}
