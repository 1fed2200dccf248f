//! How high a ticket stands on the [ladder](crate::ticket::ladder): the facts about a scan, and the rung that follows from
//! them. `climb` is the pure function from facts to the rung, and `facts` collects them from the stores.
//!
//! The server cannot tell a scan that somebody was tricked into from one that they meant, since whoever tricks them makes
//! the request himself. So each fact that differs from what is usual for the account asks for more, and the phone says which
//! fact and why. No rung stops an attacker who plays his own screen to the person while they look at it.

mod climb;
mod facts;

pub use self::climb::{Countries, Facts, climb};
pub use self::facts::{Ladder, Scan, ScanBy};
