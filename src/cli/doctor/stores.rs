//! Checks whether Redis and PostgreSQL answer, how fast, and whether they keep what they are given.

use std::time::Duration;

use redis::{Value, cmd};
use sqlx::Connection as _;
use sqlx::Row as _;
use sqlx::postgres::PgConnection;
use tokio::time::{Instant, timeout};

use super::finding::{Finding, STOPS_A_START, doubtful, good, wrong};
use crate::clock::Clock;
use crate::secret_file::Secret;
use crate::settings::{RecordsAt, RedisAddress, RedisKind, Settings, TicketsAt};
use crate::store::database_message;
use crate::store::open::{check_code_key, has_records, lacks_administrator, place};
use crate::store::redis::Link;

/// Time above which an answer is reported as slow: the store is far away or busy.
const NEAR: Duration = Duration::from_millis(5);
/// Difference in milliseconds above which two clocks are reported as wrong.
const APART_MS: u64 = 2_000;
const PATIENCE: Duration = Duration::from_secs(5);

/// Checks Redis, PostgreSQL and the records, as far as they are configured. Also returns the code key that the
/// records were made with; `None` if it cannot be read or there is none.
pub(crate) async fn examine(settings: &Settings) -> (Vec<Finding>, Option<Secret>) {
    let mut findings = Vec::new();
    if let TicketsAt::Redis(address) = &settings.store.tickets {
        findings.extend(redis(address).await);
    }
    if let RecordsAt::Postgres(address) = &settings.store.records {
        match postgres(address).await {
            Ok(found) => findings.extend(found),
            Err(away) => {
                findings.push(away);
                return (findings, None);
            }
        }
    }
    match records(settings).await {
        Ok((found, key)) => {
            findings.push(found);
            findings.extend(administrators(settings).await);
            (findings, key)
        }
        Err(line) => {
            findings.push(wrong(line, STOPS_A_START));
            (findings, None)
        }
    }
}

/// Checks that the records exist, because the doctor is for a running server, which has some. Returns the finding
/// and the code key that they were made with; `None` if there is none. The error is the text of a fault that
/// prevents a start.
async fn records(settings: &Settings) -> Result<(Finding, Option<Secret>), String> {
    let (key, is_there) = (check_code_key(settings).await?, has_records(settings).await?);
    Ok(match (is_there, key) {
        (true, Some(key)) => (good("the records and the key that they were made with are both there"), Some(key)),
        (true, None) => (
            doubtful("the records are there, and nothing was made with a key yet", "the first start makes the key"),
            None,
        ),
        (false, _) => (
            wrong(
                format!("there are no records: {}", place(settings)),
                "name the place of the server's own with --data-dir or --config; the first start of a new one makes them",
            ),
            None,
        ),
    })
}

/// Checks that an administrator can sign in with the ways that this server offers. `None` if there are no accounts yet, or if
/// the records cannot tell.
async fn administrators(settings: &Settings) -> Option<Finding> {
    match lacks_administrator(settings).await {
        Ok(Some(true)) => Some(wrong(
            "no administrator can sign in: none of them has a passkey of this domain or a password that this server takes",
            "let one of them choose a passkey or a password with a link: tessera user recover NAME",
        )),
        Ok(_) => None,
        Err(line) => Some(wrong(line, STOPS_A_START)),
    }
}

