//! A machine that can lose its power: a disk, and on it the real server and its operator, as processes of their own.
//! They end with the power, or before it; the disk outlives them.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use fuser::BackgroundSession;
use jsonwebtoken::{EncodingKey, Header, encode};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;

use super::binary::tessera;
use super::browser::{Browser, DESKTOP};
use super::disk;
use super::disk::Disk;
use super::server::PASSWORD;
use crate::stores::synced::Dice;

const SECRET: &str = "a shared secret of thirty-two bytes";

/// A machine: its disk, and what runs on it.
pub struct Machine {
    mounted: Option<BackgroundSession>,
    pub disk: Disk,
    folder: TempDir,
}

/// The server, while the machine has power.
pub struct Serving {
    child: Child,
    pub desktop: Browser,
}

impl Machine {
    pub fn new(dice: &mut Dice) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("disk")).expect("made");
        fs::write(folder.path().join("phone.secret"), SECRET).expect("written");
        let mut machine = Self { mounted: None, disk: Disk::new(dice.roll()), folder };
        machine.switch_on();
        machine
    }

    fn switch_on(&mut self) {
        self.mounted = Some(self.disk.mount(&self.folder.path().join("disk")));
    }

    /// The power is cut, if it was not already, and comes back. Nothing runs on the machine any more.
    pub fn power_cycle(&mut self) {
        self.disk.cut();
        disk::unmount(self.mounted.take().expect("on"));
        self.disk.restore();
        self.switch_on();
    }

    /// The server makes it.
    fn data(&self) -> PathBuf {
        self.folder.path().join("disk/data")
    }

    /// The key that codes and sessions follow from.
    pub fn key(&self) -> Option<Vec<u8>> {
        fs::read(self.data().join("code.key")).ok()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = tessera(&self.folder);
        command
            .args(arguments)
            .env("TESSERA_SERVER__DATA_DIR", self.data())
            .env("TESSERA_PHONE__ISSUER", "https://issuer.example")
            .env("TESSERA_PHONE__AUDIENCE", "tessera")
            .env("TESSERA_PHONE__ALGORITHMS", "[\"HS256\"]")
            .env("TESSERA_PHONE__SECRET_FILE", self.folder.path().join("phone.secret"));
        command
    }

    /// The server, once it says where it is; none where the power was cut before.
    pub fn serve(&self) -> Option<Serving> {
        let mut command = self.command(&["serve", "--addr", "127.0.0.1:0"]);
        let log = self.folder.path().join("log");
        command.stdout(Stdio::piped()).stderr(File::create(&log).expect("a log"));
        let mut child = command.spawn().expect("runs");
        let (mut said, mut line) = (BufReader::new(child.stdout.take().expect("piped")), String::new());
        said.read_line(&mut line).expect("says something or ends");
        let Some((_, port)) = line.trim().rsplit_once(':') else {
            child.wait().expect("ends");
            let log = fs::read_to_string(log).expect("read");
            assert!(!self.disk.is_on(), "the server does not start: {log}");
            return None;
        };
        let port = port.parse().expect("a port");
        let desktop = Browser::at(&format!("http://localhost:{port}"), port, DESKTOP, "198.51.100.1");
        Some(Serving { child, desktop })
    }

    /// `tessera user add`, which is under way.
    pub fn add_user(&self, name: &str) -> Child {
        let mut command = self.command(&["user", "add", name, "--password-stdin", "--create"]);
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
        child.stdin.take().expect("piped").write_all(PASSWORD.as_bytes()).expect("written");
        child
    }

    /// What SQLite says of a copy. This process must not open the file itself: it would map the log's index into its
    /// memory, and wait, with that memory locked, for the disk, which is this process too.
    pub async fn integrity(&self) -> String {
        let copy = tempfile::tempdir().expect("a folder");
        for name in ["tessera.db", "tessera.db-wal"] {
            fs::write(copy.path().join(name), fs::read(self.data().join(name)).expect("read")).expect("written");
        }
        let options = SqliteConnectOptions::new().filename(copy.path().join("tessera.db"));
        let mut connection = options.connect().await.expect("opens");
        let said = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.expect("answers");
        connection.close().await.expect("closes");
        said
    }
}

impl Drop for Serving {
    /// With the power every process is gone at once: kill -9.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether `tessera user add` said that it is done, before the power was cut.
pub fn is_added(adding: Child, disk: &Disk) -> bool {
    let ended = adding.wait_with_output().expect("ends");
    let (is_done, is_on) = (ended.status.success(), disk.is_on());
    assert!(is_done || !is_on, "nobody can be added: {}", String::from_utf8_lossy(&ended.stderr));
    is_done && is_on
}

/// What the app of somebody sends along.
pub fn token(name: &str) -> String {
    let claims = serde_json::json!({
        "iss": "https://issuer.example", "aud": "tessera", "sub": name, "name": name, "exp": 4_000_000_000_u64
    });
    encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes())).expect("signs")
}
