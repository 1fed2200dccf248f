//! `tessera serve`: everything that a process needs around the server: sockets, certificates, signals, sweeps.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::{Common, load, say};
use crate::app::{App, admin_router};
use crate::cause::caused;
use crate::clock::Clock;
use crate::settings::Settings;
use crate::telemetry;
use crate::web::assets::Assets;
use crate::web::bounds::DESCRIPTORS_BESIDE;
use crate::web::client::TrustedProxies;
use crate::web::listen::{self, Door};
use crate::web::tls;

/// Run the server.
#[derive(clap::Args, Default)]
pub struct Serve {
    #[command(flatten)]
    common: Common,
    /// Where to listen [default: 127.0.0.1:3000]
    #[arg(long)]
    addr: Option<SocketAddr>,
    /// Serve HTTPS on this machine's address in its network, for a real phone, with a certificate of its own
    #[arg(long)]
    lan: bool,
}

impl Serve {
    /// Serves until a signal asks to stop.
    pub async fn run(self, assets: &Assets) -> Result<(), String> {
        let mut settings = load(&self.common)?;
        let traces = telemetry::start(&settings.log)?;
        let lan = if self.lan { Some(lan_address()?) } else { None };
        if lan.is_some() {
            settings.server.addr.set_ip(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        }
        if let Some(addr) = self.addr {
            settings.server.addr = addr;
        }
        let listener = listen::bind(settings.server.addr)
            .map_err(|error| format!("server.addr: {} cannot be listened on: {error}", settings.server.addr))?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        settings.listening_on(port);
        if let Some(address) = lan {
            settings.reached_over_tls_at(address);
        }
        let tls = tls(&settings, lan)?;

        let stopping = CancellationToken::new();
        let clock = Clock::system();
        let app = App::build(&settings, assets, clock.clone(), stopping.clone()).await?;
        greet(&app, lan.is_some()).await?;
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            address = %settings.server.addr,
            public_url = %settings.public_url,
            records = settings.store.records.word(),
            tickets = settings.store.tickets.word(),
            "started"
        );
        tokio::spawn(sweep(app.clone(), clock.clone()));
        tokio::spawn(stop_on_signal(stopping.clone())?);

        let door = Door {
            connections: connections(settings.limits.connections),
            per_network: settings.limits.connections_per_address,
            proxies: TrustedProxies::new(&settings.server.trusted_proxies),
            clock: clock.clone(),
            tls,
            stopping,
        };
        if let Some(addr) = settings.server.admin_addr {
            let admin = listen::bind(addr)
                .map_err(|error| format!("server.admin_addr: {addr} cannot be listened on: {error}"))?;
            tokio::spawn(listen::serve(admin, admin_router(&app), Door { tls: None, ..door.clone() }));
        }
        listen::serve(listener, app.router(), door).await;
        app.accounts.records.close().await;
        traces.stop().await;
        tracing::info!("stopped");
        Ok(())
    }
}

/// The certificate that is configured; with `--lan` and without one, the machine's own.
fn tls(settings: &Settings, lan: Option<IpAddr>) -> Result<Option<TlsAcceptor>, String> {
    match (&settings.server.tls_cert, &settings.server.tls_key, lan) {
        (Some(cert), Some(key), _) => {
            tls::acceptor(cert, key).map(Some).map_err(|error| format!("server.tls_cert: {error}"))
        }
        (_, _, Some(address)) => {
            crate::secret_file::make_dir(&settings.data_dir).map_err(|error| error.to_string())?;
            tls::self_signed(&settings.data_dir, address).map(Some).map_err(|error| format!("--lan: {error}"))
        }
        _ => Ok(None),
    }
}

/// The address of this machine in its network: the one from which it would speak to an address elsewhere. To connect a
/// UDP socket only asks the table of routes; nothing is sent.
fn lan_address() -> Result<IpAddr, String> {
    /// TEST-NET-1 (RFC 5737): an address that nobody has.
    const ELSEWHERE: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let route = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect(ELSEWHERE)?;
        socket.local_addr()
    });
    route.map(|address| address.ip()).map_err(|_| "--lan: this machine has no address in a network".to_owned())
}

/// As many connections as configured, and no more than the machine has descriptors for; some are for files.
fn connections(configured: u64) -> usize {
    let descriptors = rlimit::increase_nofile_limit(configured + DESCRIPTORS_BESIDE).unwrap_or(1024);
    let most = configured.min(descriptors.saturating_sub(DESCRIPTORS_BESIDE)).max(16);
    if most < configured {
        tracing::warn!(configured, most, "the machine allows fewer descriptors than limits.connections asks for");
    }
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// What the person who started the server needs to know.
async fn greet(app: &App, lan: bool) -> Result<(), String> {
    let origin = app.login.site.origin();
    say(&format!("Tessera is at {origin}"));
    if lan {
        say("The certificate is this machine's own, so the phone will warn once. Scan to open it there:");
        if let Ok(code) = QrCode::new(origin.as_bytes()) {
            // Black on white whatever the terminal's colours are: many cameras read it no other way.
            for line in code.render::<Dense1x2>().build().lines() {
                say(&format!("\x1b[30;107m{line}\x1b[0m"));
            }
        }
    }
    if !app.accounts.records.has_accounts().await.map_err(|fault| caused(&fault))? {
        say("Nobody has an account yet. Create the first one here; the link works once:");
        say(&app.accounts.setup.link(origin));
    }
    Ok(())
}

/// Forgets what is over: tickets soon, for their memory; what is in the records now and then, for the disk.
async fn sweep(app: App, clock: Clock) {
    const TICKETS: Duration = Duration::from_secs(10);
    const SESSIONS: u32 = 360;
    let mut round = 0_u32;
    loop {
        tokio::time::sleep(TICKETS).await;
        app.tickets.sweep(clock.now());
        app.oauth.once.sweep(clock.now());
        if round.is_multiple_of(SESSIONS) {
            if let Err(fault) = app.accounts.records.sweep(clock.now()).await {
                tracing::error!(%fault, "what is over could not be forgotten");
            }
            if let Err(error) = app.oauth.keys.sweep().await {
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
