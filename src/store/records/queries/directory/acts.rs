//! The queries by which administrators change accounts and groups. Each writes a line of activity if it changed something.
//! A caller that can remove the last administrator has locked the table of accounts.

/// Defines the queries that change accounts and groups for one type of connection (SQLite or PostgreSQL); they use the
/// helpers of [`super::super::queries`].
macro_rules! act_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::directory::act::ActedBy;
        use crate::store::records::directory::person::{PersonChange, PersonDetails};

        pub async fn change_person(
            on: &mut $connection,
            id: AccountId,
            details: &PersonDetails,
            seen: Option<Fingerprint>,
            unproven: UnprovenAddresses,
            by: &ActedBy,
        ) -> Result<PersonChange, Fault> {
            let Some(account) = account_by_id(on, id).await? else { return Ok(PersonChange::Unknown) };
            let before = account.details();
            // If nothing differs, no other change is undone: a form that is sent twice is one change.
            if before == *details {
                return Ok(PersonChange::Done);
            }
            if seen != Some(before.fingerprint()) {
                return Ok(PersonChange::Meanwhile);
            }
            let key = details.email.as_ref().map(Email::key);
            let is_same_address = before.email.as_ref().map(Email::key) == key;
            // Others may share the address that the account has already.
            if let Some(key) = &key
                && (details.is_email_proven || !is_same_address)
                && !free_address(on, key, id, details.is_email_proven, unproven, by.at).await?
            {
                return Ok(PersonChange::EmailTaken);
            }
            let proven_before = account.email_verified_at.filter(|_| is_same_address);
            let proven_at = (details.is_email_proven && key.is_some()).then(|| proven_before.unwrap_or(by.at));
            sqlx::query(
                "UPDATE accounts SET display_name = $2, given_name = $3, family_name = $4, email = $5, email_key = $6,
                 email_verified_at = $7, updated_at = $8 WHERE id = $1",
            )
            .bind(id.as_bytes())
            .bind(&details.display_name)
            .bind(&details.given_name)
            .bind(&details.family_name)
            .bind(details.email.as_ref().map(Email::as_str))
            .bind(&key)
            .bind(proven_at.map(millis))
            .bind(millis(by.at))
            .execute(&mut *on)
            .await?;
            if before.email.is_some() && !is_same_address {
                leave_address(on, id, by.at).await?;
            }
            let changed = details.changed_since(&before).join(", ");
            add_activity(on, &by.line(ActivityKind::Changed, Some(id), &details.display_name, changed)).await?;
            Ok(PersonChange::Done)
        }

        pub async fn change_role(
            on: &mut $connection,
            ways: WaysIn,
            id: AccountId,
            role: Role,
            by: &ActedBy,
        ) -> Result<RoleChange, Fault> {
            let change = set_role(on, ways, id, role).await?;
            if let RoleChange::Done { before } = change {
                if role > before {
                    // Whoever made a link was allowed to enter the account as it was before.
                    withdraw_links(on, id, by.at).await?;
                } else {
                    withdraw_links_by(on, id, by.at).await?;
                }
                note_account(on, ActivityKind::RoleChanged, id, format!("{} → {}", before.word(), role.word()), by)
                    .await?;
            }
            Ok(change)
        }

        pub async fn disable_person(
            on: &mut $connection,
            ways: WaysIn,
            id: AccountId,
            by: &ActedBy,
        ) -> Result<Option<Removal>, Fault> {
            let Some(account) = account_by_id(on, id).await? else { return Ok(None) };
            let removal = disable_account(on, ways, id, by.at).await?;
            if !account.is_disabled && matches!(removal, Removal::Done(_)) {
                note_account(on, ActivityKind::Disabled, id, String::new(), by).await?;
            }
            Ok(Some(removal))
        }

        pub async fn enable_person(on: &mut $connection, id: AccountId, by: &ActedBy) -> Result<bool, Fault> {
            let Some(account) = account_by_id(on, id).await? else { return Ok(false) };
            if account.is_disabled {
                enable_account(on, id).await?;
                note_account(on, ActivityKind::Enabled, id, String::new(), by).await?;
            }
            Ok(true)
        }

        pub async fn delete_person(
            on: &mut $connection,
            ways: WaysIn,
            id: AccountId,
            by: &ActedBy,
        ) -> Result<Option<Removal>, Fault> {
            let Some(account) = account_by_id(on, id).await? else { return Ok(None) };
            let removal = delete_account(on, ways, id, by.at).await?;
            if matches!(removal, Removal::Done(_)) {
                let line = by.line(ActivityKind::Deleted, Some(id), &account.display_name, String::new());
                add_activity(on, &line).await?;
            }
            Ok(Some(removal))
        }

        /// Ends everything that an account has open. A line of activity is written only if something was open, so that a
        /// form that is sent twice has one.
        pub async fn sign_out_person(
            on: &mut $connection,
            id: AccountId,
            by: &ActedBy,
        ) -> Result<Option<SignedOut>, Fault> {
            if account_by_id(on, id).await?.is_none() {
                return Ok(None);
            }
            let ended = sign_out_account(on, id, None, by.at).await?;
            if ended != SignedOut::default() {
                note_account(on, ActivityKind::SignedOutEverywhere, id, String::new(), by).await?;
            }
            Ok(Some(ended))
        }

        /// Adds an account to a group, and returns `false` if there is no such account or group. Does nothing if it is a
        /// member already.
        pub async fn join_group(
            on: &mut $connection,
            id: GroupId,
            account: AccountId,
            by: &ActedBy,
        ) -> Result<bool, Fault> {
            let Some(group) = group(on, id).await? else { return Ok(false) };
            if account_by_id(on, account).await?.is_none() {
                return Ok(false);
            }
            if add_member(on, id, account, by.at).await? {
                if group.grants_rights {
                    withdraw_links(on, account, by.at).await?;
                }
                note_account(on, ActivityKind::GroupsChanged, account, format!("+ {}", group.name), by).await?;
            }
            Ok(true)
        }

        /// Removes an account from a group, and returns `false` if there is no such group. Does nothing if it is not a
        /// member.
        pub async fn leave_group(
            on: &mut $connection,
            id: GroupId,
            account: AccountId,
            by: &ActedBy,
        ) -> Result<bool, Fault> {
            let Some(group) = group(on, id).await? else { return Ok(false) };
            if remove_member(on, id, account).await? {
                note_account(on, ActivityKind::GroupsChanged, account, format!("− {}", group.name), by).await?;
            }
            Ok(true)
        }

        pub async fn make_group(on: &mut $connection, group: &Group, by: &ActedBy) -> Result<bool, Fault> {
            let is_made = add_group(on, group).await?;
            if is_made {
                note_group(on, group, "+".to_owned(), by).await?;
            }
            Ok(is_made)
        }

        /// Replaces the settings of a group if they still have the fingerprint `seen`; `None` if they have not. If nothing
        /// differs, only returns `GroupChange::Done`.
        pub async fn revise_group(
            on: &mut $connection,
            group: &Group,
            seen: Option<Fingerprint>,
            by: &ActedBy,
        ) -> Result<Option<GroupChange>, Fault> {
            let Some(before) = self::group(on, group.id).await? else { return Ok(Some(GroupChange::Unknown)) };
            if before.fingerprint() == group.fingerprint() {
                return Ok(Some(GroupChange::Done));
            }
            if seen != Some(before.fingerprint()) {
                return Ok(None);
            }
            let change = change_group(on, group).await?;
            if change == GroupChange::Done {
                if group.grants_rights && !before.grants_rights {
                    withdraw_links_of_members(on, group.id, by.at).await?;
                }
                note_group(on, group, group.changed_since(&before), by).await?;
            }
            Ok(Some(change))
        }

        /// Deletes a group, and returns `false` if there is no such group.
        pub async fn end_group(on: &mut $connection, id: GroupId, by: &ActedBy) -> Result<bool, Fault> {
            let Some(group) = group(on, id).await? else { return Ok(false) };
            let is_done = delete_group(on, id).await?;
            if is_done {
                note_group(on, &group, "−".to_owned(), by).await?;
            }
            Ok(is_done)
        }

        /// Writes a line of activity about an account, if it exists.
        async fn note_account(
            on: &mut $connection,
            kind: ActivityKind,
            id: AccountId,
            detail: String,
            by: &ActedBy,
        ) -> Result<(), Fault> {
            match account_by_id(on, id).await? {
                Some(account) => add_activity(on, &by.line(kind, Some(id), &account.display_name, detail)).await,
                None => Ok(()),
            }
        }

        /// Writes a line of activity about a group, which is about no account.
        async fn note_group(on: &mut $connection, group: &Group, detail: String, by: &ActedBy) -> Result<(), Fault> {
            add_activity(on, &by.line(ActivityKind::GroupsChanged, None, group.name.as_str(), detail)).await
        }
    };
}

pub(crate) use act_queries;
