//! The methods of the records about the devices on which an account is signed in, the browsers that it knows, the sign-ins
//! that people reported, the phones that browsers may ask, and the switches of the sign-in by scan.

use std::net::IpAddr;

use crate::cause::caused;
use crate::clock::Clock;
use crate::measure;
use crate::settings::Scanning;
use crate::store::Fault;
use crate::store::records::activity::NewActivity;
use crate::store::records::browsers::{NewReport, Report, Standing};
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::push::{PushAdded, PushId, PushRow};
use crate::store::records::scan_switch::known::{KnownSwitch, Remembered};
use crate::store::records::scan_switch::{AccountSwitch, ScanSwitch, SwitchState};
use crate::store::records::{
    Records, SessionEnd, SessionEnding, SessionRow, on_postgres, read, write_query, write_whole,
};
use crate::ticket::ids::{AccountId, BrowserHash, SessionTokenHash};
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
    /// Ends a session of an account at once and for good, with what the order names beside it, and stores logout notices
    /// for the apps. An approval that was given in an ended session is void unless it was claimed. Returns the sessions
    /// that ended; none if the session is not one of the account or had ended before.
    pub async fn end_session_by(&self, order: SessionEnding, now: Timestamp) -> Result<Vec<SessionTokenHash>, Fault> {
        self.wake_sender(write_whole!(self, end_session_by(&order, now)))
    }

    /// Returns a session and how it ended; `None` if it is not stored, or not any more.
    pub async fn session_end(&self, session: SessionTokenHash) -> Result<Option<SessionEnd>, Fault> {
        read!(self, session_end(session))
    }

    /// Stores the name that its owner gives to the device of a session, or removes it, and returns `true`; `false` if
    /// the account has no such session that is valid.
    pub async fn rename_session(
        &self,
        account: AccountId,
        session: SessionTokenHash,
        name: Option<String>,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        write_query!(self, one rename_session(account, session, name.as_deref(), now))
    }

    /// Stores that a sign-in from a new device or network was the owner's, so that they are told no more of it, and
    /// returns `true`; `false` if they were not told of it.
    pub async fn confirm_session(&self, account: AccountId, session: SessionTokenHash) -> Result<bool, Fault> {
        write_whole!(self, confirm_session(account, session))
    }

    /// Returns the valid sessions of an account of which its owner is to be told in the session `own`, because their device
    /// or network was new to the account: the newest first, and at most [`UNUSUAL_TOLD`](crate::store::records::UNUSUAL_TOLD)
    /// of them. The session `own` is not among them, nor are those that were approved in it.
    pub async fn unusual_sessions(
        &self,
        account: AccountId,
        own: SessionTokenHash,
        now: Timestamp,
    ) -> Result<Vec<SessionRow>, Fault> {
        read!(self, unusual_sessions(account, own, now))
    }
}

impl Records {
    /// Returns what is known of an account and of the browser whose code it scans: its id, if it has one, and the network by
    /// which reports count against it; `None` if only those of the browser itself do.
    pub async fn standing(
        &self,
        account: AccountId,
        browser: Option<BrowserHash>,
        network: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Standing, Fault> {
        // No report is from an empty network.
        let network = network.map(|network| network.to_string()).unwrap_or_default();
        read!(self, standing(account, browser, &network, now))
    }

    /// Stores whether the owner of an account wants every approval to ask for a passkey, with the line of activity that
    /// tells of it. Returns `false` if nothing changed.
    pub async fn ask_passkey(&self, account: AccountId, asks: bool, line: NewActivity) -> Result<bool, Fault> {
        write_whole!(self, ask_passkey(account, asks, &line))
    }

    /// Returns whether the owner of an account wants every approval to ask for a passkey.
    pub async fn asks_passkey(&self, account: AccountId) -> Result<bool, Fault> {
        read!(self, asks_passkey(account))
    }

    /// Stores a report of a sign-in, and makes its browser unknown to the account. Returns `false` if the report is stored
    /// already, or if the account has ten of the last day.
    pub async fn add_report(&self, report: NewReport) -> Result<bool, Fault> {
        write_whole!(self, add_report(&report))
    }

    /// Returns when each browser that is known to an account was last used, the last one first.
    pub async fn browsers_of(&self, account: AccountId) -> Result<Vec<Timestamp>, Fault> {
        read!(self, browsers_of(account))
    }

    /// Makes all browsers unknown to an account, but for the one in which this session was opened. Returns how many were known.
    pub async fn forget_browsers(&self, account: AccountId, but: Option<SessionTokenHash>) -> Result<u64, Fault> {
        write_query!(self, one forget_browsers(account, but))
    }

    /// Returns the reports of an account, the last one first.
    pub async fn reports_of(&self, account: AccountId) -> Result<Vec<Report>, Fault> {
        read!(self, reports_of(account))
    }

    /// Returns the reports of all accounts, the last one first, `most` at most.
    pub async fn reports(&self, most: u16) -> Result<Vec<Report>, Fault> {
        read!(self, reports(most))
    }
}

impl Records {
    /// Stores the push subscription of a phone, in place of the one that its session had; the result tells whether it was done.
    pub async fn add_push(&self, new: PushRow) -> Result<PushAdded, Fault> {
        write_whole!(self, add_push(&new))
    }

