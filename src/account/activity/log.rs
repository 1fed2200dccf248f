//! Stores lines of activity.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::budget::{Budget, WINDOW};
use super::whence::Whence;
use crate::cause::caused;
use crate::clock::Clock;
use crate::run_to_end::run_to_end;
use crate::store::Fault;
use crate::store::records::activity::{ActivityActor, ActivityFilter, ActivityKind, NewActivity};
use crate::store::records::{Account, Records};
use crate::ticket::ids::{AccountId, AppId};

/// The time within which the same refusal by an app is noted once, because a page is reloaded or a button pressed twice.
const REFUSED_ONCE: Duration = Duration::from_secs(60);

/// Stores what happened to accounts; cheap to clone.
///
/// A line about what people do themselves is stored by [`note`](Self::note), which only logs a failure: a full disk must
/// not keep people from signing in or from signing out. A change by an administrator stores its line by
/// [`record`](Self::record), whose failure is that of the change: no one administers others without a trace.
#[derive(Clone, Debug)]
pub struct ActivityLog {
    records: Records,
    clock: Clock,
    budget: Arc<Mutex<Budget>>,
}

impl ActivityLog {
    /// Makes the service over these records. Its clones share the count of lines.
    pub fn new(records: Records, clock: Clock) -> Self {
        Self { records, clock, budget: Arc::default() }
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

    /// Stores a line, or counts it if there are as many like it as an hour may have. A failure is logged and not returned,
    /// because what the line tells has happened already.
    pub async fn note(&self, line: NewActivity) {
        if self.budget.lock().admits(&line) {
            self.store(line).await;
        }
    }

    async fn store(&self, line: NewActivity) {
        let (kind, records) = (line.kind, self.records.clone());
        if let Err(fault) = run_to_end(async move { records.add_activity(line).await }).await {
            tracing::error!(kind = kind.word(), fault = %caused(&fault), "a line of activity could not be stored");
        }
    }

    /// Stores a line and fails if that fails. An administrator's change calls it, and answers with the failure.
    pub async fn record(&self, line: NewActivity) -> Result<(), Fault> {
        self.records.add_activity(line).await
    }

    /// Notes a wrong password for an account that exists, like [`note`](Self::note). The line is stored in the background:
    /// the answer must not take longer for a name that has an account (ASVS 6.3.8).
    pub fn refused(&self, account: &Account, from: &Whence, detail: &str) {
        let line = self.line(ActivityKind::SignInRefused, account, from);
        let line = NewActivity { detail: detail.to_owned(), ..line };
        if self.budget.lock().admits(&line) {
            let all = self.clone();
            tokio::spawn(async move { all.store(line).await });
        }
    }

    /// Notes that an account was not signed in to this app, like [`note`](Self::note). `from` is the address of the
    /// person's client, or `None` if the app asked by itself. The same within [`REFUSED_ONCE`] gets one line.
    pub async fn app_refused(&self, app: (AppId, String), account: AccountId, from: Option<IpAddr>) {
        match self.refused_line(app, account, from).await {
            Ok(Some(line)) => self.note(line).await,
            Ok(None) => {}
            Err(fault) => tracing::error!(fault = %caused(&fault), "a line of activity could not be stored"),
        }
    }

    /// Returns the line about such a refusal; `None` if it has one already, or if the account was deleted meanwhile.
    async fn refused_line(
        &self,
        app: (AppId, String),
        account: AccountId,
        address: Option<IpAddr>,
    ) -> Result<Option<NewActivity>, Fault> {
        let (kind, now) = (ActivityKind::AppRefused, self.clock.now());
        let of_both =
            ActivityFilter { account: Some(account), app: Some(app.0), kind: Some(kind), ..ActivityFilter::default() };
        let last = self.records.activity(of_both, 1).await?.pop();
        if last.is_some_and(|last| last.line.address == address && now.since(last.line.at) < REFUSED_ONCE) {
            return Ok(None);
        }
        let Some(who) = self.records.account(account).await? else { return Ok(None) };
        let actor = if address.is_some() { ActivityActor::Owner } else { ActivityActor::App };
        let line = NewActivity::of(kind, account, &who.display_name, now);
        Ok(Some(NewActivity { actor, app: Some(app), address, ..line }))
    }

    /// Stores a line for each account and kind of which an hour is over in which more happened than got lines.
    pub async fn close_hours(&self) {
        self.close(WINDOW).await;
    }

    /// Stores the same lines also where the hour is not over, because this server stops.
    pub async fn close_all(&self) {
        self.close(Duration::ZERO).await;
    }

    async fn close(&self, age: Duration) {
        let over = self.budget.lock().close(self.clock.now(), age);
        for line in over {
            self.store(line).await;
        }
    }
}
