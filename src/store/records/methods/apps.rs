//! The methods of the records about apps and the log of their changes.

use crate::measure;
use crate::store::Fault;
use crate::store::records::app_log::{Alike, By, Line, REVISIONS, Revised};
use crate::store::records::app_options::AppOptions;
use crate::store::records::apps::{App, AppSecretHash, SecretRotation};
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::fingerprint::{Fingerprint, Settled};
use crate::store::records::pictures::NewPicture;
use crate::store::records::{Records, on_postgres, read, write_alone, write_query, write_whole};
use crate::ticket::ids::AppId;
use std::sync::Arc;
use tokio::time::{Instant, timeout};

impl Records {
    /// Registers an app, logs the registration and returns `true`. Registers nothing and returns `false` if its id
    /// is taken, or [`Alike`] if its name looks like that of another app.
    pub async fn add_app(&self, app: App, by: By) -> Result<Result<bool, Alike>, Fault> {
        write_alone!(self, "apps", add_app(&app, None, &by))
    }

    /// Registers an app and stores its logo, logs the registration and returns `true`. Registers nothing and
    /// returns `false` if its id is taken, or [`Alike`] if its name looks like that of another app.
    pub async fn add_app_with_logo(&self, app: App, logo: NewPicture, by: By) -> Result<Result<bool, Alike>, Fault> {
        let options = AppOptions { logo: Some(logo.id), ..app.options.clone() };
        let app = App { options, ..app };
        write_alone!(self, "apps", add_app(&app, Some(&logo), &by))
    }

    /// Replaces the settings of an app, except its secrets and its logo, and logs the change. If nothing differs, only
    /// returns [`Settled::Done`]. Changes nothing and returns [`Settled::Unknown`] if there is no such app,
    /// [`Settled::Meanwhile`] if `seen` is not the fingerprint of the stored settings (`None` never is), or [`Alike`]
    /// if the new name looks like another app's.
    pub async fn settle_app(
        &self,
        app: App,
        seen: Option<Fingerprint>,
        by: By,
    ) -> Result<Result<Settled, Alike>, Fault> {
        self.done(write_alone!(self, "apps", settle_app(&app, seen, &by)))
    }

    /// Reads an app, changes its settings by the function `revise`, stores them and logs the change; secrets and
    /// logo stay as they are. Starts again if another caller changed the app after it was read, so that no change
    /// is undone, and fails with [`Fault::Contended`] after 16 attempts.
    pub async fn revise_app<E>(
        &self,
        id: AppId,
        by: &By,
        revise: impl Fn(App) -> Result<App, E>,
    ) -> Result<Revised<E>, Fault> {
        for _ in 0..REVISIONS {
            let Some(before) = self.app(id).await? else { return Ok(Revised::Unknown) };
            let seen = before.fingerprint();
            let after = match revise(before.clone()) {
                Ok(after) => after,
                Err(refused) => return Ok(Revised::Refused(refused)),
            };
            match self.settle_app(after.clone(), Some(seen), by.clone()).await? {
                Ok(Settled::Done) => return Ok(Revised::Done { before: Box::new(before), after: Box::new(after) }),
                Ok(Settled::Unknown) => return Ok(Revised::Unknown),
                Ok(Settled::Meanwhile) => {}
                Err(alike) => return Ok(Revised::Alike(alike)),
            }
        }
        Err(Fault::Contended)
    }

    /// Sets or removes the logo of an app, deletes the previous logo and logs the change. A logo with the same
    /// content as the previous one changes nothing. Returns the app as it was before; `None` if there is no such
    /// app.
    pub async fn set_app_logo(&self, id: AppId, logo: Option<NewPicture>, by: By) -> Result<Option<App>, Fault> {
        self.done(write_whole!(self, set_app_logo(id, logo.as_ref(), &by)))
    }

    /// Adds a new secret to an app and logs the rotation. The secret that was the newest stays valid beside it, an
    /// older one does not. Changes nothing if there is no such app, if it has no secret, if its newest secret is this
    /// one already, or if `seen` is not the [fingerprint](App::secret_fingerprint) of its newest secret. With `None` the
    /// newest secret may be any.
    pub async fn rotate_app_secret(
        &self,
        id: AppId,
        secret: AppSecretHash,
        seen: Option<Fingerprint>,
        by: By,
    ) -> Result<SecretRotation, Fault> {
        self.done(write_whole!(self, rotate_app_secret(id, secret, seen, &by)))
    }

    /// Disables an app, so that it signs no one in, logs this and returns `true`; `false` if there is no such app.
    /// An app that is disabled already stays as it is, and nothing is logged.
    pub async fn disable_app(&self, id: AppId, by: By) -> Result<bool, Fault> {
        self.done(write_whole!(self, disable_app(id, &by)))
    }

    /// Enables a disabled app, logs this and returns `true`; `false` if there is no such app. An app that is
    /// enabled already stays as it is, and nothing is logged.
    pub async fn enable_app(&self, id: AppId, by: By) -> Result<bool, Fault> {
        self.done(write_whole!(self, enable_app(id, &by)))
    }

    /// Logs that an administrator tries a sign-in through an app, to see whether it works, and returns `true`;
    /// `false` if there is no such app. If the last line about the app is the same trial a few seconds before,
    /// nothing is logged.
    pub async fn try_app(&self, id: AppId, by: By) -> Result<bool, Fault> {
        write_whole!(self, try_app(id, &by))
    }

    /// Returns every app, the oldest first.
    pub async fn apps(&self) -> Result<Vec<App>, Fault> {
        read!(self, apps())
    }

    /// Returns the app of this id; `None` if there is no such app.
    pub async fn app(&self, id: AppId) -> Result<Option<App>, Fault> {
        read!(self, app(id))
    }

    /// Returns the app of this id, from a cache or, if it was not read within the last second, from the
    /// database; `None` if there is no such app. A change by this instance is seen at once, one by another
    /// instance after a second.
    pub async fn cached_app(&self, id: AppId) -> Result<Option<App>, Fault> {
        let known = self.known_apps();
        if let Some(app) = known.get(id, Instant::now()) {
            return Ok(Some(app));
        }
        let (changes, asked) = (known.changes(), Instant::now());
        let app = self.app(id).await?;
        if let Some(app) = &app {
            known.keep(app.clone(), changes, asked);
        }
        Ok(app)
    }

    /// Returns every app, from a cache or, if the list was not read within the last second, from the database.
    /// A change by this instance is seen at once, one by another instance after a second.
    pub async fn cached_apps(&self) -> Result<Arc<[App]>, Fault> {
        let known = self.known_apps();
        if let Some(apps) = known.all(Instant::now()) {
            return Ok(apps);
        }
        let (changes, asked) = (known.changes(), Instant::now());
        let apps: Arc<[App]> = self.apps().await?.into();
        known.keep_all(Arc::clone(&apps), changes, asked);
        Ok(apps)
    }

    /// Empties the cache of apps after an attempt to change an app, and returns the result of the attempt
    /// unchanged. The cache is emptied after a failure too, because the change may have been made all the same.
    fn done<T>(&self, outcome: Result<T, Fault>) -> Result<T, Fault> {
        self.known_apps().forget();
        outcome
    }

    /// Returns at most `most` lines of the log of changes to this app, or to all apps, the newest first. With
    /// `before`, only lines that are older than the line with that number are returned.
    pub async fn app_log(&self, app: Option<AppId>, before: Option<u64>, most: u16) -> Result<Vec<Line>, Fault> {
        read!(self, app_log(app, before, most))
    }
}
