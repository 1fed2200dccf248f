//! Announcements among many instances, through Redis: a channel for each instance. The hash of a ticket names
//! the instances that watch its two sides. The script that changes the ticket publishes to them, except to
//! the instance that makes the change, which tells its own watchers itself.
//!
//! An announcement may be lost; then a slow sweep finds what was missed, a few tickets at a time, because
//! twenty thousand pages that all read at once would overload Redis. Only when Redis itself does not answer
//! do all watchers of this instance read at once, to notice that.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use futures_util::StreamExt as _;
use redis::{FromRedisValue, Script, ScriptInvocation, cmd};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{sleep, timeout};

use crate::cause::{Logged, caused};
use crate::measure;
use crate::store::Fault;
use crate::store::redis::{DEADLINE, Link};
use crate::store::sign_outs::SignOuts;
use crate::store::tickets::redis::{decode, key};
use crate::ticket::ids::{AccountId, TicketId};
use crate::ticket::machine::Ticket;
use crate::ticket::side::Side;
use crate::waiting::Room;

/// The interval at which an instance renews its key in Redis and publishes a heartbeat to its own channel.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// The time without a heartbeat after which an instance or a connection is taken as lost.
const SILENCE: Duration = Duration::from_secs(6);
/// The interval of the sweep, which finds changes whose announcement was lost. It is shorter than the time that a
/// browser usually has to claim an approved ticket.
const SWEEP: Duration = Duration::from_secs(10);
/// The number of tickets about which Redis is asked at the same time: in a sweep, and when pages come or leave.
const AT_ONCE: usize = 256;
/// The most messages about pages that have left which wait until Redis is told. There are as many only while Redis does
/// not answer. If a message is lost, Redis names this instance at the ticket for longer, so that a phone on another
/// instance may be shown that the page is still open.
const LEAVING: usize = 64 * 1024;
/// The number of tickets whose `seq` one call of the script [`STAY`] reads in a sweep. Redis does nothing else
/// during the call, which takes a tenth of a millisecond.
const IN_ONE: usize = 64;
/// The pause before this instance listens for announcements anew, after its connection was lost or not made.
const PAUSE: Duration = Duration::from_millis(250);

/// The Redis channel on which the instances announce accounts of which sessions ended, as the sixteen bytes of the account.
/// All instances listen on it, because ends are rare, and a person may have pages open on any of them.
const SIGN_OUTS: &str = "tessera:sign_outs";

/// Stores the name of this instance as the one where pages of this side (browser or phone) watch the ticket, and tells
/// the instance where the other side watches, unless the ticket has this name already. Returns the ticket, so that no
/// change can come between; nothing if there is no such ticket. `ARGV`: side, instance, id.
static JOIN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local ticket = redis.call('HGET', KEYS[1], 'ticket')
        if not ticket or redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return ticket end
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
        local other = redis.call('HGET', KEYS[1], ARGV[1] == 'browser' and 'phone' or 'browser')
        if other and other ~= ARGV[2] then redis.call('PUBLISH', other, ARGV[3]) end
        return ticket",
    )
});

/// Stores the name of this instance again at tickets that its pages of this side (browser or phone) still watch, and
/// returns the `seq` of each ticket, or nothing for one that Redis does not have. It does not replace the name of
/// another instance, to which a page may have moved. `ARGV`: side, instance.
static STAY: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local seqs = {}
        for at, key in ipairs(KEYS) do
            local seq = redis.call('HGET', key, 'seq')
            if seq then redis.call('HSETNX', key, ARGV[1], ARGV[2]) end
            seqs[at] = seq and tonumber(seq)
        end
        return seqs",
    )
});

/// Removes the name of this instance from a side (browser or phone) of a ticket, and tells the instance where the other
/// side watches. Does nothing if the page has connected to another instance. `ARGV`: side, instance, id.
static LEAVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return end
        redis.call('HDEL', KEYS[1], ARGV[1])
        local other = redis.call('HGET', KEYS[1], ARGV[1] == 'browser' and 'phone' or 'browser')
        if other and other ~= ARGV[2] then redis.call('PUBLISH', other, ARGV[3]) end",
    )
});

/// Returns the name of the Redis channel of the instance with this id, which is unique to its process.
pub(in crate::store::tickets) fn channel(id: &str) -> String {
    format!("tessera:instance:{id}")
}

