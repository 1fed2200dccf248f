//! The load generator of `make bench`: measures the release binary, and in the same run a floor to compare
//! each figure with. It uses the loopback interface only. Figures are printed and never asserted; a missed
//! target is marked in its line.
//!
//! ```text
//! main       runs the groups in order
//!  ├ start, pages, waiting, signins, bytes   one group of figures each, of one server
//!  ├ oauth (devices), sites, signing         the same, for third-party sites
//!  ├ pair, instances     the same for several instances with Redis and PostgreSQL
//!  ├ visit        a browser and a phone: the requests that they send
//!  │  ├ taps             the time from the tap on a phone to the page
//!  │  └ socket, http     the client's WebSocket and HTTP/1.1
//!  ├ crowd        people at one instance, in a process of their own
//!  ├ shop         a third-party site, and the requests of its backend
//!  ├ server       the server under test: the release binary in its own process, or many that share stores
//!  ├ floor, announce     the floors: the libraries alone, Redis alone
//!  ├ socketio     a peer that does the same push; the peer of `devices` is only a script
//!  ├ spawn, hang  starts Redis and PostgreSQL as the tests do; the longest wait for anything
//!  ├ proc         CPU time and memory of processes, as the kernel reports them
//!  └ table        prints the figures
//! ```
//!
//! The units are the server's CPU time and its bytes, which hardly depend on other work of the machine. Times
//! by the clock do, and no absolute figure can be compared with that of another machine. Ratios can, roughly.

#![expect(clippy::disallowed_methods, reason = "a load generator measures the machine's own time")]

mod start;
mod pages;
mod waiting;
mod signins;
mod devices;
mod sites;
mod signing;
mod shop;
mod pair;
mod instances;
mod crowd;
mod taps;
mod house;
mod announce;
mod socketio;
#[path = "../tests/spawn.rs"]
mod spawn;
#[path = "../tests/hang.rs"]
mod hang;
mod bytes;
mod visit;
mod socket;
mod http;
mod server;
mod floor;
mod proc;
mod table;

use std::io::{self, Write as _};
use std::thread::available_parallelism;

use proc::Work;
use table::Table;

/// An error that ends a run; it is only printed.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The argument that runs this program as the floor.
const FLOOR: &str = "--floor";
/// The argument that runs this program as a crowd; its orders follow.
const CROWD: &str = "--crowd";
/// The groups of figures in their order. Arguments name the groups to measure; without any, all are measured.
const GROUPS: [&str; 10] =
    ["start", "pages", "waiting", "signins", "oauth", "sites", "signing", "pair", "instances", "bytes"];
const NOTE: &str = "floor/peer: axum alone, the same requests, timers and socket buffers; for login pages its shortest answer;\n\
    across two instances Redis alone: a script that compares, sets and publishes, until a subscriber has the message";
/// CPU figures are the median of this many rounds.
const ROUNDS: usize = 3;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|argument| argument == FLOOR) {
        return floor::serve().await;
    }
    if let Some(at) = arguments.iter().position(|argument| argument == CROWD) {
        return crowd::serve(arguments.get(at + 1).ok_or("a crowd has no orders")?).await;
    }
    let (cores, kernel) = (available_parallelism()?, proc::kernel()?);
    let version = env!("CARGO_PKG_VERSION");
    say(&format!("Tessera {version}, {cores} cores, Linux {kernel}"))?;
    say(NOTE)?;
    let only: Vec<&str> = arguments.iter().skip(1).map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    if let Some(unknown) = only.iter().find(|word| !GROUPS.contains(word)) {
        return Err(format!("{unknown} is no group; there are {}", GROUPS.join(", ")).into());
    }
    let mut failed = 0;
    for group in GROUPS {
        if only.is_empty() || only.contains(&group) {
            failed += u32::from(!measure(group).await?);
        }
    }
    if failed == 0 { Ok(()) } else { Err(format!("{failed} groups could not be measured").into()) }
}

/// Measures one group and prints it; returns `false`, and prints the reason, if it cannot be measured.
async fn measure(group: &str) -> Result<bool, Failure> {
    let (work, load) = (Work::now()?, proc::load_average()?);
    let measured = match group {
        "start" => start::measure().await,
        "pages" => pages::measure().await,
        "waiting" => waiting::measure().await,
        "signins" => signins::measure().await,
        "oauth" => devices::measure().await,
        "sites" => sites::measure().await,
        "signing" => signing::measure().await,
        "pair" => pair::measure().await,
        "instances" => instances::measure().await,
        _ => bytes::measure().await,
    };
    let others = work.others_since()?;
    say(&format!("\n{group}: load average {load} before it; others kept {others:.2} cores busy"))?;
    match measured {
        Ok(rows) => say(&Table { rows, others }.to_string()).map(|()| true),
        Err(failure) => say(&format!("not measured: {failure}")).map(|()| false),
    }
}

fn say(line: &str) -> Result<(), Failure> {
    Ok(writeln!(io::stdout(), "{line}")?)
}
