//! Instances as processes of their own under one address: what a crash, a stop and a rolling restart do to people.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::harness::binary::{Instance, add_user, tessera, tessera_at};
use crate::harness::browser::{Browser, DESKTOP, Instances, PHONE};
use crate::harness::crowd::{Outcome, Page, crowd_of};
use crate::harness::server::PASSWORD;
use crate::harness::spawn::{Postgres, Redis, free_port, scale};

/// What people reach them under; nothing listens there itself.
const ORIGIN: &str = "http://localhost:1";

/// Instances, and what they stand on.
struct House {
    redis: Redis,
    postgres: Postgres,
    instances: Instances,
    folder: TempDir,
}

impl House {
    fn start() -> Self {
        Self::start_with(Path::new(env!("CARGO_BIN_EXE_tessera")))
    }

    /// The same with records that this binary made.
    fn start_with(binary: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let instances = Instances::default();
        let house = Self { redis: Redis::start(), postgres: Postgres::start(), instances, folder };
        add_user(&mut house.configured(tessera_at(binary, &house.folder)), "alice");
        house
    }

    fn command(&self) -> Command {
        self.configured(tessera(&self.folder))
    }

    fn configured(&self, mut command: Command) -> Command {
        command
            .env("TESSERA_STORE__TICKETS", self.redis.address())
            .env("TESSERA_STORE__RECORDS", self.postgres.address())
            .env("TESSERA_SERVER__PUBLIC_URL", ORIGIN)
            .env("TESSERA_SERVER__TRUSTED_PROXIES", "[\"127.0.0.0/8\"]")
            // As long as each may be: what a crowd takes depends on the machine.
            .env("TESSERA_LOGIN__RENEW_SECONDS", "3600")
            .env("TESSERA_LOGIN__DECIDE_SECONDS", "180")
            .env("TESSERA_LOGIN__CLAIM_SECONDS", "60");
        command
    }

    /// One more instance, known to people once it answers.
    fn instance(&self) -> Instance {
        self.started(self.command())
    }

    /// One more instance that is of the version of this binary.
    fn instance_of(&self, binary: &Path) -> Instance {
        self.started(self.configured(tessera_at(binary, &self.folder)))
    }

    fn started(&self, mut command: Command) -> Instance {
        let port = free_port();
        let instance = Instance::start(&mut command, port);
        self.instances.add(port);
        instance
    }

    fn forget(&self, instance: &Instance) {
        self.instances.remove(instance.port);
    }

    fn desktop(&self) -> Browser {
        Browser::among(ORIGIN, self.instances.clone(), DESKTOP, "198.51.100.1")
    }

    async fn phone(&self) -> Browser {
        let phone = Browser::among(ORIGIN, self.instances.clone(), PHONE, "203.0.113.1");
        phone.sign_in("alice", PASSWORD, "/").await;
        assert!(phone.is_signed_in().await);
        phone
    }
}

