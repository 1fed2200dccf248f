//! Whether people sign in by scanning: at this server, to an app, and with an account. Every step of a ticket that leads to
//! a sign-in asks here, and is refused also where that cannot be read.

use super::refusal::{ScanOff, StepError};
use crate::clock::Clock;
use crate::settings::Scanning;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::scan_switch::{AccountScan, SwitchState};
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;

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
    /// [`StepError::ScanOff`] with the reason for which nobody signs in by scanning, or not with this ticket;
    /// [`StepError::Fault`] if the records do not say.
    pub async fn check(&self, app: Option<AppId>, issued_at: Option<Timestamp>) -> Result<(), StepError> {
        if !self.setting.is_on() {
            return Err(ScanOff::Setting.into());
        }
        match self.records.cached_scan_switch(&self.clock).await {
            Some(SwitchState { state: Scanning::On, since })
                if issued_at.is_none_or(|issued| since <= Some(issued)) => {}
            Some(_) => return Err(ScanOff::Switch.into()),
            None => return Err(Fault::TooSlow("the switch of the sign-in by scan").into()),
        }
        let Some(app) = app else { return Ok(()) };
        match self.records.cached_app(app).await? {
            Some(app) if !app.options.scan.is_on() => Err(ScanOff::App.into()),
            // An app that does not exist any more is refused elsewhere.
            _ => Ok(()),
        }
    }

    /// Returns whether this account takes part, for a caller that has only its id.
    pub async fn account(&self, id: AccountId) -> Result<AccountScan, Fault> {
        // An account that does not exist any more is refused elsewhere.
        Ok(self.records.account(id).await?.map(|account| account.scan).unwrap_or_default())
    }
}

/// Fails if this account does not take part.
///
/// # Errors
/// [`ScanOff::Account`].
pub fn check_account(scan: AccountScan) -> Result<(), ScanOff> {
    if scan.state().is_on() { Ok(()) } else { Err(ScanOff::Account) }
}
