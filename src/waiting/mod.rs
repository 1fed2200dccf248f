//! The waiting room: who watches which ticket, and the sockets of the pages that do nothing but wait.
//!
//! A page that waits needs no task and no buffer. After its handshake its socket leaves the runtime and is *parked*: it
//! becomes an entry of the room, beside the other watchers of the same ticket.
//!
//! ```text
//!  a request changes a ticket      Redis announces a change
//!             └───────────┬──────────────────┘
//!                     Room::tell ──────────► writes the news to the parked sockets at once (page.rs),
//!                         │                  and wakes the tasks of other transports (signal.rs)
//!        ┌────────────────┴────────────────┐
//!        │ room.rs: ticket → its watchers  │ ◄── times.rs: pages that are due for a ping, or whose
//!        └──────┬───────────────────▲──────┘     state expires; one task
//!               │                   └─────────── open.rs: what pages send; one poll, one thread
//!               ▼
//!     a Call for what has to await (to read the store, to renew a code); answered by Room::answer
//! ```
//!
//! The room renders nothing and reads no store: whoever opens it gives it the function that renders a ticket for one
//! side, and answers its calls.

mod seat;
mod attend;
mod room;
mod open;
mod shard;
mod page;
mod times;
mod signal;
mod stream;
mod frame;
mod key;
mod side;
mod end;
mod news;

pub use self::end::End;
pub use self::key::Key;
pub use self::news::{Call, Held, Kept, News, Render, Rules, Viewer, What};
pub use self::room::Room;
pub use self::seat::{Seat, Subscription};
pub use self::shard::WATCHERS;
pub use self::side::Side;
pub use self::stream::Stream;
