//! Measures how many login pages the server renders per second of its CPU time, over connections that are
//! kept alive.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::{Failure, ROUNDS};
use crate::harness::http::Connection;
use crate::harness::server::Server;
use crate::harness::table::{Row, median};
use crate::harness::visit::Encoding;

/// The number of connections, enough to keep every core of a small machine busy.
const CONNECTIONS: u8 = 32;
const ROUND: Duration = Duration::from_secs(3);

/// Measures login pages and the floor's shortest answer in turn, so that other work of the machine affects
/// both.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let (server, bare) = (Server::tessera()?, Server::floor()?);
    let (mut plain, mut brotli, mut hello) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        plain.push(round(&server, &server.site.page("/login", Encoding::Plain)).await?);
        hello.push(round(&bare, &bare.site.page("/hello", Encoding::Plain)).await?);
        brotli.push(round(&server, &server.site.page("/login", Encoding::Brotli)).await?);
    }
    let hello = median(hello);
    Ok(vec![
        Row::new("login pages per CPU-second", median(plain)).floor(hello),
        Row::new("login pages per CPU-second, as brotli", median(brotli)).floor(hello),
    ])
}

/// Returns the number of answers per second of the server's CPU time.
async fn round(server: &Server, request: &str) -> Result<f64, Failure> {
    let mut connections = Vec::new();
    for person in 1..=CONNECTIONS {
        let mut connection = Connection::open(server.site.at, Ipv4Addr::new(127, 0, 1, person)).await?;
        connection.ask(request).await?;
        connections.push(connection);
    }
    let before = server.cpu()?;
    let end = Instant::now() + ROUND;
    let mut asking = JoinSet::new();
    for connection in connections {
        asking.spawn(ask_until(end, connection, request.to_owned()));
    }
    let mut answers = 0;
    while let Some(asked) = asking.join_next().await {
        answers += asked??;
    }
    Ok(f64::from(answers) / server.cpu_since(before)?.as_secs_f64())
}

async fn ask_until(end: Instant, mut connection: Connection, request: String) -> Result<u32, Failure> {
    let mut answers = 0;
    while Instant::now() < end {
        let answer = connection.ask(&request).await?;
        if answer.status != 200 {
            return Err(format!("a page was answered with {}", answer.status).into());
        }
        answers += 1;
    }
    Ok(answers)
}
