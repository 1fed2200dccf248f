//! Configuration: defaults, then `Leptos.toml`, then `TESSERA_<TABLE>__<KEY>`. A wrong key or value stops the
//! start with one line that names it; what is read here is checked once and trusted after.

mod phone;
mod store;
mod tables;
mod written;
mod wrong;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};

use crate::ticket::time::Lifetimes;

pub use phone::{PhoneKeys, PhoneSettings};
pub use store::{RecordsAt, RedisAddress, RedisKind, Store, StoreSettings, TicketsAt};
pub use tables::{Account, Limits, Log, LogFormat, Login, OAuth, Phone, Server, Tables};
pub use written::parse_address;
pub use wrong::WrongSetting;

/// The configuration as the rest of the house uses it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The configuration file that was read, where one was.
    pub file: Option<PathBuf>,
    /// `[server]`
    pub server: Server,
    /// Scheme, host and port that browsers and phones see; no trailing slash.
    pub public_url: Arc<str>,
    /// Where the records and generated secrets are kept.
    pub data_dir: PathBuf,
    /// `[login]`
    pub login: Login,
    /// `[account]`
    pub account: Account,
    /// `[phone]`, where a mobile app's tokens are taken.
    pub phone: Option<PhoneSettings>,
    /// `[oauth]`
    pub oauth: OAuth,
    /// `[store]`
    pub store: StoreSettings,
    /// `[limits]`
    pub limits: Limits,
    /// `[log]`
    pub log: Log,
}

impl Settings {
    /// Reads `file` (which must exist if it is named; without one, `Leptos.toml` is read where there is one) and the
    /// environment.
    pub fn load(file: Option<&Path>) -> Result<Self, WrongSetting> {
        const USUAL: &str = "Leptos.toml";
        let mut figment = Figment::from(Serialized::defaults(Tables::default()));
        if let Some(path) = file.filter(|path| !path.is_file()) {
            return Err(WrongSetting::new("--config", format_args!("there is no file {}", path.display())));
        }
        let file = file.or_else(|| Some(Path::new(USUAL)).filter(|path| path.is_file()));
        if let Some(path) = file {
            figment = figment.merge(Toml::file_exact(path));
        }
        let settings = Self::extract(&figment.merge(Env::prefixed("TESSERA_").split("__")))?;
        Ok(Self { file: file.map(Path::to_owned), ..settings })
    }

    fn extract(from: &Figment) -> Result<Self, WrongSetting> {
        match from.extract::<Tables>() {
            Ok(tables) => Self::check(tables),
            Err(error) => Err(wrong::all(from, error)),
        }
    }

    /// The defaults, and nothing of the machine's.
    pub fn defaults() -> Self {
        Self::check(Tables::default()).expect("the defaults are right")
    }

    /// Checks what was read.
    pub fn check(tables: Tables) -> Result<Self, WrongSetting> {
        let Tables { server, login, account, phone, oauth, store, limits, log, package: _ } = tables;
        let public_url = match &server.public_url {
            Some(url) => parse_origin(url),
            None => Ok(default_origin(&server)),
        };
        let pair = if server.tls_cert.is_some() == server.tls_key.is_some() {
            Ok(())
        } else {
            Err(WrongSetting::new("server.tls_cert", "needs server.tls_key beside it, and the other way round"))
        };
        let (phone, store) = (phone.check(), store.check());
        let alone = [pair, login.check(), account.check(), limits.check(), log.check()];
        let read = [public_url.as_ref().err(), phone.as_ref().err(), store.as_ref().err()].into_iter().flatten();
        let wrong: Vec<_> = read.chain(alone.iter().filter_map(|one| one.as_ref().err())).cloned().collect();
        if !wrong.is_empty() {
            return Err(WrongSetting::together(wrong));
        }
        Ok(Self {
            file: None,
            data_dir: server.data_dir.clone().unwrap_or_else(|| PathBuf::from("data")),
            phone: phone?,
            store: store?,
            public_url: public_url?,
            server,
            login,
            account,
            oauth,
            limits,
            log,
        })
    }

    /// The server listens: where nothing else was said, its address follows from the port it got.
    pub fn listening_on(&mut self, port: u16) {
        self.server.addr.set_port(port);
        if self.server.public_url.is_none() {
            self.public_url = default_origin(&self.server);
        }
    }

    /// With `--lan` phones reach this server at the machine's address; a name for a certificate of one's own stays.
    pub fn reached_over_tls_at(&mut self, address: IpAddr) {
        if self.server.tls_cert.is_none() || self.server.public_url.is_none() {
            self.public_url = origin("https", SocketAddr::new(address, self.server.addr.port()));
        }
    }

    /// The times of a ticket.
    pub fn lifetimes(&self) -> Lifetimes {
        self.login.lifetimes()
    }

    /// Whether browsers reach this server over HTTPS.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Whether browsers keep cookies of this server: `Secure` ones come over HTTPS, and from their own machine.
    pub fn are_cookies_kept(&self) -> bool {
        let host = self.public_url.strip_prefix("http://").unwrap_or_default();
        let name = host.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(host, |(name, _)| name);
        let ip = name.trim_matches(['[', ']']).parse::<IpAddr>();
        self.is_https() || name == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
    }
}

