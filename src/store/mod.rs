//! The stores of the server. `tickets` has the sign-ins that are under way, which live for minutes and change under
//! compare-and-swap. `single_use` has objects that work once, such as authorization codes. `records` has what lasts
//! (accounts, sessions, apps) and survives a power cut. `sign_outs` announces ended sessions to all instances. Each store is an enum of its backends, of which the
//! configuration chooses one at the start. The tests in `contract` check that the backends of a store behave alike.

#[cfg(test)]
mod contract;
mod fault;
pub mod single_use;
pub mod open;
pub mod records;
pub mod redis;
mod operator_messages;
pub mod server_lock;
pub mod sign_outs;
pub mod starting;
pub mod tickets;

pub use fault::Fault;
pub use operator_messages::database_message;
