//! The server under test: the release binary as people run it, in a process of its own and with high limits.
//! The floors are this program, started once more.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::http::{Answer, Connection};
use super::visit::Site;
use super::{proc, shop};
use crate::{BARE, FLOOR, Failure};

/// The issuer of the phone tokens that the server accepts.
pub const ISSUER: &str = "https://phones.example";
/// The audience of these tokens.
pub const AUDIENCE: &str = "tessera";
/// The secret that signs these tokens, at least 32 bytes.
pub const SECRET: &str = "a secret of this load generator, and of nobody else";

/// The release binary, which cargo builds before this program.
const BINARY: &str = env!("CARGO_BIN_EXE_tessera");
/// The folder for data, on the disk of the project: on another file system a commit may cost nothing.
const SCRATCH: &str = env!("CARGO_TARGET_TMPDIR");
/// The limits that are raised, because one machine acts as ten thousand people.
const UNLIMITED: [&str; 4] =
    ["LOGINS_PER_MINUTE", "ATTEMPTS_PER_MINUTE", "DECISIONS_PER_MINUTE", "REQUESTS_PER_MINUTE"];
/// The descriptors that are not for connections: the records, the listener, the runtime.
const FOR_FILES: u64 = 100;

/// A server that runs until it is dropped.
pub struct Server {
    /// The address of the server.
    pub site: Site,
    child: Child,
    /// The standard output is kept open, so that the server can write to it.
    _said: BufReader<ChildStdout>,
    /// The folder is kept, because it is deleted when this is dropped.
    _data: Option<TempDir>,
}

impl Server {
    /// Starts the release binary with a new data folder.
    pub fn tessera() -> Result<Self, Failure> {
        let data = scratch()?;
        Self::start(tessera(data.path(), 0)?, None, Some(data))
    }

    /// Starts the binary of another version with a new data folder.
    pub fn tessera_of(binary: &Path) -> Result<Self, Failure> {
        let data = scratch()?;
        Self::start(tessera_at(binary, data.path(), 0)?, None, Some(data))
    }

    /// Starts the release binary with a new data folder and a registered app.
    pub fn tessera_with_shop() -> Result<Self, Failure> {
        let data = scratch()?;
        let mut command = tessera(data.path(), 0)?;
        shop::register(&mut command, data.path())?;
        Self::start(command, None, Some(data))
    }

    /// Starts the release binary with this data folder.
    pub fn tessera_in(data: &Path) -> Result<Self, Failure> {
        Self::start(tessera(data, 0)?, None, None)
    }

    /// Starts the floor.
    pub fn floor() -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(FLOOR).env_clear();
        Self::start(command, None, None)
    }

    /// Starts the bare floor.
    pub fn bare() -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(BARE).env_clear();
        Self::start(command, None, None)
    }

    /// Starts a peer that is written for Node.
    pub fn node(script: &str, arguments: &[&str]) -> Result<Self, Failure> {
        let mut command = Command::new("node");
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script)).args(arguments);
        Self::start(command, None, None)
    }

    /// Returns the server's CPU time so far.
    pub fn cpu(&self) -> Result<Duration, Failure> {
        proc::cpu(self.child.id())
    }

    /// Returns the server's CPU time since `before`.
    pub fn cpu_since(&self, before: Duration) -> Result<Duration, Failure> {
        Ok(self.cpu()?.saturating_sub(before))
    }

    /// Sends the same request again and again for this long, and returns the server's CPU time for each answer, in seconds.
    /// Fails if `right` does, which looks at each answer.
    pub async fn cpu_of_an_answer(
        &self,
        connection: &mut Connection,
        request: &str,
        during: Duration,
        right: impl Fn(&Answer) -> Result<(), Failure>,
    ) -> Result<f64, Failure> {
        let (before, end, mut answers) = (self.cpu()?, Instant::now() + during, 0);
        while Instant::now() < end {
            right(&connection.ask(request).await?)?;
            answers += 1;
        }
        Ok(self.cpu_since(before)?.as_secs_f64() / f64::from(answers))
    }

    /// Returns the bytes of memory that the server holds.
    pub fn resident(&self) -> Result<u64, Failure> {
        proc::resident(self.child.id())
    }

    /// Ends the server as a crash would.
    pub fn kill(&mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Runs a server until it prints its address. `site` is given if people reach it at another address.
    pub fn start(mut command: Command, site: Option<Site>, data: Option<TempDir>) -> Result<Self, Failure> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(child.stdout.take().ok_or("the server has no standard output")?);
        let mut line = String::new();
        said.read_line(&mut line)?;
        let Some(site) = at(&line).map(|said| site.unwrap_or(said)) else {
            child.kill()?;
            child.wait()?;
            return Err("a server did not start; its reason stands above".into());
        };
        Ok(Self { site, child, _said: said, _data: data })
    }
}

/// Reads the address that a server printed; `None` if the line has none.
fn at(line: &str) -> Option<Site> {
    let (_, host) = line.trim().rsplit_once("http://")?;
    let port = host.rsplit_once(':')?.1.parse::<u16>().ok()?;
    Some(Site { at: ([127, 0, 0, 1], port).into(), host: host.to_owned() })
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is waited for, so that its work counts as that of this program.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes a folder that is deleted after the run.
pub fn scratch() -> Result<TempDir, Failure> {
    Ok(tempfile::tempdir_in(SCRATCH)?)
}

/// Returns the command that runs the release binary in this data folder, without arguments.
pub fn command_line(data: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command.current_dir(data).env_clear().env("TESSERA_LOG__LEVEL", "warn").stdout(Stdio::null());
    command
}

/// Returns the command that runs the release binary with this data folder on this port; 0 means any free
/// port.
pub fn tessera(data: &Path, port: u16) -> Result<Command, Failure> {
    let mut command = tessera_at(Path::new(BINARY), data, port)?;
    // What is measured is an approval by a tap; an earlier version knows no others.
    for fact in ["NEW_BROWSER", "TYPED_CODE", "ADMINISTRATORS"] {
        command.env(format!("TESSERA_LOGIN__VERIFICATION__{fact}"), "tap");
    }
    Ok(command)
}

fn tessera_at(binary: &Path, data: &Path, port: u16) -> Result<Command, Failure> {
    let secret = data.join("phone.secret");
    fs::write(&secret, SECRET)?;
    let connections = rlimit::getrlimit(rlimit::Resource::NOFILE)?.1.saturating_sub(FOR_FILES).min(1_000_000);
    let mut command = Command::new(binary);
    command
        .args(["serve", "--addr", &format!("127.0.0.1:{port}"), "--data-dir"])
        .arg(data)
        // The configuration of the project and the variables of the shell must not affect the run.
        .current_dir(data)
        .env_clear()
        .env("TESSERA_LOG__LEVEL", "warn")
        .env("TESSERA_PHONE__ISSUER", ISSUER)
        .env("TESSERA_PHONE__AUDIENCE", AUDIENCE)
        .env("TESSERA_PHONE__ALGORITHMS", "[\"HS256\"]")
        .env("TESSERA_PHONE__SECRET_FILE", &secret)
        .env("TESSERA_LIMITS__TICKETS", "10000000")
        // Those who arrived first must not end before all have arrived.
        .env("TESSERA_LOGIN__RENEW_SECONDS", "3600")
        .env("TESSERA_LIMITS__CONNECTIONS", connections.to_string())
        .env("TESSERA_LIMITS__CONNECTIONS_PER_ADDRESS", connections.to_string());
    for limit in UNLIMITED {
        command.env(format!("TESSERA_LIMITS__{limit}"), "60000000");
    }
    Ok(command)
}