/// An origin: `http` or `https`, a host, perhaps a port, and nothing else.
fn parse_origin(url: &str) -> Result<Arc<str>, WrongSetting> {
    let wrong = |what: &str| {
        // A user's password may stand there.
        let shown = if url.contains('@') { "the address" } else { url };
        WrongSetting::new("server.public_url", format_args!("{shown} {what}, such as https://login.example.com"))
    };
    let uri: axum::http::Uri = url.trim_end_matches('/').parse().map_err(|_| wrong("is not a URL"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(wrong("needs http:// or https:// and a host"));
    };
    if !matches!(scheme, "http" | "https") {
        return Err(wrong("does not start with http:// or https://"));
    }
    if uri.path() != "/" || uri.query().is_some() || authority.as_str().contains('@') {
        return Err(wrong("is not scheme, host and port alone"));
    }
    // Browsers leave out the scheme's own port and write hosts in lower case.
    let host = authority.host().to_ascii_lowercase();
    let port = match (scheme, authority.port_u16()) {
        (_, None) | ("http", Some(80)) | ("https", Some(443)) => String::new(),
        (_, Some(port)) => format!(":{port}"),
    };
    Ok(format!("{scheme}://{host}{port}").into())
}

fn default_origin(server: &Server) -> Arc<str> {
    origin(if server.tls_cert.is_some() { "https" } else { "http" }, server.addr)
}

/// As browsers write it: this machine is `localhost`, and the scheme's own port is left out.
fn origin(scheme: &str, at: SocketAddr) -> Arc<str> {
    let ip = at.ip();
    let url = if ip.is_loopback() || ip.is_unspecified() {
        format!("{scheme}://localhost:{}", at.port())
    } else {
        format!("{scheme}://{at}")
    };
    parse_origin(&url).expect("a scheme, an address and a port are an origin")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str) -> Result<Settings, WrongSetting> {
        let figment = Figment::from(Serialized::defaults(Tables::default())).merge(Toml::string(toml));
        Settings::extract(&figment)
    }

    #[test]
    fn without_any_file_it_serves_localhost_3000() {
        let settings = Settings::defaults();
        assert_eq!(&*settings.public_url, "http://localhost:3000");
        assert_eq!(settings.login.code_seconds, 60);
        assert!(settings.phone.is_none());
    }

    #[test]
    fn the_file_in_the_repository_holds_the_defaults() {
        let file = read(include_str!("../../Leptos.toml")).expect("Leptos.toml is right");
        assert_eq!(format!("{file:?}"), format!("{:?}", Settings::defaults()));
    }

    #[test]
    fn a_wrong_key_or_value_is_named_in_one_line() {
        for (toml, named) in [
            ("[server]\nadress = '1'", "server.adress"),
            ("[serve]\naddr = '1'", "serve"),
            ("[server]\naddr = 'nowhere'", "server.addr"),
            ("[server]\npublic_url = 'ftp://a'", "server.public_url"),
            ("[server]\npublic_url = 'https://a/b'", "server.public_url"),
            ("[server]\ntls_cert = 'a.pem'", "server.tls_cert"),
            ("[login]\ncode_seconds = 0", "login.code_seconds"),
            ("[login]\ncode_seconds = 61", "login.code_seconds"),
            ("[login]\nsite_name = ''", "login.site_name"),
            ("[oauth]\napp_file = 'apps.toml'", "oauth.app_file"),
            ("[limits]\ntickets = 0", "limits.tickets"),
            ("[account]\nscan_max_hours = 0", "account.scan_max_hours"),
            ("[account]\nscan_idle_hours = 25", "account.scan_idle_hours"),
            ("[account]\npassword_idle_hours = 3\npassword_max_hours = 2", "account.password_idle_hours"),
            ("[log]\nlevel = 'verbose'", "log.level"),
            ("[log]\nlevel = 'tessera'", "log.level"),
            ("[log]\nlevel = 'debug,tessera=loud'", "log.level"),
            ("[server]\nadmin_addr = '9090'", "server.admin_addr"),
            ("[server]\ntrusted_proxies = ['proxy.example']", "server.trusted_proxies"),
            ("[log]\nformat = 'xml'", "log.format"),
            ("[phone]\nissuer = 'https://a'", "phone.audience"),
            ("[phone]\naudience = 'a'\nissuer = 'b'\nalgorithms = ['none']\njwks_file = 'x'", "phone.algorithms"),
            ("[phone]\naudience = 'a'\nissuer = 'b'\nalgorithms = ['ES256']", "phone.jwks_file"),
            ("[phone]\naudience = 'a'\nissuer = 'b'\nalgorithms = ['ES256']\nsecret_file = 'x'", "phone.algorithms"),
        ] {
            let line = read(toml).expect_err(toml).to_string();
            assert!(line.contains(named), "{line:?} should name {named}");
            assert_eq!(line.lines().count(), 1, "{line:?}");
        }
    }

    #[test]
    fn a_wrong_address_is_told_back_with_the_form_of_a_right_one() {
        for (toml, value, form) in [
            ("[server]\naddr = 'localhost:3000'", "\"localhost:3000\"", "127.0.0.1:3000"),
            ("[server]\naddr = '127.0.0.1'", "\"127.0.0.1\"", "127.0.0.1:3000"),
            ("[server]\nadmin_addr = ':9090'", "\":9090\"", "127.0.0.1:3000"),
            ("[server]\ntrusted_proxies = ['10.0.0.0/8', '10.0.0.1']", "\"10.0.0.1\"", "192.0.2.7/32"),
            ("[server]\npublic_url = 'login.example.com'", "login.example.com", "https://login.example.com"),
            (
                "[server]\npublic_url = 'https://a.example/login'",
                "https://a.example/login",
                "https://login.example.com",
            ),
            ("[store]\nrecords = '/var/lib/tessera.db'", "store.records", "postgres://"),
            ("[store]\ntickets = 'localhost:6379'", "store.tickets", "redis://127.0.0.1:6379"),
        ] {
            let line = read(toml).expect_err(toml).to_string();
            assert!(line.contains(value) && line.contains(form) && line.lines().count() == 1, "{line}");
        }
        let line = read("[server]\npublic_url = 'https://me:hunter2@a.example'").expect_err("refused").to_string();
        assert!(!line.contains("hunter2"), "{line}");
    }

    #[test]
    fn a_level_is_one_that_there_is_or_a_filter() {
        for right in ["warn", "OFF", "trace", "tessera=debug,info", "info,hyper=off", "tessera[request]=debug"] {
            assert!(read(&format!("[log]\nlevel = '{right}'")).is_ok(), "{right}");
        }
    }

    #[test]
    #[cfg(not(feature = "otel"))]
    fn a_collector_is_refused_where_nothing_could_be_sent_to_it() {
        let line = read("[log]\notlp_endpoint = 'http://collector:4318'").expect_err("refused").to_string();
        assert_eq!(line, "log.otlp_endpoint: this binary was built without the feature `otel`");
    }

    #[test]
    #[cfg(feature = "otel")]
    fn a_collector_is_an_address_over_http() {
        let read = |url: &str| read(&format!("[log]\notlp_endpoint = '{url}'"));
        for right in ["http://collector:4318", "https://[2001:db8::1]/", "https://otlp.example/tenant/otlp"] {
            assert_eq!(read(right).expect(right).log.otlp_endpoint.as_deref(), Some(right));
        }
        for wrong in
            ["", "collector:4318", "/v1/traces", "grpc://collector:4317", "http://me:secret@collector", "http://a/?b"]
        {
            let line = read(wrong).expect_err(wrong).to_string();
            assert!(line.starts_with("log.otlp_endpoint: ") && line.lines().count() == 1, "{line}");
            assert!(!line.contains("secret"), "{line}");
        }
    }

    #[test]
    fn with_lan_phones_reach_the_machine_or_the_name_of_its_certificate() {
        const CERT: &str = "tls_cert = 'c'\ntls_key = 'k'\n";
        let lan = |toml: &str| {
            let mut settings = read(toml).expect("right");
            settings.listening_on(443);
            settings.reached_over_tls_at([192, 0, 2, 7].into());
            settings.public_url.to_string()
        };
        assert_eq!(lan(""), "https://192.0.2.7");
        assert_eq!(lan(&format!("[server]\n{CERT}")), "https://192.0.2.7");
        assert_eq!(lan("[server]\npublic_url = 'https://a.example'"), "https://192.0.2.7");
        assert_eq!(lan(&format!("[server]\n{CERT}public_url = 'https://a.example'")), "https://a.example");
        let mut settings = Settings::defaults();
        settings.listening_on(80);
        assert_eq!(&*settings.public_url, "http://localhost", "browsers leave out the scheme's own port");
    }

    #[test]
    fn cookies_are_kept_over_https_and_on_this_machine() {
        for (url, are_kept) in [
            ("https://login.example", true),
            ("https://192.0.2.7:8443", true),
            ("http://localhost:3000", true),
            ("http://localhost", true),
            ("http://127.0.0.1:3000", true),
            ("http://[::1]:3000", true),
            ("http://[::1]", true),
            ("http://192.0.2.7:3000", false),
            ("http://[2001:db8::7]", false),
            ("http://[2001:db8::7]:3000", false),
            ("http://login.example", false),
            ("http://localhost.example", false),
        ] {
            let settings = read(&format!("[server]\npublic_url = '{url}'")).expect(url);
            assert_eq!(settings.are_cookies_kept(), are_kept, "{url}");
        }
    }

    #[test]
    fn a_public_url_is_written_as_browsers_write_origins() {
        let url = |text: &str| read(&format!("[server]\npublic_url = '{text}'")).map(|s| s.public_url.to_string());
        assert_eq!(url("https://Login.Example.com:443/").as_deref(), Ok("https://login.example.com"));
        assert_eq!(url("http://localhost:8080").as_deref(), Ok("http://localhost:8080"));
    }
}
