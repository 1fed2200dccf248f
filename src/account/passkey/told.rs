//! What is noted of the use of a passkey: for the operator in the log and the metrics, and for its owner in the activity of
//! the account.

use super::proof::PasskeyProof;
use super::refusal::{PasskeyRefusal, Refused};
use crate::account::activity::{ActivityLog, Whence};
use crate::store::records::Account;
use crate::store::records::activity::ActivityKind;
use crate::web::problem::Problem;

impl PasskeyProof {
    /// Tells the owner if the counter of the passkey did not grow. The passkey is accepted nevertheless: synchronised
    /// passkeys have no counters, and some authenticators count per device.
    pub async fn tell(&self, log: &ActivityLog, from: &Whence) {
        if self.went_back() {
            tracing::warn!("the counter of a passkey went back");
            log.tell(ActivityKind::PasskeyWentBack, self.account(), from, "").await;
        }
    }
}

impl Refused {
    /// Logs and counts the refusal at `step`, and notes it at the account whose passkey it is, or else at `signed_in`.
    ///
    /// # Errors
    /// The answer for a fault of a store.
    pub fn noted(
        self,
        step: &'static str,
        log: &ActivityLog,
        from: &Whence,
        signed_in: Option<&Account>,
    ) -> Result<PasskeyRefusal, Problem> {
        match self {
            Self::Fault(fault) => Err(fault.into()),
            Self::Because(why, account) => {
                why.note(step);
                let detail = if why == PasskeyRefusal::Disabled { "disabled" } else { "passkey" };
                if let Some(account) = account.as_deref().or(signed_in) {
                    log.refused(account, from, detail);
                }
                Ok(why)
            }
        }
    }
}
