//! The queue of messages that are to be sent.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::mpsc::{OwnedPermit, Receiver, Sender, channel};

use crate::store::records::push::PushRow;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// The largest number of asks whose messages wait to be sent. Each has at most five messages.
const QUEUED: usize = 256;
/// The largest number of asks of one account whose messages wait or are being sent, so that slow push services of one account
/// hold up nobody else's messages.
const OF_ACCOUNT: u8 = 3;

/// How many asks of each account are in the queue or being sent.
type Running = Arc<Mutex<HashMap<AccountId, u8>>>;

/// The messages of one ask.
#[derive(Debug)]
pub(super) struct Job {
    /// The phones.
    pub(super) phones: Vec<PushRow>,
    /// The time after which nobody needs the message.
    pub(super) until: Timestamp,
    /// The turn of the account, which ends with the last of the messages.
    pub(super) turn: Arc<Turn>,
}

/// One of the asks of an account that are in the queue or being sent, until this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    account: AccountId,
    running: Running,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = self.running.lock();
        if let Some(count) = running.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.account);
            }
        }
    }
}

/// A place in the queue for the messages of one ask.
#[derive(Debug)]
pub struct Place {
    permit: OwnedPermit<Job>,
    turn: Turn,
}

impl Place {
    /// Has a message sent to each of these phones, which nobody needs after `until`.
    pub fn send(self, phones: Vec<PushRow>, until: Timestamp) {
        self.permit.send(Job { phones, until, turn: Arc::new(self.turn) });
    }
}

/// The end of the queue at which asks are added.
#[derive(Debug)]
pub(super) struct Queue {
    jobs: Sender<Job>,
    running: Running,
}

impl Queue {
    /// Makes a queue, and its other end.
    pub(super) fn new() -> (Self, Receiver<Job>) {
        let (jobs, receiver) = channel(QUEUED);
        (Self { jobs, running: Running::default() }, receiver)
    }

    /// Returns a place for the messages of one ask of this account; `None` if too many of the account or of all wait.
    pub(super) fn reserve(&self, account: AccountId) -> Option<Place> {
        let turn = {
            let mut running = self.running.lock();
            let count = running.entry(account).or_default();
            if *count >= OF_ACCOUNT {
                return None;
            }
            *count += 1;
            Turn { account, running: Arc::clone(&self.running) }
        };
        Some(Place { permit: self.jobs.clone().try_reserve_owned().ok()?, turn })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_three_places_and_leaves_the_others_to_others() {
        let (queue, mut jobs) = Queue::new();
        let (alice, bob) = (AccountId::from_random([1; 16]), AccountId::from_random([2; 16]));
        let places: Vec<_> = (0..3).map(|_| queue.reserve(alice).expect("a place")).collect();
        assert!(queue.reserve(alice).is_none() && queue.reserve(bob).is_some());
        drop(places);
        queue.reserve(alice).expect("a place").send(Vec::new(), Timestamp::from_millis(0));
        let job = jobs.try_recv().expect("a job");
        assert_eq!(queue.running.lock().get(&alice), Some(&1));
        drop(job);
        assert!(queue.running.lock().is_empty());
    }
}
