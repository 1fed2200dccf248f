//! The state that the account pages share.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::activity::ActivityLog;
use super::passkey::Passkeys;
use super::password::Passwords;
use super::session::Sessions;
use super::setup_link::Setup;
use crate::clock::Clock;
use crate::crypto::hash::Keyed;
use crate::mail::Mailer;
use crate::picture::Pictures;
use crate::push::Pushes;
use crate::receipt::Receipts;
use crate::settings::SignUp;
use crate::store::Fault;
use crate::store::records::Records;
use crate::ticket::ids::AccountId;
use crate::waiting::Room;
use crate::web::document::Site;
use crate::web::limits::Limits;

/// The state that the account pages share.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// The records of accounts and sessions.
    pub records: Records,
    /// Stores what happens to accounts.
    pub activity: ActivityLog,
    /// The receipts that approvals leave.
    pub receipts: Receipts,
    /// Hashes and verifies passwords.
    pub passwords: Passwords,
    /// Makes challenges for passkeys, and verifies the answers.
    pub passkeys: Passkeys,
    /// Opens, finds and ends sessions.
    pub sessions: Sessions,
    /// The secret of the set-up link for the first account.
    pub setup: Setup,
    /// Checks and stores the pictures that people upload.
    pub pictures: Pictures,
    /// Key of the hashes that the log contains instead of unknown user names.
    pub unknown_names: Keyed,
    /// Address, name and document of this site.
    pub site: Site,
    /// The rate limits.
    pub limits: Limits,
    /// Puts mails into the queue.
    pub mailer: Mailer,
    /// Sends messages to phones that browsers may ask; `None` if phones are sent none.
    pub pushes: Option<Pushes>,
    /// Whether people may ask for apps, so that their home page links to that.
    pub takes_app_requests: bool,
    /// Whether a signed-in browser may sign a phone in, so that pages link to that.
    pub signs_phones_in: bool,
    /// Who makes accounts.
    pub sign_up: SignUp,
    /// The clock.
    pub clock: Clock,
    /// The parked sockets of the pages that signed-in people keep open.
    pub pages: Arc<Room>,
    /// Cancelled when the server is to stop.
    pub stopping: CancellationToken,
}

impl Accounts {
    /// Returns whether the owner of an account can give a password: the site takes passwords, and the account has one.
    pub async fn takes_password_of(&self, account: AccountId) -> Result<bool, Fault> {
        Ok(self.passkeys.takes_passwords() && self.records.has_password(account).await?)
    }
}
