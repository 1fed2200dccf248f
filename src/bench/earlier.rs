//! Measures this version beside an earlier one, whose binary the variable [`OTHER`] names: what it costs to find the session
//! of a browser, and what a sign-in costs. Both are measured in turn, so that other work of the machine affects both.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use super::{Failure, ROUNDS, say, signins};
use crate::harness::http::{Answer, Connection};
use crate::harness::server::Server;
use crate::harness::table::{Row, median};
use crate::harness::visit::{Encoding, Page, Phone, expect_status};

/// The variable with the path of the earlier version's binary.
const OTHER: &str = "TESSERA_OTHER_BINARY";
const ROUND: Duration = Duration::from_secs(2);
/// Whoever is signed in is led on from here. Nothing is rendered and nothing is stored, so the look at the session is most of
/// the work.
const LEADS_ON: &str = "/signin?next=/link";
/// The largest ratio of the CPU times of both versions: what rounds of one version differ among themselves.
const TIMES: f64 = 1.05;

/// Measures both versions; there are no rows if no earlier version is given.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let Some(other) = binary() else {
        say("earlier: not measured, because OTHER names no binary of an earlier version")?;
        return Ok(Vec::new());
    };
    let (this, earlier) = (Server::tessera()?, Server::tessera_of(&other)?);
    let (browser, other_browser) = (Browser::open(&this).await?, Browser::open(&earlier).await?);
    let (mut looks, mut other_looks, mut signed, mut other_signed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        looks.push(browser.round().await?);
        other_looks.push(other_browser.round().await?);
        signed.push(cpu_of_sign_in(&this).await?);
        other_signed.push(cpu_of_sign_in(&earlier).await?);
    }
    let row = |figure, ours, floor| Row::new(figure, median(ours)).floor(median(floor)).at_most_times(TIMES);
    Ok(vec![
        row("CPU microseconds to find a browser's session, beside the earlier version", looks, other_looks).decimals(1),
        row("CPU microseconds of a sign-in, beside the earlier version", signed, other_signed),
    ])
}

/// Returns the path of the earlier version's binary; `None` if none is given.
pub fn binary() -> Option<PathBuf> {
    std::env::var_os(OTHER).filter(|other| !other.is_empty()).map(PathBuf::from)
}

/// Returns the server's CPU time for each sign-in, in microseconds.
async fn cpu_of_sign_in(server: &Server) -> Result<f64, Failure> {
    let [by_cpu, _] = signins::round([server, server]).await?;
    Ok(1_000_000.0 / by_cpu)
}

/// A browser that is signed in.
struct Browser<'a> {
    server: &'a Server,
    cookies: String,
}

/// The address of the browser.
const FROM: Ipv4Addr = Ipv4Addr::new(127, 5, 0, 1);

impl<'a> Browser<'a> {
    /// Signs a browser in by a scan, so that it has a session of either version.
    async fn open(server: &'a Server) -> Result<Self, Failure> {
        let site = &server.site;
        let (mut connection, phone) = (Connection::open(site.at, FROM).await?, Phone::of(0)?);
        let page = Page::open(&mut connection, site, FROM).await?;
        phone.post(&mut connection, site, page.code(), "scan").await?;
        phone.post(&mut connection, site, page.code(), "approve").await?;
        let cookies = page.claim(&mut connection).await?;
        Ok(Self { server, cookies })
    }

    /// Returns the server's CPU time for each answer, in microseconds.
    async fn round(&self) -> Result<f64, Failure> {
        // The server closes a connection that is not used while the other rounds are measured.
        let mut connection = Connection::open(self.server.site.at, FROM).await?;
        let request = self.server.site.page_with(LEADS_ON, Encoding::Brotli, &self.cookies);
        let right = |answer: &Answer| expect_status(303, answer, "a page for whoever is signed in");
        Ok(self.server.cpu_of_an_answer(&mut connection, &request, ROUND, right).await? * 1_000_000.0)
    }
}
