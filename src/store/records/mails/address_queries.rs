//! The queries about links that prove an e-mail address.

/// Defines the queries about links that prove an address for one type of connection (SQLite or PostgreSQL); they use the
/// helpers of `records::queries`.
macro_rules! address_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::mails::{
            ADDRESS_LINK_LIFE, ADDRESS_LINKS, AddressLink, AddressLinkMade, AddressProof, AddressRefusal,
            NewAddressLink,
        };

        /// Stores a link that proves the present address of an account, beside its earlier ones.
        pub async fn make_address_link(on: &mut $connection, link: &NewAddressLink) -> Result<AddressLinkMade, Fault> {
            hold_account(on, link.account).await?;
            let account = account_by_id(on, link.account).await?.filter(|account| account.email_verified_at.is_none());
            let Some(email) = account.and_then(|account| account.email) else {
                return Ok(AddressLinkMade::NotNeeded);
            };
            if let Some(stored) = address_link(on, link.token).await? {
                return Ok(AddressLinkMade::Done { until: stored.expires_at });
            }
            let working = sqlx::query("SELECT COUNT(*) FROM address_links WHERE account_id = $1 AND expires_at > $2")
                .bind(link.account.as_bytes())
                .bind(millis(link.now))
                .fetch_one(&mut *on)
                .await?;
            if working.try_get::<i64, _>(0)? >= i64::from(ADDRESS_LINKS) {
                return Ok(AddressLinkMade::TooMany);
            }
            let until = link.now + ADDRESS_LINK_LIFE;
            sqlx::query(
                "INSERT INTO address_links (token_hash, account_id, email_key, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(&link.token.0[..])
            .bind(link.account.as_bytes())
            .bind(email.key())
            .bind(millis(link.now))
            .bind(millis(until))
            .execute(on)
            .await?;
            Ok(AddressLinkMade::Done { until })
        }

        pub async fn address_link(on: &mut $connection, token: LinkHash) -> Result<Option<AddressLink>, Fault> {
            let row = sqlx::query("SELECT * FROM address_links WHERE token_hash = $1")
                .bind(&token.0[..])
                .fetch_optional(on)
                .await?;
            let read = |row: $row| {
                Ok(AddressLink {
                    account: AccountId::from_slice(row.try_get("account_id")?)
                        .ok_or(Fault::Unreadable("address_links"))?,
                    email_key: row.try_get("email_key")?,
                    expires_at: timestamp(&row, "expires_at")?,
                    used_at: optional_timestamp(&row, "used_at")?,
                })
            };
            row.map(read).transpose()
        }

        /// Uses a link that proves an address. The caller locks the table of accounts, so that no other account gets the
        /// same address meanwhile, and of two callers the second finds the link used.
        pub async fn prove_address(
            on: &mut $connection,
            token: LinkHash,
            line: &NewActivity,
            now: Timestamp,
        ) -> Result<AddressProof, Fault> {
            let refused = |why| Ok(AddressProof::Refused(why));
            let Some(link) = address_link(on, token).await? else { return refused(AddressRefusal::Unknown) };
            let Some(account) = account_by_id(on, link.account).await? else {
                return refused(AddressRefusal::Unknown);
            };
            if let Some(why) = link.refusal(&account, now) {
                return refused(why);
            }
            // What holds for unproven addresses does not matter to one that is proven.
            let (email, unproven) = (account.email.as_ref(), UnprovenAddresses::Exclusive);
            if change_email(on, account.id, email, Some(now), unproven, now).await? != EmailChange::Done {
                return refused(AddressRefusal::Taken);
            }
            sqlx::query("UPDATE address_links SET used_at = $2 WHERE token_hash = $1")
                .bind(&token.0[..])
                .bind(millis(now))
                .execute(&mut *on)
                .await?;
            add_activity(on, line).await?;
            Ok(AddressProof::Done)
        }

        /// Takes an address from all accounts but `id` that did not prove it, and ends their links, which may have been sent
        /// there. However many accounts they are, that is three statements.
        async fn take_address(on: &mut $connection, key: &str, id: AccountId, now: Timestamp) -> Result<(), Fault> {
            const ONE_TIME: &str = withdraw_where!(
                "account_id IN
                     (SELECT id FROM accounts WHERE email_key = $1 AND email_verified_at IS NULL AND id <> $3)"
            );
            const PROOFS: &str = "UPDATE address_links SET expires_at = $2 WHERE expires_at > $2 AND account_id IN
                     (SELECT id FROM accounts WHERE email_key = $1 AND email_verified_at IS NULL AND id <> $3)";
            const ADDRESSES: &str = "UPDATE accounts SET email = NULL, email_key = NULL, updated_at = $2
                 WHERE email_key = $1 AND email_verified_at IS NULL AND id <> $3";
            for sql in [ONE_TIME, PROOFS, ADDRESSES] {
                sqlx::query(sql).bind(key).bind(millis(now)).bind(id.as_bytes()).execute(&mut *on).await?;
            }
            Ok(())
        }

        /// Ends the links of an account that gives its address up or gets another one: they may have been sent to the address
        /// that it has no more.
        async fn leave_address(on: &mut $connection, id: AccountId, now: Timestamp) -> Result<(), Fault> {
            withdraw_links(on, id, now).await?;
            sqlx::query("UPDATE address_links SET expires_at = $2 WHERE account_id = $1 AND expires_at > $2")
                .bind(id.as_bytes())
                .bind(millis(now))
                .execute(on)
                .await?;
            Ok(())
        }

        async fn sweep_address_links(on: &mut $connection, now: Timestamp) -> Result<(), Fault> {
            sqlx::query("DELETE FROM address_links WHERE expires_at <= $1").bind(millis(now)).execute(on).await?;
            Ok(())
        }
    };
}

pub(crate) use address_queries;
