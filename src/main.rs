//! The command line of Tessera.

mod commands;

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use commands::app::App;
use commands::keys::Keys;
use commands::user::User;
use commands::{Common, load, say};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use tessera::app::{self, admin_router};
use tessera::cause::caused;
use tessera::clock::Clock;
use tessera::doctor::{self, Verdict};
use tessera::settings::Settings;
use tessera::web::bounds::DESCRIPTORS_BESIDE;
use tessera::web::client::TrustedProxies;
use tessera::web::listen::{self, Door};
use tessera::{telemetry, web};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// Sign in to any web site by scanning a QR code with a phone that is already signed in.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server; what a call without a command does, as `cargo leptos watch` calls it.
    Serve(Serve),
    /// Manage accounts.
    User {
        #[command(subcommand)]
        command: User,
    },
    /// Manage the third-party sites that sign people in through this server.
    App {
        #[command(subcommand)]
        command: App,
    },
    /// Manage the keys that sign tokens.
    Keys {
        #[command(subcommand)]
        command: Keys,
    },
    /// Look at the configuration, the way through the proxy and the stores, and say what to mend.
    Doctor {
        #[command(flatten)]
        common: Common,
    },
    /// Look at the configuration.
    Config {
        #[command(subcommand)]
        command: Config,
    },
}

#[derive(clap::Args, Default)]
struct Serve {
    #[command(flatten)]
    common: Common,
    /// Where to listen [default: 127.0.0.1:3000]
    #[arg(long)]
    addr: Option<SocketAddr>,
    /// Serve HTTPS on this machine's address in its network, for a real phone, with a certificate of its own
    #[arg(long)]
    lan: bool,
}

#[derive(Subcommand)]
enum Config {
    /// Say whether the configuration is right.
    Check {
        #[command(flatten)]
        common: Common,
    },
}

fn main() -> ExitCode {
    // Three libraries speak TLS here; one provider serves them all.
    let _ = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(run(Cli::parse().command.unwrap_or_else(|| Command::Serve(Serve::default())))),
        Err(error) => Err(format!("no threads: {error}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            let _ = writeln!(io::stderr(), "tessera: {line}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), String> {
    match command {
        Command::Serve(serve) => Box::pin(self::serve(serve)).await,
        Command::User { command } => commands::user::run(command).await,
        Command::App { command } => commands::app::run(command).await,
        Command::Keys { command } => commands::keys::run(command).await,
        Command::Doctor { common } => doctor(&load(&common)?).await,
        Command::Config { command: Config::Check { common } } => {
            let settings = load(&common)?;
            say(&format!(
                "The configuration is right. Served as {}, data in {}.",
                settings.public_url,
                settings.data_dir.display()
            ));
            Ok(())
        }
    }
}

async fn doctor(settings: &Settings) -> Result<(), String> {
    let findings = doctor::examine(settings).await;
    for finding in &findings {
        say(&finding.to_string());
    }
    let wrong = findings.iter().filter(|finding| finding.verdict == Verdict::Wrong).count();
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} to mend")) }
}

async fn serve(options: Serve) -> Result<(), String> {
    let mut settings = load(&options.common)?;
    let traces = telemetry::start(&settings.log)?;
    let lan = if options.lan { Some(lan_address()?) } else { None };
    if lan.is_some() {
        settings.server.addr.set_ip(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    }
    if let Some(addr) = options.addr {
        settings.server.addr = addr;
    }
    let listener = TcpListener::bind(settings.server.addr)
        .await
        .map_err(|error| format!("server.addr: {} cannot be listened on: {error}", settings.server.addr))?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    settings.listening_on(port);
    if let Some(address) = lan {
        settings.reached_over_tls_at(address);
    }
    let tls = tls(&settings, lan)?;

    let stopping = CancellationToken::new();
    let clock = Clock::system();
    let app = app::App::build(&settings, clock.clone(), stopping.clone()).await?;
    greet(&app, lan.is_some()).await?;
    tokio::spawn(sweep(app.clone(), clock));
    tokio::spawn(stop_on_signal(stopping.clone())?);

    let door = Door {
        connections: connections(settings.limits.connections),
        per_network: settings.limits.connections_per_address,
        proxies: TrustedProxies::new(&settings.server.trusted_proxies),
        tls,
        stopping,
    };
    if let Some(addr) = settings.server.admin_addr {
        let admin = TcpListener::bind(addr)
            .await
            .map_err(|error| format!("server.admin_addr: {addr} cannot be listened on: {error}"))?;
        tokio::spawn(listen::serve(admin, admin_router(&app), Door { tls: None, ..door.clone() }));
    }
    listen::serve(listener, app.router(), door).await;
    app.accounts.records.close().await;
    traces.stop().await;
    tracing::info!("stopped");
    Ok(())
}

/// The certificate that is configured; with `--lan` and without one, the machine's own.
fn tls(settings: &Settings, lan: Option<IpAddr>) -> Result<Option<TlsAcceptor>, String> {
    match (&settings.server.tls_cert, &settings.server.tls_key, lan) {
        (Some(cert), Some(key), _) => {
            web::tls::acceptor(cert, key).map(Some).map_err(|error| format!("server.tls_cert: {error}"))
        }
        (_, _, Some(address)) => {
            tessera::secret_file::make_dir(&settings.data_dir).map_err(|error| error.to_string())?;
            web::tls::self_signed(&settings.data_dir, address).map(Some).map_err(|error| format!("--lan: {error}"))
        }
        _ => Ok(None),
    }
}

/// The address of this machine in its network.
fn lan_address() -> Result<IpAddr, String> {
    local_ip_address::local_ip().map_err(|_| "--lan: this machine has no address in a network".to_owned())
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
async fn greet(app: &app::App, lan: bool) -> Result<(), String> {
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

/// Forgets what is over: tickets soon, for their memory; sessions now and then, for the disk.
async fn sweep(app: app::App, clock: Clock) {
    const TICKETS: Duration = Duration::from_secs(10);
    const SESSIONS: u32 = 360;
    let mut round = 0_u32;
    loop {
        tokio::time::sleep(TICKETS).await;
        app.tickets.sweep(clock.now());
        app.oauth.once.sweep(clock.now());
        if round.is_multiple_of(SESSIONS) {
            if let Err(fault) = app.accounts.records.sweep(clock.now()).await {
                tracing::error!(%fault, "sessions that are over could not be forgotten");
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
