//! The queries that add many accounts at once. The caller has locked the table of accounts.

/// The number of accounts that one statement adds or looks for.
pub(in crate::store) const AT_ONCE: usize = 500;

/// The conditions, as SQL, under which an account counts that has a value: always, or only if it has proven its address, or
/// only if it has not.
pub(in crate::store) const ANY: &str = "1 = 1";
pub(in crate::store) const PROVEN: &str = "email_verified_at IS NOT NULL";
pub(in crate::store) const UNPROVEN: &str = "email_verified_at IS NULL";

/// Defines the queries that add accounts for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// [`super::super::queries`].
macro_rules! adding_queries {
    ($connection:ty, $row:ty) => {
        use std::collections::HashSet;

        use crate::store::records::directory::person::{Conflict, NewPerson, SignedUp, Taken};
        use crate::store::records::queries::directory::adding::{ANY, AT_ONCE, PROVEN, UNPROVEN};

        /// Adds these accounts, makes them members of their groups, and writes a line of activity for each. If an account
        /// cannot be added, adds none and returns what is taken of which. Adds nothing if `is_dry_run` is set. Other accounts
        /// lose an address that they did not prove and that counts as proven for one of these.
        pub async fn add_people(
            on: &mut $connection,
            people: &[NewPerson],
            is_dry_run: bool,
            unproven: UnprovenAddresses,
            by: &ActedBy,
        ) -> Result<Vec<Conflict>, Fault> {
            // An instance of an older version may have added accounts since this one started.
            while fill_skeletons(on).await? {}
            let mut conflicts = Vec::new();
            for (at, some) in people.chunks(AT_ONCE).enumerate() {
                conflicts.extend(conflicts_of(on, at * AT_ONCE, some, unproven).await?);
            }
            if is_dry_run || !conflicts.is_empty() {
                return Ok(conflicts);
            }
            let groups: HashSet<GroupId> = all_groups(on).await?.into_iter().map(|group| group.id).collect();
            for some in people.chunks(AT_ONCE) {
                take_addresses(on, some, by.at).await?;
                insert_people(on, some).await?;
                insert_members(on, some, &groups, by.at).await?;
                insert_added(on, some, by).await?;
            }
            Ok(conflicts)
        }

        /// Adds an account together with its passkey, or nothing.
        pub async fn sign_up(
            on: &mut $connection,
            person: &NewPerson,
            passkey: &Passkey,
            unproven: UnprovenAddresses,
            by: &ActedBy,
        ) -> Result<SignedUp, Fault> {
            let added = may_add_passkey(on, passkey, 0).await?;
            if added != PasskeyAdded::Done {
                return Ok(SignedUp::NoPasskey(added));
            }
            let conflicts = add_people(on, std::slice::from_ref(person), false, unproven, by).await?;
            if let Some(conflict) = conflicts.first() {
                return Ok(SignedUp::Taken(conflict.taken));
            }
            insert_passkey(on, passkey).await?;
            Ok(SignedUp::Done)
        }

        async fn conflicts_of(
            on: &mut $connection,
            from: usize,
            people: &[NewPerson],
            unproven: UnprovenAddresses,
        ) -> Result<Vec<Conflict>, Fault> {
            let names: Vec<String> = people.iter().map(|person| person.account.username.clone()).collect();
            let alike: Vec<String> = names.iter().map(|name| skeleton(name)).collect();
            let emails = people.iter().map(|person| person.account.email.as_ref().map(Email::key));
            let emails: Vec<Option<String>> = emails.collect();
            let same = taken_among(on, "username", ANY, &names).await?;
            let looks_same = taken_among(on, "skeleton", ANY, &alike).await?;
            let keys: Vec<String> = emails.iter().flatten().cloned().collect();
            let addresses_as_names = taken_among(on, "username", ANY, &keys).await?;
            // A user name may look like an address, and must not be that of another person.
            let addresses: Vec<String> = keys.into_iter().chain(names.iter().cloned()).collect();
            let proven = taken_among(on, "email_key", PROVEN, &addresses).await?;
            let claimed = match unproven {
                UnprovenAddresses::Exclusive => taken_among(on, "email_key", UNPROVEN, &addresses).await?,
                UnprovenAddresses::Shared => HashSet::new(),
            };
            let mut conflicts = Vec::new();
            for (at, person) in people.iter().enumerate() {
                let (name, alike, email) = (&names[at], &alike[at], emails[at].as_ref());
                // Who did not prove an address loses it to somebody for whom it is proven.
                let takes = email.filter(|_| person.account.email_verified_at.is_some());
                let has_owner =
                    |address| proven.contains(address) || takes != Some(address) && claimed.contains(address);
                let mut is_taken = |taken| conflicts.push(Conflict { at: from + at, taken });
                if same.contains(name) || has_owner(name) {
                    is_taken(Taken::Username);
                } else if looks_same.contains(alike) {
                    is_taken(Taken::Alike);
                }
                if email.is_some_and(|email| has_owner(email) || addresses_as_names.contains(email)) {
                    is_taken(Taken::Email);
                }
            }
            Ok(conflicts)
        }

        /// Takes the addresses that count as proven for these accounts, which are to be added, from accounts that did not
        /// prove them.
        async fn take_addresses(on: &mut $connection, people: &[NewPerson], now: Timestamp) -> Result<(), Fault> {
            let proven = people.iter().map(|person| &person.account).filter_map(|account| {
                let email = account.email.as_ref().filter(|_| account.email_verified_at.is_some())?;
                Some((account.id, email.key()))
            });
            let (ids, keys): (Vec<AccountId>, Vec<String>) = proven.unzip();
            let claimed = taken_among(on, "email_key", UNPROVEN, &keys).await?;
            for (id, key) in ids.into_iter().zip(&keys) {
                if claimed.contains(key) {
                    take_address(on, key, id, now).await?;
                }
            }
            Ok(())
        }

        /// Returns those of the values that an account has in this column for which the condition holds.
        async fn taken_among(
            on: &mut $connection,
            column: &'static str,
            condition: &'static str,
            values: &[String],
        ) -> Result<HashSet<String>, Fault> {
            if values.is_empty() {
                return Ok(HashSet::new());
            }
            let start = format!("SELECT {column} AS value FROM accounts WHERE {condition} AND {column} IN (");
            let mut sql = sqlx::QueryBuilder::new(start);
            let mut list = sql.separated(", ");
            for value in values {
                list.push_bind(value.clone());
            }
            sql.push(")");
            let rows: Vec<$row> = sql.build().fetch_all(on).await?;
            rows.iter().map(|row| Ok(row.try_get("value")?)).collect()
        }

        async fn insert_people(on: &mut $connection, people: &[NewPerson]) -> Result<(), Fault> {
            let mut sql = sqlx::QueryBuilder::new(
                "INSERT INTO accounts (id, username, display_name, password_hash, is_admin, created_at, skeleton,
                 manages_people, email, email_key, email_verified_at, given_name, family_name) ",
            );
            sql.push_values(people, |mut row, person| {
                let account = &person.account;
                row.push_bind(account.id.as_bytes().to_vec())
                    .push_bind(account.username.clone())
                    .push_bind(account.display_name.clone())
                    .push_bind(account.password_hash.clone())
                    .push_bind(i64::from(account.role == Role::Admin))
                    .push_bind(millis(account.created_at))
                    .push_bind(skeleton(&account.username))
                    .push_bind(i64::from(account.role == Role::People))
                    .push_bind(account.email.as_ref().map(|email| email.as_str().to_owned()))
                    .push_bind(account.email.as_ref().map(Email::key))
                    .push_bind(account.email_verified_at.map(millis))
                    .push_bind(person.given_name.clone())
                    .push_bind(person.family_name.clone());
            });
            sql.build().execute(on).await?;
            Ok(())
        }

        /// Makes the accounts members of those of their groups that are in `groups`.
        async fn insert_members(
            on: &mut $connection,
            people: &[NewPerson],
            groups: &HashSet<GroupId>,
            now: Timestamp,
        ) -> Result<(), Fault> {
            let members = people.iter().flat_map(|person| {
                let own: HashSet<GroupId> =
                    person.groups.iter().copied().filter(|group| groups.contains(group)).collect();
                own.into_iter().map(|group| (group, person.account.id))
            });
            let members: Vec<(GroupId, AccountId)> = members.collect();
            for some in members.chunks(AT_ONCE) {
                let mut sql = sqlx::QueryBuilder::new("INSERT INTO group_members (group_id, account_id, added_at) ");
                sql.push_values(some, |mut row, (group, account)| {
                    row.push_bind(group.as_bytes().to_vec())
                        .push_bind(account.as_bytes().to_vec())
                        .push_bind(millis(now));
                });
                sql.build().execute(&mut *on).await?;
            }
            Ok(())
        }

        async fn insert_added(on: &mut $connection, people: &[NewPerson], by: &ActedBy) -> Result<(), Fault> {
            for person in people {
                let (id, name) = (person.account.id, &person.account.display_name);
                add_activity(on, &by.line(ActivityKind::Added, Some(id), name, person.account.username.clone()))
                    .await?;
            }
            Ok(())
        }
    };
}

pub(crate) use adding_queries;
