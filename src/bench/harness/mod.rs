//! What the groups of figures are measured with: the server, its floors and peers, as processes of their own;
//! browsers, phones and crowds of them; and what the kernel says of all of these.

pub mod crowds;
#[path = "../../tests/account/passkeys/device.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
pub mod device;
pub mod fleet;
pub mod forms;
#[path = "../../tests/harness/hang.rs"]
pub mod hang;
pub mod http;
pub mod peers;
pub mod people;
pub mod proc;
pub mod rounds;
pub mod server;
pub mod shop;
pub mod socket;
#[path = "../../tests/harness/spawn.rs"]
pub mod spawn;
pub mod table;
pub mod taps;
pub mod visit;
