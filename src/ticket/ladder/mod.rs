//! The ladder: how much an approval asks of the phone, and why. How high a ticket stands is decided once, when it is
//! scanned (`login/ladder`), and is stored with the scan as what its approval owes. The state machine accepts no approval
//! without the answer that the rung asks for: an [`Approval`](super::approval::Approval) contains an [`Answered`], and only
//! [`Owed`] makes one.

mod digits;
mod owed;
mod reason;
mod rung;
mod terms;
mod typed;

pub use self::digits::{Digits, Number};
pub use self::owed::{Answer, Answered, Asks, Judged, Owed, TRIES};
pub use self::reason::{Reason, Reasons};
pub use self::rung::{AskingSide, HasPasskey, Rung, Way};
pub use self::terms::{Epoch, Stay, Terms};
pub use self::typed::CodeEnd;