/// Ten thousand of them in `make soak`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_61_an_instance_is_killed_with_two_thousand_pages_waiting_and_approvals_in_flight() {
    // Each page has a socket at either end, and this process has all of theirs.
    rlimit::increase_nofile_limit(u64::MAX).expect("a limit");
    let house = House::start();
    let (mut first, _second) = (house.instance(), house.instance());
    let (desktop, phone) = (house.desktop(), house.phone().await);
    let count = scale(2_000);
    let outcome = crowd_of(&desktop, phone, Page::Watching, count, async {
        first.kill();
        house.forget(&first);
    })
    .await;
    assert_eq!(outcome, Outcome { begun: count, lost: 0, doubled: 0 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_66_a_rolling_restart_under_load_fails_no_sign_in() {
    let house = House::start();
    let mut instances = [house.instance(), house.instance()];
    for round in 0..scale(4) {
        let (desktop, phone) = (house.desktop(), house.phone().await);
        let at = round % instances.len();
        let outcome = crowd_of(&desktop, phone, Page::Watching, 100, async {
            let fresh = house.instance();
            let mut old = std::mem::replace(&mut instances[at], fresh);
            // A supervisor takes it out first; its readiness would have done so a second later.
            house.forget(&old);
            tokio::task::spawn_blocking(move || old.stop()).await.expect("stopped");
        })
        .await;
        assert_eq!(outcome, Outcome { begun: 100, lost: 0, doubled: 0 });
    }
}

/// `make test-versions OTHER=…` gives the binary of an earlier version.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs another version: TESSERA_OTHER_BINARY"]
async fn sec_66_versions_that_run_side_by_side_in_either_order_fail_no_sign_in() {
    let earlier = std::env::var_os("TESSERA_OTHER_BINARY").expect("the path of another version");
    let (earlier, this) = (Path::new(&earlier), Path::new(env!("CARGO_BIN_EXE_tessera")));
    for order in [[0, 1], [1, 0]] {
        let house = House::start_with(earlier);
        let mut instances = [house.instance_of(earlier), house.instance_of(earlier)];
        for at in order {
            let (desktop, phone) = (house.desktop(), house.phone().await);
            let outcome = crowd_of(&desktop, phone, Page::Watching, 100, async {
                let fresh = house.instance_of(this);
                let mut old = std::mem::replace(&mut instances[at], fresh);
                house.forget(&old);
                tokio::task::spawn_blocking(move || old.stop()).await.expect("stopped");
            })
            .await;
            assert_eq!(outcome, Outcome { begun: 100, lost: 0, doubled: 0 }, "while {at} of {order:?} changes");
            // The first time around, one of each version serves what the other one made.
            let (desktop, phone) = (house.desktop(), house.phone().await);
            let outcome = crowd_of(&desktop, phone, Page::Watching, 100, async {}).await;
            assert_eq!(outcome, Outcome { begun: 100, lost: 0, doubled: 0 }, "after {at} of {order:?}");
        }
        // There is no way back: what is stored is newer than the earlier version, which says so.
        let mut back = house.configured(tessera_at(earlier, &house.folder));
        let refused = back.args(["serve", "--addr", "127.0.0.1:0"]).stderr(Stdio::piped()).output().expect("runs");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && said.contains("newer"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_is_reached_over_tls_and_with_a_password() {
    let (_redis, address, certificate) = Redis::over_tls("hunter2");
    let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
    add_user(&mut tessera(&folder), "alice");
    let mut command = tessera(&folder);
    // Where an operator's own authority is trusted, as other programs are told of it.
    command.env("SSL_CERT_FILE", certificate).env("TESSERA_STORE__TICKETS", address);
    let _instance = Instance::start(&mut command, port);
    let at = |agent| Browser::at(&format!("http://localhost:{port}"), port, agent, "127.0.0.1");
    let (desktop, phone) = (at(DESKTOP), at(PHONE));
    phone.sign_in("alice", PASSWORD, "/").await;
    phone.signs_in(&desktop).await;
    assert!(desktop.is_signed_in().await);
}

#[tokio::test]
async fn sec_68_instances_whose_clocks_are_a_minute_apart_agree_on_the_time() {
    use tessera::clock::Clock;
    use tessera::server::ServerState;
    use tessera::settings::{self, Settings};
    use tokio_util::sync::CancellationToken;

    let redis = Redis::start();
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = Settings::defaults();
    settings.data_dir = folder.path().to_owned();
    let store = settings::Store { tickets: redis.address(), ..settings::Store::default() };
    settings.store = store.check().expect("an address");
    let mut clocks = Vec::new();
    for wrong_by in [0, 60_000, -60_000_i64] {
        let clock = Clock::system();
        let now = clock.now().as_millis();
        clock.follow(tessera::ticket::time::Timestamp::from_millis(now.saturating_add_signed(wrong_by)));
        ServerState::build(&settings, &crate::harness::server::assets(), clock.clone(), CancellationToken::new())
            .await
            .expect("builds");
        clocks.push(clock);
    }
    let now: Vec<u64> = clocks.iter().map(|clock| clock.now().as_millis()).collect();
    // Each was right when it asked, but for the time that the answer took.
    assert!(now.iter().all(|time| time.abs_diff(now[0]) < 10_000), "{now:?}");
}

#[tokio::test]
async fn sec_68_a_sign_in_goes_through_instances_whose_machines_disagree_about_the_time() {
    use tessera::clock::Clock;
    use tessera::ticket::time::Timestamp;

    use crate::harness::pair::Pair;
    use crate::harness::site::{Site, claims};

    let wrong_by = |milliseconds: i64| {
        let clock = Clock::system();
        clock.follow(Timestamp::from_millis(clock.now().as_millis().saturating_add_signed(milliseconds)));
        clock
    };
    let right = Clock::system();
    for apart in [60_000, -60_000, 3_600_000, -3_600_000] {
        let pair = Pair::with_clocks([wrong_by(apart), wrong_by(-apart)]).await;
        let (site, phone) = (Site::register(&pair.first).await, pair.phone("Alice").await);
        // The same site asks either instance.
        let backend = Browser::new(&pair.second, "shop/1.0", "192.0.2.80");
        let elsewhere = Site { id: site.id.clone(), secret: site.secret.clone(), backend };
        let offline = [("scope", "openid profile offline_access")];
        let tokens = elsewhere.exchanges(&site.code(&pair.desktop(), &phone, &offline).await).await;
        assert_eq!(tokens.status, reqwest::StatusCode::OK, "{apart}: {tokens:?}");
        for asks in [&site, &elsewhere] {
            assert_eq!(asks.userinfo(&tokens.text("access_token")).await.text("name"), "Alice", "{apart}");
        }
        let now = right.now().as_millis() / 1000;
        let said = claims(&tokens.text("id_token"));
        for (claim, expected) in [("iat", now), ("auth_time", now)] {
            let said = said[claim].as_u64().unwrap_or(now);
            assert!(said.abs_diff(expected) < 30, "{apart}: {claim} is {said} at {expected}");
        }
        assert!(said["exp"].as_u64().expect("an end") > now, "{apart}: {said}");
        let renewed = site.refreshes(&tokens.text("refresh_token")).await;
        assert_eq!(renewed.status, reqwest::StatusCode::OK, "{apart}: {renewed:?}");
        assert_eq!(elsewhere.userinfo(&renewed.text("access_token")).await.text("name"), "Alice", "{apart}");
    }
}
