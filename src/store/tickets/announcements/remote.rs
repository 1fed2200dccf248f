//! Announcements among many instances, through Redis: one channel an instance. A ticket's record names the instances
//! that watch its two sides. The script that changes the ticket publishes to those of them that are not the instance which
//! changes it: that one tells its own watchers itself.
//!
//! An announcement may be lost; then a slow sweep finds what was missed, a few tickets at a time: twenty thousand
//! pages that all read at once would be the next failure. Only when Redis itself does not answer all that watch here
//! read at once, to learn just that.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use redis::{Script, cmd};
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};

use super::Side;
use super::local::Local;
use crate::cause::{Logged, caused};
use crate::measure;
use crate::store::Fault;
use crate::store::redis::Link;
use crate::store::tickets::redis::{decode, key};
use crate::ticket::ids::TicketId;

/// An instance says this often that it lives, and hears itself say so.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// Whoever was not heard of for this long is gone.
const SILENCE: Duration = Duration::from_secs(6);
/// What no announcement told is found by then: well within the time that a claim has.
const SWEEP: Duration = Duration::from_secs(10);
/// Tickets that are looked after at once, in a sweep and where pages leave.
const AT_ONCE: usize = 256;
/// Of those, as many as one script looks at: nothing else is done there meanwhile, for a tenth of a millisecond.
const IN_ONE: usize = 64;
/// After a failed attempt to listen.
const PAUSE: Duration = Duration::from_millis(250);

/// `ARGV`: side, instance, id. Names the instance that watches this side, and tells the other side; nothing where there
/// is no such ticket.
static JOIN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return end
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
        local other = redis.call('HGET', KEYS[1], ARGV[1] == 'browser' and 'phone' or 'browser')
        if other and other ~= ARGV[2] then redis.call('PUBLISH', other, ARGV[3]) end",
    )
});

/// `ARGV`: side, instance. The same for pages that have been here, and says how far each of the tickets is: it takes no
/// name from an instance that a page has moved to since.
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

/// `ARGV`: side, instance, id. Takes the name back, unless the page has come back elsewhere.
static LEAVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return end
        redis.call('HDEL', KEYS[1], ARGV[1])
        local other = redis.call('HGET', KEYS[1], ARGV[1] == 'browser' and 'phone' or 'browser')
        if other and other ~= ARGV[2] then redis.call('PUBLISH', other, ARGV[3]) end",
    )
});

/// The channel of the instance with this id, which is unique to its process.
pub(in crate::store::tickets) fn channel(id: &str) -> String {
    format!("tessera:instance:{id}")
}

/// This instance among others.
#[derive(Debug)]
pub struct Remote {
    pub(crate) local: Arc<Local>,
    link: Link,
    /// Its key, and the channel of its announcements.
    name: String,
    /// Rung when announcements were missed.
    missed: Notify,
}

impl Remote {
    /// Takes part with this channel; listens until the process ends.
    pub(crate) fn start(link: Link, name: String) -> Arc<Self> {
        let (left, leaving) = mpsc::unbounded_channel();
        let local = Arc::new(Local::telling(left));
        let remote = Arc::new(Self { local, link, name, missed: Notify::new() });
        tokio::spawn(Arc::clone(&remote).listen());
        tokio::spawn(Arc::clone(&remote).live());
        tokio::spawn(Arc::clone(&remote).catch_up());
        tokio::spawn(Arc::clone(&remote).leave(leaving));
        remote
    }

    /// This instance watches one side of a ticket.
    pub(crate) async fn join(&self, ticket: TicketId, side: Side) -> Result<(), Fault> {
        self.tell(&JOIN, ticket, side).await
    }

    /// Whether another living instance has the browser's page.
    pub(crate) async fn browser_is_elsewhere(&self, ticket: TicketId) -> Result<bool, Fault> {
        let watcher: Option<String> = self.link.ask(cmd("HGET").arg(key(ticket)).arg(Side::Browser.name())).await?;
        match watcher {
            None => Ok(false),
            // It has left, and that is not written down yet.
            Some(watcher) if watcher == self.name => Ok(false),
            Some(watcher) => self.link.ask(cmd("EXISTS").arg(watcher)).await,
        }
    }

    /// A ticket that was changed, or the name of one whose watchers came or went; a heartbeat is neither.
    fn hear(&self, said: &[u8]) {
        if let Some(ticket) = decode(said) {
            self.local.announce_changed(&ticket);
        } else if let Some(ticket) = std::str::from_utf8(said).ok().and_then(|id| id.parse().ok()) {
            self.local.announce(ticket);
        }
    }