/// A page that begins to watch, and waits until Redis has stored that.
#[derive(Debug)]
struct Joining {
    ticket: TicketId,
    side: Side,
    answer: oneshot::Sender<Result<Joined, Fault>>,
}

/// The ticket as the script [`JOIN`] returned it, in JSON; `None` if there is no such ticket.
type Joined = Option<Vec<u8>>;

/// The announcements of this instance, which exchanges them through Redis with the other instances.
#[derive(Debug)]
pub struct Remote {
    pub(crate) room: Arc<Room>,
    link: Link,
    /// The key of this instance, which is also the channel of its announcements.
    name: String,
    /// Notified when announcements may have been missed, because the instance had to listen anew.
    missed: Notify,
    /// Takes the pages that begin to watch, [`AT_ONCE`] at most; others wait for room until their deadline.
    joining: mpsc::Sender<Joining>,
    /// Hears of sessions that ended on other instances.
    sign_outs: SignOuts,
}

impl Remote {
    /// Starts the tasks that receive announcements on the channel `name`, renew the key which shows that this instance
    /// runs, find missed changes, and tell other instances when pages come and leave. They run until the process ends.
    pub(crate) fn start(
        link: Link,
        name: String,
        (sign_outs, to_announce): (SignOuts, mpsc::Receiver<AccountId>),
    ) -> Arc<Self> {
        let (left, leaving) = mpsc::channel(LEAVING);
        let (joining, joined) = mpsc::channel(AT_ONCE);
        let room = Room::new(Some(left));
        let remote = Arc::new(Self { room, link, name, missed: Notify::new(), joining, sign_outs });
        tokio::spawn(Arc::clone(&remote).listen());
        tokio::spawn(Arc::clone(&remote).live());
        tokio::spawn(Arc::clone(&remote).catch_up());
        tokio::spawn(Arc::clone(&remote).admit(joined));
        tokio::spawn(Arc::clone(&remote).leave(leaving));
        tokio::spawn(Arc::clone(&remote).announce_sign_outs(to_announce));
        remote
    }

    /// Stores in Redis that pages of this instance watch one side of a ticket (browser or phone), and tells the
    /// instance where the other side watches. Returns the ticket as Redis has it; `None` if there is no such ticket.
    pub(crate) async fn join(&self, ticket: TicketId, side: Side) -> Result<Option<Ticket>, Fault> {
        let joined = if self.link.is_one_server() {
            timeout(DEADLINE, self.join_with_others(ticket, side)).await.unwrap_or(Err(Fault::TooSlow("Redis")))?
        } else {
            // Each call is for a node of its own, so it would only wait for those to a node that is slow.
            self.tell(&JOIN, &[(ticket, side)]).await.pop().unwrap_or(Err(Fault::Closed))?
        };
        joined.map(|text| decode(&text).ok_or(Fault::Unreadable("a ticket"))).transpose()
    }

    async fn join_with_others(&self, ticket: TicketId, side: Side) -> Result<Joined, Fault> {
        let (answer, answered) = oneshot::channel();
        // If the receiver is dropped, the process is ending.
        let _ = self.joining.send(Joining { ticket, side, answer }).await;
        answered.await.unwrap_or(Err(Fault::Closed))
    }

    /// Tells Redis of the pages that begin to watch: of all that have come while it was told of those before.
    async fn admit(self: Arc<Self>, mut joined: mpsc::Receiver<Joining>) {
        let mut all = Vec::new();
        while joined.recv_many(&mut all, AT_ONCE).await > 0 {
            // Callers whose deadline is over are skipped.
            all.retain(|one| !one.answer.is_closed());
            let pages: Vec<_> = all.iter().map(|one| (one.ticket, one.side)).collect();
            let answers = self.tell(&JOIN, &pages).await;
            let mut gone = Vec::new();
            for (Joining { ticket, side, answer }, told) in all.drain(..).zip(answers) {
                if answer.send(told).is_err() && !self.room.is_watched(ticket, side) {
                    gone.push((ticket, side));
                }
            }
            // They left while Redis was told that they came, and may watch at another instance now.
            drop(self.tell::<()>(&LEAVE, &gone).await);
        }
    }

