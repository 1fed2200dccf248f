//! Measures what a browser downloads until the page runs: its HTML, and the script and WebAssembly that the
//! HTML names.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::Failure;
use crate::harness::http::{Answer, Connection};
use crate::harness::server::Server;
use crate::harness::table::{Row, median};
use crate::harness::visit::{Encoding, text};

/// The number of pages that are measured, because every page has another code and so another length.
const PAGES: usize = 21;

/// Counts the bytes of bodies as they are sent.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let server = Server::tessera()?;
    let mut connection = Connection::open(server.site.at, Ipv4Addr::LOCALHOST).await?;
    let mut pages = Vec::new();
    let mut html = String::new();
    for _ in 0..PAGES {
        let page = connection.ask(&server.site.page("/login", Encoding::Brotli)).await?;
        pages.push(compressed(&page, "/login")?);
        html = text(&page)?;
    }
    let mut bundle = 0.0;
    let files = named(&html);
    for kind in [".js", ".wasm"] {
        let path = files.iter().find(|path| path.ends_with(kind)).ok_or("the page names no script or WebAssembly")?;
        let file = connection.ask(&server.site.page(path, Encoding::Brotli)).await?;
        bundle += compressed(&file, path)?;
    }
    Ok(vec![
        Row::new("bytes of the login page, as brotli", median(pages)).at_most(4_096.0),
        Row::new("bytes of script and WebAssembly, as brotli", bundle).at_most(75_000.0),
    ])
}

fn compressed(answer: &Answer, path: &str) -> Result<f64, Failure> {
    match (answer.status, answer.header("content-encoding")) {
        (200, Some("br")) => Ok(f64::from(u32::try_from(answer.body.len())?)),
        (status, encoding) => Err(format!("{path} was answered with {status} as {encoding:?}, not as br").into()),
    }
}

/// Returns the files of the bundle that a page names.
fn named(html: &str) -> BTreeSet<&str> {
    html.split('"').filter(|text| text.starts_with("/pkg/")).collect()
}
