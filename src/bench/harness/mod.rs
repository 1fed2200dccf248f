//! What the groups of figures are measured with: the server, its floor and a peer, as processes of their own; browsers, phones
//! and crowds of them; and what the kernel says of all of these.

pub mod crowd;
pub mod fleet;
pub mod floor;
#[path = "../../tests/harness/hang.rs"]
pub mod hang;
pub mod http;
pub mod proc;
pub mod server;
pub mod shop;
pub mod socket;
pub mod socketio;
#[path = "../../tests/harness/spawn.rs"]
pub mod spawn;
pub mod table;
pub mod taps;
pub mod visit;
