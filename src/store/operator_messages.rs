//! Messages for the operator about errors of the stores. They never contain a library's own text that names its
//! source lines or types.

use sqlx::sqlite::SqliteError;

use super::Fault;
use crate::cause::caused;

/// Returns the message for the operator about a fault of a store, and what to do about it if that is known.
pub fn fault_message(fault: &Fault) -> String {
    match fault {
        Fault::Database(error) => database_message(error),
        fault => caused(fault),
    }
}

/// Returns the message for the operator about an error of the database or of the connection to it. For a
/// damaged SQLite file it says what to do.
pub fn database_message(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::Protocol(_) => "what answers there is not PostgreSQL".to_owned(),
        sqlx::Error::Database(error) => match error.try_downcast_ref::<SqliteError>() {
            Some(error) if is_damage(error) => {
                "this file is damaged, or holds no records at all: stop the server and restore the file from the backup"
                    .to_owned()
            }
            _ => error.message().to_owned(),
        },
        other => other.to_string(),
    }
}

/// Returns whether an error of SQLite says that the file is damaged or is no database: whether its code is
/// `SQLITE_CORRUPT` or `SQLITE_NOTADB`. The low byte of an extended code is the code.
fn is_damage(error: &SqliteError) -> bool {
    let code = sqlx::error::DatabaseError::code(error).and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 11 | 26))
}
