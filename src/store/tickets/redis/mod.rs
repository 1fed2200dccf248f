//! Tickets in Redis: a hash for each ticket, changed by a script that compares, sets and publishes in one step.
//! Deadlines are checked by the clock of this server; Redis only expires keys that are long over.

mod cache;
mod renewal;
mod scripts;

use std::sync::Arc;

use redis::{Cmd, cmd};
use tokio::try_join;

use self::cache::{TicketCache, Version};
use self::scripts::{ADD, CHANGE, ENTER, GIVE_WAY, RELEASE_OF, RESERVE};
use crate::crypto::random::random;
use crate::settings::RedisAddress;
use crate::store::Fault;
use crate::store::redis::link::Link;
use crate::store::redis::replicas::Replicas;
use crate::store::single_use::Holder;
use crate::store::tickets::change::TRIES;
use crate::store::tickets::{ChangeError, ENDED_TICKET_KEPT};
use crate::ticket::ids::{Round, TicketId, UserCode};
use crate::ticket::machine::{Refused, Stage, Ticket};
use crate::ticket::time::{Lifetimes, Timestamp};

/// The name in Redis under which the fingerprint of the code key is stored, which all instances share.
const CODE_KEY: &str = "tessera:code-key";

/// The prefix of the Redis keys of the index of tickets per subscriber (IPv4 address or IPv6 /48). A ticket that was
/// scanned after it was added is not evicted; the number of those is limited by how often an account may scan.
const TICKET_BOOKS: &str = "tessera:ticket-books:{ticket}:";

/// The store of tickets in Redis; cheap to clone.
#[derive(Clone, Debug)]
pub struct RedisTickets {
    link: Link,
    replicas: Option<Arc<Replicas>>,
    cache: TicketCache,
    /// The most tickets in the index of tickets per subscriber.
    capacity: usize,
    lifetimes: Lifetimes,
    /// The channel of this instance, to which its own scripts publish nothing.
    channel: Arc<str>,
}

/// Returns the Redis key of a ticket. The braces are a hash tag: they keep all keys of a ticket on one node
/// of a cluster.
pub fn key(ticket: TicketId) -> String {
    format!("tessera:ticket:{{{ticket}}}")
}

fn typed_key(code: UserCode) -> String {
    format!("tessera:typed:{code}")
}

/// Returns what Redis stores about a typed code, from which [`RedisTickets::find`] reads it.
fn typed_value(ticket: TicketId, round: Round, until: Timestamp) -> String {
    format!("{} {} {ticket}", until.as_millis(), round.0)
}

impl RedisTickets {
    /// Makes the store of tickets in Redis, over this link to the server at `address`.
    pub fn new(
        link: Link,
        address: &RedisAddress,
        capacity: usize,
        lifetimes: Lifetimes,
        channel: &str,
    ) -> Result<Self, Fault> {
        let (replicas, cache) = (Replicas::of(address)?.map(Arc::new), TicketCache::default());
        Ok(Self { link, replicas, cache, capacity, lifetimes, channel: channel.into() })
    }

    pub(in crate::store) async fn reserve(
        &self,
        code: UserCode,
        ticket: TicketId,
        round: Round,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        let (own, now) = (typed_value(ticket, round, until), millis(now));
        self.link.script(&RESERVE, &typed_key(code), &[own.as_bytes(), now.as_bytes()]).await
    }

    pub(in crate::store) async fn release(&self, code: UserCode) -> Result<(), Fault> {
        self.link.ask(cmd("DEL").arg(typed_key(code))).await
    }

    pub(in crate::store) async fn find(
        &self,
        code: UserCode,
        now: Timestamp,
    ) -> Result<Option<(TicketId, Round)>, Fault> {
        let held: Option<String> = self.link.ask(cmd("GET").arg(typed_key(code))).await?;
        let Some(held) = held else { return Ok(None) };
        let mut parts = held.split(' ');
        let (until, round, ticket) = (parts.next(), parts.next(), parts.next());
        let held = until.and_then(|until| until.parse().ok()).zip(round.and_then(|round| round.parse().ok()));
        let held = held.zip(ticket.and_then(|ticket| ticket.parse().ok()));
        let ((until, round), ticket) = held.ok_or(Fault::Unreadable("a code for typing"))?;
        Ok((!Timestamp::from_millis(until).is_over(now)).then_some((ticket, Round(round))))
    }

    /// Adds a ticket; returns the ids of those that were evicted for it.
    pub(in crate::store) async fn add(&self, ticket: &Ticket, now: Timestamp) -> Result<Vec<TicketId>, Fault> {
        let (seq, forget) = (ticket.seq.to_string(), millis(ticket.expires_at + ENDED_TICKET_KEPT));
        let (text, key) = (encode(ticket), key(ticket.id));
        let arguments: [&[u8]; 3] = [seq.as_bytes(), &text, forget.as_bytes()];
        let added = self.link.script::<()>(&ADD, &key, &arguments);
        let ((), named) = try_join!(added, self.enter(ticket, now))?;
        let mut given_way = Vec::new();
        for id in named.iter().filter_map(|id| id.parse().ok()) {
            if self.give_way(id).await? {
                given_way.push(id);
            }
        }
        Ok(given_way)
    }

    /// Adds a ticket to the index, and returns the ids of the tickets that were removed from the full index, for the
    /// caller to evict. The entry stays for as long as the page may renew the ticket, because a renewal does not update
    /// the index.
    async fn enter(&self, ticket: &Ticket, now: Timestamp) -> Result<Vec<String>, Fault> {
        let renewed = ticket.issued_at + self.lifetimes.renewal + self.lifetimes.code;
        let forget = millis(ticket.expires_at.max(renewed) + ENDED_TICKET_KEPT);
        let holder = Holder::at(ticket.asker.address, None).who.to_string();
        let (id, room, now) = (ticket.id.to_string(), self.capacity.to_string(), millis(now));
        let arguments = [TICKET_BOOKS, &id, &room, &holder, &forget, &now].map(str::as_bytes);
        self.link.script(&ENTER, TICKET_BOOKS, &arguments).await
    }

