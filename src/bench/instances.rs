//! Measures five instances with one Redis, each with as many waiting pages as a process has descriptors for:
//! the memory of a page, the time until it is told, the cost of renewing all codes, and the time until all
//! pages wait again after a crash. A machine that cannot renew so many codes is asked for those of fewer
//! instances. Before that, one instance has fewer pages, because memory that is allocated in steps weighs more
//! on few pages than on many.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{Failure, say};
use crate::harness::crowds::crowd::Orders;
use crate::harness::crowds::{self, Crowd};
use crate::harness::fleet::Fleet;
use crate::harness::proc::Work;
use crate::harness::rounds::least_disturbed;
use crate::harness::server::Server;
use crate::harness::table::{Row, number, percentile};
use crate::harness::taps::Tapped;

/// The number of instances with pages. Another one has none, and takes the pages of an instance that dies.
const INSTANCES: usize = 5;
/// The number of pages of an instance, if the machine has descriptors for them.
const PAGES: u32 = 19_500;
/// The number of pages of the one instance that is measured before.
const PAGES_FEW: u32 = 4_000;
/// The variable that sets another number of pages.
const FEWER: &str = "TESSERA_BENCH_PAGES";
/// The descriptors of an instance that are not for watches.
const DESCRIPTORS_BESIDE: u64 = 500;
/// The number of pages that an instance has had before it is measured, so that what a process needs once does not count
/// as memory of its pages.
const PAGES_BEFORE: u32 = 250;
/// The number of arrivals a second at all instances together. An arrival takes 2.5 ms of CPU time with its browser, and
/// those who have arrived renew their codes meanwhile.
const ARRIVALS: u32 = 450;
/// The rate that is tried first, in taps a second at all instances together, and the least that is tried.
const TAPS: [u32; 2] = [1_000, 25];
/// The time in which renewals are counted: about one for each page.
const RENEWING: Duration = Duration::from_secs(60);
/// The part of all codes that is renewed in that time at least, if the machine keeps up.
const RENEWED: f64 = 0.9;
/// The targets: bytes of a page with its ticket in Redis; microseconds to renew a code; all codes every 60
/// seconds in a tenth of a core; and milliseconds until the pages of an instance wait again.
const BYTES: f64 = 600.0;
const RENEWAL: f64 = 60.0;
const CODE_SECONDS: f64 = 60.0;
const PERCENT_OF_CORE: f64 = 10.0;
const RETURNED: f64 = 1_500.0;

/// Measures all figures of this group.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let fleet = Fleet::start();
    let few = few(&fleet)?;
    let mut servers = (0..INSTANCES).map(|_| fleet.instance()).collect::<Result<Vec<Server>, _>>()?;
    let spare = fleet.instance()?;
    let pages = room()?;
    let mut crowds = crowds_at(&servers, &spare, pages, 0)?;
    let (all, bytes) = bytes_of(&servers, &spare, &mut crowds, pages)?;

    let renewing = renewing(&servers, &mut crowds, pages).await?;
    let carried = f64::from(u32::try_from(crowds.len())? * pages);
    let (tapped, rate, ends) = tapped(&mut crowds).await?;
    // No page claims these approvals, so those pages end and must not be waited for.
    let watching = u32::try_from(crowds.len())? * pages;
    crowds::until_watching(&mut crowds, watching.saturating_sub(u32::try_from(ends)?)).await?;
    let work = Work::now()?;
    let returned = crash(&mut servers, &mut crowds)?;
    let others = work.others_since()?;

    let [count, of_all, of_one] = [carried, all.into(), pages.into()].map(|pages| number(pages, 0));
    let mut rows = vec![
        few,
        Row::new(format!("bytes per page more, {of_all} pages on {INSTANCES} instances"), bytes)
            .at_most(BYTES)
            .counted(),
        Row::new(format!("µs of CPU to renew one code, {count} pages"), renewing * 1e6).decimals(1).at_most(RENEWAL),
        Row::new("% of a core to renew all of them every 60 s", 100.0 * renewing * carried / CODE_SECONDS)
            .decimals(1)
            .at_most(PERCENT_OF_CORE),
        Row::new(format!("ms until {of_one} pages wait again after a crash"), returned)
            .at_most(RETURNED)
            .by_clock(others),
    ];
    rows.extend([50, 99].map(|percent| {
        let figure = format!("µs from tap to page there, {rate} taps a second, p{percent}");
        Row::new(figure, percentile(&tapped.delays, percent)).by_clock(tapped.others)
    }));
    Ok(rows)
}

