//! Peers that mean harm: they hold connections, send slowly, take nothing, send what no browser sends, and come from
//! many addresses with as many connections as the server has descriptors for. Its memory stays within its bound, and
//! whoever comes to sign in is signed in meanwhile.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use tempfile::TempDir;
use tessera::web::bounds::CONNECTION_BYTES;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, Interest};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::carriers::{event, watch};
use crate::harness::binary::{Instance, add_user, tessera};
use crate::harness::browser::{Browser, DESKTOP, PHONE};
use crate::harness::hang::{eventually, until};
use crate::harness::server::PASSWORD;
use crate::harness::spawn::{free_port, scale};

/// Connections of one hostile address: fewer than the server lets one have.
const PER_ADDRESS: usize = 400;
/// What a hostile peer sends slowly, it sends this often.
const SLOWLY: Duration = Duration::from_secs(1);
/// What any server of this kind holds that has worked: tables and pools, without the pages of its program; and the memory
/// in which it hashes the password of who signs in meanwhile.
const AT_WORK: usize = (12 + 19) * 1024 * 1024;

/// A server that may open so many descriptors, and somebody who can sign in.
struct Target {
    instance: Instance,
    _folder: TempDir,
    descriptors: usize,
    /// Where its metrics are.
    admin: u16,
    /// Where people reach it, and as what.
    people: (u16, String),
}

impl Target {
    fn start(descriptors: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut target = Self::start_in(folder, descriptors, &[]);
        let port = target.instance.port;
        target.people = (port, format!("http://localhost:{port}"));
        target
    }

    /// The same over TLS: peers reach the server itself, people by way of what speaks TLS for them.
    async fn start_over_tls(descriptors: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let signed = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&cert, signed.cert.pem()).expect("written");
        std::fs::write(&key, signed.signing_key.serialize_pem()).expect("written");
        let files = [("TESSERA_SERVER__TLS_CERT", &*cert), ("TESSERA_SERVER__TLS_KEY", &*key)];
        let mut target = Self::start_in(folder, descriptors, &files);
        let port = target.instance.port;
        target.people = (speaks_tls(port, signed.cert.der().clone()).await, format!("https://localhost:{port}"));
        target
    }

    fn start_in(folder: TempDir, descriptors: usize, files: &[(&str, &Path)]) -> Self {
        let port = free_port();
        add_user(&mut tessera(&folder), "alice");
        // The shell lowers the limit for good, as a supervisor does.
        let bare = tessera(&folder);
        let mut limited = Command::new("/bin/sh");
        limited.args(["-c", &format!("ulimit -n {descriptors} && exec \"$0\" \"$@\"")]).arg(bare.get_program());
        limited.current_dir(folder.path()).env_clear();
        limited.envs(bare.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let admin = free_port();
        limited.env("TESSERA_SERVER__ADMIN_ADDR", format!("127.0.0.1:{admin}")).envs(files.iter().copied());
        let instance = Instance::start(&mut limited, port);
        Self { instance, _folder: folder, descriptors, admin, people: Default::default() }
    }

    fn browser(&self, agent: &'static str) -> Browser {
        let (port, origin) = &self.people;
        Browser::at(origin, *port, agent, "127.0.0.1")
    }

    /// Whether it was so full that somebody had to go.
    async fn made_room(&self) -> bool {
        let metrics = reqwest::get(format!("http://127.0.0.1:{}/metrics", self.admin)).await.expect("an answer");
        let metrics = metrics.text().await.expect("a text");
        let line =
            metrics.lines().find(|line| line.starts_with("tessera_connections_turned_away_total{reason=\"silent\"}"));
        line.is_some_and(|line| !line.ends_with(" 0"))
    }

    /// All that its connections may take.
    fn bound(&self) -> usize {
        AT_WORK + self.descriptors * CONNECTION_BYTES
    }

    /// Somebody signs in by a scan, watching as a page does.
    async fn serves(&self) {
        let signs_in = async {
            let (desktop, phone) = (self.browser(DESKTOP), self.browser(PHONE));
            phone.sign_in("alice", PASSWORD, "/").await;
            let shown = desktop.show_code().await;
            let mut socket = watch(&desktop, &shown).await;
            phone.approve(&shown).await;
            while !event(&mut socket).await["seen"]["approved"].is_object() {}
            desktop.fetch(reqwest::Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
            assert!(desktop.is_signed_in().await);
        };
        eventually("people are served meanwhile", signs_in).await;
    }
}

/// A port whose connections go on over TLS to that of a server with this certificate.
async fn speaks_tls(server: u16, certificate: CertificateDer<'static>) -> u16 {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).expect("a certificate");
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let connector = connector.clone();
            tokio::spawn(async move {
                let far = TcpStream::connect(("127.0.0.1", server)).await?;
                let mut far = connector.connect("localhost".try_into().expect("a name"), far).await?;
                tokio::io::copy_bidirectional(&mut near, &mut far).await
            });
        }
    });
    port
}

