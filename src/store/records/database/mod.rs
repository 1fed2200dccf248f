//! The two databases of the records, SQLite and PostgreSQL: connections, the writer of SQLite, and the migrations. The
//! queries of both are in `records::queries`.

pub mod sqlite;
pub mod postgres;
mod pool;
mod rows;
pub mod migrations;
