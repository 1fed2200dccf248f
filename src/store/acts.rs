//! What is done to apps. Every act is written down with who did it, in the same transaction: where the line cannot be
//! kept, the act is not done. A line names the fields that changed and never says what is in them.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::Fault;
use super::apps::{App, AppOptions, AppSecretHash};
use super::once::REPEATED_WITHIN;
use super::pictures::NewPicture;
use super::postgres;
use super::records::{Records, on_postgres, read, write, write_alone, write_whole};
use super::seen::{Fingerprint, Settled};
use super::sqlite;
use crate::measure;
use crate::names::skeleton;
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;

/// Lines are kept for this long: over a year, so that whoever looks once a year misses none.
pub const KEPT: Duration = Duration::from_secs(400 * 24 * 3600);

/// A revision is tried so often where others change the app meanwhile; each time one of them succeeded.
const REVISIONS: u8 = 16;

/// Who does something to an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// An administrator, on a page.
    Administrator {
        /// Their account.
        account: AccountId,
        /// What they are called.
        name: String,
        /// Where they are.
        address: IpAddr,
    },
    /// Whoever may run commands where the server runs.
    CommandLine,
    /// The file that the configuration names.
    AppsFile,
}

impl Actor {
    /// The word for the kind of it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Administrator { .. } => "administrator",
            Self::CommandLine => "command line",
            Self::AppsFile => "apps file",
        }
    }
}

/// Who does it, and when.
#[derive(Clone, Debug)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
}

impl By {
    /// Whether it may be the same press of a button that this line is about.
    pub(super) fn repeats(&self, line: &Line) -> bool {
        self.actor == line.actor && self.now.since(line.at) < REPEATED_WITHIN
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It was registered.
    Added,
    /// What is said of it was changed.
    Changed,
    /// It got a new secret.
    Rotated,
    /// It signs nobody in any more.
    Disabled,
    /// It signs people in again.
    Enabled,
    /// An administrator signed in through it, to see whether that works.
    Tried,
}

impl Act {
    const ALL: [Self; 6] = [Self::Added, Self::Changed, Self::Rotated, Self::Disabled, Self::Enabled, Self::Tried];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Rotated => "rotated",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Tried => "tried",
        }
    }

    /// The act of this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }
}

/// A line: one act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place: a later act has a higher one.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// To which app,
    pub app: AppId,
    /// as it was called then.
    pub app_name: String,
    /// What.
    pub act: Act,
    /// Which of its fields changed.
    pub fields: Vec<String>,
    /// By whom.
    pub actor: Actor,
}

/// What came of a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revised<E> {
    /// It is so now.
    Done {
        /// The app as it was,
        before: Box<App>,
        /// and as it is, but for its secrets and its logo, which may be others by now.
        after: Box<App>,
    },
    /// There is no such app.
    Unknown,
    /// It cannot become so.
    Refused(E),
    /// People could not tell it from another app.
    Alike(Alike),
}

/// Another app, whose name looks the same: people who are asked to approve must know which of two it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Its id,
    pub id: AppId,
    /// and its name.
    pub name: String,
}

impl Alike {
    /// The one among all apps that people could not tell from this one.
    pub(super) fn of(app: &App, all: Vec<App>) -> Option<Self> {
        let looks = skeleton(&app.name);
        let other = all.into_iter().find(|other| other.id != app.id && skeleton(&other.name) == looks)?;
        Some(Self { id: other.id, name: other.name })
    }
}

/// The fields in which two states of an app differ, by the names that the command line and the apps file have for them.
pub fn differing(before: &App, after: &App) -> Vec<String> {
    let options = [before, after].map(|app| serde_json::to_value(&app.options).expect("options are JSON"));
    let named = [
        ("name", before.name != after.name),
        ("dialect", before.dialect != after.dialect),
        ("redirect_uris", before.redirect_uris != after.redirect_uris),
    ];
    let mut fields: Vec<String> =
        named.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name.to_owned()).collect();
    let known = options[1].as_object().expect("options are an object");
    fields.extend(
        known.iter().filter(|(name, value)| options[0][name.as_str()] != **value).map(|(name, _)| name.clone()),
    );
    fields
}

