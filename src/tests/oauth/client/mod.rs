//! Clients: how they prove themselves, and clients that others wrote.

mod assertion;
mod example;
mod relying_party;
mod scripts;