    /// Returns whether a page of the browser watches this ticket on another running instance.
    pub(crate) async fn browser_is_elsewhere(&self, ticket: TicketId) -> Result<bool, Fault> {
        let watcher: Option<String> =
            self.link.ask(cmd("HGET").arg(key(ticket)).arg(<&str>::from(Side::Browser))).await?;
        match watcher {
            None => Ok(false),
            // The page left this instance, which has not yet removed its name.
            Some(watcher) if watcher == self.name => Ok(false),
            Some(watcher) => self.link.ask(cmd("EXISTS").arg(watcher)).await,
        }
    }

    /// Handles a message from the channel of this instance: wakes the watchers of the ticket that it contains,
    /// or whose id it contains because watchers of it came or went. A heartbeat is empty and does nothing.
    fn hear(&self, said: &[u8]) {
        if let Some(ticket) = decode(said) {
            self.room.tell(&ticket);
        } else if let Some(ticket) = std::str::from_utf8(said).ok().and_then(|id| id.parse().ok()) {
            self.room.announce(ticket);
        }
    }

    /// Runs the script [`JOIN`] or [`LEAVE`] for each of these pages, and returns the answers in the same order.
    async fn tell<T: FromRedisValue + Send>(
        &self,
        script: &Script,
        pages: &[(TicketId, Side)],
    ) -> Vec<Result<T, Fault>> {
        let call = |(ticket, side): &(TicketId, Side)| {
            let mut call: ScriptInvocation<'_> = script.key(key(*ticket));
            call.arg(<&str>::from(side)).arg(&self.name).arg(ticket.to_string());
            call
        };
        let calls: Vec<_> = pages.iter().map(call).collect();
        self.link.scripts(script, &calls).await
    }

    /// Receives announcements until the process ends. It subscribes first, and then starts a sweep, so that no
    /// change between is missed. While Redis does not answer, it wakes all watchers of this instance.
    async fn listen(self: Arc<Self>) {
        let logged = Logged::default();
        loop {
            match self.link.listen().await {
                Ok(mut listening) => {
                    if let Ok(Ok(())) = timeout(SILENCE, listening.subscribe(&[&*self.name, SIGN_OUTS])).await {
                        if logged.is_new("") {
                            tracing::info!("announcements are heard again");
                        }
                        measure::reconnected("announcements");
                        self.missed.notify_one();
                        self.sign_outs.heard(None);
                        let mut messages = listening.into_on_message();
                        // The heartbeat is received as well, so silence means that the connection is dead.
                        while let Ok(Some(message)) = timeout(SILENCE, messages.next()).await {
                            match message.get_channel_name() {
                                SIGN_OUTS => self.sign_outs.heard(AccountId::from_slice(message.get_payload_bytes())),
                                _ => self.hear(message.get_payload_bytes()),
                            }
                        }
                    }
                    if logged.is_new("not heard") {
                        tracing::warn!("announcements of Redis are not heard; listening anew");
                    }
                }
                Err(fault) if logged.is_new("not heard") => {
                    tracing::warn!(fault = %caused(&fault), "announcements of Redis cannot be heard; listening anew");
                }
                Err(_) => {}
            }
            if self.link.ask::<()>(&cmd("PING")).await.is_err() {
                self.room.announce_all();
            }
            sleep(PAUSE).await;
        }
    }

    /// Renews the key of this instance, which shows that it runs, and sends the heartbeat to its own channel, at
    /// intervals of [`HEARTBEAT`] until the process ends.
    async fn live(self: Arc<Self>) {
        loop {
            let life = u64::try_from(SILENCE.as_millis()).unwrap_or(u64::MAX);
            let said = self.link.ask::<()>(cmd("SET").arg(&self.name).arg(1).arg("PX").arg(life)).await;
            if said.is_ok() {
                // Only this instance receives it.
                let _ = self.link.ask::<()>(cmd("PUBLISH").arg(&self.name).arg("")).await;
            }
            sleep(HEARTBEAT).await;
        }
    }

