//! HTTP that no feature owns: the document around every page, the guards before every handler, problems, files,
//! health, and the loop that accepts connections. Knows nothing of tickets' rules or accounts.

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
