//! Whether people sign in by scanning: at this server, to an app, and with an account. Every step of a ticket that leads to
//! a sign-in asks here. Whatever cannot be read counts as off.

use crate::cause::caused;
use crate::clock::Clock;
use crate::settings::Scanning;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::scan_switch::{AccountScan, SwitchState};
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;

/// Why nobody signs in by scanning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanOff {
    /// The setting `login.scan` is `off`.
    Setting,
    /// An administrator or the command line switched it off while the server runs.
    Switch,
    /// The records do not say whether it is on.
    Unreadable,
    /// It is off for the app.
    App,
    /// It is off for the account.
    Account,
}

impl ScanOff {
    /// Returns the word for the reason, for the log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Setting => "setting",
            Self::Switch => "switch",
            Self::Unreadable => "unreadable",
            Self::App => "app",
            Self::Account => "account",
        }
    }
}

/// Tells whether people sign in by scanning; cheap to clone.
#[derive(Clone, Debug)]
pub struct ScanGate {
    setting: Scanning,
    records: Records,
    clock: Clock,
}

impl ScanGate {
    /// Makes the service; `setting` is `login.scan`.
    pub fn new(setting: Scanning, records: Records, clock: Clock) -> Self {
        Self { setting, records, clock }
    }

    /// Returns the setting `login.scan`.
    pub fn setting(&self) -> Scanning {
        self.setting
    }

    /// Fails unless people sign in by scanning at this server and, if there is an app, to it. What another instance or the
    /// command line changed counts after a second. A ticket that was issued at `issued_at` is over if the switch was off since.
    ///
    /// # Errors
    /// The reason for which nobody signs in by scanning, or not with this ticket.
    pub async fn check(&self, app: Option<AppId>, issued_at: Option<Timestamp>) -> Result<(), ScanOff> {
        if !self.setting.is_on() {
            return Err(ScanOff::Setting);
        }
        match self.records.cached_scan_switch(&self.clock).await {
            Some(SwitchState { state: Scanning::On, since })
                if issued_at.is_none_or(|issued| since <= Some(issued)) => {}
            Some(_) => return Err(ScanOff::Switch),
            None => return Err(ScanOff::Unreadable),
        }
        let Some(app) = app else { return Ok(()) };
        match self.records.cached_app(app).await {
            Ok(Some(app)) if !app.options.scan.is_on() => Err(ScanOff::App),
            // An app that does not exist any more is refused elsewhere.
            Ok(_) => Ok(()),
            Err(fault) => Err(unreadable(&fault)),
        }
    }

    /// Returns whether this account takes part, for a caller that has only its id.
    ///
    /// # Errors
    /// [`ScanOff::Unreadable`] if the records do not answer.
    pub async fn account(&self, id: AccountId) -> Result<AccountScan, ScanOff> {
        // An account that does not exist any more is refused elsewhere.
        let found = self.records.account(id).await.map_err(|fault| unreadable(&fault))?;
        Ok(found.map(|account| account.scan).unwrap_or_default())
    }
}

/// Fails if this account does not take part.
///
/// # Errors
/// [`ScanOff::Account`].
pub fn check_account(scan: AccountScan) -> Result<(), ScanOff> {
    if scan.state().is_on() { Ok(()) } else { Err(ScanOff::Account) }
}

fn unreadable(fault: &Fault) -> ScanOff {
    tracing::error!(fault = %caused(fault), "whether people sign in by scanning could not be read");
    ScanOff::Unreadable
}
