//! The phone of a peer that pushes and has no sign-in: one request says that a page is to be told.

use std::net::Ipv4Addr;

use crate::Failure;
use crate::harness::http::Connection;
use crate::harness::taps::Lane;
use crate::harness::visit::Site;

/// A phone with its own connection.
pub struct Confirmation {
    connection: Connection,
    site: Site,
}

impl Confirmation {
    /// Opens this many phones at this instance.
    pub async fn lanes(count: usize, site: &Site) -> Result<Vec<Self>, Failure> {
        let mut lanes = Vec::new();
        for _ in 0..count {
            let connection = Connection::open(site.at, Ipv4Addr::LOCALHOST).await?;
            lanes.push(Self { connection, site: site.clone() });
        }
        Ok(lanes)
    }
}

impl Lane for Confirmation {
    async fn tap(&mut self, room: &str) -> Result<(), Failure> {
        let request = format!("POST /confirm/{room} HTTP/1.1\r\nhost: {}\r\ncontent-length: 0\r\n\r\n", self.site.host);
        match self.connection.ask(&request).await?.status {
            200 => Ok(()),
            status => Err(format!("a confirmation was answered with {status}").into()),
        }
    }
}
