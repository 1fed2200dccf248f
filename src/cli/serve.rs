//! `tessera serve`: everything that a process needs around the server: sockets, certificates, signals, periodic
//! clean-up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::common::{Common, NO_ADMINISTRATOR, load, say};
use crate::cause::caused;
use crate::clock::Clock;
use crate::listen;
use crate::listen::ListenerSettings;
use crate::listen::tls;
use crate::secret_file;
use crate::server::telemetry;
use crate::server::{ServerState, admin_router};
use crate::settings::{CONNECTIONS_LEAST, Settings, parse_address};
use crate::store::open::{has_records, place, shown};
use crate::store::server_lock::lock_records;
use crate::web::assets::Assets;
use crate::web::bounds::DESCRIPTORS_BESIDE;
use crate::web::client::TrustedProxies;

/// The warning that people cannot sign in, because `server.public_url` is an `http://` address of another
/// machine, where browsers keep no cookies.
pub const NO_COOKIES: &str = "browsers keep no cookies of an http:// address on another machine, so nobody can sign in there: \
                              set server.public_url to an https:// address";

/// Run the server.
#[derive(clap::Args, Default)]
pub struct Serve {
    #[command(flatten)]
    common: Common,
    /// Address to listen at; without it server.addr, else 127.0.0.1:3000
    #[arg(long, value_parser = parse_address)]
    addr: Option<SocketAddr>,
    /// Serve HTTPS on this machine's address in its network, for a real phone, with a self-signed certificate
    #[arg(long)]
    lan: bool,
}

impl Serve {
    /// Starts the server and serves until a signal asks the process to stop. The error is the line to print.
    pub async fn run(self, assets: &Assets) -> Result<(), String> {
        let mut settings = load(&self.common)?;
        let traces = telemetry::start(&settings.log)?;
        if let Some(addr) = self.addr {
            settings.server.addr = addr;
        }
        let lan = if self.lan { Some(listen_on_lan(&mut settings, self.addr)?) } else { None };
        settings.server.check_addresses().map_err(|wrong| wrong.to_string())?;
        let listener = bind("server.addr", settings.server.addr)?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        settings.listening_on(port);
        if let Some(address) = lan {
            settings.reached_over_tls_at(address);
        }
        let admin = settings.server.admin_addr.map(|addr| bind("server.admin_addr", addr)).transpose()?;
        if !settings.are_cookies_kept() {
            tracing::warn!(server.public_url = %settings.public_url, "{NO_COOKIES}");
        }
        let tls = tls(&settings, lan)?;

        let stopping = CancellationToken::new();
        let clock = Clock::system();
        // Held until the records are closed.
        let server_lock = lock_records(&settings)?;
        let started_with = StartedWith {
            config: config(&settings),
            records: place(&settings),
            are_new: !has_records(&settings).await?,
        };
        let state = ServerState::build(&settings, assets, clock.clone(), stopping.clone()).await?;
        // Before the greeting is printed, so that a signal that follows it stops the server gracefully.
        tokio::spawn(stop_on_signal(stopping.clone())?);
        greet(&state, lan.is_some(), &started_with).await?;
        started_with.log();
        if state.accounts.records.lacks_administrator().await.map_err(|fault| caused(&fault))? {
            tracing::warn!(code = "no_administrator", "{NO_ADMINISTRATOR}");
        }
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            address = %settings.server.addr,
            public_url = %settings.public_url,
            records = settings.store.records.word(),
            tickets = settings.store.tickets.word(),
            "started"
        );
        let kept = Duration::from_secs(settings.account.activity_days * 24 * 3600);
        tokio::spawn(sweep(state.clone(), clock.clone(), kept));

        let listener_settings = ListenerSettings {
            connections: connections(settings.limits.connections),
            per_network: settings.limits.connections_per_address,
            proxies: TrustedProxies::new(&settings.server.trusted_proxies),
            clock: clock.clone(),
            tls,
            stopping,
        };
        if let Some(admin) = admin {
            let plain = ListenerSettings { tls: None, ..listener_settings.clone() };
            tokio::spawn(listen::serve(admin, admin_router(&state), plain));
        }
        listen::serve(listener, state.router(), listener_settings).await;
        state.accounts.activity.close_all().await;
        state.accounts.records.close().await;
        drop(server_lock);
        traces.stop().await;
        tracing::info!("stopped");
        Ok(())
    }
}

/// The configuration and the records that this start uses, as texts to print and to log, because a start in the
/// wrong folder would use others; and whether the records are new.
struct StartedWith {
    /// The configuration file, or a text that says that none was read.
    config: String,
    records: String,
    /// Whether this start creates the records.
    are_new: bool,
}

impl StartedWith {
    fn log(&self) {
        let Self { config, records, are_new } = self;
        if *are_new {
            tracing::info!(config, records, "new records were made");
        } else {
            tracing::info!(config, records, "records were opened");
        }
    }
}

fn config(settings: &Settings) -> String {
    settings.file.as_deref().map_or_else(|| "none, so the defaults hold".to_owned(), shown)
}

fn bind(setting: &str, address: SocketAddr) -> Result<TcpListener, String> {
    listen::bind(address).map_err(|error| listen::not_bound(setting, address, &error))
}

