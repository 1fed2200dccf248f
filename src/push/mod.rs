//! Web Push: messages to the phones that a known browser may ask for an approval. A message says that something waits, and
//! nothing of what; the phone learns that from this server, over its own session.
//!
//! A phone's browser chooses the push service, which is a server of a stranger: [`endpoint`] says which addresses are taken,
//! [`encryption`] encrypts what is sent (RFC 8291), [`vapid`] says who sends it (RFC 8292), and [`sender`] is the task that
//! sends it (RFC 8030). [`asks`] remembers which tickets wait for whom, and counts how often a browser asks.

mod asks;
mod encryption;
mod endpoint;
mod message;
mod pushes;
mod queue;
mod sender;
mod vapid;

pub use self::asks::{ASKS_AN_HOUR, Asked, Asks};
pub use self::pushes::{NotAPush, Pushes, TypedPush};
pub use self::sender::{SenderParts, run};