    async fn tell<T: redis::FromRedisValue + Send>(
        &self,
        script: &Script,
        ticket: TicketId,
        side: Side,
    ) -> Result<T, Fault> {
        let id = ticket.to_string();
        let arguments: [&[u8]; 3] = [side.name().as_bytes(), self.name.as_bytes(), id.as_bytes()];
        self.link.script(script, &key(ticket), &arguments).await
    }

    /// Hears announcements. Subscribes first, then has everybody read: nothing falls between.
    async fn listen(self: Arc<Self>) {
        let logged = Logged::default();
        loop {
            match self.link.listen().await {
                Ok(mut listening) => {
                    if let Ok(Ok(())) = timeout(SILENCE, listening.subscribe(&self.name)).await {
                        if logged.is_new("") {
                            tracing::info!("announcements are heard again");
                        }
                        measure::reconnected("announcements");
                        self.missed.notify_one();
                        let mut messages = listening.into_on_message();
                        // The heartbeat is heard as well, so silence means that the connection is dead.
                        while let Ok(Some(message)) = timeout(SILENCE, messages.next()).await {
                            self.hear(message.get_payload_bytes());
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
                self.local.announce_all();
            }
            sleep(PAUSE).await;
        }
    }

    /// Says that this instance lives.
    async fn live(self: Arc<Self>) {
        loop {
            let life = u64::try_from(SILENCE.as_millis()).unwrap_or(u64::MAX);
            let said = self.link.ask::<()>(cmd("SET").arg(&self.name).arg(1).arg("PX").arg(life)).await;
            if said.is_ok() {
                // Nobody hears it but this instance itself.
                let _ = self.link.ask::<()>(cmd("PUBLISH").arg(&self.name).arg("")).await;
            }
            sleep(HEARTBEAT).await;
        }
    }

    /// Looks at everything that is watched here, now and then and when announcements were missed.
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

    /// Wakes whoever has missed something; a phone in any case where announcements were missed, because nothing else
    /// says that the browser came or went. `false` where Redis answered too few to go on.
    async fn sweep(&self, was_missed: bool) -> bool {
        let unanswered = AtomicUsize::new(0);
        let look = async |side, part: Vec<(TicketId, u32)>| {
            let answered = self.stay(side, &part).await;
            for (at, (ticket, seen)) in part.iter().enumerate() {
                let seq = answered.as_ref().ok().and_then(|seqs| *seqs.get(at)?);
                if seq != Some(*seen) || (was_missed && side == Side::Phone) {
                    // One that could not be looked at finds out for itself.
                    self.local.announce(*ticket);
                }
            }
            let is_lost = answered.is_err() && unanswered.fetch_add(part.len(), Ordering::Relaxed) >= AT_ONCE;
            if is_lost { Err(()) } else { Ok(()) }
        };
        // In a cluster each ticket may be on another server.
        let size = if self.link.is_one_server() { IN_ONE } else { 1 };
        let parts = stream::iter(parts(&self.local.watched(), size).into_iter().map(Ok));
        let all = parts.try_for_each_concurrent(AT_ONCE / size, |(side, part)| look(side, part)).await;
        all.is_ok() && unanswered.load(Ordering::Relaxed) == 0
    }

    /// How far these tickets are, in their order.
    async fn stay(&self, side: Side, part: &[(TicketId, u32)]) -> Result<Vec<Option<u32>>, Fault> {
        let keys: Vec<String> = part.iter().map(|(ticket, _)| key(*ticket)).collect();
        self.link.script(&STAY, keys, &[side.name().as_bytes(), self.name.as_bytes()]).await
    }

    async fn leave(self: Arc<Self>, mut leaving: mpsc::UnboundedReceiver<(TicketId, Side)>) {
        let mut left = Vec::new();
        while leaving.recv_many(&mut left, AT_ONCE).await > 0 {
            stream::iter(left.drain(..))
                .for_each_concurrent(AT_ONCE, |(ticket, side)| {
                    let remote = &self;
                    async move {
                        // Whoever could not say that it left is missed by its heartbeat.
                        let _ = remote.tell::<()>(&LEAVE, ticket, side).await;
                        // It came back meanwhile, and found its name still there.
                        if remote.local.is_watched(ticket, side) {
                            let _ = remote.join(ticket, side).await;
                        }
                    }
                })
                .await;
        }
    }
}

/// What is watched, in parts of one side each.
fn parts(watched: &[(TicketId, Side, u32)], size: usize) -> Vec<(Side, Vec<(TicketId, u32)>)> {
    let mut parts = Vec::new();
    for side in [Side::Browser, Side::Phone] {
        let of_side = watched.iter().filter(|(_, watches, _)| *watches == side);
        let of_side: Vec<_> = of_side.map(|(ticket, _, seen)| (*ticket, *seen)).collect();
        parts.extend(of_side.chunks(size).map(|part| (side, part.to_vec())));
    }
    parts
}
