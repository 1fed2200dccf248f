//! `[store]`: where tickets and records are stored. An address may contain a password, so no type here prints
//! one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::{FromStr as _, Utf8Error};

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnectOptions;
use strum::IntoStaticStr;

use super::wrong_setting::{WrongSetting, within};

/// The table `[store]` as it was configured, not checked yet.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// The word `memory`, or the address of a Redis.
    pub tickets: String,
    /// A file with the value of `tickets`, if that must not be in the configuration because it contains a
    /// password.
    pub tickets_file: Option<PathBuf>,
    /// The word `sqlite`, or the address of a PostgreSQL.
    pub records: String,
    /// A file with the value of `records`, if that must not be in the configuration because it contains a
    /// password.
    pub records_file: Option<PathBuf>,
    /// Number of Redis replicas for which an approval and a claim wait briefly, until they have stored it too.
    pub replicas: u64,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            tickets: "memory".to_owned(),
            tickets_file: None,
            records: "sqlite".to_owned(),
            records_file: None,
            replicas: 0,
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Store")
    }
}

/// The checked table `[store]`, with parsed addresses.
#[derive(Clone, Debug)]
pub struct StoreSettings {
    /// Where tickets are stored.
    pub tickets: TicketsAt,
    /// Where records are stored.
    pub records: RecordsAt,
}

/// Where tickets are stored.
#[derive(Clone, Debug, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum TicketsAt {
    /// The memory of this process.
    Memory,
    /// Redis, for any number of instances.
    Redis(RedisAddress),
}

impl TicketsAt {
    /// Returns the kind of store for tickets without its address, for the log: `memory` or `redis`.
    pub fn word(&self) -> &'static str {
        self.into()
    }
}

/// Shows where tickets are stored, without user and password.
impl fmt::Display for TicketsAt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => out.write_str("memory"),
            Self::Redis(address) => address.fmt(out),
        }
    }
}

/// Where the records are stored: accounts, sessions, apps and grants.
#[derive(Clone, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum RecordsAt {
    /// An SQLite file in the data folder.
    Sqlite,
    /// PostgreSQL, for any number of instances; the URL in the form of PostgreSQL's tools.
    Postgres(String),
}

impl RecordsAt {
    /// Returns the kind of store for records without its address, for the log: `sqlite` or `postgres`.
    pub fn word(&self) -> &'static str {
        self.into()
    }
}

impl fmt::Debug for RecordsAt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Sqlite => "Sqlite",
            Self::Postgres(_) => "Postgres",
        })
    }
}

/// The parsed address of a Redis: its nodes, TLS, credentials and database. It also has the number of replicas for
/// which an approval and a claim wait briefly.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisAddress {
    /// Which kind of Redis the nodes are.
    pub kind: RedisKind,
    /// Host and port of each named node; at least one.
    pub nodes: Vec<(String, u16)>,
    /// Whether the connection uses TLS.
    pub tls: bool,
    /// The user to authenticate as; `None` for the default one.
    pub username: Option<String>,
    /// The password to authenticate with; `None` for none.
    pub password: Option<String>,
    /// The number of the database; always 0 in a cluster.
    pub database: i64,
    /// Number of Redis replicas for which an approval and a claim wait briefly, until they have stored it too.
    pub replicas: u64,
}

/// What the nodes of a [`RedisAddress`] are: one Redis server, Sentinels, or a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedisKind {
    /// One Redis server.
    Single,
    /// Redis Sentinels, which know the master of the service of this name.
    Sentinel(String),
    /// A Redis cluster.
    Cluster,
}

impl fmt::Debug for RedisAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RedisAddress").field("kind", &self.kind).field("nodes", &self.nodes).finish_non_exhaustive()
    }
}

/// Shows kind and nodes of the address, without user and password.
impl fmt::Display for RedisAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nodes: Vec<String> = self.nodes.iter().map(|(host, port)| format!("{host}:{port}")).collect();
        let nodes = nodes.join(", ");
        match &self.kind {
            RedisKind::Single => write!(out, "Redis at {nodes}"),
            RedisKind::Sentinel(service) => write!(out, "Redis, {service} of the Sentinels at {nodes}"),
            RedisKind::Cluster => write!(out, "Redis, the cluster at {nodes}"),
        }
    }
}

