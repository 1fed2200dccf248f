//! The open connections over which pages and phones of signed-in people wait for news. They end with the session: a
//! sign-out closes them (OWASP WebSocket Security Cheat Sheet).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::ticket::ids::{AccountId, SessionTokenHash};

/// The most connections of one session to this process that wait for news at once. Only pages that are seen wait, so a
/// browser has about one for each of its windows. All sessions together are bounded by the connections of the listener,
/// of which each of these is one.
pub const WATCHES_OF_SESSION: usize = 16;

/// The open watches of this process, by the session on which they depend.
#[derive(Debug, Default)]
pub(super) struct OpenWatches(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    sessions: HashMap<SessionTokenHash, OfSession>,
    /// The number of watches that were begun, which numbers them.
    begun: u64,
}

/// The watches that depend on one session.
#[derive(Debug)]
struct OfSession {
    account: AccountId,
    watches: Vec<(u64, CancellationToken)>,
}

impl OpenWatches {
    /// Adds a watch that depends on this session of this account, until the returned value is dropped. `until` is
    /// cancelled when the session ends. `None` if the session has as many watches as it may have.
    pub(super) fn begin(
        self: &Arc<Self>,
        session: SessionTokenHash,
        account: AccountId,
        until: CancellationToken,
    ) -> Option<OpenWatch> {
        let mut open = self.0.lock();
        open.begun += 1;
        let number = open.begun;
        let of_session =
            open.sessions.entry(session).or_insert_with(|| OfSession { account, watches: Vec::with_capacity(1) });
        if of_session.watches.len() >= WATCHES_OF_SESSION {
            return None;
        }
        of_session.watches.push((number, until.clone()));
        Some(OpenWatch { until, counted: Some(Counted { all: Arc::clone(self), session, number }) })
    }

    /// Cancels all watches that depend on this session, because it ended.
    pub(super) fn end(&self, session: SessionTokenHash) {
        let ended = self.0.lock().sessions.remove(&session);
        for (_, until) in ended.into_iter().flat_map(|ended| ended.watches) {
            until.cancel();
        }
    }

    /// Returns the sessions of this account, or of all accounts, on which watches depend.
    pub(super) fn of(&self, account: Option<AccountId>) -> Vec<SessionTokenHash> {
        let open = self.0.lock();
        let of_account = open.sessions.iter().filter(|(_, of)| account.is_none_or(|account| of.account == account));
        of_account.map(|(session, _)| *session).collect()
    }

    /// Returns the number of watches.
    pub(super) fn count(&self) -> usize {
        self.0.lock().sessions.values().map(|of_session| of_session.watches.len()).sum()
    }

    fn remove(&self, session: SessionTokenHash, number: u64) {
        let mut open = self.0.lock();
        if let Entry::Occupied(mut of_session) = open.sessions.entry(session) {
            of_session.get_mut().watches.retain(|(of, _)| *of != number);
            if of_session.get().watches.is_empty() {
                of_session.remove();
            }
        }
    }
}

/// The open connection of a page or phone that waits for news. It counts for its session until it is dropped.
#[derive(Debug)]
pub struct OpenWatch {
    until: CancellationToken,
    counted: Option<Counted>,
}

impl OpenWatch {
    /// Returns the token that is cancelled when the watch has to end: because the session ended, or because the server
    /// stops.
    pub fn until(&self) -> &CancellationToken {
        &self.until
    }
}

/// A watch that depends on no session; it ends when the token is cancelled.
impl From<CancellationToken> for OpenWatch {
    fn from(until: CancellationToken) -> Self {
        Self { until, counted: None }
    }
}

/// The place of a watch among those of its session.
#[derive(Debug)]
struct Counted {
    all: Arc<OpenWatches>,
    session: SessionTokenHash,
    number: u64,
}

impl Drop for OpenWatch {
    fn drop(&mut self) {
        if let Some(Counted { all, session, number }) = self.counted.take() {
            all.remove(session, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watches_end_with_their_session_and_are_forgotten_when_they_are_dropped() {
        let all = Arc::new(OpenWatches::default());
        let [alice, bob] = [1, 2].map(|byte| AccountId::from_random([byte; 16]));
        let [desktop, phone, theirs] = [1, 2, 3].map(|byte| SessionTokenHash([byte; 32]));
        let begin = |session, account| all.begin(session, account, CancellationToken::new()).expect("room");
        let watches = [begin(desktop, alice), begin(desktop, alice), begin(phone, alice), begin(theirs, bob)];
        assert_eq!((all.of(Some(alice)).len(), all.of(Some(bob)), all.of(None).len()), (2, vec![theirs], 3));
        all.end(desktop);
        assert_eq!(watches.each_ref().map(|one| one.until().is_cancelled()), [true, true, false, false]);
        // A watch that begins after the end is another one, whatever the earlier ones do.
        let late = begin(desktop, alice);
        drop(watches);
        assert_eq!((all.of(None), late.until().is_cancelled()), (vec![desktop], false));
        drop(late);
        assert_eq!(all.of(None), []);
    }

    #[test]
    fn a_session_has_so_many_watches_and_another_one_its_own() {
        let all = Arc::new(OpenWatches::default());
        let alice = AccountId::from_random([1; 16]);
        let [desktop, phone] = [1, 2].map(|byte| SessionTokenHash([byte; 32]));
        let begin = |session| all.begin(session, alice, CancellationToken::new());
        let mut watches: Vec<_> = (0..WATCHES_OF_SESSION).map(|_| begin(desktop).expect("room")).collect();
        assert!(begin(desktop).is_none() && begin(phone).is_some());
        watches.pop();
        assert!(begin(desktop).is_some());
    }
}
