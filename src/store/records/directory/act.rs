//! Who changes an account or a group, from where, and when.

use std::net::IpAddr;

use crate::store::records::activity::{ActivityActor, ActivityKind, NewActivity};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// The author of a change, which its line of activity names.
#[derive(Clone, Debug)]
pub struct ActedBy {
    /// Who made the change.
    pub actor: ActivityActor,
    /// The address of their client; `None` on the command line.
    pub address: Option<IpAddr>,
    /// The browser of their client.
    pub browser: Option<String>,
    /// The operating system of their client.
    pub system: Option<String>,
    /// The time of the change.
    pub at: Timestamp,
}

impl ActedBy {
    /// Makes the author of a change that is made on the command line at this time.
    pub fn command_line(at: Timestamp) -> Self {
        Self { actor: ActivityActor::CommandLine, address: None, browser: None, system: None, at }
    }

    /// Makes the line of activity of a change. `name` is the display name of the account, or the name of the group if
    /// `account` is `None`.
    pub fn line(&self, kind: ActivityKind, account: Option<AccountId>, name: &str, detail: String) -> NewActivity {
        NewActivity {
            at: self.at,
            kind,
            account,
            account_name: name.to_owned(),
            actor: self.actor.clone(),
            app: None,
            address: self.address,
            browser: self.browser.clone(),
            system: self.system.clone(),
            detail,
            receipt: None,
        }
    }
}
