//! The load generator of `make bench`: measures the release binary, and in the same run a floor to compare
//! each figure with. It uses the loopback interface only. Figures are printed and never asserted; a missed
//! target is marked in its line.
//!
//! ```text
//! main                                   the run, in order
//!  ├ start, pages, people, waiting, signins, passkeys, bytes   one group of figures each, of one server
//!  ├ earlier                                 this version beside an earlier one
//!  ├ apps: devices (oauth), sites, signing   the same, as third-party sites see it
//!  ├ pair, instances, announce               the same for many over Redis and PostgreSQL, and Redis alone
//!  └ harness
//!     ├ visit          a browser and a phone: the requests that they make
//!     ├ people         people who wait at one server, whichever it is
//!     ├ crowd, crowds  people before one instance, a process of its own; and all of these processes
//!     ├ taps           from the tap on a phone to the page
//!     ├ rounds         taps at several servers in turn, at a rate that this machine keeps up with
//!     ├ socket, http, forms   the client's WebSocket, HTTP/1.1 and forms
//!     ├ device         the passkey of a person, as the tests have it
//!     ├ shop           a third-party site, and what its backend asks
//!     ├ server, fleet  what is measured: the release binary, a process of its own, and many of them
//!     ├ peers          what it is measured against
//!     │  ├ floor, bare       the libraries alone; one poll by hand
//!     │  ├ ws, socketio      peers that do the same push; the one of `devices` is a script alone
//!     │  └ confirmation      the phone of these two
//!     ├ spawn, hang    Redis and PostgreSQL, as the tests start them; how long they wait for anything
//!     ├ proc           what the kernel says of all processes
//!     └ table          what is printed
//! ```
//!
//! The units are the server's CPU time and its bytes, which hardly depend on other work of the machine. Times
//! by the clock do: a round that other processes disturb is measured again, and its row is refused if they go
//! on. No absolute figure can be compared with that of another machine. Ratios can, roughly.

#![expect(clippy::disallowed_methods, reason = "a load generator measures the machine's own time")]

mod announce;
mod apps;
mod bytes;
mod earlier;
mod harness;
mod instances;
mod pages;
mod pair;
mod passkeys;
mod people;
mod signins;
mod start;
mod waiting;

use std::io::{self, Write as _};
use std::thread::available_parallelism;

use apps::{devices, signing, sites};
use harness::crowds::crowd;
use harness::peers::{bare, floor};
use harness::proc;
use harness::proc::Work;
use harness::table::Table;

/// An error that ends a run; it is only printed.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The argument that runs this program as the floor.
const FLOOR: &str = "--floor";
/// The argument that runs this program as the bare floor.
const BARE: &str = "--bare";
/// The argument that runs this program as a crowd; its orders follow.
const CROWD: &str = "--crowd";
/// The groups of figures in their order. Arguments name the groups to measure; without any, all are measured.
const GROUPS: [&str; 13] = [
    "start",
    "pages",
    "people",
    "waiting",
    "signins",
    "passkeys",
    "earlier",
    "oauth",
    "sites",
    "signing",
    "pair",
    "instances",
    "bytes",
];
const NOTE: &str = "floor/peer: axum alone, the same requests, timers and socket buffers; for login pages its shortest answer;\n\
    for waiting pages one poll by hand, which does nothing but answer and tell;\n\
    across two instances Redis alone: a script that compares, sets and publishes, until a subscriber has the message";
/// Figures are the median of this many rounds.
const ROUNDS: usize = 3;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|argument| argument == FLOOR) {
        return floor::serve().await;
    }
    if arguments.iter().any(|argument| argument == BARE) {
        return bare::serve();
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
        "people" => people::measure().await,
        "waiting" => waiting::measure().await,
        "signins" => signins::measure().await,
        "passkeys" => passkeys::measure().await,
        "earlier" => earlier::measure().await,
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