/// Measures the memory of few pages at one instance.
fn few(fleet: &Fleet) -> Result<Row, Failure> {
    let (server, pages) = ([fleet.instance()?], PAGES_FEW.min(room()?));
    let mut crowd = crowds_at(&server, &server[0], pages, 0)?;
    let (_, bytes) = bytes_of(&server, &server[0], &mut crowd, pages)?;
    let count = number(f64::from(pages), 0);
    Ok(Row::new(format!("bytes per page more, {count} pages on one instance"), bytes).at_most(BYTES).counted())
}

/// Lets all people arrive at servers that have [`PAGES_BEFORE`] pages each. Returns how many arrived, and the bytes of
/// the servers' memory for each of them.
fn bytes_of(servers: &[Server], spare: &Server, crowds: &mut [Crowd], pages: u32) -> Result<(u32, f64), Failure> {
    let first = u32::try_from(servers.len())? * pages;
    let mut before_them = crowds_at(servers, spare, PAGES_BEFORE, first)?;
    arrived(&mut before_them, PAGES_BEFORE)?;
    let before = memory(servers)?;
    let all = arrived(crowds, pages)?;
    Ok((all, (memory(servers)? - before) / f64::from(all)))
}

/// Starts a crowd before each of these servers, of this many people, who are numbered from `first` on. Its phones are at
/// the next server.
fn crowds_at(servers: &[Server], spare: &Server, pages: u32, first: u32) -> Result<Vec<Crowd>, Failure> {
    let at = |of: usize| servers[of % servers.len()].site.at;
    let orders = |of: usize| {
        let first = first + u32::try_from(of)? * pages;
        let host = spare.site.host.clone();
        let (pages_at, phones_at, then_at) = (at(of), at(of + 1), spare.site.at);
        Crowd::start(&Orders { host, pages_at, then_at, phones_at, pages, first })
    };
    (0..servers.len()).map(orders).collect()
}

/// Lets all people arrive, of whom none may be refused.
fn arrived(crowds: &mut [Crowd], pages: u32) -> Result<u32, Failure> {
    let watching = crowds::arrive(crowds, ARRIVALS)?;
    if watching != pages * u32::try_from(crowds.len())? {
        return Err(format!("only {watching} pages are watching").into());
    }
    Ok(watching)
}

/// Taps at a rate that the machine keeps up with. Returns that rate, and how many pages were told in all.
async fn tapped(crowds: &mut [Crowd]) -> Result<(Tapped, u32, usize), Failure> {
    let ([mut rate, least], mut ends) = (TAPS, 0);
    loop {
        let tapped = least_disturbed(async |_| {
            let tapped = crowds::tap(crowds, rate)?;
            ends += tapped.delays.len();
            Ok(tapped)
        })
        .await?;
        if tapped.kept_up {
            return Ok((tapped, rate, ends));
        }
        rate /= 2;
        if rate < least {
            return Err(format!("this machine does not keep up with {} taps a second", 2 * rate).into());
        }
    }
}

fn memory(servers: &[Server]) -> Result<f64, Failure> {
    let held = servers.iter().map(Server::resident).sum::<Result<u64, _>>()?;
    Ok(f64::from(u32::try_from(held / 1024)?) * 1024.0)
}

/// Returns as many pages as one process has descriptors for, or the number that is set for a quicker run.
fn room() -> Result<u32, Failure> {
    let wanted = std::env::var(FEWER).ok().map_or(Ok(PAGES), |pages| pages.parse())?;
    let descriptors = rlimit::increase_nofile_limit(u64::MAX)?;
    Ok(u32::try_from(descriptors.saturating_sub(DESCRIPTORS_BESIDE)).unwrap_or(PAGES).min(wanted))
}

/// Measures the seconds of the servers' CPU time for one renewal, while nothing else happens. While the machine
/// does not renew most codes in time, the people of one instance after the other leave.
async fn renewing(servers: &[Server], crowds: &mut Vec<Crowd>, pages: u32) -> Result<f64, Failure> {
    let cpu = || servers.iter().map(Server::cpu).sum::<Result<Duration, _>>();
    loop {
        let (cpu_before, (_, before)) = (cpu()?, crowds::count(crowds)?);
        sleep(RENEWING).await;
        let (cpu_after, (watching, after)) = (cpu()?, crowds::count(crowds)?);
        let (renewed, expected) =
            (f64::from(after - before), f64::from(pages) * f64::from(u32::try_from(crowds.len())?));
        if renewed >= RENEWED * expected {
            return Ok(cpu_after.saturating_sub(cpu_before).as_secs_f64() / renewed);
        }
        say(&format!("of {expected} pages {watching} watch, and {renewed} codes were renewed: fewer instances"))?;
        crowds.pop();
        if crowds.is_empty() {
            return Err("this machine cannot renew the codes of one instance".into());
        }
    }
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