/// Returns TLS with the configured certificate, or with `--lan` and without a configured one with a self-signed
/// certificate. `None` for plain HTTP.
fn tls(settings: &Settings, lan: Option<IpAddr>) -> Result<Option<TlsAcceptor>, String> {
    let configured = tls::configured(&settings.server)?;
    match lan {
        Some(address) if configured.is_none() => {
            let folder = &settings.data_dir;
            secret_file::make_dir(folder).map_err(|error| format!("server.data_dir: {}: {error}", shown(folder)))?;
            tls::self_signed(folder, address).map(Some)
        }
        _ => Ok(configured),
    }
}

/// Returns the address at which phones in the network reach this machine, and sets the server to listen on all
/// addresses if `--addr` (`named`) is not given. Fails if `--addr` is a loopback address, or if this machine has
/// no address in a network.
fn listen_on_lan(settings: &mut Settings, named: Option<SocketAddr>) -> Result<IpAddr, String> {
    match named.map(|addr| addr.ip()) {
        Some(ip) if ip.is_loopback() => Err(format!(
            "--lan: no phone reaches {ip}, which is this machine alone: leave --addr out, or say 0.0.0.0:3000"
        )),
        Some(ip) if !ip.is_unspecified() => Ok(ip),
        Some(_) => lan_address(),
        None => {
            settings.server.addr.set_ip(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
            lan_address()
        }
    }
}

/// Returns the address of this machine in its network: the source address for traffic to a remote address.
/// Connecting a UDP socket only consults the routing table; nothing is sent. Fails if there is no route.
fn lan_address() -> Result<IpAddr, String> {
    /// TEST-NET-1 (RFC 5737): an address that no machine has.
    const ELSEWHERE: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let route = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect(ELSEWHERE)?;
        socket.local_addr()
    });
    route.map(|address| address.ip()).map_err(|_| "--lan: this machine has no address in a network".to_owned())
}

/// Raises this process's limit of file descriptors, and returns the configured limit of connections, or a lower
/// one if the descriptors do not suffice; some of them are reserved for files. The result is [`CONNECTIONS_LEAST`] or
/// more.
fn connections(configured: u64) -> usize {
    let descriptors = rlimit::increase_nofile_limit(configured + DESCRIPTORS_BESIDE).unwrap_or(1024);
    let most = configured.min(descriptors.saturating_sub(DESCRIPTORS_BESIDE)).max(CONNECTIONS_LEAST);
    if most < configured {
        tracing::warn!(configured, most, "the machine allows fewer descriptors than limits.connections asks for");
    }
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// Prints the server's address, the configuration file and whether records are new, for the person who started
/// the server; with `--lan`, also a QR code that opens the address. If there is no account yet, the QR code and the
/// last line are the link that creates the first one.
async fn greet(state: &ServerState, lan: bool, started_with: &StartedWith) -> Result<(), String> {
    let origin = state.login.site.origin();
    let is_first = !state.accounts.records.has_accounts().await.map_err(|fault| caused(&fault))?;
    let link = if is_first { state.accounts.setup.link(origin) } else { origin.to_owned() };
    say(&format!("Tessera is at {origin}"));
    if lan {
        say("The certificate is this machine's own, so the phone will warn once. Scan to open it there:");
        if let Ok(code) = QrCode::new(link.as_bytes()) {
            // Black on white whatever the terminal's colours are: many cameras read no other codes.
            for line in code.render::<Dense1x2>().build().lines() {
                say(&format!("\x1b[30;107m{line}\x1b[0m"));
            }
        }
    }
    say(&format!("Configuration file: {}", started_with.config));
    if started_with.are_new {
        say(&format!("New records are made in {}", started_with.records));
    }
    if is_first {
        say("Nobody has an account yet. Create the first one here; the link works once:");
        say(&link);
    }
    Ok(())
}

/// Runs for ever and deletes what has expired: tickets and single-use objects every ten seconds, to free
/// memory; accounts that are due every minute; records and signing keys every hour, to free disk space. Lines of activity
/// and receipts are deleted after the time `kept`.
async fn sweep(state: ServerState, clock: Clock, kept: Duration) {
    const TICKETS: Duration = Duration::from_secs(10);
    const ACCOUNTS: u32 = 6;
    const SESSIONS: u32 = 360;
    let mut round = 0_u32;
    loop {
        tokio::time::sleep(TICKETS).await;
        state.tickets.sweep(clock.now());
        state.once.sweep(clock.now());
        if round.is_multiple_of(ACCOUNTS) {
            state.accounts.activity.close_hours().await;
            if let Err(fault) = state.accounts.delete_due().await {
                tracing::error!(fault = %caused(&fault), "the accounts that are to be deleted could not be read");
            }
        }
        if round.is_multiple_of(SESSIONS) {
            if let Err(fault) = state.accounts.records.sweep_activity(clock.now().before(kept)).await {
                tracing::error!(fault = %caused(&fault), "old lines of activity could not be forgotten");
            }
            if let Err(fault) = state.accounts.receipts.sweep(clock.now().before(kept)).await {
                tracing::error!(fault = %caused(&fault), "old receipts could not be forgotten");
            }
            if let Err(fault) = state.accounts.records.sweep(clock.now()).await {
                tracing::error!(fault = %caused(&fault), "what is over could not be forgotten");
            }
            if let Err(error) = state.tokens.keys.sweep().await {
                tracing::error!(%error, "keys that are over could not be forgotten");
            }
        }
        round = round.wrapping_add(1);
    }
}

fn stop_on_signal(stopping: CancellationToken) -> Result<impl Future<Output = ()>, String> {
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: no new people, requests in flight finish");
        stopping.cancel();
    })
}