async fn redis(address: &RedisAddress) -> Vec<Finding> {
    let Ok(link) = Link::new(address) else {
        return vec![wrong("the address of Redis is not understood", "see store.tickets")];
    };
    let asked = Instant::now();
    let there = match link.time().await {
        Ok(there) => there,
        Err(fault) => {
            let cause = std::error::Error::source(&fault).map(ToString::to_string).unwrap_or_default();
            return vec![wrong(
                format!("Redis does not answer as a master: {cause}"),
                "see that store.tickets names the master (or the Sentinels, or the cluster) with the right user and password",
            )];
        }
    };
    let mut findings = vec![latency("Redis", asked.elapsed())];
    let apart = there.as_millis().abs_diff(Clock::system().now().as_millis());
    findings.push(if apart > APART_MS {
        doubtful(
            format!("the clocks of this machine and of Redis are {} seconds apart", apart / 1000),
            "let both follow a time server (NTP)",
        )
    } else {
        good("this machine and Redis agree on the time")
    });
    let info = link.ask::<String>(cmd("INFO").arg("server")).await.unwrap_or_default();
    let version = field(&info, "redis_version").unwrap_or_default();
    let number = |at: usize| version.split('.').nth(at).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    findings.push(if (number(0), number(1)) >= (6, 2) {
        good(format!("Redis is version {version}"))
    } else {
        wrong(format!("Redis is version {version}"), "6.2 or newer is needed")
    });
    if address.kind == RedisKind::Cluster {
        return findings;
    }
    findings.push(match setting(&link, "maxmemory-policy").await.as_deref() {
        Some("noeviction") => good("Redis throws nothing away when it is full"),
        None => doubtful(
            "Redis does not say what it does when it is full (maxmemory-policy): it must throw nothing away",
            "let this user read it (CONFIG GET), or make sure that it is noeviction",
        ),
        Some(policy) => wrong(
            format!("Redis throws data away when it is full (maxmemory-policy {policy}): sign-ins would vanish"),
            "set maxmemory-policy noeviction",
        ),
    });
    if setting(&link, "appendonly").await.as_deref() == Some("no") {
        findings.push(doubtful(
            "Redis forgets everything when it restarts (appendonly no): whoever is signing in then begins anew",
            "set appendonly yes",
        ));
    }
    let info = link.ask::<String>(cmd("INFO").arg("replication")).await.unwrap_or_default();
    let online = u64::try_from(info.matches("state=online").count()).unwrap_or(0);
    if online < address.replicas {
        findings.push(wrong(
            format!(
                "store.replicas is {}, and of replicas that follow the master there are {online}",
                address.replicas
            ),
            "start the replicas, or lower store.replicas",
        ));
    }
    findings
}

fn latency(who: &str, took: Duration) -> Finding {
    let millis = took.as_secs_f64() * 1000.0;
    if took > NEAR {
        doubtful(
            format!("{who} answers after {millis:.1} ms, connecting included"),
            "bring it nearer, or see what keeps it busy",
        )
    } else {
        good(format!("{who} answers after {millis:.1} ms, connecting included"))
    }
}

fn field<'a>(info: &'a str, name: &str) -> Option<&'a str> {
    info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
}

/// Reads a setting of Redis (`CONFIG GET`); `None` if Redis does not reveal it.
async fn setting(link: &Link, name: &str) -> Option<String> {
    let answer: Vec<Value> = link.ask(cmd("CONFIG").arg("GET").arg(name)).await.ok()?;
    redis::from_redis_value(answer.into_iter().nth(1)?).ok()
}

async fn postgres(address: &str) -> Result<Vec<Finding>, Finding> {
    let asked = Instant::now();
    let mut connection = match timeout(PATIENCE, PgConnection::connect(address)).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => {
            return Err(wrong(
                format!("PostgreSQL does not let us in: {}", database_message(&error)),
                "see that store.records names the right host, database, user and password",
            ));
        }
        Err(_) => {
            return Err(wrong("PostgreSQL does not answer", "see that store.records names the right host and port"));
        }
    };
    let mut findings = vec![latency("PostgreSQL", asked.elapsed())];
    let sql = "SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS replica";
    if let Ok(row) = sqlx::query(sql).fetch_one(&mut connection).await {
        let version: String = row.try_get("version").unwrap_or_default();
        findings.push(if row.try_get("replica").unwrap_or(false) {
            wrong(
                format!("PostgreSQL {version} is a replica: nothing can be written"),
                "name the primary in store.records",
            )
        } else {
            good(format!("PostgreSQL is version {version}, and takes writes"))
        });
    }
    Ok(findings)
}
