//! TODO

pub mod sqlite;
pub mod postgres;
mod pool;
pub mod migrations;