    /// Runs the sweep until the process ends: at intervals of [`SWEEP`], sooner after one that Redis did not fully
    /// answer, and when announcements may have been missed.
    async fn catch_up(self: Arc<Self>) {
        let mut pause = SWEEP;
        loop {
            let was_missed = tokio::select! {
                () = sleep(pause) => false,
                () = self.missed.notified() => true,
            };
            pause = if self.sweep(was_missed).await { SWEEP } else { HEARTBEAT };
        }
    }

    /// Stores the name of this instance again at the tickets that are watched in this process, and wakes the watchers
    /// that missed a change or whose ticket could not be read. If `was_missed`, it wakes every phone, because nothing
    /// else tells them that the browser came or went. Returns `false` if Redis did not answer for all tickets.
    async fn sweep(&self, was_missed: bool) -> bool {
        // In a cluster each ticket may be on another server.
        let size = if self.link.is_one_server() { IN_ONE } else { 1 };
        let mut unanswered = 0;
        for some in parts(&self.room.watched(), size).chunks(AT_ONCE / size) {
            for ((side, part), seqs) in some.iter().zip(self.stay(some).await) {
                for (at, (ticket, seen)) in part.iter().enumerate() {
                    let seq = seqs.as_ref().ok().and_then(|seqs| *seqs.get(at)?);
                    if seq != Some(*seen) || (was_missed && *side == Side::Phone) {
                        // A watcher whose ticket could not be read is woken too, and reads it itself.
                        self.room.announce(*ticket);
                    }
                }
                unanswered += if seqs.is_err() { part.len() } else { 0 };
            }
            if unanswered >= AT_ONCE {
                break;
            }
        }
        unanswered == 0
    }

    /// Stores the name of this instance again at the tickets of these parts, which its pages watch. Returns for each part
    /// the `seq` of its tickets in the same order, `None` for a ticket that Redis does not have.
    async fn stay(&self, parts: &[(Side, Vec<(TicketId, u32)>)]) -> Vec<Result<Vec<Option<u32>>, Fault>> {
        let call = |(side, part): &(Side, Vec<(TicketId, u32)>)| {
            let mut call = STAY.prepare_invoke();
            for (ticket, _) in part {
                call.key(key(*ticket));
            }
            call.arg(<&str>::from(side)).arg(&self.name);
            call
        };
        let calls: Vec<_> = parts.iter().map(call).collect();
        self.link.scripts(&STAY, &calls).await
    }

    /// Announces to all instances the accounts of which sessions ended here, until the process ends.
    async fn announce_sign_outs(self: Arc<Self>, mut to_announce: mpsc::Receiver<AccountId>) {
        let mut ended = Vec::new();
        while to_announce.recv_many(&mut ended, AT_ONCE).await > 0 {
            let publish = |account: AccountId| {
                let mut publish = cmd("PUBLISH");
                publish.arg(SIGN_OUTS).arg(account.as_bytes());
                publish
            };
            let told = self.link.ask_all::<()>(ended.drain(..).map(publish).collect()).await;
            if let Some(fault) = told.iter().find_map(|told| told.as_ref().err()) {
                tracing::warn!(fault = %caused(fault), "other instances were not told of an ended session");
            }
        }
    }

    /// Tells Redis of the pages that have left, until the process ends.
    async fn leave(self: Arc<Self>, mut leaving: mpsc::Receiver<(TicketId, Side)>) {
        let mut left = Vec::new();
        while leaving.recv_many(&mut left, AT_ONCE).await > 0 {
            // If Redis cannot be reached, the missing heartbeat shows that this instance is gone.
            let _ = self.tell::<()>(&LEAVE, &left).await;
            // Pages that came back meanwhile found the name still stored.
            left.retain(|(ticket, side)| self.room.is_watched(*ticket, *side));
            let _ = self.tell::<Joined>(&JOIN, &left).await;
            left.clear();
        }
    }
}

/// Splits the watched tickets into parts of at most `size` tickets, each of one side.
fn parts(watched: &[(TicketId, Side, u32)], size: usize) -> Vec<(Side, Vec<(TicketId, u32)>)> {
    let mut parts = Vec::new();
    for side in Side::BOTH {
        let of_side = watched.iter().filter(|(_, watches, _)| *watches == side);
        let of_side: Vec<_> = of_side.map(|(ticket, _, seen)| (*ticket, *seen)).collect();
        parts.extend(of_side.chunks(size).map(|part| (side, part.to_vec())));
    }
    parts
}
