//! Stores lines of activity.

use std::sync::Arc;

use parking_lot::Mutex;

use super::guesses::Guesses;
use super::whence::Whence;
use crate::cause::caused;
use crate::clock::Clock;
use crate::run_to_end::run_to_end;
use crate::store::Fault;
use crate::store::records::activity::{ActivityActor, ActivityKind, NewActivity};
use crate::store::records::{Account, Records};

/// Stores what happened to accounts; cheap to clone.
///
/// A line about what people do themselves is stored by [`note`](Self::note), which only logs a failure: a full disk must
/// not keep people from signing in or from signing out. A change by an administrator stores its line by
/// [`record`](Self::record), whose failure is that of the change: no one administers others without a trace.
#[derive(Clone, Debug)]
pub struct ActivityLog {
    records: Records,
    clock: Clock,
    guesses: Arc<Mutex<Guesses>>,
}

impl ActivityLog {
    /// Makes the service over these records. Its clones share the count of wrong passwords.
    pub fn new(records: Records, clock: Clock) -> Self {
        Self { records, clock, guesses: Arc::default() }
    }

    /// Makes a line about something that the owner of an account did from a client. The caller may add the app and more
    /// words, and stores it.
    pub fn line(&self, kind: ActivityKind, account: &Account, from: &Whence) -> NewActivity {
        from.line(kind, account.id, &account.display_name, self.clock.now())
    }

    /// Makes a line like [`line`](Self::line) and stores it like [`note`](Self::note). `detail` are more words for the
    /// person who reads it; they may be empty.
    pub async fn tell(&self, kind: ActivityKind, account: &Account, from: &Whence, detail: &str) {
        self.note(NewActivity { detail: detail.to_owned(), ..self.line(kind, account, from) }).await;
    }

    /// Stores a line. A failure is logged and not returned, because what the line tells has happened already.
    pub async fn note(&self, line: NewActivity) {
        let (kind, records) = (line.kind, self.records.clone());
        if let Err(fault) = run_to_end(async move { records.add_activity(line).await }).await {
            tracing::error!(kind = kind.word(), fault = %caused(&fault), "a line of activity could not be stored");
        }
    }

    /// Stores a line and fails if that fails. An administrator's change calls it, and answers with the failure.
    pub async fn record(&self, line: NewActivity) -> Result<(), Fault> {
        self.records.add_activity(line).await
    }

    /// Notes a wrong password for an account that exists. Only a few of them in an hour get a line; how many more there
    /// were is in a line at the end of the hour. The line is stored in the background: the answer must not take longer
    /// for a name that has an account (ASVS 6.3.8).
    pub fn refused(&self, account: &Account, from: &Whence, detail: &str) {
        let (now, name) = (self.clock.now(), &account.display_name);
        if self.guesses.lock().count(account.id, name, from.address, now) {
            let line = self.line(ActivityKind::SignInRefused, account, from);
            let (all, line) = (self.clone(), NewActivity { detail: detail.to_owned(), ..line });
            tokio::spawn(async move { all.note(line).await });
        }
    }

    /// Stores a line for each account about which an hour of wrong passwords is over that got more of them than lines.
    pub async fn close_hours(&self) {
        let over = self.guesses.lock().take_over(Some(self.clock.now()));
        self.tell_more(over).await;
    }

    /// Stores the same lines also where the hour is not over, because this server stops.
    pub async fn close_all(&self) {
        let over = self.guesses.lock().take_over(None);
        self.tell_more(over).await;
    }

    async fn tell_more(&self, over: Vec<super::guesses::More>) {
        for more in over {
            let kind = ActivityKind::SignInRefused;
            let line = Whence::default().line(kind, more.account, &more.account_name, self.clock.now());
            let detail = format!("{} more", more.count);
            self.note(NewActivity { actor: ActivityActor::Server, detail, ..line }).await;
        }
    }
}
