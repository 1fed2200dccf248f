//! A browser that waits at the login page, and the phone that decides: the requests that they send, with
//! their headers. The floor answers the same requests, so the same code measures both.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header, encode};

use super::http::{Answer, Connection};
use super::server::{AUDIENCE, ISSUER, SECRET};
use super::socket::Socket;
use crate::Failure;

/// The headers that Chrome sends with every request.
const AGENT: &str = "user-agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                     Chrome/142.0.0.0 Safari/537.36\r\naccept-language: en-US,en;q=0.9\r\n";
const HINTS: &str = "sec-ch-ua: \"Chromium\";v=\"142\", \"Google Chrome\";v=\"142\", \"Not_A Brand\";v=\"99\"\r\n\
                     sec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: \"Windows\"\r\n";
const NAVIGATION: &str = "connection: keep-alive\r\nupgrade-insecure-requests: 1\r\n\
    accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8\r\n\
    sec-fetch-site: none\r\nsec-fetch-mode: navigate\r\nsec-fetch-user: ?1\r\nsec-fetch-dest: document\r\n";
const FETCH: &str = "connection: keep-alive\r\ncontent-length: 0\r\naccept: */*\r\n\
    content-type: application/x-www-form-urlencoded\r\n\
    sec-fetch-site: same-origin\r\nsec-fetch-mode: cors\r\nsec-fetch-dest: empty\r\n";
const UPGRADE: &str = "connection: Upgrade\r\npragma: no-cache\r\ncache-control: no-cache\r\nupgrade: websocket\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n";
const ENCODINGS: &str = "accept-encoding: gzip, deflate, br, zstd\r\n";
/// The lifetime of a phone token, longer than any run.
const TOKEN_LIFE: Duration = Duration::from_hours(1);

/// The address of a server.
#[derive(Clone, Debug)]
pub struct Site {
    /// The socket address to connect to.
    pub at: SocketAddr,
    /// The host and port that its pages are reached at.
    pub host: String,
}

/// Whether a browser accepts compressed pages; all real ones do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// The browser accepts no compression.
    Plain,
    /// The browser asks for brotli, as Chrome does.
    Brotli,
}

impl Site {
    /// Returns the request for the login page. `path` is another one for the floor's shortest answer.
    pub fn page(&self, path: &str, encoding: Encoding) -> String {
        self.page_with(path, encoding, "")
    }

    /// Returns the request of a browser that was here before, with its cookies; `cookies` may be empty.
    pub fn page_with(&self, path: &str, encoding: Encoding, cookies: &str) -> String {
        let encodings = if encoding == Encoding::Brotli { ENCODINGS } else { "" };
        let cookies = if cookies.is_empty() { String::new() } else { format!("cookie: {cookies}\r\n") };
        format!("GET {path} HTTP/1.1\r\nhost: {}\r\n{HINTS}{AGENT}{NAVIGATION}{encodings}{cookies}\r\n", self.host)
    }
}

/// A login page in a browser.
pub struct Page {
    site: Site,
    from: Ipv4Addr,
    ticket: String,
    code: String,
    cookie: String,
}

impl Page {
    /// Opens the login page over `connection`.
    pub async fn open(connection: &mut Connection, site: &Site, from: Ipv4Addr) -> Result<Self, Failure> {
        Self::open_at(connection, site, from, "/login").await
    }

    /// Opens the login page at the path to which an app has sent the browser.
    pub async fn open_at(
        connection: &mut Connection,
        site: &Site,
        from: Ipv4Addr,
        path: &str,
    ) -> Result<Self, Failure> {
        let answer = connection.ask(&site.page(path, Encoding::Brotli)).await?;
        expect(&answer, "a login page")?;
        let html = text(&answer)?;
        let ticket = between(&html, "action=\"/login/", "/claim\"").ok_or("the page names no ticket")?;
        let (_, code) = html.split_once("<code").ok_or("the page shows no code")?;
        let code = between(code, ">", "</code>").ok_or("the page shows no code")?;
        let (ticket, code, cookie) = (ticket.to_owned(), code.to_owned(), answer.cookies().join("; "));
        Ok(Self { site: site.clone(), from, ticket, code, cookie })
    }

