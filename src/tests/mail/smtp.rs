//! A mail server on a real socket, which takes, refuses, drops or delays what it is told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tessera::settings::{MailSettings, SmtpProtection};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::harness::hang::until;

/// What the server does with one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It takes the message.
    Take,
    /// It wants the sender to try again.
    Greylist,
    /// It refuses the recipient for good.
    Refuse,
    /// It hangs up in the middle of the message.
    Drop,
    /// It takes the message after this time.
    Slow(Duration),
    /// It wants a user and a password.
    WantsSignIn,
    /// It answers this command, or `CONNECT`, with this code.
    Answers(&'static str, u16),
    /// It takes the message, and says so once it is told to ([`Smtp::release`]).
    Late,
}

/// A message that the server took.
#[derive(Clone, Debug)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub message: String,
    /// Whether it came over TLS.
    pub is_tls: bool,
    /// User and password that came with it.
    pub signed_in: Option<(String, String)>,
}

#[derive(Default)]
struct Books {
    acts: VecDeque<Act>,
    taken: Vec<Taken>,
    connections: usize,
    /// All that came before TLS.
    in_clear: String,
}

/// A mail server.
#[derive(Clone)]
pub struct Smtp {
    pub port: u16,
    books: Arc<Mutex<Books>>,
    released: Arc<Semaphore>,
    /// The certificate for TLS, in PEM.
    pub certificate: String,
}

impl Smtp {
    /// A mail server that offers STARTTLS for `localhost` if `has_tls`.
    pub async fn start(has_tls: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("they belong together");
        let tls = has_tls.then(|| TlsAcceptor::from(Arc::new(config)));
        let released = Arc::new(Semaphore::new(0));
        let smtp = Self { port, books: Arc::default(), released, certificate: cert.pem() };
        let (books, released) = (smtp.books.clone(), smtp.released.clone());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("accepts");
                tokio::spawn(serve(stream, books.clone(), released.clone(), tls.clone()));
            }
        });
        smtp
    }

    /// The settings of a server that sends its mail here, in clear.
    pub fn settings(&self) -> MailSettings {
        MailSettings {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            protection: SmtpProtection::None,
            credentials: None,
            from: "login@example.com".parse().expect("an address"),
        }
    }

    /// What it does with the next connections; it takes what comes after them.
    pub fn then(&self, acts: &[Act]) {
        self.books.lock().expect("not poisoned").acts.extend(acts);
    }

    /// Lets it answer to one message that it took late.
    pub fn release(&self) {
        self.released.add_permits(1);
    }

    pub fn connections(&self) -> usize {
        self.books.lock().expect("not poisoned").connections
    }

    pub fn in_clear(&self) -> String {
        self.books.lock().expect("not poisoned").in_clear.clone()
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.books.lock().expect("not poisoned").taken.clone()
    }

    /// Waits until it took this many messages, and returns them.
    pub async fn took(&self, many: usize) -> Vec<Taken> {
        until("mail", async || self.taken().len() >= many).await;
        self.taken()
    }

    /// Waits for this many connections.
    pub async fn was_asked(&self, often: usize) {
        until("a connection to the mail server", async || self.connections() >= often).await;
    }
}

async fn serve(stream: TcpStream, books: Arc<Mutex<Books>>, released: Arc<Semaphore>, tls: Option<TlsAcceptor>) {
    let act = {
        let mut books = books.lock().expect("not poisoned");
        books.connections += 1;
        books.acts.pop_front().unwrap_or(Act::Take)
    };
    let mut session = Session { act, books, released, is_tls: false, signed_in: None };
    let (mut stream, has_tls) = (BufReader::new(stream), tls.is_some());
    if let Act::Slow(span) = act {
        tokio::time::sleep(span).await;
    }
    let code = if let Act::Answers("CONNECT", code) = act { code } else { 220 };
    if stream.write_all(format!("{code} localhost\r\n").as_bytes()).await.is_err() {
        return;
    }
    if !session.run(&mut stream, has_tls).await {
        return;
    }
    let Some(tls) = tls else { return };
    let Ok(secure) = tls.accept(stream.into_inner()).await else { return };
    session.is_tls = true;
    session.run(&mut BufReader::new(secure), false).await;
}

struct Session {
    act: Act,
    books: Arc<Mutex<Books>>,
    released: Arc<Semaphore>,
    is_tls: bool,
    signed_in: Option<(String, String)>,
}

