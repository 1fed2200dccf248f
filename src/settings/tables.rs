//! The tables of the configuration file, with their defaults and limits.

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::http::Uri;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::Url;

use super::account::Account;
use super::login::Login;
use super::look::Look;
use super::mail::Mail;
use super::parse;
use super::phone::Phone;
use super::sources::Sources;
use super::store::Store;
use super::wrong_setting::{WrongSetting, within};

/// All tables of the configuration, with defaults for what is not set; their values are not checked yet.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tables {
    pub(super) server: Server,
    pub(super) look: Look,
    pub(super) login: Login,
    pub(super) account: Account,
    pub(super) phone: Phone,
    pub(super) oauth: OAuth,
    pub(super) store: Store,
    pub(super) mail: Mail,
    pub(super) push: Push,
    pub(super) limits: Limits,
    pub(super) log: Log,
}

impl Tables {
    /// Reads all tables. What cannot be read is replaced by its default, and returned as a fault. An unknown table is a
    /// fault too, and is ignored.
    pub(super) fn read(mut from: Sources) -> (Self, Vec<WrongSetting>) {
        let tables = Self {
            server: from.table("server"),
            look: from.table("look"),
            login: from.table("login"),
            account: from.table("account"),
            phone: from.table("phone"),
            oauth: from.table("oauth"),
            store: from.table("store"),
            mail: from.table("mail"),
            push: from.table("push"),
            limits: from.table("limits"),
            log: from.table("log"),
        };
        // The table `[package.metadata.leptos]` is for cargo-leptos and Leptos.
        from.skip("package");
        (tables, from.wrong_ones())
    }
}

/// The table `[server]`: addresses, TLS, trusted proxies, and the folder of the data.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// The address to listen on.
    #[serde(deserialize_with = "parse::address")]
    pub addr: SocketAddr,
    /// The address at which metrics and health are served to machines; `None` if they are not.
    #[serde(deserialize_with = "parse::optional_address")]
    pub admin_addr: Option<SocketAddr>,
    /// The origin that browsers and phones see; `None` derives it from `addr`.
    pub public_url: Option<String>,
    /// The folder of the records and of generated secrets; `None` for the folder `data`.
    pub data_dir: Option<PathBuf>,
    /// A file with the certificate chain in PEM; `None` if this server does not terminate TLS.
    pub tls_cert: Option<PathBuf>,
    /// A file with the certificate's private key in PEM.
    pub tls_key: Option<PathBuf>,
    /// A file with the 32 secret bytes from which codes and tokens are derived; it is made on first use.
    pub code_key_file: Option<PathBuf>,
    /// Networks of proxies whose `X-Forwarded-For` is trusted.
    #[serde(deserialize_with = "parse::networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// Whether browsers must use HTTPS for the subdomains of this host as well.
    pub hsts_subdomains: bool,
    /// Whether the mirrored language `ar-XA` is offered, which only tests request.
    pub test_language: bool,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from(([127, 0, 0, 1], 3000)),
            admin_addr: None,
            public_url: None,
            data_dir: None,
            tls_cert: None,
            tls_key: None,
            code_key_file: None,
            trusted_proxies: Vec::new(),
            hsts_subdomains: false,
            test_language: false,
        }
    }
}

impl Server {
    /// Checks that the server and its metrics do not listen at the same address and port. Port 0, for which the system
    /// chooses a free port, is accepted for both.
    ///
    /// # Errors
    /// If the ports are the same, and so are the addresses, or one of them includes all addresses.
    pub fn check_addresses(&self) -> Result<(), WrongSetting> {
        let (own, Some(admin)) = (self.addr, self.admin_addr) else { return Ok(()) };
        let is_same = own.ip() == admin.ip() || own.ip().is_unspecified() || admin.ip().is_unspecified();
        // Port 0 lets the system choose a free port.
        if is_same && own.port() == admin.port() && own.port() != 0 {
            let what = format_args!("{admin} is taken by server.addr, {own}: choose another port for one of them");
            return Err(WrongSetting::new("server.admin_addr", what));
        }
        Ok(())
    }
}

/// The table `[oauth]`: the file with apps (third-party sites) that a start registers, and whether people may ask for
/// apps.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct OAuth {
    /// A file of apps that are registered, or changed to what it says, at the start; `None` for none.
    pub apps_file: Option<PathBuf>,
    /// Whether people may ask for apps, which administrators then approve or decline.
    pub requests: bool,
}

/// Smallest limit of open connections: a page that waits, the browser's other requests and the operator's probes each
/// need one at the same time.
pub const CONNECTIONS_LEAST: u64 = 16;

/// The table `[limits]`: the limits that an operator may change. The fixed limits are in `web/bounds.rs`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest number of sign-ins in progress at the same time.
    pub tickets: u64,
    /// Largest number of open connections, including those of waiting pages.
    pub connections: u64,
    /// Largest number of open connections of one IPv4 address or IPv6 /64.
    pub connections_per_address: u64,
    /// New QR codes per address and minute.
    pub logins_per_minute: u64,
    /// Password attempts per address, or per known device, and minute; typed codes per account and minute.
    pub attempts_per_minute: u64,
    /// Accounts that one address makes for itself in an hour, where people may sign up.
    pub sign_ups_per_hour: u64,
    /// Scans, approvals, denials and uploaded pictures per account and minute.
    pub decisions_per_minute: u64,
    /// Calls of one app in WeChat's dialect per minute.
    pub app_calls_per_minute: u64,
    /// Calls of one app in WeChat's dialect per day; 0 means no limit.
    pub app_calls_per_day: u64,
    /// Requests of any kind per address and minute.
    pub requests_per_minute: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tickets: 100_000,
            connections: 16_000,
            connections_per_address: 512,
            logins_per_minute: 120,
            attempts_per_minute: 10,
            sign_ups_per_hour: 30,
            decisions_per_minute: 60,
            app_calls_per_minute: 6_000,
            app_calls_per_day: 0,
            requests_per_minute: 1_200,
        }
    }
}

