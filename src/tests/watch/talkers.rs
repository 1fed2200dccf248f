//! Sixty-four pages send what no browser sends, and ordinary pages are told their news meanwhile. This is asserted by
//! the order of what happens: the news comes while every hostile page is still open, and while all of them flood.

use std::iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tessera::listen::{self, ListenerSettings};
use tessera::waiting::FRAMES_PER_MINUTE;
use tessera::web::client::TrustedProxies;
use tessera::websocket::frame::MESSAGE_BYTES;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::frames::{BINARY, CLOSE, CONTINUATION, FIN, Frame, PING, PONG, Raw, TEXT, masked};
use crate::harness::browser::{Browser, Shown};
use crate::harness::hang::until;
use crate::harness::server::Server;

/// Hostile pages.
const PAGES: usize = 64;
/// How often the hostile pages act before the next ordinary page is told its news. With the two frames that follow, no
/// page sends more frames than it may.
const ROUNDS: usize = 8;

/// Starts a server without a limit that these tests would meet before they meet those of a socket.
async fn server() -> Server {
    Server::start_with(|settings| {
        settings.limits.logins_per_minute = 1_000_000;
        settings.limits.attempts_per_minute = 1_000_000;
        settings.limits.decisions_per_minute = 1_000_000;
        settings.limits.requests_per_minute = 1_000_000;
    })
    .await
}

/// A page that watches its own ticket on its own connection.
struct Page {
    browser: Browser,
    shown: Shown,
    socket: Raw,
}

impl Page {
    async fn open(server: &Server) -> Self {
        let browser = Browser::desktop(server);
        let shown = browser.show_code().await;
        let socket = Raw::open(server, &browser, &shown).await;
        Self { browser, shown, socket }
    }

    /// Opens a page whose socket is over TLS.
    async fn over(tls: &Tls, server: &Server) -> Self {
        let browser = Browser::desktop(server);
        let shown = browser.show_code().await;
        let socket = Raw::over(tls.connect().await, &browser, &shown).await;
        Self { browser, shown, socket }
    }

    async fn several(server: &Server, count: usize) -> Vec<Self> {
        let mut pages = Vec::new();
        for _ in 0..count {
            pages.push(Self::open(server).await);
        }
        pages
    }

    /// What this page sends is heard, and it is told at once that its code was scanned.
    async fn is_told(&mut self, phone: &Browser) {
        self.socket.write(FIN | PING, b"heard?").await;
        assert_eq!(self.socket.read().await, Some((PONG, b"heard?".to_vec())));
        phone.scan(&self.shown).await;
        let (opcode, news) = self.socket.read().await.expect("news");
        let news = String::from_utf8(news).expect("text");
        assert!(opcode == TEXT && news.contains("\"scanned\":{\"by\":\"Alice\"}"), "{news}");
    }
}

/// What a hostile page does within its bounds.
struct Patient {
    what: &'static str,
    /// What it sends in each round.
    pieces: Vec<Vec<u8>>,
    /// What it sends after all rounds.
    rest: Vec<u8>,
    /// All that the server sends it by then.
    answers: Vec<Frame>,
}

