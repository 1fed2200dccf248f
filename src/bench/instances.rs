//! Measures five instances with one Redis, each with as many waiting pages as a process has descriptors for:
//! the memory of a page, the time until it is told, the cost of renewing all codes, and the time until all
//! pages wait again after a crash.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{CROWD, Failure};
use crate::harness::crowd::{Answer, Orders};
use crate::harness::fleet::Fleet;
use crate::harness::hang::HANG;
use crate::harness::server::Server;
use crate::harness::table::{Row, number, percentile};

/// The number of instances with pages. Another one has none, and takes the pages of an instance that dies.
const INSTANCES: usize = 5;
/// The number of pages of an instance, if the machine has descriptors for them.
const PAGES: u32 = 19_500;
/// The variable that sets another number of pages.
const FEWER: &str = "TESSERA_BENCH_PAGES";
/// The descriptors of an instance that are not for watches.
const DESCRIPTORS_BESIDE: u64 = 500;
/// The number of arrivals a second at all instances together.
const ARRIVALS: u32 = 750;
/// The number of taps a second at all instances together, if the machine is fast enough, and of tapped pages
/// of one instance.
const TAPS: u32 = 1_000;
const TAPPED: u32 = 1_000;
/// The time between two counts of the pages that have ended.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The time in which renewals are counted: about one for each page.
const RENEWING: Duration = Duration::from_secs(60);
/// The target: all codes can be renewed every 60 seconds.
const CODE_SECONDS: f64 = 60.0;

/// A process with the people at one instance.
struct Crowd {
    child: Child,
    tell: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl Crowd {
    fn start(orders: &Orders) -> Result<Self, Failure> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([CROWD, &serde_json::to_string(orders)?])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (tell, hear) = (child.stdin.take(), child.stdout.take());
        let (tell, hear) = tell.zip(hear).ok_or("a crowd has no input or output")?;
        Ok(Self { child, tell, hear: BufReader::new(hear) })
    }

    fn tell(&mut self, line: &str) -> Result<(), Failure> {
        Ok(writeln!(self.tell, "{line}")?)
    }

