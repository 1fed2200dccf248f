//! The methods of the records about what happened to accounts.

use crate::measure;
use crate::store::Fault;
use crate::store::records::activity::{Activity, ActivityFilter, NewActivity};
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::{Records, on_postgres, read, write_query};
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
    /// Stores a line of activity.
    pub async fn add_activity(&self, line: NewActivity) -> Result<(), Fault> {
        write_query!(self, one add_activity(&line))
    }

    /// Returns at most `most` lines of activity that the filter selects, the newest first.
    pub async fn activity(&self, filter: ActivityFilter, most: u32) -> Result<Vec<Activity>, Fault> {
        read!(self, activity(&filter, most))
    }

    /// Deletes the lines of activity up to this time, and returns how many there were.
    pub async fn sweep_activity(&self, older_than: Timestamp) -> Result<u64, Fault> {
        write_query!(self, one sweep_activity(older_than))
    }
}
