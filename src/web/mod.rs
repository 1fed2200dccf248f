//! The parts of HTTP that all features share: the document of every page, the guards of every handler,
//! problems, files and rate limits. They do not depend on tickets or accounts.

pub mod agent;
pub mod assets;
pub mod bounds;
pub mod client;
pub mod cookie;
pub mod data;
pub mod document;
pub mod guard;
pub mod language;
pub mod limits;
pub mod next_path;
pub mod problem;
pub mod render;
pub mod routes;
pub mod tally;
