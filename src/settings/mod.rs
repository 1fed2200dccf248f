//! The configuration: defaults, overridden by `Leptos.toml`, overridden by environment variables
//! `TESSERA_<TABLE>__<KEY>`. Wrong keys and values are errors of the start, each in one line that names the
//! key. Everything is checked here, and nowhere else.

mod account;
mod login;
mod look;
mod mail;
mod parse;
mod passkeys;
mod phone;
mod sources;
mod store;
mod tables;
#[cfg(test)]
mod tests;
mod variables;
mod wrong_setting;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sources::Sources;

use crate::ticket::time::Lifetimes;

pub use account::{Account, Passwords, SignUp};
pub use login::{Login, Scanning, Verification};
pub use look::LookSettings;
pub use mail::{Mail, MailSettings, SmtpProtection};
pub use parse::{one_line, parse_address};
pub use passkeys::NoPasskeys;
pub use phone::{Phone, PhoneKeys, PhoneSettings};
pub use store::{RecordsAt, RedisAddress, RedisKind, Store, StoreSettings, TicketsAt};
pub use tables::{CONNECTIONS_LEAST, Limits, Log, LogFormat, OAuth, Push, Server, Tables};
pub use wrong_setting::WrongSetting;

/// The configuration of the server, checked and with defaults for what is not set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The configuration file that was read; `None` if there is none.
    pub file: Option<PathBuf>,
    /// The table `[server]`.
    pub server: Server,
    /// The origin that browsers and phones see: scheme, host and port, without a trailing slash.
    pub public_url: Arc<str>,
    /// The folder of the records and of generated secrets.
    pub data_dir: PathBuf,
    /// The checked table `[look]`: the name, the logo and the colours of the pages.
    pub look: LookSettings,
    /// The table `[login]`, about the sign-in by scan.
    pub login: Login,
    /// The table `[account]`, about the lifetimes of sessions, how people sign in, and who makes accounts.
    pub account: Account,
    /// The checked table `[phone]`; `None` if no mobile app's tokens are accepted.
    pub phone: Option<PhoneSettings>,
    /// The table `[oauth]`.
    pub oauth: OAuth,
    /// The checked table `[store]`.
    pub store: StoreSettings,
    /// The checked table `[mail]`; `None` if no mail is sent.
    pub mail: Option<MailSettings>,
    /// The table `[push]`.
    pub push: Push,
    /// The table `[limits]`.
    pub limits: Limits,
    /// The table `[log]`.
    pub log: Log,
}

impl Settings {
    /// Reads the configuration from `file` and the environment variables, and checks it. Fails if a named file does not
    /// exist; without a name, `Leptos.toml` is read if it exists. The error has a line for each fault.
    pub fn load(file: Option<&Path>) -> Result<Self, WrongSetting> {
        const USUAL: &str = "Leptos.toml";
        if let Some(path) = file.filter(|path| !path.is_file()) {
            return Err(WrongSetting::new("--config", format_args!("there is no file {}", path.display())));
        }
        let file = file.or_else(|| Some(Path::new(USUAL)).filter(|path| path.is_file()));
        let written = file.map(Sources::file).transpose()?.unwrap_or_default();
        let settings = Self::read(written.overridden_by(variables::of_this_process()))?;
        Ok(Self { file: file.map(Path::to_owned), ..settings })
    }

    fn read(from: Sources) -> Result<Self, WrongSetting> {
        let (tables, mut wrong) = Tables::read(from);
        match Self::check(tables) {
            Ok(settings) if wrong.is_empty() => Ok(settings),
            checked => {
                wrong.extend(checked.err());
                Err(WrongSetting::together(wrong))
            }
        }
    }

    /// Returns the configuration in which every setting has its default, without any file or variable.
    pub fn defaults() -> Self {
        Self::check(Tables::default()).expect("the defaults are right")
    }

