//! Measures the cold start, from the start of the process to the first answer with status 200, and the memory
//! of an idle server.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use super::Failure;
use crate::harness::http::Connection;
use crate::harness::server::{Server, scratch};
use crate::harness::table::{Row, median};
use crate::harness::visit::{Encoding, Site};

const STARTS: usize = 5;

/// Measures the start and the memory.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let (mut first, mut again, mut floor) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let data = scratch()?;
        first.push(start(|| Server::tessera_in(data.path())).await?);
        again.push(start(|| Server::tessera_in(data.path())).await?);
        floor.push(start(Server::floor).await?);
    }
    let floor = median(floor);
    let (server, bare) = (Server::tessera()?, Server::floor()?);
    ask(&server.site, "/login").await?;
    ask(&bare.site, "/hello").await?;
    Ok(vec![
        Row::new("ms from start to first 200, fresh data folder", median(first)).floor(floor).decimals(1),
        Row::new("ms from start to first 200, again", median(again)).floor(floor).decimals(1),
        Row::new("KiB resident after the first page", kibibytes(&server)?).floor(kibibytes(&bare)?),
    ])
}

async fn start(run: impl FnOnce() -> Result<Server, Failure>) -> Result<f64, Failure> {
    let began = Instant::now();
    let server = run()?;
    ask(&server.site, "/healthz").await?;
    Ok(milliseconds(began.elapsed()))
}

async fn ask(site: &Site, path: &str) -> Result<(), Failure> {
    let mut connection = Connection::open(site.at, Ipv4Addr::LOCALHOST).await?;
    match connection.ask(&site.page(path, Encoding::Brotli)).await?.status {
        200 => Ok(()),
        status => Err(format!("{path} was answered with {status}").into()),
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn kibibytes(server: &Server) -> Result<f64, Failure> {
    Ok(f64::from(u32::try_from(server.resident()? / 1024)?))
}
