//! The table `[login]` of the configuration file.

mod verification;

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::wrong_setting::{WrongSetting, within};
use crate::ticket::time::Lifetimes;

pub use verification::Verification;

/// The table `[login]`: the times of a sign-in by scan, whether there is one at all, whether it begins with a user name,
/// whether it also works in the other direction, the database of places, and how much an approval asks.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Login {
    /// Seconds for which a QR code can be scanned.
    pub code_seconds: u64,
    /// Seconds for which a visible page replaces its QR code by new ones.
    pub renew_seconds: u64,
    /// Seconds that a person has to decide after the scan.
    pub decide_seconds: u64,
    /// Seconds within which the browser must use an approval.
    pub claim_seconds: u64,
    /// Whether people sign in by scanning at all.
    pub scan: Scanning,
    /// Whether a user name is asked for before a QR code is shown, which only that account can then approve.
    pub name_first: bool,
    /// Whether a signed-in browser may sign a phone in with a code that the phone scans.
    pub transfer: bool,
    /// A file that maps IP addresses to places, in MaxMind's format; `None` if no places are shown.
    pub place_database: Option<PathBuf>,
    /// How much an approval asks of the phone.
    pub verification: Verification,
}

impl Default for Login {
    fn default() -> Self {
        Self {
            code_seconds: 60,
            renew_seconds: 300,
            decide_seconds: 120,
            claim_seconds: 30,
            scan: Scanning::On,
            name_first: false,
            transfer: true,
            place_database: None,
            verification: Verification::default(),
        }
    }
}

impl Login {
    pub(super) fn check(&self) -> Result<(), WrongSetting> {
        // BCP 247 §6.1.2 and ASVS 6.5.5: a QR code lives a minute, and a sign-in five.
        self.verification.check(self.place_database.is_some())?;
        within("login.code_seconds", self.code_seconds, 1, 60)?;
        within("login.renew_seconds", self.renew_seconds, 0, 3600)?;
        within("login.decide_seconds", self.decide_seconds, 1, 180)?;
        within("login.claim_seconds", self.claim_seconds, 1, 60)
    }

    pub(super) fn lifetimes(&self) -> Lifetimes {
        Lifetimes {
            code: Duration::from_secs(self.code_seconds),
            renewal: Duration::from_secs(self.renew_seconds),
            decide: Duration::from_secs(self.decide_seconds),
            claim: Duration::from_secs(self.claim_seconds),
        }
    }
}

/// Whether people sign in by scanning: at this server, to an app, or with an account.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Scanning {
    /// They do.
    #[default]
    On,
    /// They do not: no code is shown, scanned, approved or claimed.
    Off,
}

impl Scanning {
    /// Returns the word for the state, in the configuration, on the command line and in the records.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns whether people sign in by scanning.
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}
