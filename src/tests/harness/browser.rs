//! A browser or a phone as the server sees one: cookies kept, the headers that browsers send, an address of its own.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use reqwest::header::{COOKIE, HeaderMap, HeaderValue};
use reqwest::{Client, ClientBuilder, Method, StatusCode};

use super::described;
use super::server::{PASSWORD, Server};

/// Chrome on Windows.
pub const DESKTOP: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
/// Chrome on Android.
pub const PHONE: &str =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36";

/// A browser.
pub struct Browser {
    client: Client,
    origin: String,
    instances: Instances,
    cookies: Mutex<BTreeMap<String, String>>,
    agent: &'static str,
    address: String,
}

/// Where an origin is served: each request goes to the next of these ports, as round robin in DNS has it.
#[derive(Clone, Default)]
pub struct Instances(Arc<(Mutex<Vec<u16>>, AtomicUsize)>);

impl Instances {
    pub fn add(&self, port: u16) {
        self.ports().push(port);
    }

    pub fn remove(&self, port: u16) {
        self.ports().retain(|known| *known != port);
    }

    fn next(&self) -> u16 {
        let (ports, turn) = (self.ports(), self.0.1.fetch_add(1, Ordering::Relaxed));
        ports[turn % ports.len()]
    }

    fn ports(&self) -> MutexGuard<'_, Vec<u16>> {
        self.0.0.lock().expect("not poisoned")
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    leads: String,
}

/// What a login page says of its ticket.
#[derive(Clone, Debug)]
pub struct Shown {
    pub ticket: String,
    pub typed: String,
}

/// Returns the builder of a client for plain HTTP that follows no redirect. The client trusts no authority, because to read
/// those of the machine takes longer than most requests of tests.
pub fn plain_client() -> ClientBuilder {
    Client::builder().redirect(reqwest::redirect::Policy::none()).tls_certs_only([])
}

impl Browser {
    /// A desktop browser at 198.51.100.1.
    pub fn desktop(server: &Server) -> Self {
        Self::new(server, DESKTOP, "198.51.100.1")
    }

    /// A phone at 203.0.113.1.
    pub fn phone(server: &Server) -> Self {
        Self::new(server, PHONE, "203.0.113.1")
    }

    pub fn new(server: &Server, agent: &'static str, address: &str) -> Self {
        Self {
            client: server.client.clone(),
            origin: server.origin.clone(),
            instances: at(server.port()),
            cookies: Mutex::default(),
            agent,
            address: address.to_owned(),
        }
    }

    /// A browser that reaches `origin` at this port of the machine.
    pub fn at(origin: &str, port: u16, agent: &'static str, address: &str) -> Self {
        Self::among(origin, at(port), agent, address)
    }

    /// A browser that reaches `origin` at any of these.
    pub fn among(origin: &str, instances: Instances, agent: &'static str, address: &str) -> Self {
        // A connection for each request: one that was idle may be closed by the server in the moment of the next request.
        let client = plain_client().pool_max_idle_per_host(0).build().expect("a client");
        Self {
            client,
            origin: origin.to_owned(),
            instances,
            cookies: Mutex::default(),
            agent,
            address: address.to_owned(),
        }
    }

    /// Another browser beside this one.
    pub fn beside(&self, agent: &'static str, address: &str) -> Self {
        Self {
            client: self.client.clone(),
            origin: self.origin.clone(),
            instances: self.instances.clone(),
            cookies: Mutex::default(),
            agent,
            address: address.to_owned(),
        }
    }

    /// The same browser once more: a second connection of one page.
    pub fn twin(&self) -> Self {
        let twin = self.beside(self.agent, &self.address);
        *twin.cookies.lock().expect("not poisoned") = self.cookies.lock().expect("not poisoned").clone();
        twin
    }

    /// A phone on which somebody is signed in.
    pub async fn signed_in(server: &Server, name: &str) -> Self {
        server.person(name).await;
        let phone = Self::phone(server);
        let reply = phone.sign_in(name, PASSWORD, "/").await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
        phone
    }

    pub async fn sign_in(&self, name: &str, password: &str, next: &str) -> Reply {
        self.post("/signin", &[("username", name), ("password", password), ("next", next)]).await
    }

