//! Measures sign-ins of devices by the device grant (RFC 8628), compared with oidc-provider, an OpenID
//! provider for Node. Devices sign in one after another over connections that are kept alive, until each has
//! its tokens; the unit is the server's CPU time.
//!
//! | | oidc-provider | here |
//! |---|---|---|
//! | the device asks for a code | `POST /device/auth` | `POST /oauth/device` |
//! | a person approves | `POST /approve`, two records and no page | `POST /v1/tickets/{code}/scan`, then `…/approve`, with a phone's token |
//! | the device gets its tokens | `POST /token` | `POST /oauth/token` |
//!
//! This server needs one request more, and each of its phones authenticates. Its access token is signed, and
//! that of the peer is random; both sign the ID token with ES256.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::harness::fleet::Fleet;
use crate::harness::http::Connection;
use crate::harness::server::Server;
use crate::harness::shop;
use crate::harness::table::{Row, median};
use crate::harness::visit::{Phone, Site, expect};
use crate::{Failure, ROUNDS, say};

/// The number of devices that sign in at the same time.
const DEVICES: u8 = 16;
const ROUND: Duration = Duration::from_secs(4);
/// The target: four times as many sign-ins as the peer.
const TIMES: f64 = 4.0;
/// The grant type (RFC 8628 §3.4).
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The script that runs the peer.
const PEER_SCRIPT: &str = "end2end/peers/oidc-provider.mjs";
/// The argument with which the peer keeps its data in memory.
const IN_MEMORY: &str = "memory";

/// The server that signs devices in.
#[derive(Clone, Copy)]
enum By {
    Us,
    Peer,
}

/// Measures both servers with their data in memory, then both with Redis.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let (in_memory, peer) = (Server::tessera_with_shop()?, start_peer(IN_MEMORY)?);
    let first = beside(&in_memory, peer.as_ref(), "memory and SQLite", "memory").await?;
    drop((in_memory, peer));
    let fleet = Fleet::start();
    let (in_redis, peer) = (fleet.instance_with_shop()?, start_peer(&fleet.redis.address())?);
    let second = beside(&in_redis, peer.as_ref(), "Redis and PostgreSQL", "Redis").await?;
    Ok(vec![first, second])
}

/// Measures how many devices the peer signs in per second of its CPU time, with its data in memory; `None` if
/// it does not start.
pub async fn of_peer() -> Result<Option<f64>, Failure> {
    let Some(peer) = start_peer(IN_MEMORY)? else { return Ok(None) };
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        rates.push(round(&peer, By::Peer).await?);
    }
    Ok(Some(median(rates)))
}

async fn beside(server: &Server, peer: Option<&Server>, stores: &str, store: &str) -> Result<Row, Failure> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(round(server, By::Us).await?);
        if let Some(peer) = peer {
            theirs.push(round(peer, By::Peer).await?);
        }
    }
    let theirs = (!theirs.is_empty()).then(|| median(theirs));
    let figure = format!("devices per CPU-second on {stores}, 4 requests; oidc-provider on {store}, 3");
    Ok(Row::new(figure, median(ours)).peer(theirs).at_least_times(TIMES))
}

/// Starts the peer. If it does not start, this is printed, `None` is returned, and the other figures are
/// measured.
fn start_peer(store: &str) -> Result<Option<Server>, Failure> {
    match Server::node(PEER_SCRIPT, &[&format!("{store} {} {}", shop::ID, shop::secret())]) {
        Ok(peer) => Ok(Some(peer)),
        Err(failure) => say(&format!("\noidc-provider is not measured: {failure}")).map(|()| None),
    }
}

/// Returns the number of devices that were signed in per second of the server's CPU time.
async fn round(server: &Server, by: By) -> Result<f64, Failure> {
    let mut devices = Vec::new();
    for person in 1..=DEVICES {
        let mut device = Device::new(&server.site, by, person).await?;
        device.sign_in().await?;
        devices.push(device);
    }
    let before = server.cpu()?;
    let end = Instant::now() + ROUND;
    let mut signing_in = JoinSet::new();
    for mut device in devices {
        signing_in.spawn(async move {
            let mut count = 0;
            while Instant::now() < end {
                device.sign_in().await?;
                count += 1;
            }
            Ok::<u32, Failure>(count)
        });
    }
    let mut count = 0;
    while let Some(signed_in) = signing_in.join_next().await {
        count += signed_in??;
    }
    Ok(f64::from(count) / server.cpu_since(before)?.as_secs_f64())
}

/// A device, and the phone of its owner.
struct Device {
    site: Site,
    by: By,
    connection: Connection,
    phone: Phone,
}

impl Device {
    async fn new(site: &Site, by: By, person: u8) -> Result<Self, Failure> {
        let connection = Connection::open(site.at, Ipv4Addr::new(127, 0, 2, person)).await?;
        Ok(Self { site: site.clone(), by, connection, phone: Phone::of(person.into())? })
    }

    async fn sign_in(&mut self) -> Result<(), Failure> {
        let Self { site, by, connection, phone } = self;
        let (asks, gets) = match by {
            By::Us => ("/oauth/device", "/oauth/token"),
            By::Peer => ("/device/auth", "/token"),
        };
        let begun = shop::post(connection, site, asks, &[("scope", "openid")]).await?;
        match by {
            By::Us => {
                let link = shop::text(&begun, "verification_uri_complete")?;
                let code = link.rsplit_once('/').map(|(_, code)| code).ok_or("a link has no code")?;
                phone.post(connection, site, code, "scan").await?;
                phone.post(connection, site, code, "approve").await?;
            }
            By::Peer => {
                let code = shop::text(&begun, "user_code")?;
                let request =
                    format!("POST /approve?{code} HTTP/1.1\r\nhost: {}\r\ncontent-length: 0\r\n\r\n", site.host);
                expect(&connection.ask(&request).await?, "an approval")?;
            }
        }
        let form = [("grant_type", GRANT), ("device_code", shop::text(&begun, "device_code")?)];
        let tokens = shop::post(connection, site, gets, &form).await?;
        shop::text(&tokens, "access_token").and(shop::text(&tokens, "id_token")).map(|_| ())
    }
}
