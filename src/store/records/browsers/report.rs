//! Sign-ins that people reported.

use std::net::IpAddr;
use std::time::Duration;

use crate::ticket::ids::{AccountId, AppId, BrowserHash, uuid_id};
use crate::ticket::time::Timestamp;

/// How long the browser and the network of a report are refused for the account that reported them.
pub const BROWSER_REFUSED: Duration = Duration::from_secs(3600);
/// How long the account asks for more after its owner reported a sign-in.
pub const ACCOUNT_WARY: Duration = Duration::from_secs(24 * 3600);
/// The largest number of reports of one account that are kept of a day.
pub const REPORTS_A_DAY: i64 = 10;
/// How long administrators see a report.
pub const REPORTS_KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

uuid_id! {
    /// The id of a report.
    ReportId
}

/// A report that is to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    /// The id of the report.
    pub id: ReportId,
    /// The account whose owner reported.
    pub account: AccountId,
    /// The time of the report.
    pub at: Timestamp,
    /// The address of the browser that asked.
    pub address: IpAddr,
    /// Its network: the IPv4 address, or the first address of the IPv6 /64.
    pub network: IpAddr,
    /// The name of the browser; `None` if it did not say.
    pub browser: Option<String>,
    /// The operating system; `None` if the browser did not say.
    pub system: Option<String>,
    /// The hash of the browser's id; `None` if it had none.
    pub browser_id: Option<BrowserHash>,
    /// The app that the sign-in was for, with its name at that time; `None` for this site itself.
    pub app: Option<(AppId, String)>,
}

/// A report as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was reported.
    pub report: NewReport,
    /// The display name of the account.
    pub name: String,
}
