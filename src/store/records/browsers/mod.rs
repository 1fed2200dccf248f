//! What the records know of the browsers that ask for sign-ins: which of them an account made known, and which sign-ins
//! people reported. Both decide how much an approval asks of the phone (`login/ladder`).

mod browser;
pub(in crate::store) mod queries;
mod report;

pub use self::browser::{BROWSER_KNOWN, BROWSERS_KNOWN, Becomes, BrowserUse, Standing};
pub use self::report::{ACCOUNT_WARY, BROWSER_REFUSED, NewReport, REPORTS_A_DAY, REPORTS_KEPT, Report, ReportId};