    /// Returns the push subscriptions of an account, the oldest first.
    pub async fn pushes_of(&self, account: AccountId) -> Result<Vec<PushRow>, Fault> {
        read!(self, pushes_of(account))
    }

    /// Deletes a push subscription of an account and returns `true`; `false` if it has no such one.
    pub async fn drop_push(&self, account: AccountId, id: PushId) -> Result<bool, Fault> {
        write_query!(self, one drop_push(account, id))
    }

    /// Stores that a push service took a message for a subscription.
    pub async fn use_push(&self, id: PushId, now: Timestamp) -> Result<(), Fault> {
        write_query!(self, one use_push(id, now))
    }

    /// Returns the sessions of at most `most` phones that this browser may ask: they are of accounts that made it known and
    /// turned this on. A session whose end is not reached may still be over, because it was not used for long.
    pub async fn phones_to_ask(
        &self,
        browser: BrowserHash,
        now: Timestamp,
        most: u16,
    ) -> Result<Vec<SessionTokenHash>, Fault> {
        read!(self, phones_to_ask(browser, now, most))
    }
}

impl Records {
    /// Returns the switch of the server as the records have it now.
    pub async fn scan_switch(&self) -> Result<ScanSwitch, Fault> {
        read!(self, scan_switch())
    }

    /// Returns whether the switch of the server is on, as the records had it within the last second; `None` if they do not
    /// answer and were not read within the last five seconds: then nobody is to be signed in by scanning. A turn by this
    /// instance counts at once.
    pub async fn cached_scan_switch(&self, clock: &Clock) -> Option<SwitchState> {
        let known = self.known_switch();
        if let Remembered::State(state) = known.remembered(clock.now()) {
            return state;
        }
        let _alone = known.alone().await;
        let asked = clock.now();
        if let Remembered::State(state) = known.remembered(asked) {
            return state;
        }
        let turns = known.turns();
        let state = match self.scan_switch().await {
            Ok(switch) => {
                let read = SwitchState { state: switch.state, since: switch.changed_at };
                if known.keep(Some(read), turns, [asked, clock.now()]) {
                    let ScanSwitch { state, changed_by, reason, .. } = &switch;
                    tracing::warn!(state = state.word(), by = changed_by, reason, "the sign-in by scan was switched");
                }
                Some(read)
            }
            Err(fault) => {
                tracing::error!(fault = %caused(&fault), "the switch of the sign-in by scan could not be read");
                known.keep(None, turns, [asked, clock.now()]);
                None
            }
        };
        match known.remembered(clock.now()) {
            Remembered::State(known) => known,
            // The answer took long, or this instance turned the switch meanwhile: it is used only if it closes.
            Remembered::Nothing => state.filter(|read| !read.state.is_on()),
        }
    }

    /// Turns the switch of the server, with the line of activity that tells of it. Returns `false` if it is in this state
    /// already.
    pub async fn turn_scan_switch(&self, switch: ScanSwitch, line: NewActivity) -> Result<bool, Fault> {
        let done = self.try_turn(switch, line).await;
        // Also after a failure, because the change may have been made all the same.
        self.known_switch().forget();
        done
    }

    async fn try_turn(&self, switch: ScanSwitch, line: NewActivity) -> Result<bool, Fault> {
        write_whole!(self, turn_scan_switch(&switch, &line))
    }

    /// Turns one of the switches of an account, with the line of activity that tells of it. Returns `false` if it is in this
    /// state already, or if there is no such account.
    pub async fn turn_account_scan(
        &self,
        account: AccountId,
        switch: AccountSwitch,
        state: Scanning,
        line: NewActivity,
    ) -> Result<bool, Fault> {
        write_whole!(self, turn_account_scan(account, switch, state, &line))
    }

    fn known_switch(&self) -> &KnownSwitch {
        match self {
            Self::Sqlite(sqlite) => &sqlite.known_switch,
            Self::Postgres(postgres) => &postgres.known_switch,
        }
    }
}