impl Records {
    /// Registers an app; `false` where its id is taken.
    pub async fn add_app(&self, app: App, by: By) -> Result<Result<bool, Alike>, Fault> {
        write_alone!(self, "apps", add_app(&app, None, &by))
    }

    /// The same for an app that has a logo from the beginning.
    pub async fn add_app_with_logo(&self, app: App, logo: NewPicture, by: By) -> Result<Result<bool, Alike>, Fault> {
        let options = AppOptions { logo: Some(logo.id), ..app.options.clone() };
        let app = App { options, ..app };
        write_alone!(self, "apps", add_app(&app, Some(&logo), &by))
    }

    /// Changes what an app is beside its secrets and its logo, for somebody who saw settings with the fingerprint `seen`:
    /// not where they are others by now. Where nothing differs, nothing is done.
    pub async fn settle_app(
        &self,
        app: App,
        seen: Option<Fingerprint>,
        by: By,
    ) -> Result<Result<Settled, Alike>, Fault> {
        self.done(write_alone!(self, "apps", settle_app(&app, seen, &by)))
    }

    /// The same for somebody who says what the app becomes wherever it stands: it is read, changed and written, and once
    /// more where another changed it meanwhile, so that nothing of theirs is undone.
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

    /// Gives an app another logo, or none, forgets the one before, and changes nothing else. The app as it was before;
    /// `None` where there is no such app.
    pub async fn set_app_logo(&self, id: AppId, logo: Option<NewPicture>, by: By) -> Result<Option<App>, Fault> {
        self.done(write_whole!(self, set_app_logo(id, logo.as_ref(), &by)))
    }

    /// Gives an app a new secret beside its newest; `false` where there is no such app, it has none, or
    /// this is its newest.
    pub async fn rotate_app_secret(&self, id: AppId, secret: AppSecretHash, by: By) -> Result<bool, Fault> {
        self.done(write_whole!(self, rotate_app_secret(id, secret, &by)))
    }

    /// Has an app sign nobody in any more; `false` where there is no such app.
    pub async fn disable_app(&self, id: AppId, by: By) -> Result<bool, Fault> {
        self.done(write_whole!(self, disable_app(id, &by)))
    }

    /// Has a disabled app sign people in again; `false` where there is no such app.
    pub async fn enable_app(&self, id: AppId, by: By) -> Result<bool, Fault> {
        self.done(write_whole!(self, enable_app(id, &by)))
    }

    /// Notes that an app is tried; `false` where there is no such app.
    pub async fn try_app(&self, id: AppId, by: By) -> Result<bool, Fault> {
        write_whole!(self, try_app(id, &by))
    }

    /// Every app, the oldest first.
    pub async fn apps(&self) -> Result<Vec<App>, Fault> {
        read!(self, apps())
    }

    /// The app of this id.
    pub async fn app(&self, id: AppId) -> Result<Option<App>, Fault> {
        read!(self, app(id))
    }

    /// The same for the protocols, which ask for the same few apps all the time: as it was a second ago at most, or as
    /// this instance has changed it since.
    pub async fn known_app(&self, id: AppId) -> Result<Option<App>, Fault> {
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

    /// Every app, likewise.
    pub async fn known_apps_all(&self) -> Result<Arc<[App]>, Fault> {
        let known = self.known_apps();
        if let Some(apps) = known.all(Instant::now()) {
            return Ok(apps);
        }
        let (changes, asked) = (known.changes(), Instant::now());
        let apps: Arc<[App]> = self.apps().await?.into();
        known.keep_all(Arc::clone(&apps), changes, asked);
        Ok(apps)
    }

    /// Whatever came of it: an app may have changed.
    fn done<T>(&self, outcome: Result<T, Fault>) -> Result<T, Fault> {
        self.known_apps().forget();
        outcome
    }

    /// What was done, to this app or to any: the newest first, older than the line `before`, so many at most.
    pub async fn acts(&self, app: Option<AppId>, before: Option<u64>, most: u16) -> Result<Vec<Line>, Fault> {
        read!(self, acts(app, before, most))
    }
}