    /// Watches the ticket over a connection of its own, as browsers do. The page shows the first state
    /// already.
    pub async fn watch(&self) -> Result<Socket, Failure> {
        let connection = Connection::open(self.site.at, self.from).await?;
        let Self { site: Site { host, .. }, ticket, cookie, .. } = self;
        let request = format!(
            "GET /login/{ticket}/watch?after=1 HTTP/1.1\r\nhost: {host}\r\n{AGENT}{UPGRADE}{ENCODINGS}\
             origin: http://{host}\r\ncookie: {cookie}\r\n\r\n"
        );
        Socket::open(connection, &request).await
    }

    /// Claims the session over the page's own connection. Returns all cookies that the browser then has.
    pub async fn claim(&self, connection: &mut Connection) -> Result<String, Failure> {
        let Self { site: Site { host, .. }, ticket, cookie, .. } = self;
        let request = format!(
            "POST /login/{ticket}/claim HTTP/1.1\r\nhost: {host}\r\n{HINTS}{AGENT}{FETCH}{ENCODINGS}\
             origin: http://{host}\r\ncookie: {cookie}\r\n\r\n"
        );
        let answer = connection.ask(&request).await?;
        expect(&answer, "a claim")?;
        let mut cookies = answer.cookies();
        cookies.push(cookie.clone());
        Ok(cookies.join("; "))
    }

    /// Moves the page to another instance of the same site.
    pub fn moves_to(&mut self, at: SocketAddr) {
        self.site.at = at;
    }

    /// Returns the code that the phone reads from the screen.
    pub fn code(&self) -> &str {
        &self.code
    }
}

/// A signed-in phone: a mobile app with its bearer token.
#[derive(Clone)]
pub struct Phone {
    token: String,
}

impl Phone {
    /// Makes the phone of this person.
    pub fn of(person: usize) -> Result<Self, Failure> {
        let expires = SystemTime::now().duration_since(UNIX_EPOCH)? + TOKEN_LIFE;
        let claims = serde_json::json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": format!("person-{person}"), "name": format!("Person {person}"),
            "exp": expires.as_secs(),
        });
        let token = encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes()))?;
        Ok(Self { token })
    }

    /// Scans or approves; `verb` is the name of the action in the API.
    pub async fn post(&self, connection: &mut Connection, site: &Site, code: &str, verb: &str) -> Result<(), Failure> {
        let request = format!(
            "POST /v1/tickets/{code}/{verb} HTTP/1.1\r\nhost: {}\r\nuser-agent: app/1.0\r\naccept: application/json\r\n\
             content-length: 0\r\nauthorization: Bearer {}\r\n\r\n",
            site.host, self.token
        );
        expect(&connection.ask(&request).await?, verb)
    }
}

/// Returns the text of an answer, decompressed.
pub fn text(answer: &Answer) -> Result<String, Failure> {
    let mut plain = Vec::new();
    match answer.header("content-encoding") {
        Some("br") => brotli_decompressor::BrotliDecompress(&mut answer.body.as_slice(), &mut plain)?,
        Some(other) => return Err(format!("an answer came as {other}").into()),
        None => plain.clone_from(&answer.body),
    }
    Ok(String::from_utf8(plain)?)
}

/// Checks that an answer has status 200. A refusal during a run would make all later figures wrong.
pub fn expect(answer: &Answer, what: &str) -> Result<(), Failure> {
    expect_status(200, answer, what)
}

/// Checks that an answer has this status.
pub fn expect_status(status: u16, answer: &Answer, what: &str) -> Result<(), Failure> {
    if answer.status == status {
        return Ok(());
    }
    Err(format!("{what} was answered with {}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into())
}

/// Returns the text between two others; `None` if one of them is missing.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(between, _)| between)
}
