//! Where things are kept. Tickets live minutes and change under compare-and-swap; records (accounts, sessions,
//! apps) live long and survive a power cut. Backends are enums: the known kinds, chosen at start, held equal by one
//! contract suite.

#[cfg(test)]
mod contract;
mod fault;
pub mod single_use;
pub mod open;
pub mod records;
pub mod redis;
mod said;
pub mod serving;
pub mod starting;
pub mod tickets;

pub use fault::Fault;
pub use said::database as database_said;
