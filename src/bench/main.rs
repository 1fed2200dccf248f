//! The load generator, `make bench`: figures of the release binary, each beside a floor that is measured in the same
//! run. Loopback only. Figures are printed and never asserted; a missed target is marked in its line.
//!
//! ```text
//! main       the run, in order
//!  ├ start, pages, waiting, signins, bytes   one group of figures each
//!  ├ visit        a browser and a phone: the requests that they make
//!  │  └ socket, http     the client's WebSocket and HTTP/1.1
//!  ├ server       what is measured: the release binary, a process of its own
//!  ├ floor        what it is measured against: the libraries alone, a process of its own
//!  ├ proc         what the kernel says of both
//!  └ table        what is printed
//! ```
//!
//! The unit is the server's CPU time and its bytes, which hardly depend on what else runs; times by the clock do, and
//! no absolute figure carries over to another machine. Ratios do, as far as anything does.

#![expect(clippy::disallowed_methods, reason = "a load generator measures the machine's own time")]

mod start;
mod pages;
mod waiting;
mod signins;
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
use table::{Row, Table};

/// Whatever ends a run: there is nothing to do about it but to say so.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The argument that makes this program the floor.
const FLOOR: &str = "--floor";
/// CPU figures are the median of so many rounds.
const ROUNDS: usize = 3;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    if std::env::args().any(|argument| argument == FLOOR) {
        return floor::serve().await;
    }
    let work = Work::now()?;
    let (cores, kernel) = (available_parallelism()?, proc::kernel()?);
    let version = env!("CARGO_PKG_VERSION");
    say(&format!(
        "Tessera {version}, {cores} cores, Linux {kernel}, load average {} at the start",
        proc::load_average()?
    ))?;
    let rows = measure().await?;
    let others = work.others_since()?;
    say(&format!("load average {} at the end; others kept {others:.2} cores busy\n", proc::load_average()?))?;
    say(&Table { rows, others }.to_string())?;
    say("floor: axum alone, the same requests, timers and socket buffers; for login pages its shortest answer")
}

async fn measure() -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    say("starts")?;
    rows.extend(start::measure().await?);
    say("pages")?;
    rows.extend(pages::measure().await?);
    say("waiting pages, about a minute and a half")?;
    rows.extend(waiting::measure().await?);
    say("sign-ins")?;
    rows.extend(signins::measure().await?);
    say("bytes")?;
    rows.extend(bytes::measure().await?);
    Ok(rows)
}

fn say(line: &str) -> Result<(), Failure> {
    Ok(writeln!(io::stdout(), "{line}")?)
}