    /// Evicts a ticket, releases the typed code of its present round, and returns `true`; returns `false` if the ticket
    /// is gone or may not be evicted any more.
    async fn give_way(&self, id: TicketId) -> Result<bool, Fault> {
        let text = id.to_string();
        let arguments = [text.as_bytes(), self.channel.as_bytes()];
        let evicted: Option<Vec<u8>> = self.link.script(&GIVE_WAY, key(id), &arguments).await?;
        let Some(evicted) = evicted else { return Ok(false) };
        // In a cluster the code is on another node than its ticket, so the script cannot release it. A code that is not
        // released because Redis fails just now is free at its end.
        if let Some(ticket) = decode(&evicted) {
            let _ = self.link.script::<()>(&RELEASE_OF, typed_key(ticket.user_code), &[text.as_bytes()]).await;
        }
        Ok(true)
    }

    pub(in crate::store) async fn get(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        let Some(version) = self.read(id).await? else { return Ok(None) };
        self.cache.put(version.clone());
        Ok(Some(version.ticket))
    }

    pub(in crate::store) fn cached(&self, id: TicketId) -> Option<Ticket> {
        self.cache.get(id)
    }

    async fn read(&self, id: TicketId) -> Result<Option<Version>, Fault> {
        version(self.link.ask(&reading(id)).await?)
    }

    pub(in crate::store) async fn change<T>(
        &self,
        id: TicketId,
        step: impl Fn(&Ticket) -> Result<(Ticket, T), Refused>,
    ) -> Result<(Ticket, T), ChangeError> {
        let mut cached = self.cache.take(id);
        for _ in 0..TRIES {
            let is_cached = cached.is_some();
            let before = match cached.take() {
                Some(before) => before,
                None => self.read(id).await?.ok_or(ChangeError::Unknown)?,
            };
            let (after, outcome) = match step(&before.ticket) {
                Ok((after, outcome)) if after.seq != before.ticket.seq => (after, outcome),
                // The cached version may be outdated: only a version that was just read may refuse, or say that nothing
                // changes.
                _ if is_cached => continue,
                other => return Ok(other?),
            };
            let attempt = random::<16>();
            match self.swap(&before, &after, &attempt).await?.as_str() {
                "done" => {
                    self.cache.put(Version { ticket: after.clone(), attempt: attempt.to_vec() });
                    return Ok((after, outcome));
                }
                "unknown" => return Err(ChangeError::Unknown),
                _ => {}
            }
        }
        Err(Fault::Contended.into())
    }

    pub(in crate::store) async fn agree_on(&self, fingerprint: &str) -> Result<bool, Fault> {
        self.link.ask::<()>(cmd("SET").arg(CODE_KEY).arg(fingerprint).arg("NX")).await?;
        let agreed: String = self.link.ask(cmd("GET").arg(CODE_KEY)).await?;
        Ok(agreed == fingerprint)
    }

    pub(in crate::store) async fn ping(&self) -> Result<(), Fault> {
        self.link.ask(&cmd("PING")).await
    }

    async fn swap(&self, before: &Version, after: &Ticket, attempt: &[u8; 16]) -> Result<String, Fault> {
        let (key, arguments) = (key(after.id), self.arguments(before, after, attempt));
        let arguments = arguments.each_ref().map(Vec::as_slice);
        match (&self.replicas, &after.stage) {
            (Some(replicas), Stage::Approved(..) | Stage::Claimed(..)) => {
                replicas.script(&CHANGE, &key, &arguments).await
            }
            _ => self.link.script(&CHANGE, &key, &arguments).await,
        }
    }

    /// Returns the arguments of the script [`CHANGE`].
    fn arguments(&self, before: &Version, after: &Ticket, attempt: &[u8; 16]) -> [Vec<u8>; 8] {
        // The account is stored beside the ticket only once it has approved.
        let account = match &after.stage {
            Stage::Approved(by, _) | Stage::Claimed(by, ..) => by.account.to_string(),
            _ => String::new(),
        };
        [
            before.ticket.seq.to_string().into_bytes(),
            before.attempt.clone(),
            after.seq.to_string().into_bytes(),
            encode(after),
            millis(after.expires_at + ENDED_TICKET_KEPT).into_bytes(),
            attempt.to_vec(),
            account.into_bytes(),
            self.channel.as_bytes().to_vec(),
        ]
    }
}

/// Returns the command that reads what [`version`] makes a ticket of.
fn reading(id: TicketId) -> Cmd {
    let mut reading = cmd("HMGET");
    reading.arg(key(id)).arg(&["ticket", "attempt"]);
    reading
}

/// Parses a ticket as it was [read](reading); `None` if there is none.
fn version((text, attempt): (Option<Vec<u8>>, Option<Vec<u8>>)) -> Result<Option<Version>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let ticket = decode(&text).ok_or(Fault::Unreadable("a ticket"))?;
    Ok(Some(Version { ticket, attempt: attempt.unwrap_or_default() }))
}

fn encode(ticket: &Ticket) -> Vec<u8> {
    serde_json::to_vec(ticket).expect("texts and numbers are JSON")
}

/// Parses a ticket from the JSON that Redis stores and announces; `None` if the text is not a ticket.
pub fn decode(text: &[u8]) -> Option<Ticket> {
    serde_json::from_slice(text).ok()
}

fn millis(moment: Timestamp) -> String {
    moment.as_millis().to_string()
}