/// Who attacks: connections that are opened again whenever the server ends them.
struct Attack {
    peers: JoinSet<()>,
    opened: Arc<AtomicUsize>,
}

impl Attack {
    /// `count` connections from many addresses, each of which does `harm` for as long as it lasts.
    async fn begin<F>(target: &Target, count: usize, harm: impl Fn(TcpStream) -> F + Clone + Send + 'static) -> Self
    where
        F: Future<Output = std::io::Result<()>> + Send,
    {
        rlimit::increase_nofile_limit(u64::MAX).expect("a limit");
        let (mut peers, opened) = (JoinSet::new(), Arc::<AtomicUsize>::default());
        let to = SocketAddr::from((Ipv4Addr::LOCALHOST, target.instance.port));
        for peer in 0..count {
            let network = u32::try_from(peer / PER_ADDRESS).expect("few");
            let from = Ipv4Addr::from_bits(Ipv4Addr::new(127, 66, 0, 1).to_bits() + network);
            let (harm, opened) = (harm.clone(), Arc::clone(&opened));
            peers.spawn(async move {
                loop {
                    if let Ok(stream) = connect(from, to).await {
                        opened.fetch_add(1, Ordering::Relaxed);
                        let _ = harm(stream).await;
                    }
                    sleep(Duration::from_millis(200)).await;
                }
            });
        }
        let attack = Self { peers, opened };
        until("all come", async || attack.opened.load(Ordering::Relaxed) >= count).await;
        attack
    }

    /// The same, until there are so many that somebody had to go.
    async fn until_full<F>(target: &Target, harm: impl Fn(TcpStream) -> F + Clone + Send + 'static) -> Self
    where
        F: Future<Output = std::io::Result<()>> + Send,
    {
        let attack = Self::begin(target, 2 * target.descriptors, harm).await;
        until("the house is full", async || target.made_room().await).await;
        attack
    }

    async fn end(mut self) {
        self.peers.shutdown().await;
    }
}

async fn connect(from: Ipv4Addr, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    // What it does not read fills a small window soon.
    socket.set_recv_buffer_size(4096)?;
    socket.bind((from, 0).into())?;
    let stream = socket.connect(to).await?;
    stream.set_zero_linger()?;
    Ok(stream)
}

/// Sends the head of a request, then its rest byte by byte, until the server has enough of it.
async fn drip(mut stream: TcpStream, head: &str, rest: u8) -> std::io::Result<()> {
    stream.write_all(head.as_bytes()).await?;
    let mut answer = [0; 1024];
    loop {
        tokio::select! {
            read = stream.read(&mut answer) => if read? == 0 { return Ok(()) },
            () = sleep(SLOWLY) => stream.write_all(&[rest]).await?,
        }
    }
}

/// Nothing is said, and what comes is not taken.
async fn keep_still(stream: &TcpStream) -> std::io::Result<()> {
    loop {
        let ready = stream.ready(Interest::READABLE | Interest::ERROR).await?;
        if ready.is_read_closed() || ready.is_error() {
            return Ok(());
        }
        sleep(SLOWLY).await;
    }
}

/// People are served again and again while the attack lasts, and memory stays within its bound.
async fn withstands(target: &Target, attack: Attack) {
    for _ in 0..scale(3) {
        target.serves().await;
        sleep(SLOWLY).await;
        let (held, bound) = (target.instance.most_held(), target.bound());
        assert!(held <= bound, "{held} bytes are held, {bound} are the bound");
    }
    attack.end().await;
    target.serves().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_67_slow_heads_from_many_addresses_keep_nobody_out() {
    let target = Target::start(1_500);
    let head = "GET /login HTTP/1.1\r\nhost: localhost\r\nx: ";
    let attack = Attack::until_full(&target, |stream| drip(stream, head, b'a')).await;
    withstands(&target, attack).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_67_slow_tls_handshakes_from_many_addresses_keep_nobody_out() {
    let target = Target::start_over_tls(1_500).await;
    // A handshake record of 512 bytes that begins a ClientHello (RFC 8446 §4), and then comes byte by byte.
    let hello = "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}";
    let attack = Attack::until_full(&target, move |stream| drip(stream, hello, 0)).await;
    withstands(&target, attack).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_67_slow_bodies_from_many_addresses_keep_nobody_out() {
    let target = Target::start(1_500);
    let head = "POST /signin HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: same-origin\r\n\
                content-type: application/x-www-form-urlencoded\r\ncontent-length: 4000\r\n\r\nusername=a";
    let attack = Attack::until_full(&target, |stream| drip(stream, head, b'a')).await;
    withstands(&target, attack).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_67_peers_that_take_no_answer_keep_nobody_out() {
    let target = Target::start(1_500);
    let page = target.browser(DESKTOP).get("/login").await.body;
    let file = page.split('"').find(|text| text.contains(".wasm")).expect("the page names its WebAssembly").to_owned();
    let attack = Attack::begin(&target, 2_500, move |mut stream: TcpStream| {
        let asked = format!("GET {file} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        async move {
            stream.write_all(asked.as_bytes()).await?;
            // What there is to read is not read, so this sees an end only when it says more.
            loop {
                stream.ready(Interest::WRITABLE).await?;
                sleep(SLOWLY).await;
                stream.write_all(b"\r\n").await?;
            }
        }
    })
    .await;
    withstands(&target, attack).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_67_a_flood_of_silent_connections_up_to_the_last_descriptor_keeps_nobody_out() {
    let descriptors = scale(2_000).min(9_000);
    let target = Target::start(descriptors);
    let attack = Attack::until_full(&target, async |stream| keep_still(&stream).await).await;
    withstands(&target, attack).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_67_frames_that_no_browser_sends_take_no_memory() {
    const TEXT: u8 = 0x81;
    const TEXT_THAT_GOES_ON: u8 = 0x01;
    const CONTINUATION: u8 = 0x00;
    const PING: u8 = 0x89;
    let target = Target::start(1_500);
    target.serves().await;
    let before = target.instance.most_resident();
    let zeros = |length: usize| vec![0; length];
    // The longest length that can be claimed; more than fits; a text without end; pings without end.
    let claims_much = [&[TEXT, 0xFF][..], &(u64::MAX >> 1).to_be_bytes(), &[0; 4]].concat();
    let too_long = [&[TEXT, 0xFE, 0xFF, 0xFF, 0, 0, 0, 0][..], &zeros(0xFFFF)].concat();
    let piece = |first: u8| [&[first, 0xFE, 0x03, 0xE8, 0, 0, 0, 0][..], &zeros(1000)].concat();
    let endless = [piece(TEXT_THAT_GOES_ON), piece(CONTINUATION).repeat(1000)].concat();
    let pings = [PING, 0x80, 0, 0, 0, 0].repeat(100_000);
    for frames in [claims_much, too_long, endless, pings] {
        let mut sockets = JoinSet::new();
        for _ in 0..200 {
            let desktop = target.browser(DESKTOP);
            let shown = desktop.show_code().await;
            let mut socket = watch(&desktop, &shown).await;
            let frames = frames.clone();
            sockets.spawn(async move {
                // Past the library, onto the wire.
                let raw = socket.get_mut();
                let _ = eventually("the server takes or closes", raw.write_all(&frames)).await;
                eventually("the server closes", async { while let Some(Ok(_)) = socket.next().await {} }).await;
            });
        }
        target.serves().await;
        while let Some(closed) = sockets.join_next().await {
            closed.expect("closed");
        }
    }
    let grown = target.instance.most_resident().saturating_sub(before);
    assert!(grown <= 200 * CONNECTION_BYTES, "{grown} bytes more are held");
}
