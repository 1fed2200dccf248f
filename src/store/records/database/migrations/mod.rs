//! The migrations of the tables: one file for each migration and database, which is never edited after it was
//! merged.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Makes the `Migrator` of one database (`sqlite` or `postgres`) from the list of all migrations. Each is a
/// file `<number>_<name>.sql` in the folder of that database.
macro_rules! migrations {
    ($store:literal) => {
        migrations!($store:
            1 "0001_accounts_and_sessions",
            2 "0002_apps",
            3 "0003_oauth",
            4 "0004_pictures",
            5 "0005_profiles",
            6 "0006_acts",
            7 "0007_what_followed_from_what",
            8 "0008_when_a_consent_was_changed",
            9 "0009_what_ends",
            10 "0010_where_it_was_approved",
            11 "0011_names_that_look_alike",
            12 "0012_disabled_accounts_and_the_key",
            13 "0013_which_records_these_are",
            14 "0014_people",
            15 "0015_passkeys",
            16 "0016_mail",
            17 "0017_what_mails_count_with",
            18 "0018_domains_of_passkeys",
            19 "0019_ladder",
            20 "0020_scan_switch",
            21 "0021_receipts",
            22 "0022_push",
            23 "0023_shown_to_screens",
            24 "0024_places_told",
            25 "0025_unproven_addresses",
        )
    };
    ($store:literal: $($version:literal $name:literal,)*) => {
        Migrator::with_migrations(vec![$(migration($version, $name, include_str!(concat!($store, "/", $name, ".sql")))),*])
    };
}

fn migration(version: i64, name: &'static str, sql: &'static str) -> Migration {
    let description = name.split_once('_').map_or(name, |(_, words)| words).replace('_', " ");
    Migration::new(version, Cow::Owned(description), MigrationType::Simple, sql.into_sql_str(), false)
}

/// Returns the number of the last migration of the tables that this version of the server knows.
pub(in crate::store) fn newest() -> i64 {
    sqlite().iter().map(|change| change.version).max().unwrap_or_default()
}

/// Returns the migrations of the tables in a SQLite file.
pub fn sqlite() -> Migrator {
    migrations!("sqlite")
}

/// Returns the migrations of the tables in a PostgreSQL database.
pub fn postgres() -> Migrator {
    migrations!("postgres")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;

    #[test]
    fn every_file_of_a_store_is_one_of_its_changes() {
        for (store, migrator) in [("sqlite", sqlite()), ("postgres", postgres())] {
            let folder = fs::read_dir(format!("src/store/records/database/migrations/{store}")).expect("a folder");
            let files: BTreeSet<i64> = folder
                .map(|file| file.expect("an entry").file_name().into_string().expect("a name"))
                .map(|name| name.split_once('_').expect("a number").0.parse().expect("a number"))
                .collect();
            assert_eq!(migrator.iter().map(|migration| migration.version).collect::<BTreeSet<_>>(), files, "{store}");
        }
    }
}
