//! The limit of one piece of work of a kind at a time for each account.

use std::collections::HashSet;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::measure;
use crate::ticket::ids::AccountId;

/// The accounts that have a piece of work of one kind running.
#[derive(Debug)]
pub(super) struct OneAtATime {
    name: &'static str,
    running: Arc<Mutex<HashSet<AccountId>>>,
}

/// A piece of work of an account, which runs until this is dropped.
#[derive(Debug)]
pub struct Running {
    by: AccountId,
    all: Arc<Mutex<HashSet<AccountId>>>,
}

impl OneAtATime {
    /// Makes a limit with this name for the log and the metrics.
    pub fn new(name: &'static str) -> Self {
        Self { name, running: Arc::default() }
    }

    /// Begins a piece of work of this account. If one is running already, counts the refusal in the metrics, logs it, and
    /// returns `None`.
    pub fn begin(&self, by: AccountId) -> Option<Running> {
        if self.running.lock().insert(by) {
            return Some(Running { by, all: Arc::clone(&self.running) });
        }
        measure::refused("limit", self.name);
        tracing::info!(rule = self.name, "a request was refused because another of its account is running");
        None
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.all.lock().remove(&self.by);
    }
}
