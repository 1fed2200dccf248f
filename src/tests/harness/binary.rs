//! The binary that people run, as a process of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use super::server::PASSWORD;

/// The facts of the ladder that ask for more than a tap by default; the tests of the binary are about something else.
const TAPS: [&str; 6] =
    ["NEW_BROWSER", "NEW_BROWSER_OTHER_COUNTRY", "TYPED_CODE", "OUTDATED_CODE", "SECOND_ACCOUNT", "ADMINISTRATORS"];

/// The command without arguments: neither the configuration of the project nor that of the shell counts.
pub fn tessera(folder: &TempDir) -> Command {
    let mut command = tessera_at(Path::new(env!("CARGO_BIN_EXE_tessera")), folder);
    for fact in TAPS {
        command.env(format!("TESSERA_LOGIN__VERIFICATION__{fact}"), "tap");
    }
    command
}

/// The same of another build of the command, for example of an earlier version.
pub fn tessera_at(binary: &Path, folder: &TempDir) -> Command {
    let mut command = Command::new(binary);
    command.current_dir(folder.path()).env_clear().env("TESSERA_LOG__LEVEL", "error").stdout(Stdio::null());
    command.stderr(Stdio::null());
    for limit in ["LOGINS", "ATTEMPTS", "DECISIONS", "REQUESTS"] {
        command.env(format!("TESSERA_LIMITS__{limit}_PER_MINUTE"), "60000000");
    }
    command
}

/// Adds a person who can sign in with [`PASSWORD`], also where no server ever ran.
pub fn add_user(command: &mut Command, name: &str) {
    let adding = command.args(["user", "add", name, "--password-stdin", "--create"]).stdin(Stdio::piped()).spawn();
    let mut adding = adding.expect("runs");
    adding.stdin.take().expect("piped").write_all(PASSWORD.as_bytes()).expect("written");
    assert!(adding.wait().expect("ends").success());
}

/// A server; ends with its owner.
pub struct Instance {
    pub port: u16,
    child: Child,
    said: BufReader<ChildStdout>,
    /// What was read of it.
    read: String,
}

impl Instance {
    /// Runs `tessera serve` with what else the command was given, until it says where it is.
    pub fn start(command: &mut Command, port: u16) -> Self {
        Self::serving(command.arg("serve"), port)
    }

    /// The same where `serve` and what it takes beside its address was given already.
    pub fn serving(command: &mut Command, port: u16) -> Self {
        let serve = command.args(["--addr", &format!("127.0.0.1:{port}")]).stdout(Stdio::piped());
        let mut child = serve.spawn().expect("runs");
        let mut said = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        said.read_line(&mut line).expect("says where it is");
        assert!(line.starts_with("Tessera is at"), "{line}");
        Self { port, child, said, read: line }
    }

    /// What it says to whoever started it, up to the line that has this.
    pub fn said_until(&mut self, part: &str) -> String {
        while !self.read.contains(part) {
            assert!(self.said.read_line(&mut self.read).expect("a line") > 0, "{part} is missing in:\n{}", self.read);
        }
        self.read.clone()
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// As a crash would.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("waited for");
    }

    /// SIGTERM, as an operator and a supervisor stop it.
    pub fn stop(&mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &id]).status().expect("kill").success());
        assert!(self.child.wait().expect("ends").success());
    }

    /// Bytes of memory that it ever held at once.
    pub fn most_resident(&self) -> usize {
        self.status("VmHWM:")
    }

    /// The same without the pages of its program file: they are no one's memory, the system drops them when it needs to, and
    /// an unoptimised program has many.
    pub fn most_held(&self) -> usize {
        self.most_resident().saturating_sub(self.status("RssFile:"))
    }

    /// Bytes of memory that it holds now.
    pub fn resident(&self) -> usize {
        self.status("VmRSS:")
    }

    fn status(&self, name: &str) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("is alive");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
        line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") * 1024
    }

    /// From now on the most is what it holds now or later: `proc_pid_clear_refs(5)`.
    pub fn forget_most_resident(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("is alive");
    }

    /// Descriptors that it has open now.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("is alive").count()
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