    fn hear(&mut self) -> Result<Answer, Failure> {
        let mut line = String::new();
        self.hear.read_line(&mut line)?;
        serde_json::from_str(&line).map_err(|_| "a crowd ended; its reason stands above".into())
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends the same line to all crowds, and reads all answers.
fn all(crowds: &mut [Crowd], line: &str) -> Result<Vec<Answer>, Failure> {
    for crowd in &mut *crowds {
        crowd.tell(line)?;
    }
    crowds.iter_mut().map(Crowd::hear).collect()
}

/// Measures all figures of this group.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let fleet = Fleet::start();
    let mut servers = (0..INSTANCES).map(|_| fleet.instance()).collect::<Result<Vec<Server>, _>>()?;
    let spare = fleet.instance()?;
    let pages = room()?;
    let at = |of: usize| servers[of % INSTANCES].site.at;
    let mut crowds = Vec::new();
    for of in 0..INSTANCES {
        let first = u32::try_from(of)? * pages;
        let host = spare.site.host.clone();
        let (pages_at, phones_at, then_at) = (at(of), at(of + 1), spare.site.at);
        crowds.push(Crowd::start(&Orders { host, pages_at, then_at, phones_at, pages, first })?);
    }

    let before = memory(&servers)?;
    let watching: u32 =
        all(&mut crowds, &format!("arrive {}", per_instance(ARRIVALS)?))?.iter().map(|answer| answer.watching).sum();
    // All pages have arrived, and none was refused.
    if watching != pages * u32::try_from(INSTANCES)? {
        return Err(format!("only {watching} pages are watching").into());
    }
    let all_pages = f64::from(watching);
    let bytes = (memory(&servers)? - before) / all_pages;

    let renewing = renewals(&servers, &mut crowds).await?;
    let taps = all(&mut crowds, &format!("tap {TAPPED} {}", per_instance(TAPS)?))?;
    // No page claims these approvals, so those pages end and must not be waited for.
    let ends = taps.iter().map(|answer| answer.delays.len()).sum::<usize>();
    until_watching(&mut crowds, watching.saturating_sub(u32::try_from(ends)?)).await?;
    let returned = crash(&mut servers, &mut crowds)?;

    let count = number(all_pages, 0);
    let mut rows = vec![
        Row::new(format!("bytes per waiting page, {count} pages on {INSTANCES} instances"), bytes).at_most(2_400.0),
        Row::new("µs of CPU to renew one code", renewing * 1e6).decimals(1),
        Row::new("% of a core to renew all of them every 60 s", 100.0 * renewing * all_pages / CODE_SECONDS)
            .decimals(1)
            .at_most(10.0),
        Row::new(format!("ms until {} pages wait again after a crash", number(f64::from(pages), 0)), returned)
            .at_most(5_000.0),
    ];
    rows.extend(tapped(taps));
    Ok(rows)
}

fn tapped(taps: Vec<Answer>) -> [Row; 2] {
    let rate = number(taps.iter().map(|answer| answer.rate).sum(), 0);
    let mut delays: Vec<f64> = taps.into_iter().flat_map(|answer| answer.delays).collect();
    delays.sort_by(f64::total_cmp);
    [50, 99].map(|percent| {
        Row::new(format!("µs from tap to page there, {rate} taps a second, p{percent}"), percentile(&delays, percent))
    })
}

/// Waits until at most this many pages watch.
async fn until_watching(crowds: &mut [Crowd], most: u32) -> Result<(), Failure> {
    let began = Instant::now();
    while all(crowds, "count")?.iter().map(|answer| answer.watching).sum::<u32>() > most {
        if began.elapsed() > HANG {
            return Err("pages that were approved do not end".into());
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}

fn per_instance(rate: u32) -> Result<u32, Failure> {
    Ok(rate / u32::try_from(INSTANCES)?)
}

fn memory(servers: &[Server]) -> Result<f64, Failure> {
    let held = servers.iter().map(Server::resident).sum::<Result<u64, _>>()?;
    Ok(f64::from(u32::try_from(held / 1024)?) * 1024.0)
}

/// Returns as many pages as one process has descriptors for, or the number that is set for a machine that
/// cannot renew so many codes.
fn room() -> Result<u32, Failure> {
    let wanted = std::env::var(FEWER).ok().map_or(Ok(PAGES), |pages| pages.parse())?;
    let descriptors = rlimit::increase_nofile_limit(u64::MAX)?;
    Ok(u32::try_from(descriptors.saturating_sub(DESCRIPTORS_BESIDE)).unwrap_or(PAGES).min(wanted))
}

/// Measures the seconds of the servers' CPU time for one renewal, while nothing else happens.
async fn renewals(servers: &[Server], crowds: &mut [Crowd]) -> Result<f64, Failure> {
    let renewed = |crowds: &mut [Crowd]| -> Result<u32, Failure> {
        Ok(all(crowds, "count")?.iter().map(|answer| answer.renewed).sum())
    };
    let cpu = || servers.iter().map(Server::cpu).sum::<Result<Duration, _>>();
    let (cpu_before, before) = (cpu()?, renewed(crowds)?);
    sleep(RENEWING).await;
    let (cpu_after, after) = (cpu()?, renewed(crowds)?);
    Ok(cpu_after.saturating_sub(cpu_before).as_secs_f64() / f64::from((after - before).max(1)))
}

/// Measures the milliseconds from the death of an instance until all its pages watch another one.
fn crash(servers: &mut [Server], crowds: &mut [Crowd]) -> Result<f64, Failure> {
    let (server, crowd) = (&mut servers[0], &mut crowds[0]);
    crowd.tell("move")?;
    let before = crowd.hear()?.watching;
    let began = Instant::now();
    server.kill()?;
    let after = crowd.hear()?.watching;
    if after < before {
        return Err(format!("of {before} pages only {after} came back").into());
    }
    Ok(began.elapsed().as_secs_f64() * 1e3)
}
