//! Real servers for the tests: Redis (alone, under Sentinels, as a cluster) and PostgreSQL, each in a folder of its
//! own on free ports, gone with the value that holds it.

#![allow(clippy::allow_attributes, dead_code, reason = "each kind of test uses its part of it")]

#[path = "postgres.rs"]
mod postgres;

use std::fs::File;
use std::net::TcpListener;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard};

use tempfile::TempDir;

pub use self::postgres::Postgres;
use super::hang::{holds_in_the_end, until_blocking};

/// A process that ends with its owner.
pub struct Process {
    child: Mutex<Child>,
}

impl Process {
    fn start(command: &mut Command, log: &Path) -> Self {
        Self { child: Mutex::new(Self::spawn(command, log)) }
    }

    fn spawn(command: &mut Command, log: &Path) -> Child {
        let is_quick = std::env::var("NEXTEST_PROFILE").is_ok_and(|profile| profile == "check");
        assert!(
            !is_quick,
            "{} is not of the quick lane: .config/nextest.toml leaves its tests out",
            command.get_program().display()
        );
        let log = File::create(log).expect("a log");
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log);
        command.spawn().unwrap_or_else(|error| {
            panic!("{} cannot be started ({error}); scripts/setup installs it", command.get_program().display())
        })
    }

    /// Another one in its place.
    fn again(&self, command: &mut Command, log: &Path) {
        *self.child() = Self::spawn(command, log);
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().expect("not poisoned")
    }

    /// Sends a signal by its name: `STOP`, `CONT`, `INT`, `KILL`.
    pub fn signal(&self, name: &str) {
        let done = Command::new("kill").args(["-s", name, &self.child().id().to_string()]).status();
        assert!(done.expect("kill").success(), "{name}");
    }

    /// As a crash would.
    pub fn kill(&self) {
        let mut child = self.child();
        child.kill().expect("killed");
        child.wait().expect("waited for");
    }

    /// Ends it as an operator would; for what leaves something behind otherwise.
    fn end_gently(&self) {
        let mut child = self.child();
        let _ = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).stderr(Stdio::null()).status();
        holds_in_the_end(|| !matches!(child.try_wait(), Ok(None)));
    }

    fn has_ended(&self) -> bool {
        !matches!(self.child().try_wait(), Ok(None))
    }

    /// Waits until it ends by itself.
    pub fn ended(&self) {
        self.child().wait().expect("waited for");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let mut child = self.child();
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// The ports of tests: below those that the system gives to whoever asks for any, or connects somewhere. A cluster of
/// Redis takes those 10,000 higher as well. The tests in browsers have those from 25,000 on.
const PORTS: Range<u16> = 10_000..15_000;

/// A port that nobody listens on, and that nobody else is given as long as this process lives: a server may start on
/// it later, end, and start again.
pub fn free_port() -> u16 {
    static TAKEN: Mutex<Vec<File>> = Mutex::new(Vec::new());
    let mut taken = TAKEN.lock().expect("not poisoned");
    let folder = std::env::temp_dir().join("tessera-ports");
    std::fs::create_dir_all(&folder).expect("a folder");
    let lock = |port: &u16| {
        let file = File::create(folder.join(port.to_string())).expect("a file to lock");
        let is_free = file.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", *port)).is_ok();
        is_free.then_some(file)
    };
    // From where no other test begins, so that few look at the same ones.
    let first = PORTS.start + u16::try_from(std::process::id() % u32::from(PORTS.end - PORTS.start)).expect("fits");
    let (port, file) =
        (first..PORTS.end).chain(PORTS.start..first).find_map(|port| Some((port, lock(&port)?))).expect("a free port");
    taken.push(file);
    port
}

/// How much of a test that can go on for ever: `make soak` asks for more.
pub fn scale(usual: usize) -> usize {
    std::env::var("TESSERA_SOAK").ok().and_then(|factor| factor.parse::<usize>().ok()).map_or(usual, |by| usual * by)
}

/// One redis-server.
pub struct Redis {
    pub port: u16,
    pub process: Process,
    arguments: Vec<String>,
    folder: TempDir,
}

impl Redis {
    /// A server that keeps what it was told across a crash.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// The same with more arguments.
    pub fn with(more: &[&str]) -> Self {
        let (port, folder) = (free_port(), tempfile::tempdir().expect("a folder"));
        // A replica is served at once, and not five seconds later together with others that might come.
        let fixed =
            ["--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--repl-diskless-sync-delay", "0", "--dir"];
        let mut arguments: Vec<String> = fixed.iter().map(ToString::to_string).collect();
        arguments.push(folder.path().to_string_lossy().into_owned());
        arguments.extend(["--port".to_owned(), port.to_string()]);
        arguments.extend(more.iter().map(ToString::to_string));
        let process = Process::start(&mut Self::command(&arguments), &folder.path().join("log"));
        let redis = Self { port, process, arguments, folder };
        redis.await_answer();
        redis
    }

    /// A server that asks for a password and speaks TLS as well; where it does, and its certificate.
    pub fn over_tls(password: &str) -> (Self, String, PathBuf) {
        let (port, folder) = (free_port(), tempfile::tempdir().expect("a folder"));
        let pair = rcgen::KeyPair::generate().expect("a key");
        let named = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        let signed = named.self_signed(&pair).expect("a certificate");
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&cert, signed.pem()).expect("written");
        std::fs::write(&key, pair.serialize_pem()).expect("written");
        let (cert_arg, key_arg, tls_port) = (cert.to_string_lossy(), key.to_string_lossy(), port.to_string());
        let files = ["--tls-cert-file", &*cert_arg, "--tls-key-file", &*key_arg, "--tls-auth-clients", "no"];
        let redis = Self::with(&[&["--requirepass", password, "--tls-port", &tls_port][..], &files].concat());
        // Kept as long as the server: it reads them when it starts again.
        let cert = redis.folder.path().join("cert.pem");
        std::fs::copy(folder.path().join("cert.pem"), &cert).expect("copied");
        (redis, format!("rediss://:{password}@localhost:{port}"), cert)
    }

    fn command(arguments: &[String]) -> Command {
        let mut command = Command::new("redis-server");
        command.args(arguments);
        command
    }

    fn await_answer(&self) {
        until_blocking("an answer of redis", || {
            if self.process.has_ended() {
                let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                panic!("redis on port {} has ended:\n{log}", self.port);
            }
            let said = self.cli(&["PING"]);
            said.starts_with("PONG") || said.starts_with("NOAUTH")
        });
    }

    /// Starts it again on the same port and folder.
    pub fn start_again(&self) {
        self.process.again(&mut Self::command(&self.arguments), &self.folder.path().join("log"));
        self.await_answer();
    }

    /// What redis-cli says.
    pub fn cli(&self, arguments: &[&str]) -> String {
        redis_cli(self.port, arguments)
    }

    pub fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

fn redis_cli(port: u16, arguments: &[&str]) -> String {
    let out = Command::new("redis-cli").args(["-p", &port.to_string()]).args(arguments).output();
    String::from_utf8_lossy(&out.expect("redis-cli").stdout).into_owned()
}

/// A master with replicas, and three Sentinels that watch them.
pub struct Sentinels {
    pub servers: Vec<Redis>,
    watching: Vec<(u16, Process)>,
    _folder: TempDir,
}

impl Sentinels {
    /// One master, two replicas, three Sentinels, which act after one second.
    pub fn start() -> Self {
        let master = Redis::start();
        let port = master.port.to_string();
        let mut servers = vec![master];
        servers.extend((0..2).map(|_| Redis::with(&["--replicaof", "127.0.0.1", &port])));
        let folder = tempfile::tempdir().expect("a folder");
        let sentinels: Vec<_> = (0..3)
            .map(|at| {
                let (own, file) = (free_port(), folder.path().join(format!("sentinel-{at}.conf")));
                let text = format!(
                    "port {own}\nbind 127.0.0.1\ndir {}\nsentinel monitor main 127.0.0.1 {port} 2\n\
                     sentinel down-after-milliseconds main 1000\nsentinel failover-timeout main 5000\n",
                    folder.path().display()
                );
                std::fs::write(&file, text).expect("written");
                let log = folder.path().join(format!("sentinel-{at}.log"));
                (own, Process::start(Command::new("redis-server").arg(&file).arg("--sentinel"), &log))
            })
            .collect();
        let all = Self { servers, watching: sentinels, _folder: folder };
        until_blocking("a quorum of Sentinels that know two replicas", || {
            all.watching.iter().all(|(port, _)| {
                let said = redis_cli(*port, &["SENTINEL", "MASTER", "main"]);
                let field = |name: &str| said.lines().skip_while(|line| *line != name).nth(1).unwrap_or("0").to_owned();
                field("num-slaves") == "2" && field("num-other-sentinels") == "2"
            })
        });
        until_blocking("replicas that follow", || {
            all.servers[0].cli(&["INFO", "replication"]).matches("state=online").count() == 2
        });
        all
    }

    /// Waits until every Sentinel names another master than the first server.
    pub fn await_failover(&self) {
        let first = self.servers[0].port.to_string();
        until_blocking("another master", || {
            self.watching.iter().all(|(port, _)| {
                let said = redis_cli(*port, &["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"]);
                said.lines().nth(1).is_some_and(|named| named != first)
            })
        });
    }

    pub fn address(&self) -> String {
        let nodes: Vec<_> = self.watching.iter().map(|(port, _)| format!("127.0.0.1:{port}")).collect();
        format!("redis+sentinel://{}/main", nodes.join(","))
    }
}

/// Three masters with one replica each.
pub struct Cluster {
    pub nodes: Vec<Redis>,
}

impl Cluster {
    /// Six nodes, all slots served.
    pub fn start() -> Self {
        let nodes: Vec<_> =
            (0..6).map(|_| Redis::with(&["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"])).collect();
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create"]);
        create.args(nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)));
        let done = create.args(["--cluster-replicas", "1", "--cluster-yes"]).output().expect("redis-cli");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        until_blocking("a cluster that serves", || {
            nodes.iter().all(|node| {
                let info = node.cli(&["CLUSTER", "INFO"]);
                info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:6")
            })
        });
        until_blocking("replicas that follow", || {
            let online = nodes.iter().map(|node| node.cli(&["INFO", "replication"]).matches("state=online").count());
            online.sum::<usize>() == 3
        });
        Self { nodes }
    }

    /// Moves slots from one master to another, while everybody goes on.
    pub fn reshard(&self, from: usize, to: usize, slots: u16) {
        let masters: Vec<_> =
            self.nodes.iter().filter(|node| node.cli(&["ROLE"]).starts_with("master")).map(|node| node.port).collect();
        let id = |port: u16| redis_cli(port, &["CLUSTER", "MYID"]).trim().to_owned();
        let one = format!("127.0.0.1:{}", masters[0]);
        // What was moved before is known everywhere a moment later; until then redis-cli moves nothing.
        until_blocking("nodes that agree", || {
            let check = Command::new("redis-cli").args(["--cluster", "check", &one]).output();
            check.expect("redis-cli").status.success()
        });
        let done = Command::new("redis-cli")
            .args(["--cluster", "reshard", &one])
            .args(["--cluster-from", &id(masters[from]), "--cluster-to", &id(masters[to])])
            .args(["--cluster-slots", &slots.to_string(), "--cluster-yes"])
            .output()
            .expect("redis-cli");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }

    pub fn address(&self) -> String {
        let nodes: Vec<_> = self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect();
        format!("redis+cluster://{}", nodes.join(","))
    }
}
