//! HTTP that no feature owns: the document around every page, the guards before every handler, problems, files,
//! health, and the loop that accepts connections. Knows nothing of tickets' rules or accounts.

pub mod assets;
pub mod avatar;
pub mod bounds;
mod buckets;
pub mod client;
pub mod cookie;
pub mod crowd;
pub mod data;
pub mod document;
pub mod guard;
pub mod health;
mod keep_alive;
pub mod limits;
pub mod listen;
pub mod logo;
pub mod next_path;
pub mod openapi;
pub mod picture;
pub mod problem;
pub mod routes;
mod silent;
pub mod tally;
pub mod tls;
#[cfg(feature = "otel")]
pub mod traced;
