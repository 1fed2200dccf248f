//! The log of changes to apps. Each change is logged with its actor in the same transaction: if the line
//! cannot be stored, the change is not made. A line names the changed fields and never their content.

use std::net::IpAddr;
use std::time::Duration;

use strum::{EnumString, IntoStaticStr};

use super::apps::App;
use crate::names::skeleton;
use crate::store::single_use::REPEATED_WITHIN;
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;

/// Lines are kept for this long: more than a year, so that a yearly review misses none.
pub const KEPT: Duration = Duration::from_secs(400 * 24 * 3600);

/// The most tries of a revision, which is repeated if another change of the app came first.
pub(in crate::store::records) const REVISIONS: u8 = 16;

/// The actor of an act.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Actor {
    /// An administrator, on a page.
    Administrator {
        /// The account of the administrator.
        account: AccountId,
        /// The display name of the administrator.
        name: String,
        /// The address of the administrator.
        address: IpAddr,
    },
    /// A user who may run commands where the server runs.
    #[strum(serialize = "command line")]
    CommandLine,
    /// The apps file that the configuration names.
    #[strum(serialize = "apps file")]
    AppsFile,
}

impl Actor {
    /// Returns the stored form of the kind of actor.
    pub fn word(&self) -> &'static str {
        self.into()
    }
}

/// The actor and the time of an act.
#[derive(Clone, Debug)]
pub struct By {
    /// The actor.
    pub actor: Actor,
    /// The time of the act.
    pub now: Timestamp,
}

impl By {
    /// Returns whether this act may be a repetition of the logged one, because a button was pressed twice:
    /// the same actor did it a moment ago.
    pub(in crate::store) fn repeats(&self, line: &Line) -> bool {
        self.actor == line.actor && self.now.since(line.at) < REPEATED_WITHIN
    }
}

/// The kind of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Act {
    /// The app was registered.
    Added,
    /// The settings of the app were changed.
    Changed,
    /// The app got a new secret.
    Rotated,
    /// The app was disabled.
    Disabled,
    /// The app was enabled again.
    Enabled,
    /// An administrator signed in through the app, to see whether that works.
    Tried,
}

impl Act {
    /// Returns the stored form.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Parses the stored form that [`Self::word`] returns; `None` if it is not one.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// A line of the log: one act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number of the line: a later act has a higher one.
    pub seq: u64,
    /// The time of the act.
    pub at: Timestamp,
    /// The app to which it was done.
    pub app: AppId,
    /// The name of the app at that time.
    pub app_name: String,
    /// The kind of the act.
    pub act: Act,
    /// The fields of the app that changed.
    pub fields: Vec<String>,
    /// The actor.
    pub actor: Actor,
}

/// The result of a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revised<E> {
    /// The app was revised.
    Done {
        /// The app before the revision.
        before: Box<App>,
        /// The app after the revision; its secrets and its logo may have changed since.
        after: Box<App>,
    },
    /// There is no such app.
    Unknown,
    /// The revision was refused.
    Refused(E),
    /// The new name looks like that of another app.
    Alike(Alike),
}

/// Another app whose name looks the same, so that people who are asked to approve could not tell the two
/// apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// The id of the other app.
    pub id: AppId,
    /// The name of the other app.
    pub name: String,
}

impl Alike {
    /// Returns the app among `all` whose name looks the same as that of `app`; `None` if there is none.
    pub(in crate::store) fn of(app: &App, all: Vec<App>) -> Option<Self> {
        let looks = skeleton(&app.name);
        let other = all.into_iter().find(|other| other.id != app.id && skeleton(&other.name) == looks)?;
        Some(Self { id: other.id, name: other.name })
    }
}

/// Returns the fields in which two states of an app differ, by their names in the apps file.
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
