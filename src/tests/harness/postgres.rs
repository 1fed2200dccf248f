//! PostgreSQL, in a folder of its own on a free port.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::super::hang::until_blocking;
use super::{Process, free_port};

/// One PostgreSQL.
pub struct Postgres {
    pub port: u16,
    pub process: Process,
    folder: TempDir,
}

impl Postgres {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        if is_root() {
            let done = Command::new("chown").arg("postgres").arg(folder.path()).status();
            assert!(done.expect("chown").success(), "PostgreSQL has a user of its own");
        }
        make_database(&folder.path().join("data"));
        let port = free_port();
        let process = Process::start(&mut Self::command(port, folder.path()), &folder.path().join("log"));
        let postgres = Self { port, process, folder };
        postgres.await_answer();
        postgres
    }

    fn command(port: u16, folder: &Path) -> Command {
        let mut command = postgres_command("postgres");
        command.arg("-D").arg(folder.join("data")).args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k", ""]);
        command
    }

    fn await_answer(&self) {
        until_blocking("an answer of PostgreSQL", || {
            TcpStream::connect(("127.0.0.1", self.port)).is_ok()
                && std::fs::read_to_string(self.folder.path().join("log"))
                    .is_ok_and(|log| log.contains("ready to accept connections"))
        });
    }

    /// `pg_ctl stop -m immediate`: as a crash would.
    pub fn stop_immediately(&self) {
        let done = postgres_command("pg_ctl")
            .args(["stop", "-m", "immediate", "-D"])
            .arg(self.folder.path().join("data"))
            .stdout(Stdio::null())
            .status();
        assert!(done.expect("pg_ctl").success());
        self.process.ended();
    }

    /// Starts it again on the same port and folder.
    pub fn start_again(&self) {
        self.process.again(&mut Self::command(self.port, self.folder.path()), &self.folder.path().join("log"));
        self.await_answer();
    }

    pub fn address(&self) -> String {
        format!("postgres://tessera@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    /// Its shared memory is the kernel's, and outlives a process that is killed.
    fn drop(&mut self) {
        self.process.end_gently();
    }
}

/// Makes an empty database in this folder. It is the copy of one that is made once and kept beside the test programs,
/// because a copy costs a tenth of what `initdb` does.
fn make_database(data: &Path) {
    let programs = std::env::current_exe().expect("a test program");
    let version = output(postgres_command("postgres").arg("--version"));
    let kept = programs.with_file_name(version.trim().replace(|one: char| !one.is_ascii_alphanumeric(), "-"));
    if !kept.exists() {
        let mut init = postgres_command("initdb");
        output(init.args(["--no-sync", "--auth=trust", "--username=tessera", "--encoding=UTF8", "-D"]).arg(data));
        let made = tempfile::tempdir_in(kept.parent().expect("a folder")).expect("a folder");
        copy(data, &made.path().join("data"));
        // Of several tests that make one at the same time, the first one's is kept.
        let _ = std::fs::rename(made.path().join("data"), kept);
        return;
    }
    copy(&kept, data);
}

/// Copies a folder with the owners and permissions of its files.
fn copy(from: &Path, to: &Path) {
    output(Command::new("cp").arg("-a").arg(from).arg(to));
}

fn output(command: &mut Command) -> String {
    let done = command.output().expect("a program");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// One of PostgreSQL's programs; it refuses to be root.
fn postgres_command(program: &str) -> Command {
    let found = ["/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin"]
        .iter()
        .map(|folder| PathBuf::from(folder).join(program))
        .find(|path| path.exists())
        .unwrap_or_else(|| program.into());
    if !is_root() {
        return Command::new(found);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(found).current_dir("/");
    command
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}