    /// Checks the values of all tables and returns the configuration. It also reads the files that contain addresses of
    /// stores, if such files are named. The error has a line for each fault.
    pub fn check(tables: Tables) -> Result<Self, WrongSetting> {
        let Tables { server, look, login, account, phone, oauth, store, mail, push, limits, log } = tables;
        let public_url = match &server.public_url {
            Some(url) => parse_origin(url),
            None => Ok(default_origin(&server)),
        };
        let pair = if server.tls_cert.is_some() == server.tls_key.is_some() {
            Ok(())
        } else {
            Err(WrongSetting::new("server.tls_cert", "needs server.tls_key beside it, and the other way round"))
        };
        let (look, phone, store, mail) = (look.check(), phone.check(), store.check(), mail.check());
        let alone = [pair, login.check(), account.check(), push.check(), limits.check(), log.check()];
        let read = [
            public_url.as_ref().err(),
            look.as_ref().err(),
            phone.as_ref().err(),
            store.as_ref().err(),
            mail.as_ref().err(),
        ];
        let read = read.into_iter().flatten();
        let wrong: Vec<_> = read.chain(alone.iter().filter_map(|one| one.as_ref().err())).cloned().collect();
        if !wrong.is_empty() {
            return Err(WrongSetting::together(wrong));
        }
        Ok(Self {
            file: None,
            data_dir: server.data_dir.clone().unwrap_or_else(|| PathBuf::from("data")),
            look: look?,
            phone: phone?,
            store: store?,
            mail: mail?,
            public_url: public_url?,
            server,
            login,
            account,
            oauth,
            push,
            limits,
            log,
        })
    }

    /// Sets the port of `[server] addr` to the one at which the server listens, which the system may have chosen. The
    /// public URL changes with it, unless it is configured.
    pub fn listening_on(&mut self, port: u16) {
        self.server.addr.set_port(port);
        if self.server.public_url.is_none() {
            self.public_url = default_origin(&self.server);
        }
    }

    /// Sets the public URL to HTTPS at this address, for `--lan`. It stays as it is if both a public URL and a
    /// certificate are configured.
    pub fn reached_over_tls_at(&mut self, address: IpAddr) {
        if self.server.tls_cert.is_none() || self.server.public_url.is_none() {
            self.public_url = origin("https", SocketAddr::new(address, self.server.addr.port()));
        }
    }

    /// Returns the configured lifetimes of a ticket: how long its code can be scanned and renewed, how long a person
    /// may take to decide, and how long an approval can be used.
    pub fn lifetimes(&self) -> Lifetimes {
        self.login.lifetimes()
    }

    /// Returns whether browsers reach this server over HTTPS, by its public URL.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Returns whether phones are sent messages: if the operator did not turn that off, and the public URL is one at which
    /// browsers have service workers, which are those at which they keep cookies.
    pub fn sends_pushes(&self) -> bool {
        self.push.enabled && self.are_cookies_kept()
    }

    /// Returns whether browsers keep this server's cookies, which are `Secure`: if the public URL is HTTPS, or has the
    /// host `localhost` or a loopback address.
    pub fn are_cookies_kept(&self) -> bool {
        let host = self.public_url.strip_prefix("http://").unwrap_or_default();
        let name = host.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(host, |(name, _)| name);
        let ip = name.trim_matches(['[', ']']).parse::<IpAddr>();
        self.is_https() || name == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
    }
}

/// Parses the origin of `server.public_url` (`http` or `https`, a host, an optional port), and returns it as browsers
/// write it. Slashes at the end are removed; anything else is an error.
fn parse_origin(url: &str) -> Result<Arc<str>, WrongSetting> {
    let wrong = |what: &str| {
        // The URL may contain a password.
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
    // Browsers leave out the default port of the scheme, and write hosts in lower case.
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

/// Makes the origin of this scheme and address as browsers write it: without the default port of the scheme, and with
/// the host `localhost` for a loopback address and for the address that means all addresses.
fn origin(scheme: &str, at: SocketAddr) -> Arc<str> {
    let ip = at.ip();
    let url = if ip.is_loopback() || ip.is_unspecified() {
        format!("{scheme}://localhost:{}", at.port())
    } else {
        format!("{scheme}://{at}")
    };
    parse_origin(&url).expect("a scheme, an address and a port are an origin")
}