/// The ways in which a hostile page stays within its bounds. None of them reads before the end.
fn patient() -> Vec<Patient> {
    let full = [b'x'; MESSAGE_BYTES];
    let alive = masked(FIN | PING, b"alive");
    let pong = |payload: &[u8]| (PONG, payload.to_vec());
    // One frame in as many pieces as there are rounds, of which the last byte is missing until the end.
    let cut = |what, frame: &[u8], step: usize, answer: Frame| {
        let pieces = frame.chunks(step).take(ROUNDS).map(<[u8]>::to_vec).collect();
        let rest = [&frame[step * ROUNDS..], &alive].concat();
        let answers = if answer.0 == CLOSE { vec![answer] } else { vec![answer, pong(b"alive")] };
        Patient { what, pieces, rest, answers }
    };
    // A frame in each round.
    let each = |what, frames: Vec<Vec<u8>>, rest: &[u8], answers: usize| {
        let answers = iter::repeat_n(pong(&full), answers).chain([pong(b"alive")]).collect();
        Patient { what, pieces: frames, rest: [rest, &alive].concat(), answers }
    };
    let fragments = iter::once(masked(TEXT, b"x")).chain(iter::repeat(masked(CONTINUATION, b"x"))).take(ROUNDS);
    let huge = [FIN | BINARY, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
    vec![
        cut("the head of a frame, byte by byte", &masked(FIN | PING, &full), 1, pong(&full)),
        cut("the payload of a frame, piece by piece", &masked(FIN | PING, &full), 16, pong(&full)),
        cut("a huge length, byte by byte", &huge, 1, (CLOSE, 1009_u16.to_be_bytes().to_vec())),
        each("a message in fragments without end", fragments.collect(), &masked(FIN, b"x"), 0),
        each("pings whose answers are not read", vec![masked(FIN | PING, &full); ROUNDS], b"", ROUNDS),
        each("pongs to no ping", vec![masked(FIN | PONG, &full); ROUNDS], b"", 0),
        each("texts", vec![masked(FIN | TEXT, &full); ROUNDS], b"", 0),
        each("binary messages", vec![masked(FIN | BINARY, &[0xFF; MESSAGE_BYTES]); ROUNDS], b"", 0),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_22_news_comes_while_sixty_four_pages_send_half_frames_and_read_nothing() {
    let server = server().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let patient = patient();
    let mut hostile = Page::several(&server, PAGES).await;
    let mut ordinary = Page::several(&server, ROUNDS).await;
    for (round, page) in ordinary.iter_mut().enumerate() {
        for (one, Patient { pieces, what, .. }) in hostile.iter_mut().zip(patient.iter().cycle()) {
            one.socket.0.write_all(&pieces[round]).await.expect(what);
        }
        page.is_told(&phone).await;
    }
    let told = PAGES + ROUNDS;
    assert_eq!(server.app.tickets.watchers(), told, "no page had to be closed so that others were told their news");
    for (one, Patient { rest, answers, what, .. }) in hostile.iter_mut().zip(patient.iter().cycle()) {
        one.socket.0.write_all(rest).await.expect(what);
        // A close would come before any of these.
        for answer in answers {
            assert_eq!(one.socket.read().await.as_ref(), Some(answer), "{what}");
        }
    }
}

/// What a hostile page sends for as long as it is let, after `first`, and how the server ends that.
#[derive(Clone)]
struct Flood {
    what: &'static str,
    first: Vec<u8>,
    /// What it sends again and again.
    again: Vec<u8>,
    /// How many pongs it gets.
    pongs: usize,
    /// The code of the close that follows.
    code: u16,
}

fn floods() -> Vec<Flood> {
    let flood = |what, first: &[u8], again: &[u8], pongs, code| Flood {
        what,
        first: first.to_vec(),
        again: again.repeat(1_000),
        pongs,
        code,
    };
    let most = usize::from(FRAMES_PER_MINUTE);
    let garbage: Vec<u8> = (0..=u8::MAX).map(|byte| byte.wrapping_mul(151) ^ 0xFF).collect();
    let huge = [FIN | BINARY, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
    vec![
        flood("garbage", b"", &garbage, 0, 1002),
        flood("pings", b"", &masked(FIN | PING, &[b'x'; MESSAGE_BYTES]), most, 1008),
        flood("texts", b"", &masked(FIN | TEXT, b"refresh"), 0, 1008),
        flood("pongs to no ping", b"", &masked(FIN | PONG, b""), 0, 1008),
        flood("empty fragments without end", &masked(TEXT, b""), &masked(CONTINUATION, b""), 0, 1008),
        flood("fragments without end", &masked(TEXT, b"x"), &masked(CONTINUATION, &[b'x'; 100]), 0, 1009),
        flood("a message of 2^63 bytes", &huge, &[0; 100], 0, 1009),
        flood("texts that are not masked", b"", &[FIN | TEXT, 1, b'x'], 0, 1002),
    ]
}

/// What a connection of a flood was told before it ended.
struct Ended {
    flood: Flood,
    pongs: usize,
    close: Option<Frame>,
}

impl Ended {
    /// Checks that the server closed the connection at the bound of its flood.
    fn assert_at_its_bound(self) {
        let Self { flood, pongs, close } = self;
        let (opcode, payload) = close.expect(flood.what);
        let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
        assert_eq!((opcode, code, pongs), (CLOSE, Some(flood.code), flood.pongs), "{}", flood.what);
    }
}

/// Floods until the connection is closed, and reads only what it was told by then.
async fn flooded(socket: &mut Raw, flood: &Flood) -> Ended {
    let mut is_taken = socket.0.write_all(&flood.first).await.is_ok();
    while is_taken {
        is_taken = socket.0.write_all(&flood.again).await.is_ok();
    }
    let mut ended = Ended { flood: flood.clone(), pongs: 0, close: None };
    while let Some((opcode, payload)) = socket.read().await {
        if opcode == PONG {
            ended.pongs += 1;
        } else {
            ended.close = Some((opcode, payload));
        }
    }
    ended
}

/// Floods without end: the page comes back whenever it was closed.
async fn floods_without_end(
    server: Arc<Server>,
    mut page: Page,
    flood: Flood,
    ends: Arc<AtomicUsize>,
    report: mpsc::UnboundedSender<Ended>,
) {
    loop {
        report.send(flooded(&mut page.socket, &flood).await).expect("the test goes on");
        ends.fetch_add(1, Ordering::Relaxed);
        page.socket = Raw::open(&server, &page.browser, &page.shown).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_22_news_comes_while_sixty_four_pages_flood_and_each_is_closed_at_its_bound() {
    let server = Arc::new(server().await);
    let phone = Browser::signed_in(&server, "Alice").await;
    let mut ordinary = Page::several(&server, ROUNDS).await;
    let hostile = Page::several(&server, PAGES).await;
    let (report, mut reports) = mpsc::unbounded_channel();
    let (mut flooding, mut ends) = (JoinSet::new(), Vec::new());
    for (page, flood) in hostile.into_iter().zip(floods().into_iter().cycle()) {
        let end = Arc::<AtomicUsize>::default();
        ends.push(Arc::clone(&end));
        flooding.spawn(floods_without_end(Arc::clone(&server), page, flood, end, report.clone()));
    }
    for (round, page) in ordinary.iter_mut().enumerate() {
        until("each hostile page was closed and came back", async || {
            ends.iter().all(|ends| ends.load(Ordering::Relaxed) > round)
        })
        .await;
        page.is_told(&phone).await;
        assert!(flooding.try_join_next().is_none(), "the news comes while all hostile pages go on");
    }
    flooding.shutdown().await;
    reports.close();
    let mut connections = 0;
    while let Some(ended) = reports.recv().await {
        ended.assert_at_its_bound();
        connections += 1;
    }
    assert!(connections >= PAGES * ROUNDS, "{connections}");
    for page in &mut ordinary {
        page.socket.write(FIN | PING, b"still heard").await;
        assert_eq!(page.socket.read().await, Some((PONG, b"still heard".to_vec())), "no ordinary page was closed");
    }
}

/// A listener of a server that speaks TLS itself.
struct Tls {
    address: String,
    connector: TlsConnector,
}

impl Tls {
    async fn of(server: &Server) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let own = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key);
        let mut roots = RootCertStore::empty();
        roots.add(made.cert.der().clone()).expect("a certificate");
        let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound").to_string();
        let listener_settings = ListenerSettings {
            connections: 100,
            per_network: 100,
            proxies: TrustedProxies::new(&[]),
            clock: server.clock.clone(),
            tls: Some(TlsAcceptor::from(Arc::new(own.expect("a configuration")))),
            stopping: server.stopping.clone(),
        };
        tokio::spawn(listen::serve(listener, server.app.router(), listener_settings));
        Self { address, connector: TlsConnector::from(Arc::new(client)) }
    }

    async fn connect(&self) -> TlsStream<TcpStream> {
        let tcp = TcpStream::connect(&self.address).await.expect("connects");
        let name = ServerName::try_from("localhost").expect("a name");
        self.connector.connect(name, tcp).await.expect("a handshake")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_22_over_tls_each_flood_is_closed_at_its_bound_and_news_comes_meanwhile() {
    let server = server().await;
    let tls = Tls::of(&server).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let mut ordinary = Vec::new();
    for _ in floods() {
        ordinary.push(Page::over(&tls, &server).await);
    }
    let mut flooding = JoinSet::new();
    for flood in floods() {
        let mut page = Page::over(&tls, &server).await;
        flooding.spawn(async move { flooded(&mut page.socket, &flood).await });
    }
    for page in &mut ordinary {
        page.is_told(&phone).await;
        flooding.join_next().await.expect("as many").expect("no panic").assert_at_its_bound();
    }
}
