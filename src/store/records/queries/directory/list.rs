//! The queries that find accounts for a list.

/// Defines the queries that find accounts for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// [`super::super::queries`].
macro_rules! list_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::directory::filter::{PeopleAfter, PeopleFilter, PersonState};

        /// Returns at most `most` accounts that the filter selects, in the order of their display names, from the one behind
        /// `after` on. The ids are found first, by an index that has all that is searched; then only the accounts of this
        /// page are read.
        pub async fn people(
            on: &mut $connection,
            ways: WaysIn,
            filter: &PeopleFilter,
            after: Option<&PeopleAfter>,
            most: u32,
        ) -> Result<Vec<Listed>, Fault> {
            let mut sql = sqlx::QueryBuilder::new(concat!("SELECT ", listed_columns!()));
            push_way_in(&mut sql, ways);
            sql.push(concat!(listed_columns!(end), " FROM accounts WHERE id IN (SELECT id FROM accounts WHERE 1 = 1"));
            narrow(&mut sql, ways, filter);
            if let Some(after) = after {
                sql.push(" AND (name_key, id) > (lower(").push_bind(after.display_name.clone());
                sql.push("), ").push_bind(after.id.as_bytes().to_vec()).push(")");
            }
            sql.push(" ORDER BY name_key, id LIMIT ").push_bind(i64::from(most));
            sql.push(") ORDER BY name_key, id");
            let rows: Vec<$row> = sql.build().fetch_all(on).await?;
            rows.iter().map(listed).collect()
        }

        /// Returns how many accounts the filter selects, but not more than `most`, so that the database may stop there.
        pub async fn count_people(
            on: &mut $connection,
            ways: WaysIn,
            filter: &PeopleFilter,
            most: u32,
        ) -> Result<u64, Fault> {
            let mut sql = sqlx::QueryBuilder::new("SELECT COUNT(*) FROM (SELECT 1 FROM accounts WHERE 1 = 1");
            narrow(&mut sql, ways, filter);
            sql.push(" LIMIT ").push_bind(i64::from(most)).push(") AS selected");
            let row: $row = sql.build().fetch_one(on).await?;
            Ok(u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default())
        }

        pub async fn person(on: &mut $connection, ways: WaysIn, id: AccountId) -> Result<Option<Listed>, Fault> {
            const SQL: &str = concat!(
                "SELECT ",
                listed_columns!(),
                with_way_in!("$2", "$3"),
                listed_columns!(end),
                " FROM accounts WHERE id = $1"
            );
            let row = sqlx::query(SQL)
                .bind(id.as_bytes())
                .bind(i64::from(ways.passwords))
                .bind(i64::from(ways.passkeys))
                .fetch_optional(on)
                .await?;
            row.as_ref().map(listed).transpose()
        }

        /// Returns every group in the order of their names, without counting their members.
        pub async fn all_groups(on: &mut $connection) -> Result<Vec<Group>, Fault> {
            let rows = sqlx::query("SELECT * FROM account_groups ORDER BY name").fetch_all(on).await?;
            rows.iter().map(group_of).collect()
        }

        /// Adds the condition that the owner of an account can sign in.
        fn push_way_in(sql: &mut sqlx::QueryBuilder<<$connection as sqlx::Connection>::Database>, ways: WaysIn) {
            sql.push(way_in!(passwords)).push_bind(i64::from(ways.passwords));
            sql.push(way_in!(passkeys)).push_bind(i64::from(ways.passkeys)).push(way_in!(end));
        }

        /// Adds the conditions of a filter to a statement that has a condition already.
        fn narrow(
            sql: &mut sqlx::QueryBuilder<<$connection as sqlx::Connection>::Database>,
            ways: WaysIn,
            filter: &PeopleFilter,
        ) {
            if let Some(patterns) = filter.patterns() {
                sql.push(" AND (1 = 0");
                for part in patterns.parts {
                    sql.push(" OR search_key LIKE ").push_bind(part).push(" ESCAPE '!'");
                }
                if let Some(id) = patterns.id {
                    sql.push(" OR id = ").push_bind(id.as_bytes().to_vec());
                }
                sql.push(")");
            }
            match filter.role {
                Some(Role::Admin) => _ = sql.push(" AND is_admin <> 0"),
                Some(Role::People) => _ = sql.push(" AND is_admin = 0 AND manages_people <> 0"),
                Some(Role::None) => _ = sql.push(" AND is_admin = 0 AND manages_people = 0"),
                None => {}
            }
            match filter.state {
                Some(PersonState::Disabled) => _ = sql.push(" AND disabled_at IS NOT NULL"),
                Some(PersonState::NoWayIn) => {
                    sql.push(" AND username IS NOT NULL AND NOT ");
                    push_way_in(sql, ways);
                }
                None => {}
            }
            if let Some(group) = filter.group {
                sql.push(" AND id IN (SELECT account_id FROM group_members WHERE group_id = ");
                sql.push_bind(group.as_bytes().to_vec()).push(")");
            }
        }
    };
}

pub(crate) use list_queries;
