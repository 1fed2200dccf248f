//! `/admin/security`: the switch of the sign-in by scan, and the report about its security.

mod page;
mod switch;

pub use self::page::page;
pub use self::switch::turn;

/// The path of the page.
pub const PATH: &str = "/admin/security";
/// The path of the form that turns the switch.
pub const SWITCH: &str = "/admin/security/scan";
