//! The report about security: what this server does about each of the 17 measures that RFC 10027 (BCP 247) names in §6.1,
//! as it is configured. [`measures`] makes the list from the settings; the command `tessera report bcp247` and the page
//! `/admin/security` render it. What a row claims, the server does: `docs/security.md` names the tests under number 74.

mod measure;
mod rows;

pub use self::measure::{Measure, Status};
pub use self::rows::measures;

/// Returns how many of these measures are on.
pub fn count_on(measures: &[Measure]) -> usize {
    measures.iter().filter(|measure| measure.status == Status::On).count()
}
