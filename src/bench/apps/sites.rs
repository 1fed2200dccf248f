//! Measures complete sign-ins to a third-party site by a scan: the site sends its visitor, who sees a code,
//! scans it, approves, and comes back with an authorization code, for which the site gets tokens and the
//! profile.
//!
//! The connections of browser and phone are new each time, as from different people. The site's backend keeps
//! its own alive.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;
use tokio::task::JoinSet;

use super::devices;
use crate::harness::http::Connection;
use crate::harness::server::Server;
use crate::harness::shop;
use crate::harness::shop::BACK;
use crate::harness::table::{Row, median};
use crate::harness::visit::{Encoding, Page, Phone, Site, between, expect, expect_status};
use crate::{Failure, ROUNDS};

/// The number of people at the same time, as in the group of sign-ins.
const PEOPLE: u8 = 32;
const ROUND: Duration = Duration::from_secs(4);
/// A verifier and its challenge, from RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Measures the server and the same requests at the floor in turn, and for comparison how many devices a peer
/// signs in.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let (server, bare) = (Server::tessera_with_shop()?, Server::floor()?);
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(round(&server).await?);
        floor.push(round(&bare).await?);
    }
    let ours = median(ours);
    Ok(vec![
        Row::new("sign-ins to a third-party site per CPU-second, 10 requests and a socket", ours).floor(median(floor)),
        Row::new("the same beside devices by oidc-provider on memory, 3 requests", ours)
            .peer(devices::of_peer().await?)
            .at_least_times(1.0),
    ])
}

/// Returns sign-ins per second of the server's CPU time.
async fn round(server: &Server) -> Result<f64, Failure> {
    let mut visitors = Vec::new();
    for person in 0..PEOPLE {
        let mut visitor = Visitor::new(&server.site, person).await?;
        // The first sign-in of an account creates it, so it is not measured.
        visitor.sign_in().await?;
        visitors.push(visitor);
    }
    let before = server.cpu()?;
    let end = Instant::now() + ROUND;
    let mut people = JoinSet::new();
    for mut visitor in visitors {
        people.spawn(async move {
            let mut count = 0;
            while Instant::now() < end {
                visitor.sign_in().await?;
                count += 1;
            }
            Ok::<u32, Failure>(count)
        });
    }
    let mut count = 0;
    while let Some(signed_in) = people.join_next().await {
        count += signed_in??;
    }
    Ok(f64::from(count) / server.cpu_since(before)?.as_secs_f64())
}

/// A person, and the connection that the site's backend uses for them.
struct Visitor {
    site: Site,
    browser: Ipv4Addr,
    pocket: Ipv4Addr,
    phone: Phone,
    backend: Connection,
}

impl Visitor {
    async fn new(site: &Site, person: u8) -> Result<Self, Failure> {
        let [browser, pocket, of_site] = [1, 2, 3].map(|device| Ipv4Addr::new(127, 3, person, device));
        let backend = Connection::open(site.at, of_site).await?;
        Ok(Self { site: site.clone(), browser, pocket, phone: Phone::of(person.into())?, backend })
    }

    async fn sign_in(&mut self) -> Result<(), Failure> {
        let Self { site, browser, pocket, phone, backend } = self;
        let mut connection = Connection::open(site.at, *browser).await?;
        let asks = shop::query(&[
            ("client_id", shop::ID),
            ("redirect_uri", BACK),
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("state", "s1"),
            ("nonce", "n1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        let path = leads(&mut connection, &site.page(&format!("/oauth/authorize?{asks}"), Encoding::Brotli)).await?;
        let page = Page::open_at(&mut connection, site, *browser, &path).await?;
        let mut socket = page.watch().await?;
        let mut app = Connection::open(site.at, *pocket).await?;
        phone.post(&mut app, site, page.code(), "scan").await?;
        socket.until("scanned").await?;
        phone.post(&mut app, site, page.code(), "approve").await?;
        socket.until("approved").await?;
        let cookies = page.claim(&mut connection).await?;
        let back = leads(&mut connection, &site.page_with(&path, Encoding::Brotli, &cookies)).await?;
        let code = between(&format!("{back}&"), "code=", "&").ok_or("nobody came back with a code")?.to_owned();
        let code = percent_decode_str(&code).decode_utf8()?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        let tokens = shop::post(backend, site, "/oauth/token", &form).await?;
        shop::text(&tokens, "id_token")?;
        let request = format!(
            "GET /oauth/userinfo HTTP/1.1\r\nhost: {}\r\nuser-agent: shop/1.0\r\naccept: application/json\r\n\
             authorization: Bearer {}\r\n\r\n",
            site.host,
            shop::text(&tokens, "access_token")?
        );
        expect(&backend.ask(&request).await?, "userinfo")
    }
}

/// Returns the address that a request is redirected to.
async fn leads(connection: &mut Connection, request: &str) -> Result<String, Failure> {
    let answer = connection.ask(request).await?;
    expect_status(303, &answer, "a way on")?;
    Ok(answer.header("location").ok_or("a way on leads nowhere")?.to_owned())
}
