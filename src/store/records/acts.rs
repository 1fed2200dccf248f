//! What is done to apps. Every act is written down with who did it, in the same transaction: where the line cannot be
//! kept, the act is not done. A line names the fields that changed and never says what is in them.

use std::net::IpAddr;
use std::time::Duration;

use strum::{EnumString, IntoStaticStr};

use super::apps::App;
use crate::names::skeleton;
use crate::store::single_use::REPEATED_WITHIN;
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;

/// Lines are kept for this long: over a year, so that whoever looks once a year misses none.
pub const KEPT: Duration = Duration::from_secs(400 * 24 * 3600);

/// A revision is tried so often where others change the app meanwhile; each time one of them succeeded.
pub(in crate::store::records) const REVISIONS: u8 = 16;

/// Who does something to an app.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
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
    #[strum(serialize = "command line")]
    CommandLine,
    /// The file that the configuration names.
    #[strum(serialize = "apps file")]
    AppsFile,
}

impl Actor {
    /// The word for the kind of it.
    pub fn word(&self) -> &'static str {
        self.into()
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
    pub(in crate::store) fn repeats(&self, line: &Line) -> bool {
        self.actor == line.actor && self.now.since(line.at) < REPEATED_WITHIN
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
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
    /// The word for it.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The act of this word.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
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
    pub(in crate::store) fn of(app: &App, all: Vec<App>) -> Option<Self> {
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
