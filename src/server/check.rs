//! `tessera config check`: tells whether a start would succeed, without starting. It reads everything with the same
//! functions as a start, and must not create, change or serve anything.

use std::fs::OpenOptions;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::health;
use super::opening::{read_files, redis_failed};
use crate::account::passkey::Passkeys;
use crate::clock::Clock;
use crate::listen;
use crate::listen::tls;
use crate::push::Pushes;
use crate::secret_file;
use crate::settings::{RecordsAt, Settings, TicketsAt};
use crate::store::open::{check_code_key, records_file, shown};
use crate::store::redis::Link;

/// Longest wait for an answer of the server that already listens at a configured address, which tells whether it is
/// this server. A server on this machine answers sooner.
const PATIENCE: Duration = Duration::from_secs(2);

/// Checks what a start of the server could fail at: the files, the stores and the addresses of the configuration. It
/// changes nothing.
///
/// # Errors
/// A line for each fault, which names the setting, the value and what is wrong with it.
pub async fn check(settings: &Settings) -> Result<(), String> {
    let mut faults = check_files(settings);
    let checked = match folder(settings) {
        Ok(()) => check_code_key(settings).await,
        Err(line) => Err(line),
    };
    let key = checked.unwrap_or_else(|line| {
        faults.push(line);
        None
    });
    if let TicketsAt::Redis(address) = &settings.store.tickets {
        let time = async { Link::new(address)?.time().await };
        faults.extend(time.await.err().map(|fault| redis_failed(address, &fault)));
    }
    faults.extend(addresses(settings, key.as_deref()).await);
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// Checks the files that the configuration names, except those of the data folder, and the domain of passkeys. Returns a
/// line for each fault.
pub fn check_files(settings: &Settings) -> Vec<String> {
    let others = read_files(settings, &Clock::system()).err().unwrap_or_default();
    let passkeys = Passkeys::check_settings(settings).err();
    let push = settings.push.ca_file.as_deref().and_then(|path| Pushes::read_authorities(path).err());
    tls::configured(&settings.server).err().into_iter().chain(passkeys).chain(push).chain(others).collect()
}

/// Checks that the server could listen at its configured addresses, and returns a line for each fault. It is no fault
/// if this very server, which has this code key, listens there already, or if the user who runs the check lacks the
/// permission to listen there.
async fn addresses(settings: &Settings, key: Option<&[u8; 32]>) -> Vec<String> {
    if let Err(wrong) = settings.server.check_addresses() {
        return vec![wrong.to_string()];
    }
    let (own, admin) = (settings.server.addr, settings.server.admin_addr);
    let mut faults = Vec::new();
    for (setting, address) in [("server.addr", Some(own)), ("server.admin_addr", admin)] {
        let Some(address) = address else { continue };
        let Err(error) = listen::bind(address) else { continue };
        let scheme = if address == own && settings.server.tls_cert.is_some() { "https" } else { "http" };
        match error.kind() {
            io::ErrorKind::AddrInUse if answers_as(scheme, address, key).await => {}
            // The user who runs the check may be another than the one who starts the server.
            io::ErrorKind::PermissionDenied => {}
            _ => faults.push(listen::not_bound(setting, address, &error)),
        }
    }
    faults
}

/// Returns whether the server that answers at this address is the one that has this code key, by the header
/// [`health::SERVER`] of its `/healthz`; `false` without a key, or if none answers.
async fn answers_as(scheme: &str, address: SocketAddr, key: Option<&[u8; 32]>) -> bool {
    let Some(key) = key else { return false };
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    let url = format!("{scheme}://{}/healthz", SocketAddr::new(host, address.port()));
    // The server's certificate is for another name than this address; its name in the answer identifies it.
    let client = reqwest::Client::builder().tls_danger_accept_invalid_certs(true).timeout(PATIENCE).no_proxy().build();
    let Ok(client) = client else { return false };
    let Ok(answer) = client.get(url).send().await else { return false };
    answer.headers().get(health::SERVER).is_some_and(|name| *name == health::name_of(key))
}

fn folder(settings: &Settings) -> Result<(), String> {
    let (folder, file) = (&settings.data_dir, records_file(settings));
    match &settings.store.records {
        RecordsAt::Postgres(_) => Ok(()),
        RecordsAt::Sqlite if file.exists() => {
            let opened = OpenOptions::new().append(true).open(&file);
            opened.map(|_| ()).map_err(|error| format!("{}: {error}", shown(&file)))
        }
        RecordsAt::Sqlite => {
            secret_file::may_hold_files(folder).map_err(|error| format!("server.data_dir: {}: {error}", shown(folder)))
        }
    }
}
