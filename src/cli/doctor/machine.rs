//! Checks of the configuration and of this machine that need no network.

use ipnet::IpNet;

use super::finding::{Finding, doubtful, good, wrong};
use crate::settings::{RecordsAt, Settings, TicketsAt};
use crate::web::bounds::DESCRIPTORS_BESIDE;

pub(crate) fn examine(settings: &Settings) -> Vec<Finding> {
    vec![address(settings), proxies(settings), descriptors(settings), stores(settings)]
}

fn address(settings: &Settings) -> Finding {
    let url = &settings.public_url;
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    let is_local = host == "localhost" || host.starts_with("localhost:");
    if settings.is_https() || is_local {
        return good(format!("people reach it at {url}"));
    }
    wrong(
        format!("people reach it at {url}, without TLS: no browser keeps its cookies there"),
        "serve https: set server.public_url to an https:// address, with server.tls_cert and tls_key or behind a proxy that speaks TLS",
    )
}

fn proxies(settings: &Settings) -> Finding {
    let trusted = &settings.server.trusted_proxies;
    let is_everybody = |network: &IpNet| network.prefix_len() == 0;
    if trusted.iter().any(is_everybody) {
        return wrong(
            "server.trusted_proxies believes everybody: any visitor can claim any address",
            "name the networks of your own proxies only",
        );
    }
    if trusted.is_empty() && has_proxy(settings) {
        return doubtful(
            format!(
                "people reach {} and this server listens on {}, so a proxy stands between; it is not trusted",
                settings.public_url, settings.server.addr
            ),
            "set server.trusted_proxies to the proxy's network, or all visitors count as one and the phone is shown the proxy's address",
        );
    }
    good(match trusted.len() {
        0 => "no proxy is trusted, and none is needed".to_owned(),
        1 => "one network of proxies is trusted".to_owned(),
        many => format!("{many} networks of proxies are trusted"),
    })
}

/// Returns whether there must be a proxy in front of this server: the public URL has another port than the server, or
/// uses TLS that the server does not terminate.
pub(crate) fn has_proxy(settings: &Settings) -> bool {
    let port = settings.public_url.rsplit(':').next().and_then(|port| port.parse().ok());
    let reached = port.unwrap_or(if settings.is_https() { 443 } else { 80 });
    reached != settings.server.addr.port() || (settings.is_https() && settings.server.tls_cert.is_none())
}

fn descriptors(settings: &Settings) -> Finding {
    let asked = settings.limits.connections;
    match rlimit::getrlimit(rlimit::Resource::NOFILE) {
        Ok((_, most)) if most < asked + DESCRIPTORS_BESIDE => doubtful(
            format!("limits.connections is {asked}, and a process may have {most} open files"),
            "raise the limit of open files (LimitNOFILE= in systemd), or lower limits.connections",
        ),
        Ok((_, most)) => good(format!("{asked} connections fit into {most} open files")),
        Err(_) => doubtful("the limit of open files is not known", "see `ulimit -n`"),
    }
}

fn stores(settings: &Settings) -> Finding {
    match (&settings.store.tickets, &settings.store.records) {
        (TicketsAt::Memory, RecordsAt::Postgres(_)) => doubtful(
            "tickets are in memory and records in PostgreSQL: that is one instance only",
            "for more than one set store.tickets to a Redis",
        ),
        (TicketsAt::Redis(_), RecordsAt::Sqlite) => doubtful(
            "tickets are in Redis and records in a file: that is one instance only",
            "for more than one set store.records to a PostgreSQL",
        ),
        (TicketsAt::Memory, RecordsAt::Sqlite) => good("one machine keeps everything"),
        (TicketsAt::Redis(_), RecordsAt::Postgres(_)) => good("any number of instances share their stores"),
    }
}