impl Store {
    /// Checks the table `[store]` and parses its two addresses, each of which it reads from a file if one is named.
    /// Fails at the first fault.
    pub fn check(&self) -> Result<StoreSettings, WrongSetting> {
        let defaults = Self::default();
        let tickets = read("store.tickets", &self.tickets, &defaults.tickets, self.tickets_file.as_deref())?;
        let records = read("store.records", &self.records, &defaults.records, self.records_file.as_deref())?;
        within("store.replicas", self.replicas, 0, 16)?;
        Ok(StoreSettings {
            tickets: match tickets.as_str() {
                "memory" => TicketsAt::Memory,
                address => TicketsAt::Redis(RedisAddress::parse(address, self.replicas)?),
            },
            records: match records.as_str() {
                "sqlite" => RecordsAt::Sqlite,
                address => RecordsAt::Postgres(postgres(address)?),
            },
        })
    }
}

/// Returns the value of a setting, or the content of `file` if one is named in its place. It is an error if a file is
/// named although the value is not the default, or if the file cannot be read.
pub(super) fn read(key: &str, value: &str, default: &str, file: Option<&Path>) -> Result<String, WrongSetting> {
    let Some(path) = file else { return Ok(value.to_owned()) };
    if value != default {
        return Err(WrongSetting::new(key, format_args!("is set beside {key}_file; say one of them")));
    }
    let text = std::fs::read_to_string(path)
        .map_err(|error| WrongSetting::new(&format!("{key}_file"), format_args!("{}: {error}", path.display())))?;
    Ok(text.trim().to_owned())
}

/// Checks that `address`, the value of `store.records`, is the URL of a PostgreSQL, and returns it. The error does not
/// repeat it, because it may contain a password.
fn postgres(address: &str) -> Result<String, WrongSetting> {
    let wrong = |what: &dyn fmt::Display| WrongSetting::new("store.records", what);
    if !(address.starts_with("postgres://") || address.starts_with("postgresql://")) {
        return Err(wrong(&"is neither sqlite nor an address such as postgres://user:password@host:5432/database"));
    }
    match PgConnectOptions::from_str(address) {
        Ok(_) => Ok(address.to_owned()),
        Err(error) => Err(wrong(&format_args!(
            "is no address such as postgres://user:password@host:5432/database ({error}); what is not a letter or a digit \
             in a password is written as in URLs, such as %40 for @"
        ))),
    }
}

impl RedisAddress {
    /// Parses the address of a Redis, which has this form:
    /// `redis[s][+sentinel|+cluster]://[user[:password]@]host[:port][,host[:port]…][/service][/database]`.
    fn parse(address: &str, replicas: u64) -> Result<Self, WrongSetting> {
        let wrong = |what: &str| WrongSetting::new("store.tickets", what);
        let (scheme, rest) = address
            .split_once("://")
            .ok_or_else(|| wrong("is neither memory nor an address such as redis://127.0.0.1:6379"))?;
        let (tls, plain) = match scheme.strip_prefix("rediss") {
            Some(rest) => (true, rest),
            None => (false, scheme.strip_prefix("redis").ok_or_else(|| wrong("starts with redis:// or rediss://"))?),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, hosts) = authority.rsplit_once('@').map_or((None, authority), |(user, hosts)| (Some(user), hosts));
        let (name, password) = user.map_or(("", ""), |user| user.split_once(':').unwrap_or((user, "")));
        let not_text =
            |_| wrong("has a user or a password that is not UTF-8 once its %XX are decoded: choose one that is");
        let (username, password) = (decoded(name).map_err(not_text)?, decoded(password).map_err(not_text)?);
        let mut path = path.split('/').filter(|part| !part.is_empty());
        let (kind, port) = match plain {
            "" => (RedisKind::Single, 6379),
            "+cluster" => (RedisKind::Cluster, 6379),
            "+sentinel" => {
                let service =
                    path.next().ok_or_else(|| wrong("names no service: redis+sentinel://host,host/service"))?;
                (RedisKind::Sentinel(service.to_owned()), 26379)
            }
            _ => return Err(wrong("starts with redis://, redis+sentinel:// or redis+cluster://")),
        };
        let nodes = hosts.split(',').map(|host| node(host, port)).collect::<Option<Vec<_>>>();
        let nodes = nodes.ok_or_else(|| wrong("needs a host, or host:port, for each node"))?;
        if kind == RedisKind::Single && nodes.len() > 1 {
            return Err(wrong("names several nodes: say redis+sentinel:// or redis+cluster://"));
        }
        let database = match path.next().map(str::parse) {
            None => 0,
            Some(Ok(number)) if number == 0 || kind != RedisKind::Cluster => number,
            Some(_) => return Err(wrong("ends in a database that is no number, or not 0 for a cluster")),
        };
        Ok(Self { kind, nodes, tls, username, password, database, replicas })
    }
}

