//! Decides which request's password is hashed next. As many hashes run at once as there are cores. Known people
//! wait only for a few strangers, and strangers wait in the order of their requests. If a queue is full, the
//! subscriber or account with the most requests in it loses its oldest one.

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::ticket::ids::AccountId;
use crate::web::client::ClientAddress;
use crate::weights::{InLine, Line, subscriber};

/// Largest number of requests for a password hash in each of the two queues, of strangers and of known people. A
/// new request beyond it evicts the oldest one of the account or client address (IPv4 address or IPv6 /48) with the
/// most requests, or is refused if that has at most one more than its own.
const QUEUE_LENGTH: usize = 64;

/// The kind of person whose password is to be hashed, which decides the queue in which the request waits for a
/// core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requester {
    /// An unknown client with this address. It waits in the queue of strangers, of whom only a few at a time
    /// compete with known people for a core.
    Stranger(ClientAddress),
    /// A person who is signed in to this account, or signs in on a device where it signed in before.
    Known(AccountId),
    /// A person who gave a password or holds a link made for them, and chooses a new password.
    Choosing,
}

/// The error of a request that gets no core: it was refused because its queue is full, or evicted for another
/// request.
#[derive(Debug)]
pub(super) struct Busy;

/// A queue of requests for a core. `K` is the account or the client address (IPv4 address or IPv6 /48) for which a
/// request counts. The token of a request is cancelled if the request is evicted.
type Queue<K> = Mutex<Line<K, CancellationToken>>;

/// The cores that hash passwords, and the two queues of requests that wait for one.
#[derive(Debug)]
pub(super) struct HashQueue {
    cores: Arc<Semaphore>,
    /// Queue of known people, by account. Those who choose a password are counted together as one account, `None`.
    known: Queue<Option<AccountId>>,
    /// Queue of strangers, by subscriber: the IPv4 address, or the /48 of the IPv6 address.
    strangers: Queue<IpAddr>,
    /// Limits the strangers in the queue for the cores, which is served in order: enough that no core is
    /// idle, and so few that a known person waits only for those.
    next: Semaphore,
}

/// The place of a request in one of the queues. Dropping it removes the request from the queue.
struct QueueEntry<'a, K: Copy + Hash + Eq> {
    line: &'a Queue<K>,
    holder: K,
    one: InLine,
}

impl<K: Copy + Hash + Eq> Drop for QueueEntry<'_, K> {
    fn drop(&mut self) {
        self.line.lock().remove(&self.holder, self.one);
    }
}

impl HashQueue {
    /// Makes the empty queues. As many hashes can run at once as the machine has cores.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            cores: Arc::new(Semaphore::new(cores)),
            known: Mutex::default(),
            strangers: Mutex::default(),
            next: Semaphore::new(cores),
        }
    }

    /// Waits for a core, which is occupied until the returned permit is dropped. The error is [`Busy`] if the queue
    /// is full or the request was evicted.
    pub async fn core_for(&self, requester: Requester) -> Result<OwnedSemaphorePermit, Busy> {
        let core = Arc::clone(&self.cores).acquire_owned();
        match requester {
            Requester::Known(account) => wait_in(&self.known, Some(account), core).await,
            Requester::Choosing => wait_in(&self.known, None, core).await,
            Requester::Stranger(from) => {
                let _next = wait_in(&self.strangers, subscriber(from.0), self.next.acquire()).await?;
                core.await.map_err(|_| Busy)
            }
        }
    }

    /// Returns the number of idle cores.
    #[cfg(test)]
    pub fn free_cores(&self) -> usize {
        self.cores.available_permits()
    }
}

