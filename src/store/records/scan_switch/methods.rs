//! The methods of the records about the switches of the sign-in by scan.

use tokio::time::timeout;

use super::known::{KnownSwitch, Remembered};
use super::{AccountSwitch, ScanSwitch};
use crate::cause::caused;
use crate::clock::Clock;
use crate::measure;
use crate::settings::Scanning;
use crate::store::Fault;
use crate::store::records::activity::NewActivity;
use crate::store::records::database::{postgres, sqlite};
use crate::store::records::{Records, on_postgres, read, write_query, write_whole};
use crate::ticket::ids::AccountId;

impl Records {
    /// Returns the switch of the server as the records have it now.
    pub async fn scan_switch(&self) -> Result<ScanSwitch, Fault> {
        read!(self, scan_switch())
    }

    /// Returns whether the switch of the server is on, as the records had it within the last second; `None` if they do not
    /// answer and were not read within the last five seconds: the caller takes that as off. A turn by this instance counts at
    /// once.
    pub async fn cached_scan_switch(&self, clock: &Clock) -> Option<Scanning> {
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
                if known.keep(Some(switch.state), turns, asked) {
                    let ScanSwitch { state, changed_by, reason, .. } = &switch;
                    tracing::warn!(state = state.word(), by = changed_by, reason, "the sign-in by scan was switched");
                }
                Some(switch.state)
            }
            Err(fault) => {
                tracing::error!(fault = %caused(&fault), "the switch of the sign-in by scan could not be read");
                // From now on, because the answer may have been waited for.
                known.keep(None, turns, clock.now());
                None
            }
        };
        match known.remembered(clock.now()) {
            Remembered::State(known) => known,
            // The answer took long, or this instance turned the switch meanwhile: it is used only if it closes.
            Remembered::Nothing => state.filter(|state| *state == Scanning::Off),
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