/// Decodes a user or a password of an address; `None` for an empty one. Fails if it is not UTF-8.
fn decoded(text: &str) -> Result<Option<String>, Utf8Error> {
    let text = percent_decode_str(text).decode_utf8()?;
    Ok((!text.is_empty()).then(|| text.into_owned()))
}

fn node(text: &str, port: u16) -> Option<(String, u16)> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, digits)) if !host.ends_with(':') && !digits.contains(']') => (host, digits.parse().ok()?),
        _ => (text, port),
    };
    (!host.is_empty()).then(|| (host.trim_matches(['[', ']']).to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Result<RedisAddress, WrongSetting> {
        RedisAddress::parse(address, 0)
    }

    #[test]
    fn an_address_of_redis_names_its_kind_nodes_user_and_database() {
        let single = parse("redis://cache.example").expect("right");
        assert_eq!(
            (single.kind, single.nodes, single.tls),
            (RedisKind::Single, vec![("cache.example".into(), 6379)], false)
        );
        let guarded = parse("rediss://tessera:p%40ss@10.0.0.1:6380/2").expect("right");
        assert_eq!((guarded.username.as_deref(), guarded.password.as_deref()), (Some("tessera"), Some("p@ss")));
        assert_eq!((guarded.tls, guarded.database, guarded.nodes), (true, 2, vec![("10.0.0.1".into(), 6380)]));
        let sentinels = parse("redis+sentinel://:secret@a,b:7,[::1]:8/main/1").expect("right");
        assert_eq!(sentinels.kind, RedisKind::Sentinel("main".into()));
        assert_eq!(sentinels.nodes, [("a".into(), 26379), ("b".into(), 7), ("::1".into(), 8)]);
        assert_eq!((sentinels.username, sentinels.database), (None, 1));
        assert_eq!(parse("rediss+cluster://a:1,b:2").expect("right").kind, RedisKind::Cluster);
    }

    #[test]
    fn an_address_of_postgresql_is_checked_and_not_repeated() {
        let read = |records: &str| Store { records: records.to_owned(), ..Store::default() }.check();
        for right in ["sqlite", "postgres://tessera@127.0.0.1/tessera", "postgresql://t:p%40ss@db.example:5433/t"] {
            assert!(read(right).is_ok(), "{right}");
        }
        for wrong in [
            "postgre://t:hunter2@a/b",
            "/var/lib/t.db",
            "",
            "postgres://t:hunter2@a:port/b",
            "postgres://t:hunt/er2@a/b",
        ] {
            let line = read(wrong).expect_err(wrong).to_string();
            assert!(line.starts_with("store.records: ") && line.contains("postgres://user"), "{wrong}: {line}");
            assert!(!line.contains("hunter2") && line.lines().count() == 1, "{wrong}: {line}");
        }
    }

    #[test]
    fn an_address_is_in_the_configuration_or_in_a_file_and_not_in_both() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "redis://cache.example\n").expect("written");
        let path = Some(file.path().to_owned());
        let of_file = Store { tickets_file: path.clone(), ..Store::default() };
        assert!(matches!(of_file.check().expect("right").tickets, TicketsAt::Redis(_)));
        for (store, named) in [
            (Store { tickets: "redis://a".to_owned(), ..of_file.clone() }, "store.tickets: "),
            (Store { records: "postgres://a/b".to_owned(), records_file: path, ..Store::default() }, "store.records: "),
            (Store { tickets_file: Some("nowhere".into()), ..Store::default() }, "store.tickets_file: nowhere: "),
        ] {
            let line = store.check().expect_err(named).to_string();
            assert!(line.starts_with(named), "{line}");
        }
    }

    #[test]
    fn a_wrong_address_is_refused_without_repeating_its_password() {
        for address in [
            "cache.example",
            "http://tessera:hunter2@a",
            "redis://tessera:hunter2@",
            "redis://tessera:hunter2@a,b",
            "redis://tessera:hunter2@a:port",
            "redis+sentinel://tessera:hunter2@a",
            "redis+cluster://tessera:hunter2@a/1",
            "redis+ring://tessera:hunter2@a",
            "redis://tessera:hunter2%FF@a",
            "redis://hunter2%C3:x@a",
        ] {
            let line = parse(address).expect_err(address).to_string();
            assert!(line.starts_with("store.tickets: ") && !line.contains("hunter2"), "{address}: {line}");
        }
        assert!(!format!("{:?}", parse("redis://tessera:hunter2@a")).contains("hunter2"));
    }
}
