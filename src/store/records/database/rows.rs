//! The decoders of rows: what is read out of a row of the records. They are written once and compiled for three types of row:
//! those of sqlx for SQLite and for PostgreSQL, and those of [direct reads](super::sqlite).

/// Defines the functions that read accounts, sessions, and values that several queries have, out of one type of row. The type
/// has the method `try_get`, which returns the value in the column of a name.
macro_rules! rows {
    ($row:ty) => {
        use std::str::FromStr;

        use crate::store::Fault;
        use crate::store::records::people::{Email, Role};
        use crate::store::records::pictures::PictureId;
        use crate::store::records::profiles::{Gender, Profile, ShownToScreens};
        use crate::store::records::scan_switch::AccountScan;
        use crate::store::records::{Account, DeviceFacts, LedTo, OpenedBy, SessionRow};
        use crate::ticket::approval::{Epoch, Stay};
        use crate::ticket::ids::{AccountId, SessionTokenHash};
        use crate::ticket::time::Timestamp;

        /// Reads an account out of the columns of `account_columns!`.
        pub fn account(row: &$row) -> Result<Account, Fault> {
            Ok(Account {
                id: AccountId::from_slice(row.try_get("id")?).ok_or(Fault::Unreadable("accounts.id"))?,
                username: row.try_get("username")?,
                display_name: row.try_get("display_name")?,
                email: row.try_get::<Option<String>, _>("email")?.map(Email::stored),
                email_verified_at: optional_timestamp(row, "email_verified_at")?,
                role: role(row)?,
                is_disabled: row.try_get::<Option<i64>, _>("disabled_at")?.is_some(),
                profile: profile(row)?,
                epoch: Epoch(
                    u32::try_from(row.try_get::<i64, _>("epoch")?).map_err(|_| Fault::Unreadable("accounts.epoch"))?,
                ),
                deletion_due_at: optional_timestamp(row, "deletion_due_at")?,
                scan: account_scan(row)?,
            })
        }

        fn role(row: &$row) -> Result<Role, Fault> {
            Ok(if flag(row, "is_admin")? {
                Role::Admin
            } else if flag(row, "manages_people")? {
                Role::People
            } else {
                Role::None
            })
        }

        fn profile(row: &$row) -> Result<Profile, Fault> {
            let picture = match row.try_get::<Option<&[u8]>, _>("picture_id")? {
                Some(id) => Some(id.try_into().map_err(|_| Fault::Unreadable("accounts.picture_id"))?),
                None => None,
            };
            let updated_at = timestamp(row, "updated_at")?;
            Ok(Profile {
                given_name: row.try_get("given_name")?,
                family_name: row.try_get("family_name")?,
                zone: row.try_get("zone")?,
                updated_at: (updated_at.as_millis() > 0).then_some(updated_at),
                gender: row.try_get::<Option<&str>, _>("gender")?.and_then(Gender::of),
                city: row.try_get("city")?,
                province: row.try_get("province")?,
                country: row.try_get("country")?,
                language: row.try_get("language")?,
                picture: picture.map(PictureId::from_random),
                picture_link: row.try_get("picture")?,
                // A word of a later version may mean less than all.
                shown_to_screens: ShownToScreens::of(row.try_get("shown_to_screens")?)
                    .unwrap_or(ShownToScreens::Nothing),
            })
        }

        fn account_scan(row: &$row) -> Result<AccountScan, Fault> {
            Ok(AccountScan {
                is_off_by_owner: flag(row, "scan_off_by_owner")?,
                is_off_by_administrator: flag(row, "scan_off_by_admin")?,
            })
        }

        /// Reads the session with this token and this account out of the columns of the table of sessions.
        pub fn session_of(row: &$row, token_hash: SessionTokenHash, account: AccountId) -> Result<SessionRow, Fault> {
            let led_to: Option<&[u8]> = row.try_get("led_to")?;
            Ok(SessionRow {
                token_hash,
                account,
                opened_by: opened_by(row)?.ok_or(Fault::Unreadable("sessions.opened_by"))?,
                created_at: timestamp(row, "created_at")?,
                last_seen_at: timestamp(row, "last_seen_at")?,
                ends_at: timestamp(row, "ends_at")?,
                led_to: led_to.and_then(|hash| hash.try_into().ok()).map(LedTo),
                approved_in: optional_session(row, "approved_in")?,
                device: DeviceFacts {
                    browser: row.try_get("browser")?,
                    system: row.try_get("system")?,
                    address: row.try_get::<Option<&str>, _>("address")?.and_then(|address| address.parse().ok()),
                    name: row.try_get("name")?,
                    unusual_at: optional_timestamp(row, "unusual_at")?,
                },
                proven_at: optional_timestamp(row, "proven_at")?,
                by_link: flag(row, "by_link")?,
                rung: word_of(row, "rung")?,
                stay: Stay::of_word(row.try_get("stay")?),
            })
        }

        fn flag(row: &$row, column: &'static str) -> Result<bool, Fault> {
            Ok(row.try_get::<i64, _>(column)? != 0)
        }

        /// Reads how a session or a grant was opened; `None` if the row does not say, or says it in an unknown word.
        pub fn opened_by(row: &$row) -> Result<Option<OpenedBy>, Fault> {
            let (word, by_passkey): (Option<&str>, i64) = (row.try_get("opened_by")?, row.try_get("by_passkey")?);
            Ok(word.and_then(|word| OpenedBy::of_stored(word, by_passkey)))
        }

        /// Reads a value that is stored as a word; a word of a later version is its default.
        pub fn word_of<T: FromStr + Default>(row: &$row, column: &'static str) -> Result<T, Fault> {
            Ok(row.try_get::<&str, _>(column)?.parse().unwrap_or_default())
        }

        /// Reads the hash of a session's token, if there is one.
        pub fn optional_session(row: &$row, column: &'static str) -> Result<Option<SessionTokenHash>, Fault> {
            let hash: Option<&[u8]> = row.try_get(column)?;
            let hash = hash.map(|hash| hash.try_into().map(SessionTokenHash)).transpose();
            hash.map_err(|_| Fault::Unreadable("the hash of a session"))
        }

        /// Reads a time.
        pub fn timestamp(row: &$row, column: &'static str) -> Result<Timestamp, Fault> {
            let millis = u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| Fault::Unreadable("a time"))?;
            Ok(Timestamp::from_millis(millis))
        }

        /// Reads a time, if there is one.
        pub fn optional_timestamp(row: &$row, column: &'static str) -> Result<Option<Timestamp>, Fault> {
            match row.try_get::<Option<i64>, _>(column)? {
                Some(_) => timestamp(row, column).map(Some),
                None => Ok(None),
            }
        }
    };
}

pub(in crate::store) use rows;