impl Session {
    /// Answers commands; `true` if TLS is to begin.
    async fn run<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: &mut BufReader<S>, offers_tls: bool) -> bool {
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let mut line = String::new();
            if !matches!(stream.read_line(&mut line).await, Ok(1..)) {
                return false;
            }
            if !self.is_tls {
                self.books.lock().expect("not poisoned").in_clear.push_str(&line);
            }
            let line = line.trim_end();
            let word = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            let answer = match word.as_str() {
                command if matches!(self.act, Act::Answers(of, _) if of == command) => {
                    let Act::Answers(_, code) = self.act else { return false };
                    format!("{code} for {}", address())
                }
                "EHLO" if offers_tls => "250-localhost\r\n250-STARTTLS\r\n250 AUTH PLAIN".to_owned(),
                "EHLO" => "250-localhost\r\n250 AUTH PLAIN".to_owned(),
                "STARTTLS" if offers_tls => {
                    let _ = stream.write_all(b"220 go ahead\r\n").await;
                    return true;
                }
                "AUTH" => {
                    let plain = STANDARD.decode(line.rsplit(' ').next().unwrap_or_default()).unwrap_or_default();
                    let plain = String::from_utf8_lossy(&plain).into_owned();
                    let mut parts = plain.split('\0').skip(1).map(str::to_owned);
                    self.signed_in = parts.next().zip(parts.next());
                    "235 welcome".to_owned()
                }
                "MAIL" if self.act == Act::WantsSignIn => "530 sign in first".to_owned(),
                "MAIL" => {
                    from = address();
                    "250 fine".to_owned()
                }
                "RCPT" => match self.act {
                    Act::Greylist => "451 try again later".to_owned(),
                    Act::Refuse => format!("550 no such mailbox {}", address()),
                    _ => {
                        to.push(address());
                        "250 fine".to_owned()
                    }
                },
                "DATA" if self.act == Act::Drop => return false,
                "DATA" => {
                    let _ = stream.write_all(b"354 go on\r\n").await;
                    let Some(message) = data(stream).await else { return false };
                    let (is_tls, signed_in) = (self.is_tls, self.signed_in.clone());
                    let taken = Taken { from: from.clone(), to: std::mem::take(&mut to), message, is_tls, signed_in };
                    self.books.lock().expect("not poisoned").taken.push(taken);
                    if self.act == Act::Late {
                        self.released.acquire().await.expect("open").forget();
                    }
                    if self.act == Act::Answers("MESSAGE", 554) {
                        "554 spam".to_owned()
                    } else {
                        "250 taken".to_owned()
                    }
                }
                "QUIT" => {
                    let _ = stream.write_all(b"221 bye\r\n").await;
                    return false;
                }
                _ => "502 not known".to_owned(),
            };
            if stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                return false;
            }
        }
    }
}

/// Reads a message up to the line with one dot.
async fn data<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n.\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    bytes.truncate(bytes.len() - 3);
    Some(String::from_utf8(bytes).expect("ASCII").replace("\r\n..", "\r\n."))
}

impl Taken {
    /// The value of a header.
    pub fn header(&self, name: &str) -> String {
        let head = self.message.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        let line = head.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        line.unwrap_or_default()
    }

    /// The body of this kind, decoded.
    pub fn part(&self, kind: &str) -> String {
        let boundary = self.message.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next());
        let boundary = format!("--{}", boundary.expect("a boundary"));
        let part = self.message.split(&boundary).skip(1).find(|part| part.contains(kind)).expect("a part");
        let part = part.trim_start();
        let (head, body) = part.split_once("\r\n\r\n").expect("a body");
        let head = head.to_ascii_lowercase();
        let bytes = if head.contains("base64") {
            STANDARD.decode(body.replace("\r\n", "")).expect("base64")
        } else if head.contains("quoted-printable") {
            unquoted(body)
        } else {
            body.as_bytes().to_vec()
        };
        String::from_utf8(bytes).expect("UTF-8")
    }

    /// The only link of the mail, without the origin.
    pub fn link(&self, origin: &str) -> String {
        let (text, html) = (self.part("text/plain"), self.part("text/html"));
        assert_eq!((text.matches("http").count(), html.matches("href=").count()), (1, 1), "{text}{html}");
        assert!(!html.contains("src=") && !html.contains("url("), "nothing is loaded: {html}");
        let link = text.split(origin).nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a link");
        assert!(html.contains(&format!("href=\"{origin}{link}\"")), "{html}");
        link.to_owned()
    }
}

/// Decodes quoted-printable (RFC 2045 §6.7).
fn unquoted(text: &str) -> Vec<u8> {
    let text = text.replace("=\r\n", "");
    let (mut bytes, mut rest) = (Vec::new(), text.as_str());
    while let Some((plain, coded)) = rest.split_once('=') {
        bytes.extend_from_slice(plain.as_bytes());
        bytes.push(u8::from_str_radix(&coded[..2], 16).expect("two digits"));
        rest = &coded[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}
