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

/// How long a line of the log of changes to apps is kept: more than a year, so that a yearly review misses none.
pub const KEPT: Duration = Duration::from_secs(400 * 24 * 3600);

/// The largest number of attempts of `Records::revise_app` to change an app. It makes another one if the app was
/// changed by another caller after it was read.
pub(in crate::store::records) const REVISIONS: u8 = 16;

/// Who changed an app or tried it, as the log records it: an administrator, the app's owner, a user of the command
/// line, or the apps file.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Actor {
    /// An administrator, on a page.
    Administrator {
        /// The account of the administrator.
        account: AccountId,
        /// The display name of the administrator.
        name: String,
        /// The IP address of the administrator.
        address: IpAddr,
    },
    /// The person who asked for the app and looks after it, on a page of their own.
    Owner {
        /// The account of the owner.
        account: AccountId,
        /// The user name of the owner.
        name: String,
        /// The IP address of the owner.
        address: IpAddr,
    },
    /// A user of the command line on a machine of the server.
    #[strum(serialize = "command line")]
    CommandLine,
    /// The apps file that the configuration names, which the server applies at its start.
    #[strum(serialize = "apps file")]
    AppsFile,
}

impl Actor {
    /// Returns the word for the kind of actor, as the log stores it. It contains no name and no address.
    pub fn word(&self) -> &'static str {
        self.into()
    }
}

/// Who changes an app, and when: the two are logged with the change.
#[derive(Clone, Debug)]
pub struct By {
    /// Who makes the change.
    pub actor: Actor,
    /// The time of the change.
    pub now: Timestamp,
}

impl By {
    /// Returns whether the same actor did the act of this log line less than [`REPEATED_WITHIN`] before, so that
    /// the new act may be a repetition, because a button was pressed twice. Whether the two acts are of the same
    /// kind is not compared.
    pub(in crate::store) fn repeats(&self, line: &Line) -> bool {
        self.actor == line.actor && self.now.since(line.at) < REPEATED_WITHIN
    }
}

/// What was done to an app, as one line of the log of changes to apps records it.
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
    /// Returns the word for what was done, as the log stores it.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Parses the stored word that [`Self::word`] returns; `None` if the text is not one of these words.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// A line of the log: what was done to an app, when, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number of the line: a later line has a higher one.
    pub seq: u64,
    /// The time at which it was done.
    pub at: Timestamp,
    /// The app to which it was done.
    pub app: AppId,
    /// The name of the app at that time.
    pub app_name: String,
    /// What was done to the app.
    pub act: Act,
    /// The names of the settings of the app that changed; empty if no settings were changed.
    pub fields: Vec<String>,
    /// Who did it.
    pub actor: Actor,
}

/// The result of `Records::revise_app`, which changes the settings of an app by a function that its caller passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revised<E> {
    /// The app has the settings that the function returned.
    Done {
        /// The app before the revision.
        before: Box<App>,
        /// The app after the revision; its secrets and its logo may have changed since.
        after: Box<App>,
    },
    /// There is no such app.
    Unknown,
    /// The function refused to change the app, for this reason.
    Refused(E),
    /// The new name looks like that of another app.
    Alike(Alike),
}

/// Another app, whose name looks the same as the name that an app has or is to get: people who are asked to approve
/// could not tell the two apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// The id of the other app.
    pub id: AppId,
    /// The name of the other app.
    pub name: String,
}

impl Alike {
    /// Returns the first app in `all`, other than `app`, whose name looks the same as that of `app`; `None` if
    /// there is none.
    pub(in crate::store) fn of(app: &App, all: Vec<App>) -> Option<Self> {
        let looks = skeleton(&app.name);
        let other = all.into_iter().find(|other| other.id != app.id && skeleton(&other.name) == looks)?;
        Some(Self { id: other.id, name: other.name })
    }
}

/// Returns the names, as in the apps file, of the settings in which two states of an app differ: the name, the
/// dialect, the redirect URIs, who may use it, and the options, the logo among them. Secrets are not compared.
pub fn differing(before: &App, after: &App) -> Vec<String> {
    let options = [before, after].map(|app| serde_json::to_value(&app.options).expect("options are JSON"));
    let named = [
        ("name", before.name != after.name),
        ("dialect", before.dialects != after.dialects),
        ("redirect_uris", before.redirect_uris != after.redirect_uris),
        ("allow", before.audience != after.audience),
    ];
    let mut fields: Vec<String> =
        named.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name.to_owned()).collect();
    let known = options[1].as_object().expect("options are an object");
    let mut differing: Vec<String> = known
        .iter()
        .filter(|(name, value)| options[0][name.as_str()] != **value)
        .map(|(name, _)| name.clone())
        .collect();
    // The members of a JSON object have no order.
    differing.sort_unstable();
    fields.append(&mut differing);
    fields
}
