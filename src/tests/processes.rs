//! Instances as processes of their own behind a balancer: what a crash, a stop and a rolling restart do to people.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::browser::{Browser, DESKTOP, PHONE};
use super::crowd::{Outcome, Page, crowd_of};
use super::server::PASSWORD;
use super::spawn::{Postgres, Redis, free_port};

/// Instances, and what they stand on.
struct House {
    redis: Redis,
    postgres: Postgres,
    port: u16,
    ports: Arc<Mutex<Vec<u16>>>,
    folder: TempDir,
}

/// One instance; ends with its owner.
struct Instance {
    child: Child,
    port: u16,
}

impl House {
    async fn start() -> Self {
        let (port, ports) = balancer().await;
        let folder = tempfile::tempdir().expect("a folder");
        let house = Self { redis: Redis::start(), postgres: Postgres::start(), port, ports, folder };
        let mut add = house.command();
        let mut adding =
            add.args(["user", "add", "alice", "--password-stdin"]).stdin(Stdio::piped()).spawn().expect("runs");
        adding.stdin.take().expect("piped").write_all(PASSWORD.as_bytes()).expect("written");
        assert!(adding.wait().expect("ends").success());
        house
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("TESSERA_STORE__TICKETS", self.redis.address())
            .env("TESSERA_STORE__RECORDS", self.postgres.address())
            .env("TESSERA_SERVER__PUBLIC_URL", self.origin())
            .env("TESSERA_SERVER__TRUSTED_PROXIES", "[\"127.0.0.0/8\"]")
            .env("TESSERA_LOG__LEVEL", "error")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        for limit in ["LOGINS", "ATTEMPTS", "DECISIONS", "REQUESTS"] {
            command.env(format!("TESSERA_LIMITS__{limit}_PER_MINUTE"), "60000000");
        }
        command
    }

    fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// One more instance, known to the balancer once it answers.
    fn instance(&self) -> Instance {
        let port = free_port();
        let mut command = self.command();
        let mut child = command
            .args(["serve", "--addr", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::piped())
            .spawn()
            .expect("runs");
        let mut said = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        said.read_line(&mut line).expect("says where it is");
        assert!(line.starts_with("Tessera is at"), "{line}");
        self.ports.lock().expect("not poisoned").push(port);
        Instance { child, port }
    }

    fn forget(&self, instance: &Instance) {
        self.ports.lock().expect("not poisoned").retain(|port| *port != instance.port);
    }

    fn desktop(&self) -> Browser {
        Browser::at(&self.origin(), self.port, DESKTOP, "198.51.100.1")
    }

    async fn phone(&self) -> Browser {
        let phone = Browser::at(&self.origin(), self.port, PHONE, "203.0.113.1");
        phone.sign_in("alice", PASSWORD, "/").await;
        assert!(phone.is_signed_in().await);
        phone
    }
}

impl Instance {
    fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("waited for");
    }

    /// SIGTERM, as an operator and a supervisor stop it.
    fn stop(&mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &id]).status().expect("kill").success());
        assert!(self.child.wait().expect("ends").success());
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A balancer that knows nothing of HTTP: each connection goes to the next instance that takes it.
async fn balancer() -> (u16, Arc<Mutex<Vec<u16>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let own = listener.local_addr().expect("bound").port();
    let ports = Arc::new(Mutex::new(Vec::<u16>::new()));
    let targets = Arc::clone(&ports);
    tokio::spawn(async move {
        let mut turn = 0_usize;
        loop {
            let (mut near, _) = listener.accept().await.expect("accepts");
            turn = turn.wrapping_add(1);
            let mut order = targets.lock().expect("not poisoned").clone();
            let count = order.len().max(1);
            order.rotate_left(turn % count);
            tokio::spawn(async move {
                for port in order {
                    if let Ok(mut far) = TcpStream::connect(("127.0.0.1", port)).await {
                        let _ = copy_bidirectional(&mut near, &mut far).await;
                        return;
                    }
                }
            });
        }
    });
    (own, ports)
}

/// `make soak` asks for more.
fn scale(usual: usize) -> usize {
    std::env::var("TESSERA_SOAK").ok().and_then(|factor| factor.parse::<usize>().ok()).map_or(usual, |by| usual * by)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_61_an_instance_is_killed_with_two_thousand_pages_waiting_and_approvals_in_flight() {
    let house = House::start().await;
    let (mut first, _second) = (house.instance(), house.instance());
    let (desktop, phone) = (house.desktop(), house.phone().await);
    let count = scale(2_000);
    let outcome = crowd_of(&desktop, phone, Page::Watching, count, async {
        sleep(Duration::from_secs(2)).await;
        first.kill();
        house.forget(&first);
    })
    .await;
    assert_eq!(outcome, Outcome { begun: count, lost: 0, doubled: 0 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_66_a_rolling_restart_under_load_fails_no_sign_in() {
    let house = House::start().await;
    let mut instances = [house.instance(), house.instance()];
    for round in 0..scale(4) {
        let (desktop, phone) = (house.desktop(), house.phone().await);
        let at = round % instances.len();
        let outcome = crowd_of(&desktop, phone, Page::Watching, 100, async {
            let fresh = house.instance();
            let mut old = std::mem::replace(&mut instances[at], fresh);
            // A supervisor tells the balancer first; the readiness probe would have told it a second later.
            house.forget(&old);
            tokio::task::spawn_blocking(move || old.stop()).await.expect("stopped");
        })
        .await;
        assert_eq!(outcome, Outcome { begun: 100, lost: 0, doubled: 0 });
    }
}

#[tokio::test]
async fn sec_68_instances_whose_clocks_are_a_minute_apart_agree_on_the_time() {
    use tessera::app::App;
    use tessera::clock::Clock;
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
        App::build(&settings, clock.clone(), CancellationToken::new()).await.expect("builds");
        clocks.push(clock);
    }
    let now: Vec<u64> = clocks.iter().map(|clock| clock.now().as_millis()).collect();
    assert!(now.iter().all(|time| time.abs_diff(now[0]) < 500), "{now:?}");
}
