//! Measures what a browser downloads until the page runs: its HTML, and the script and WebAssembly that the
//! HTML names.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::{Failure, earlier};
use crate::harness::http::{Answer, Connection};
use crate::harness::server::Server;
use crate::harness::table::{Row, median};
use crate::harness::visit::{Encoding, text};

/// The number of pages that are measured, because every page has another code and so another length.
const PAGES: usize = 21;

/// Counts the bytes of bodies as they are sent, of this version and of the earlier one if there is one.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let (page, scripts) = of(&Server::tessera()?).await?;
    let earlier = match earlier::binary() {
        Some(binary) => Some(of(&Server::tessera_of(&binary)?).await?),
        None => None,
    };
    let (earlier_page, earlier_scripts) = earlier.unzip();
    Ok(vec![
        Row::new("bytes of the login page, as brotli; the earlier version", page).peer(earlier_page).at_most(4_096.0),
        Row::new("bytes of its scripts and WebAssembly, as brotli; the earlier version", scripts)
            .peer(earlier_scripts)
            .at_most(75_000.0),
    ])
}

/// Returns the bytes of the login page, and of all scripts and WebAssembly that it names.
async fn of(server: &Server) -> Result<(f64, f64), Failure> {
    let mut connection = Connection::open(server.site.at, Ipv4Addr::LOCALHOST).await?;
    let mut pages = Vec::new();
    let mut html = String::new();
    for _ in 0..PAGES {
        let page = connection.ask(&server.site.page("/login", Encoding::Brotli)).await?;
        pages.push(compressed(&page, "/login")?);
        html = text(&page)?;
    }
    let mut scripts = 0.0;
    for path in named(&html) {
        let file = connection.ask(&server.site.page(path, Encoding::Brotli)).await?;
        scripts += compressed(&file, path)?;
    }
    Ok((median(pages), scripts))
}

fn compressed(answer: &Answer, path: &str) -> Result<f64, Failure> {
    match (answer.status, answer.header("content-encoding")) {
        (200, Some("br")) => Ok(f64::from(u32::try_from(answer.body.len())?)),
        (status, encoding) => Err(format!("{path} was answered with {status} as {encoding:?}, not as br").into()),
    }
}

/// Returns the scripts and the WebAssembly that a page names.
fn named(html: &str) -> BTreeSet<&str> {
    html.split('"')
        .filter(|text| text.starts_with('/') && [".js", ".wasm"].iter().any(|kind| text.ends_with(kind)))
        .collect()
}