    /// A navigation.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[("accept", "text/html"), ("sec-fetch-site", "none")], None).await
    }

    /// A form.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        self.send(Method::POST, path, &[("accept", "text/html"), ("sec-fetch-site", "same-origin")], Some(form)).await
    }

    /// A form with a file in it.
    pub async fn upload(&self, path: &str, field: &str, file: &[u8]) -> Reply {
        let head = format!(
            "--tile\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"me.png\"\r\n\
             content-type: image/png\r\n\r\n"
        );
        let body = [head.as_bytes(), file, b"\r\n--tile--\r\n"].concat();
        let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
        let kind = "multipart/form-data; boundary=tile";
        self.try_send_body(Method::POST, path, &headers, Some((kind, body))).await.expect("an answer")
    }

    /// A script's call.
    pub async fn fetch(&self, method: Method, path: &str) -> Reply {
        let form = (method == Method::POST).then_some(&[][..]);
        self.send(method, path, &[("accept", "*/*"), ("sec-fetch-site", "same-origin")], form).await
    }

    /// Any request; nothing but cookies, address and agent is added.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        form: Option<&[(&str, &str)]>,
    ) -> Reply {
        self.try_send(method, path, headers, form).await.expect("an answer")
    }

    /// The same, where the server may be dying.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        form: Option<&[(&str, &str)]>,
    ) -> reqwest::Result<Reply> {
        let body = form.map(|form| {
            let pairs: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
            ("application/x-www-form-urlencoded", pairs.join("&").into_bytes())
        });
        let reply = self.try_send_body(method.clone(), path, headers, body).await?;
        described::holds(&method, path, form.unwrap_or_default(), &reply);
        Ok(reply)
    }

    /// Any request with any body, as its type and its bytes.
    pub async fn try_send_body(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<(&str, Vec<u8>)>,
    ) -> reqwest::Result<Reply> {
        let mut request = self.client.request(method, format!("http://{}{path}", self.base()));
        request = request
            .header("host", self.host())
            .header("user-agent", self.agent)
            .header("x-forwarded-for", &self.address);
        if let Some(cookies) = self.cookie_line() {
            request = request.header("cookie", cookies);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some((kind, body)) = body {
            request = request.header("content-type", kind).body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.text().await?;
        self.keep_cookies(&headers);
        Ok(Reply::new(status, headers, body))
    }

    /// The cookies as a request has them.
    pub fn cookies(&self) -> HeaderMap {
        let line = self.cookie_line().expect("cookies");
        HeaderMap::from_iter([(COOKIE, line.parse().expect("a header"))])
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().expect("not poisoned");
        for line in headers.get_all("set-cookie") {
            let line = line.to_str().expect("text");
            let (name, rest) = line.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            if line.contains("Max-Age=0;") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or(&*self.origin, |(_, host)| host)
    }

    /// Where it connects to: an instance, whatever the address that people see.
    pub fn base(&self) -> String {
        format!("127.0.0.1:{}", self.instances.next())
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn with_address(mut self, address: String) -> Self {
        self.address = address;
        self
    }

    pub fn cookie_line(&self) -> Option<String> {
        let cookies = self.cookies.lock().expect("not poisoned");
        let line: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!line.is_empty()).then(|| line.join("; "))
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("not poisoned").get(name).cloned()
    }

    /// This device approves what `other` shows, and `other` takes it.
    pub async fn signs_in(&self, other: &Self) {
        let shown = other.show_code().await;
        self.approve(&shown).await;
        other.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("not poisoned").insert(name.to_owned(), value.to_owned());
    }

    /// Opens the login page.
    pub async fn show_code(&self) -> Shown {
        let reply = self.get("/login").await;
        assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
        Shown::read(&reply.body)
    }

    /// Types the code of a login page, which scans it by a press, and says where that leads.
    pub async fn type_code(&self, shown: &Shown) -> String {
        let reply = self.post("/link", &[("code", &shown.typed)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
        reply.location().to_owned()
    }

    /// Scans by a press (by way of the typed code) and returns the scan code.
    pub async fn scan(&self, shown: &Shown) -> String {
        let path = self.type_code(shown).await;
        path.strip_prefix("/s/").expect("a scan code").to_owned()
    }

    /// What a login page hears of its ticket now.
    pub async fn hears(&self, shown: &Shown) -> serde_json::Value {
        let reply = self.fetch(Method::GET, &format!("/login/{}/watch", shown.ticket)).await;
        serde_json::from_str(&reply.body).expect("an event")
    }

    /// Scans and approves.
    pub async fn approve(&self, shown: &Shown) -> String {
        let code = self.scan(shown).await;
        let reply = self.post("/api/approve", &[("code", &code)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
        code
    }

    /// Whether somebody is signed in here.
    pub async fn is_signed_in(&self) -> bool {
        self.get("/").await.body.contains("action=\"/signout\"")
    }
}

impl Shown {
    pub fn read(html: &str) -> Self {
        let after = |mark: &str| html.split(mark).nth(1).unwrap_or_else(|| panic!("no {mark} in {html}"));
        let ticket = after("action=\"/login/").split('/').next().unwrap_or_default().to_owned();
        let typed =
            after("<code").split('>').nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().to_owned();
        Self { ticket, typed }
    }
}

impl Reply {
    pub fn new(status: StatusCode, headers: HeaderMap, body: String) -> Self {
        let location = headers.get("location").and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
        let leads = location.or_else(|| goes_on_to(&body)).unwrap_or_default();
        let leads = leads.split('#').next().unwrap_or_default().to_owned();
        Self { status, headers, body, leads }
    }

    /// The words of a page, without its elements.
    pub fn words(&self) -> String {
        self.body.split('<').map(|part| part.split_once('>').map_or(part, |(_, words)| words)).collect()
    }

    /// What a browser asks for next by itself, which sends no fragment: by a redirect, or by a page that goes on.
    pub fn location(&self) -> &str {
        &self.leads
    }

    /// Whether it is a page that goes on by itself.
    pub fn goes_on(&self) -> bool {
        goes_on_to(&self.body).is_some()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(HeaderValue::to_str).and_then(Result::ok).unwrap_or_default()
    }

    /// The code of a refusal to a program.
    pub fn error(&self) -> String {
        let json: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        json["error"].as_str().unwrap_or_default().to_owned()
    }
}

fn goes_on_to(body: &str) -> Option<String> {
    let link = body.split("id=\"onward\"").nth(1)?.split("href=\"").nth(1)?.split('"').next()?;
    Some(link.replace("&amp;", "&"))
}

fn at(port: u16) -> Instances {
    let instances = Instances::default();
    instances.add(port);
    instances
}

fn quoted(value: &str) -> String {
    value
        .bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