impl Limits {
    pub(super) fn check(&self) -> Result<(), WrongSetting> {
        within("limits.tickets", self.tickets, 1, 100_000_000)?;
        within("limits.connections", self.connections, CONNECTIONS_LEAST, 10_000_000)?;
        within("limits.connections_per_address", self.connections_per_address, 1, 10_000_000)?;
        for (key, value) in [
            ("limits.logins_per_minute", self.logins_per_minute),
            ("limits.attempts_per_minute", self.attempts_per_minute),
            ("limits.sign_ups_per_hour", self.sign_ups_per_hour),
            ("limits.decisions_per_minute", self.decisions_per_minute),
            ("limits.app_calls_per_minute", self.app_calls_per_minute),
            ("limits.requests_per_minute", self.requests_per_minute),
        ] {
            within(key, value, 1, 60_000_000)?;
        }
        within("limits.app_calls_per_day", self.app_calls_per_day, 0, 1_000_000_000)?;
        Ok(())
    }
}

/// The table `[push]`: whether phones are sent messages, who answers for them, and push services in the operator's network.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Push {
    /// Whether phones are sent messages. It takes HTTPS, or `localhost`.
    pub enabled: bool,
    /// Where a push service reaches the operator (RFC 8292 §2.1): `mailto:` or `https:`; `None` for the address of this site.
    pub contact: Option<String>,
    /// Hosts of push services in the operator's network, which may have private addresses. All others have public ones.
    pub private_hosts: Vec<String>,
    /// A file with certificates in PEM that are trusted for push services, beside those of the system.
    pub ca_file: Option<PathBuf>,
}

impl Default for Push {
    fn default() -> Self {
        Self { enabled: true, contact: None, private_hosts: Vec::new(), ca_file: None }
    }
}

impl Push {
    pub(super) fn check(&self) -> Result<(), WrongSetting> {
        if let Some(contact) = &self.contact {
            let is_one = Url::parse(contact).is_ok_and(|url| match url.scheme() {
                "mailto" => url.path().contains('@'),
                "https" => url.has_host(),
                _ => false,
            });
            if !is_one {
                let what = "is mailto: and an address, or a https: address, such as mailto:login@example.com";
                return Err(WrongSetting::new("push.contact", what));
            }
        }
        let is_host =
            |host: &String| Url::parse(&format!("https://{host}/")).is_ok_and(|url| url.host_str() == Some(host));
        match self.private_hosts.iter().find(|host| !is_host(host)) {
            Some(wrong) => {
                let what = format_args!("{wrong:?} is not a host alone, in lower case, such as push.example.com");
                Err(WrongSetting::new("push.private_hosts", what))
            }
            None => Ok(()),
        }
    }
}

/// The table `[log]`: the level and format of log lines, and the collector of traces.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// The level of log lines, or a filter such as `tessera=debug,info`.
    pub level: String,
    /// The format of log lines.
    pub format: LogFormat,
    /// The URL of a collector of traces (OTLP over HTTP); `None` for no traces.
    pub otlp_endpoint: Option<String>,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Text, otlp_endpoint: None }
    }
}

impl Log {
    pub(super) fn check(&self) -> Result<(), WrongSetting> {
        self.filter()?;
        let Some(endpoint) = &self.otlp_endpoint else { return Ok(()) };
        let wrong = |what: &str| Err(WrongSetting::new("log.otlp_endpoint", what));
        if cfg!(not(feature = "otel")) {
            return wrong("this binary was built without the feature `otel`");
        }
        let Ok(uri) = endpoint.parse::<Uri>() else { return wrong("is not a URL") };
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return wrong("starts with http:// or https://");
        }
        // Credentials for the collector belong into `OTEL_EXPORTER_OTLP_HEADERS`, as with other programs.
        if uri.authority().is_none_or(|authority| authority.as_str().contains('@')) || uri.query().is_some() {
            return wrong("is scheme, host, port and perhaps a path, without a user or a query");
        }
        Ok(())
    }
}

impl Log {
    /// Returns the filter of log lines that `level` describes. A single word that is no level is an error: it
    /// would be the name of a module, and all other lines would be dropped.
    pub fn filter(&self) -> Result<EnvFilter, WrongSetting> {
        let wrong = || {
            WrongSetting::new(
                "log.level",
                format_args!(
                    "is {:?}; it is error, warn, info, debug, trace or off, or a filter such as tessera=debug,info",
                    self.level
                ),
            )
        };
        let is_known = |part: &str| part.contains(['=', '[']) || part.trim().parse::<LevelFilter>().is_ok();
        if !self.level.split(',').all(is_known) {
            return Err(wrong());
        }
        EnvFilter::try_new(&self.level).map_err(|_| wrong())
    }
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text for people.
    Text,
    /// A JSON object per line.
    Json,
}