/// Waits in a queue until `permit` is ready, and returns the permit. A full queue evicts the oldest request of the
/// holder with the most requests for this one. The error is [`Busy`] if that holder has at most one request more
/// than `holder`, or if this request is evicted later.
async fn wait_in<K: Copy + Hash + Eq, P>(
    line: &Queue<K>,
    holder: K,
    permit: impl Future<Output = Result<P, AcquireError>>,
) -> Result<P, Busy> {
    let gives_way = CancellationToken::new();
    let _entry = {
        let mut people = line.lock();
        if people.waiting() >= QUEUE_LENGTH {
            people.end_one(Some(holder)).ok_or(Busy)?.cancel();
        }
        QueueEntry { line, holder, one: people.add(holder, gives_way.clone()) }
    };
    tokio::select! {
        biased;
        () = gives_way.cancelled() => Err(Busy),
        permit = permit => permit.map_err(|_| Busy),
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;
    use tokio::task::{JoinHandle, yield_now};

    use super::*;

    /// Test fixture: queues whose cores are all occupied, so that the test sees in which order the requests are
    /// served.
    struct Closed {
        queue: Arc<HashQueue>,
        cores: OwnedSemaphorePermit,
        served: mpsc::UnboundedSender<Requester>,
        order: mpsc::UnboundedReceiver<Requester>,
    }

    impl Closed {
        async fn new() -> Self {
            let queue = Arc::new(HashQueue::new());
            let all = u32::try_from(queue.cores.available_permits()).expect("few");
            let cores = Arc::clone(&queue.cores).acquire_many_owned(all).await.expect("open");
            let (served, order) = mpsc::unbounded_channel();
            Self { queue, cores, served, order }
        }

        fn cores(&self) -> usize {
            self.cores.num_permits()
        }

        /// Adds a request; the returned task tells later whether it was served.
        async fn ask(&self, requester: Requester) -> JoinHandle<bool> {
            let (queue, served) = (Arc::clone(&self.queue), self.served.clone());
            let asked = tokio::spawn(async move {
                let core = queue.core_for(requester).await;
                core.map(|_core| served.send(requester).expect("heard")).is_ok()
            });
            // The runtime has one thread, so the request has now advanced as far as it can.
            for _ in 0..3 {
                yield_now().await;
            }
            asked
        }

        /// Frees one core, waits until no request is left, and returns the order in which the requests were
        /// served.
        async fn served(mut self) -> Vec<Requester> {
            let others = self.cores.num_permits() - 1;
            let _others = self.cores.split(others).expect("as many");
            drop((self.cores, self.served));
            drop(self.queue);
            let mut order = Vec::new();
            while let Some(one) = self.order.recv().await {
                order.push(one);
            }
            order
        }
    }

    fn known(of: u8) -> Requester {
        Requester::Known(AccountId::from_random([of; 16]))
    }

    fn from(address: &str) -> Requester {
        Requester::Stranger(ClientAddress(address.parse().expect("an address")))
    }

    #[tokio::test]
    async fn sec_14_whoever_is_known_waits_for_no_crowd_of_strangers() {
        let closed = Closed::new().await;
        let cores = closed.cores();
        for _ in 0..cores + QUEUE_LENGTH {
            closed.ask(from("192.0.2.1")).await;
        }
        let refused = closed.ask(from("192.0.2.1")).await;
        assert!(!refused.await.expect("runs"), "no room for more strangers");
        closed.ask(known(1)).await;
        let order = closed.served().await;
        assert_eq!(order.len(), cores + QUEUE_LENGTH + 1);
        assert_eq!(order[cores], known(1), "after those that stood before the cores already");
    }

    #[tokio::test]
    async fn sec_14_strangers_who_ask_once_wait_in_spite_of_those_who_ask_often() {
        // The crowds: one address; many networks of one subscriber; two subscribers alternately.
        let crowds: [fn(usize) -> String; 3] = [
            |_| "198.51.100.1".to_owned(),
            |of| format!("2001:db8:bad:{of:x}::1"),
            |of| format!("198.51.100.{}", of % 2),
        ];
        for crowd in crowds {
            let closed = Closed::new().await;
            let mut asked = Vec::new();
            for of in 0..closed.cores() + QUEUE_LENGTH {
                asked.push(closed.ask(from(&crowd(of))).await);
            }
            let others = ["192.0.2.1", "192.0.2.2", "2001:db8:900d::1"].map(from);
            for other in others {
                closed.ask(other).await;
            }
            let more = closed.ask(from(&crowd(QUEUE_LENGTH))).await;
            assert!(!more.await.expect("runs"), "the crowd has most, so nobody gives way to it");
            let cores = closed.cores();
            let order = closed.served().await;
            assert_eq!(order.len(), cores + QUEUE_LENGTH);
            assert_eq!(order[order.len() - 3..], others);
            for (of, one) in asked.into_iter().enumerate() {
                let gave_way = (cores..cores + others.len()).contains(&of);
                assert_eq!(one.await.expect("runs"), !gave_way, "{of}: the oldest of those that wait gave way");
            }
        }
    }

    #[tokio::test]
    async fn sec_14_devices_of_one_account_keep_no_other_account_from_its_turn() {
        let closed = Closed::new().await;
        let mut asked = Vec::new();
        for _ in 0..QUEUE_LENGTH {
            asked.push(closed.ask(known(1)).await);
        }
        let others = [known(2), Requester::Choosing, known(3)];
        for other in others {
            closed.ask(other).await;
        }
        assert!(!closed.ask(known(1)).await.await.expect("runs"), "the account has most");
        let order = closed.served().await;
        assert_eq!(order.len(), QUEUE_LENGTH);
        assert_eq!(order[order.len() - 3..], others);
        for (of, one) in asked.into_iter().enumerate() {
            assert_eq!(one.await.expect("runs"), of >= others.len(), "{of}: the oldest gave way");
        }
    }

    #[tokio::test]
    async fn whoever_hangs_up_leaves_the_line_and_frees_what_they_waited_for() {
        let closed = Closed::new().await;
        for requester in [known(1), Requester::Choosing, from("192.0.2.1")] {
            let mut asked = Vec::new();
            for _ in 0..QUEUE_LENGTH {
                asked.push(closed.ask(requester).await);
            }
            for one in asked {
                one.abort();
                assert!(one.await.is_err_and(|error| error.is_cancelled()));
            }
        }
        assert_eq!((closed.queue.strangers.lock().waiting(), closed.queue.known.lock().waiting()), (0, 0));
        assert_eq!(closed.queue.next.available_permits(), closed.cores());
    }
}
