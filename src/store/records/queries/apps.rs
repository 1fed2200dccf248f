//! The queries about apps, and about the log of their changes. Each change of an app writes its line in the
//! same transaction, which the caller has begun.

/// Defines the queries about apps for one type of connection (SQLite or PostgreSQL); they use the helpers of
/// [`super::queries`].
macro_rules! app_queries {
    ($connection:ty, $row:ty) => {
        use crate::store::records::app_log::{Act, Actor, Alike, By, KEPT as ACTS_KEPT, Line, differing};
        use crate::store::records::app_options::AppOptions;
        use crate::store::records::apps::{App, AppSecretHash, Dialects, SecretRotation};
        use crate::store::records::fingerprint::{Fingerprint, Settled};

        pub async fn add_app(
            on: &mut $connection,
            app: &App,
            logo: Option<&NewPicture>,
            by: &By,
        ) -> Result<Result<bool, Alike>, Fault> {
            let all = apps(on).await?;
            if all.iter().any(|known| known.id == app.id) {
                return Ok(Ok(false));
            }
            if let Some(alike) = Alike::of(app, all) {
                return Ok(Err(alike));
            }
            sqlx::query(
                "INSERT INTO apps (id, name, dialect, redirect_uris, secret_hash, created_at, options, owner_id)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(app.id.to_string())
            .bind(&app.name)
            .bind(app.dialects.word())
            .bind(serde_json::to_string(&app.redirect_uris).map_err(|_| Fault::Unreadable("apps.redirect_uris"))?)
            .bind(app.secrets.first().map(|secret| &secret.0[..]))
            .bind(millis(app.created_at))
            .bind(serde_json::to_string(&app.options).map_err(|_| Fault::Unreadable("apps.options"))?)
            .bind(app.owner.as_ref().map(AccountId::as_bytes))
            .execute(&mut *on)
            .await?;
            write_audience(on, app.id, &app.audience).await?;
            replace_picture(on, None, logo).await?;
            note(on, app, Act::Added, &[], by).await.map(|()| Ok(true))
        }

        pub async fn apps(on: &mut $connection) -> Result<Vec<App>, Fault> {
            let rows = sqlx::query("SELECT * FROM apps ORDER BY created_at, id").fetch_all(&mut *on).await?;
            let apps = rows.iter().map(app_of).collect::<Result<Vec<App>, Fault>>()?;
            with_audience_groups(on, apps).await
        }

        pub async fn app(on: &mut $connection, id: AppId) -> Result<Option<App>, Fault> {
            const SQL: &str = "SELECT * FROM apps WHERE id = $1";
            let row = sqlx::query(SQL).bind(id.to_string()).fetch_optional(&mut *on).await?;
            let app = row.as_ref().map(app_of).transpose()?;
            Ok(with_audience_groups(on, app.into_iter().collect()).await?.pop())
        }

        /// Returns the app of this id, and locks it by an empty update until the end of the transaction, so that
        /// the line in the log names the fields that this change changes, and not those of a concurrent one. `None`
        /// if there is no such app.
        async fn held_app(on: &mut $connection, id: AppId) -> Result<Option<App>, Fault> {
            sqlx::query("UPDATE apps SET id = id WHERE id = $1").bind(id.to_string()).execute(&mut *on).await?;
            app(on, id).await
        }

        pub async fn settle_app(
            on: &mut $connection,
            app: &App,
            seen: Option<Fingerprint>,
            by: &By,
        ) -> Result<Result<Settled, Alike>, Fault> {
            let Some(before) = held_app(on, app.id).await? else { return Ok(Ok(Settled::Unknown)) };
            let options = AppOptions { logo: before.options.logo, ..app.options.clone() };
            let app = App { options, ..app.clone() };
            // If nothing differs, no other change is undone: a form that is sent twice is one change.
            if seen != Some(before.fingerprint()) && !differing(&before, &app).is_empty() {
                return Ok(Ok(Settled::Meanwhile));
            }
            // An app may keep the name that it has.
            if before.name != app.name
                && let Some(alike) = Alike::of(&app, apps(on).await?)
            {
                return Ok(Err(alike));
            }
            write_app(on, &before, &app, by).await.map(|()| Ok(Settled::Done))
        }

        pub async fn set_app_logo(
            on: &mut $connection,
            id: AppId,
            logo: Option<&NewPicture>,
            by: &By,
        ) -> Result<Option<App>, Fault> {
            let Some(before) = held_app(on, id).await? else { return Ok(None) };
            // The same file uploaded twice is one logo.
            if let (Some(shown), Some(logo)) = (before.options.logo, logo)
                && picture(on, shown).await?.as_ref() == Some(&logo.jpeg)
            {
                return Ok(Some(before));
            }
            let options = AppOptions { logo: logo.map(|logo| logo.id), ..before.options.clone() };
            write_app(on, &before, &App { options, ..before.clone() }, by).await?;
            replace_picture(on, before.options.logo, logo).await.map(|()| Some(before))
        }

        /// Stores the name, the dialect, the redirect URIs and the options of `app` in place of those of `before`,
        /// which the caller has locked, and logs the fields that differ. Does nothing if none differs.
        async fn write_app(on: &mut $connection, before: &App, app: &App, by: &By) -> Result<(), Fault> {
            let fields = differing(before, app);
            if fields.is_empty() {
                return Ok(());
            }
            sqlx::query("UPDATE apps SET name = $2, dialect = $3, redirect_uris = $4, options = $5 WHERE id = $1")
                .bind(app.id.to_string())
                .bind(&app.name)
                .bind(app.dialects.word())
                .bind(serde_json::to_string(&app.redirect_uris).map_err(|_| Fault::Unreadable("apps.redirect_uris"))?)
                .bind(serde_json::to_string(&app.options).map_err(|_| Fault::Unreadable("apps.options"))?)
                .execute(&mut *on)
                .await?;
            if before.audience != app.audience {
                write_audience(on, app.id, &app.audience).await?;
            }
            note(on, app, Act::Changed, &fields, by).await
        }

        /// Adds a new secret and logs the rotation. The secret that was the newest stays valid until the next rotation;
        /// older ones do not. A secret that waits for its owner to see it is deleted, because a newer one was made.
        pub async fn rotate_app_secret(
            on: &mut $connection,
            id: AppId,
            secret: AppSecretHash,
            seen: Option<Fingerprint>,
            by: &By,
        ) -> Result<SecretRotation, Fault> {
            let Some(app) = held_app(on, id).await? else { return Ok(SecretRotation::NoSecret) };
            match app.secrets.first() {
                None => return Ok(SecretRotation::NoSecret),
                Some(newest) if *newest == secret => return Ok(SecretRotation::Same),
                // Two rotations at one moment would delete the secret that the app uses, although both authors were told
                // that it stays valid.
                Some(_) if seen.is_some_and(|seen| seen != app.secret_fingerprint()) => {
                    return Ok(SecretRotation::Meanwhile);
                }
                Some(_) => {}
            }
            sqlx::query("UPDATE apps SET previous_secret_hash = secret_hash, secret_hash = $2 WHERE id = $1")
                .bind(id.to_string())
                .bind(&secret.0[..])
                .execute(&mut *on)
                .await?;
            forget_sealed_secret(on, id).await?;
            note(on, &app, Act::Rotated, &[], by).await.map(|()| SecretRotation::Done)
        }

        pub async fn disable_app(on: &mut $connection, id: AppId, by: &By) -> Result<bool, Fault> {
            set_disabled(on, id, Some(by.now), Act::Disabled, by).await
        }

        pub async fn enable_app(on: &mut $connection, id: AppId, by: &By) -> Result<bool, Fault> {
            set_disabled(on, id, None, Act::Enabled, by).await
        }

        async fn set_disabled(
            on: &mut $connection,
            id: AppId,
            since: Option<Timestamp>,
            act: Act,
            by: &By,
        ) -> Result<bool, Fault> {
            let Some(app) = held_app(on, id).await? else { return Ok(false) };
            if app.disabled_at.is_some() == since.is_some() {
                // The state is the same already, and its time does not change.
                return Ok(true);
            }
            sqlx::query("UPDATE apps SET disabled_at = $2 WHERE id = $1")
                .bind(id.to_string())
                .bind(since.map(millis))
                .execute(&mut *on)
                .await?;
            note(on, &app, act, &[], by).await.map(|()| true)
        }

        pub async fn try_app(on: &mut $connection, id: AppId, by: &By) -> Result<bool, Fault> {
            let Some(app) = held_app(on, id).await? else { return Ok(false) };
            // A button that is pressed twice is logged once.
            let last = app_log(on, Some(id), None, 1).await?.pop();
            if last.is_some_and(|last| last.act == Act::Tried && by.repeats(&last)) {
                return Ok(true);
            }
            note(on, &app, Act::Tried, &[], by).await.map(|()| true)
        }

        async fn note(on: &mut $connection, app: &App, act: Act, fields: &[String], by: &By) -> Result<(), Fault> {
            let (account, name, address) = match &by.actor {
                Actor::Administrator { account, name, address } | Actor::Owner { account, name, address } => {
                    (Some(account), Some(name), Some(address))
                }
                Actor::CommandLine | Actor::AppsFile => (None, None, None),
            };
            // An earlier version, which knows no owners, reads the line as one of an administrator.
            let (word, as_owner) = match &by.actor {
                Actor::Owner { .. } => ("administrator", 1),
                other => (other.word(), 0),
            };
            sqlx::query(
                "INSERT INTO app_acts (at, app_id, app_name, act, fields, actor, account_id, name, address, as_owner)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            )
            .bind(millis(by.now))
            .bind(app.id.to_string())
            .bind(&app.name)
            .bind(act.word())
            .bind(fields.join(" "))
            .bind(word)
            .bind(account.map(AccountId::as_bytes))
            .bind(name)
            .bind(address.map(ToString::to_string))
            .bind(i64::from(as_owner))
            .execute(on)
            .await?;
            Ok(())
        }

        pub async fn app_log(
            on: &mut $connection,
            app: Option<AppId>,
            before: Option<u64>,
            most: u16,
        ) -> Result<Vec<Line>, Fault> {
            let before = before.and_then(|seq| i64::try_from(seq).ok()).unwrap_or(i64::MAX);
            let all = "SELECT * FROM app_acts WHERE seq < $1 ORDER BY seq DESC LIMIT $2";
            let of_app = "SELECT * FROM app_acts WHERE seq < $1 AND app_id = $3 ORDER BY seq DESC LIMIT $2";
            let query = sqlx::query(if app.is_some() { of_app } else { all }).bind(before).bind(i64::from(most));
            let query = match app {
                Some(app) => query.bind(app.to_string()),
                None => query,
            };
            let rows = query.fetch_all(on).await?;
            rows.iter().map(line_of).collect()
        }

        pub async fn sweep_app_log(on: &mut $connection, now: Timestamp) -> Result<(), Fault> {
            let kept = i64::try_from(ACTS_KEPT.as_millis()).unwrap_or(i64::MAX);
            sqlx::query("DELETE FROM app_acts WHERE at <= $1")
                .bind(millis(now).saturating_sub(kept))
                .execute(on)
                .await?;
            Ok(())
        }

        fn line_of(row: &$row) -> Result<Line, Fault> {
            const WRONG: Fault = Fault::Unreadable("app_acts");
            let account = row.try_get::<Option<&[u8]>, _>("account_id")?.and_then(AccountId::from_slice);
            let name: Option<String> = row.try_get("name")?;
            let address = row.try_get::<Option<&str>, _>("address")?.and_then(|address| address.parse().ok());
            let is_owner = row.try_get::<i64, _>("as_owner")? != 0;
            let actor = match (row.try_get::<&str, _>("actor")?, account, name, address) {
                ("administrator", Some(account), Some(name), Some(address)) if is_owner => {
                    Actor::Owner { account, name, address }
                }
                ("administrator", Some(account), Some(name), Some(address)) => {
                    Actor::Administrator { account, name, address }
                }
                ("command line", ..) => Actor::CommandLine,
                ("apps file", ..) => Actor::AppsFile,
                _ => return Err(WRONG),
            };
            let fields: &str = row.try_get("fields")?;
            Ok(Line {
                seq: u64::try_from(row.try_get::<i64, _>("seq")?).map_err(|_| WRONG)?,
                at: timestamp(row, "at")?,
                app: row.try_get::<&str, _>("app_id")?.parse().map_err(|_| WRONG)?,
                app_name: row.try_get("app_name")?,
                act: Act::of(row.try_get("act")?).ok_or(WRONG)?,
                fields: fields.split_whitespace().map(str::to_owned).collect(),
                actor,
            })
        }

        fn app_of(row: &$row) -> Result<App, Fault> {
            let secret = |column| -> Result<Option<AppSecretHash>, Fault> {
                let Some(hash) = row.try_get::<Option<&[u8]>, _>(column)? else { return Ok(None) };
                hash.try_into().map(|hash| Some(AppSecretHash(hash))).map_err(|_| Fault::Unreadable(column))
            };
            let uris = serde_json::from_str(row.try_get("redirect_uris")?);
            Ok(App {
                id: row.try_get::<&str, _>("id")?.parse().map_err(|_| Fault::Unreadable("apps.id"))?,
                name: row.try_get("name")?,
                dialects: Dialects::of(row.try_get("dialect")?).ok_or(Fault::Unreadable("apps.dialect"))?,
                redirect_uris: uris.map_err(|_| Fault::Unreadable("apps.redirect_uris"))?,
                secrets: [secret("secret_hash")?, secret("previous_secret_hash")?].into_iter().flatten().collect(),
                created_at: timestamp(row, "created_at")?,
                disabled_at: optional_timestamp(row, "disabled_at")?,
                options: serde_json::from_str(row.try_get("options")?)
                    .map_err(|_| Fault::Unreadable("apps.options"))?,
                audience: match row.try_get::<&str, _>("audience")? {
                    "everyone" => Audience::Everyone,
                    _ => Audience::NOBODY,
                },
                owner: row.try_get::<Option<&[u8]>, _>("owner_id")?.and_then(AccountId::from_slice),
            })
        }
    };
}

pub(crate) use app_queries;
