//! The waiting room: who watches which ticket in this process, and the sockets of the pages that do nothing but wait.
//!
//! A page that waits needs no buffer, and that of a browser no task. (That of a phone has a small one, which ends it with
//! the session of its person.) After its handshake its socket leaves the runtime and is *parked*: it
//! becomes an entry beside the other watchers of the same ticket, and the thread that changes the ticket writes to it.
//!
//! ```text
//!  a request changes a ticket      Redis announces a change
//!             └───────────┬──────────────────┘
//!                     Room::tell ──────────► writes the news to the parked sockets at once (page.rs),
//!                         │                  and wakes the tasks of other transports (subscription.rs)
//!        ┌────────────────┴────────────────┐
//!        │ shard.rs: ticket → its watchers │ ◄── listen.rs: what pages send, and pages that are due for a ping or
//!        └────────────────┬────────────────┘     whose state expires; one thread with one poll
//!                         ▼
//!     Caller, for what has to be awaited: to read a ticket, which Room::answer ends, and to renew a code
//! ```
//!
//! The room reads no store and renders no text: the caller of [`Room::open`] gives it a [`Caller`], which does.

mod subscription;
mod listen;
mod room;
mod shard;
mod page;
mod news;
mod times;

pub use self::news::{Caller, End, Key, News, Viewer, Who};
pub use self::page::{FRAMES_PER_MINUTE, PING_EVERY};
pub use self::room::Room;
pub use self::shard::WATCHERS;
pub use self::subscription::Subscription;

#[cfg(test)]
mod tests;
