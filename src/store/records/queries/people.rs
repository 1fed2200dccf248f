//! The queries about roles, groups and who may use an app.

/// Defines the queries about people for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// [`super::queries`].
macro_rules! people_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::people::{Audience, Group, GroupChange, GroupId, GroupName};

        /// Gives an account a role, unless it is the last administrator that can sign in and would lose that. The caller
        /// locks the table of accounts, so of two administrators that give up the role at the same moment, the second is
        /// found to be the last.
        pub async fn set_role(
            on: &mut $connection,
            ways: WaysIn,
            id: AccountId,
            role: Role,
        ) -> Result<RoleChange, Fault> {
            let Some(before) = account_by_id(on, id).await? else { return Ok(RoleChange::Unknown) };
            if before.role == role {
                return Ok(RoleChange::Same);
            }
            if before.role == Role::Admin && is_last_administrator(on, ways, id).await? {
                return Ok(RoleChange::IsTheLast);
            }
            sqlx::query("UPDATE accounts SET is_admin = $2, manages_people = $3 WHERE id = $1")
                .bind(id.as_bytes())
                .bind(i64::from(role == Role::Admin))
                .bind(i64::from(role == Role::People))
                .execute(on)
                .await?;
            Ok(RoleChange::Done { before: before.role })
        }

        pub async fn groups(on: &mut $connection) -> Result<Vec<(Group, u64)>, Fault> {
            const SQL: &str = "SELECT g.*, (SELECT COUNT(*) FROM group_members m WHERE m.group_id = g.id) AS members
                FROM account_groups g ORDER BY g.name";
            let rows = sqlx::query(SQL).fetch_all(on).await?;
            let counted = |row: &$row| -> Result<(Group, u64), Fault> {
                Ok((group_of(row)?, u64::try_from(row.try_get::<i64, _>("members")?).unwrap_or_default()))
            };
            rows.iter().map(counted).collect()
        }

        pub async fn group(on: &mut $connection, id: GroupId) -> Result<Option<Group>, Fault> {
            let row = sqlx::query("SELECT * FROM account_groups WHERE id = $1").bind(id.as_bytes()).fetch_optional(on).await?;
            row.as_ref().map(group_of).transpose()
        }

        pub async fn add_group(on: &mut $connection, group: &Group) -> Result<bool, Fault> {
            let done = sqlx::query(
                "INSERT INTO account_groups (id, name, skeleton, description, grants_rights, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            )
            .bind(group.id.as_bytes())
            .bind(group.name.as_str())
            .bind(group.name.skeleton())
            .bind(&group.description)
            .bind(i64::from(group.grants_rights))
            .bind(millis(group.created_at))
            .execute(on)
            .await?;
            Ok(done.rows_affected() == 1)
        }

        pub async fn change_group(on: &mut $connection, group: &Group) -> Result<GroupChange, Fault> {
            const ALIKE: &str = "SELECT id FROM account_groups WHERE (name = $2 OR skeleton = $3) AND id <> $1";
            let (id, name, skeleton) = (group.id.as_bytes(), group.name.as_str(), group.name.skeleton());
            let alike = sqlx::query(ALIKE).bind(id).bind(name).bind(&skeleton).fetch_optional(&mut *on).await?;
            if alike.is_some() {
                return Ok(GroupChange::NameTaken);
            }
            let done = sqlx::query(
                "UPDATE account_groups SET name = $2, skeleton = $3, description = $4, grants_rights = $5 WHERE id = $1",
            )
            .bind(id)
            .bind(name)
            .bind(&skeleton)
            .bind(&group.description)
            .bind(i64::from(group.grants_rights))
            .execute(on)
            .await?;
            Ok(if done.rows_affected() == 1 { GroupChange::Done } else { GroupChange::Unknown })
        }

        pub async fn delete_group(on: &mut $connection, id: GroupId) -> Result<bool, Fault> {
            let done = sqlx::query("DELETE FROM account_groups WHERE id = $1").bind(id.as_bytes()).execute(on).await?;
            Ok(done.rows_affected() == 1)
        }

        pub async fn groups_of(on: &mut $connection, account: AccountId) -> Result<Vec<Group>, Fault> {
            const SQL: &str = "SELECT g.* FROM account_groups g JOIN group_members m ON m.group_id = g.id
                WHERE m.account_id = $1 ORDER BY g.name";
            let rows = sqlx::query(SQL).bind(account.as_bytes()).fetch_all(on).await?;
            rows.iter().map(group_of).collect()
        }

        /// Adds an account to a group. Does nothing and returns `false` if it is a member already, or if one of the two
        /// does not exist.
        pub async fn add_member(
            on: &mut $connection,
            group: GroupId,
            account: AccountId,
            now: Timestamp,
        ) -> Result<bool, Fault> {
            let done = sqlx::query(
                "INSERT INTO group_members (group_id, account_id, added_at)
                 SELECT g.id, a.id, $3 FROM account_groups g, accounts a WHERE g.id = $1 AND a.id = $2
                 ON CONFLICT DO NOTHING",
            )
            .bind(group.as_bytes())
            .bind(account.as_bytes())
            .bind(millis(now))
            .execute(on)
            .await?;
            Ok(done.rows_affected() == 1)
        }

        pub async fn remove_member(on: &mut $connection, group: GroupId, account: AccountId) -> Result<bool, Fault> {
            let done = sqlx::query("DELETE FROM group_members WHERE group_id = $1 AND account_id = $2")
                .bind(group.as_bytes())
                .bind(account.as_bytes())
                .execute(on)
                .await?;
            Ok(done.rows_affected() == 1)
        }

        /// Returns whether the audience that is stored for an app includes this account. An app that does not exist has no
        /// audience.
        pub async fn is_in_audience(on: &mut $connection, app: AppId, account: AccountId) -> Result<bool, Fault> {
            const SQL: &str = "SELECT 1 FROM apps p WHERE p.id = $1 AND (p.audience = 'everyone' OR EXISTS (
                SELECT 1 FROM app_groups o JOIN group_members m ON m.group_id = o.group_id
                WHERE o.app_id = p.id AND m.account_id = $2))";
            let found = sqlx::query(SQL).bind(app.to_string()).bind(account.as_bytes()).fetch_optional(on).await?;
            Ok(found.is_some())
        }

        /// Stores who may use an app, in place of what was stored; groups that do not exist are left out.
        async fn write_audience(on: &mut $connection, app: AppId, audience: &Audience) -> Result<(), Fault> {
            let (word, groups) = match audience {
                Audience::Everyone => ("everyone", &[][..]),
                Audience::Groups(groups) => ("groups", &groups[..]),
            };
            let app = app.to_string();
            sqlx::query("UPDATE apps SET audience = $2 WHERE id = $1").bind(&app).bind(word).execute(&mut *on).await?;
            sqlx::query("DELETE FROM app_groups WHERE app_id = $1").bind(&app).execute(&mut *on).await?;
            for group in groups {
                const ADD: &str = "INSERT INTO app_groups (app_id, group_id) SELECT $1, id FROM account_groups WHERE id = $2";
                sqlx::query(ADD).bind(&app).bind(group.as_bytes()).execute(&mut *on).await?;
            }
            Ok(())
        }

        /// Adds to these apps the groups whose members may use them.
        async fn with_audience_groups(on: &mut $connection, mut apps: Vec<App>) -> Result<Vec<App>, Fault> {
            if apps.iter().all(|app| app.audience == Audience::Everyone) {
                return Ok(apps);
            }
            let rows = sqlx::query("SELECT app_id, group_id FROM app_groups ORDER BY group_id").fetch_all(on).await?;
            for row in &rows {
                let app: &str = row.try_get("app_id")?;
                let group = group_id(row, "group_id")?;
                for app in apps.iter_mut().filter(|known| known.id.to_string() == app) {
                    if let Audience::Groups(groups) = &mut app.audience {
                        groups.push(group);
                    }
                }
            }
            Ok(apps)
        }

        fn group_id(row: &$row, column: &'static str) -> Result<GroupId, Fault> {
            GroupId::from_slice(row.try_get(column)?).ok_or(Fault::Unreadable("the id of a group"))
        }

        fn group_of(row: &$row) -> Result<Group, Fault> {
            Ok(Group {
                id: group_id(row, "id")?,
                name: GroupName::stored(row.try_get("name")?),
                description: row.try_get("description")?,
                grants_rights: row.try_get::<i64, _>("grants_rights")? != 0,
                created_at: timestamp(row, "created_at")?,
            })
        }
    };
}

pub(crate) use people_queries;
