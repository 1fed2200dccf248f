//! What happened to accounts: the lines that their owners and administrators read. A line never contains a secret.

use std::net::IpAddr;

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;

/// What happened to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ActivityKind {
    /// A browser or phone was signed in: by a password, a scan or a one-time link.
    SignedIn,
    /// A browser or phone signed out.
    SignedOut,
    /// A wrong password was given for the account.
    SignInRefused,
    /// The owner proved themselves again on a device that was signed in.
    Proved,
    /// The owner approved the sign-in of another browser.
    Approved,
    /// The owner denied the sign-in of another browser.
    Denied,
    /// The owner was signed in to an app.
    AppSignedIn,
    /// The owner was not signed in to an app, because they are in none of its groups.
    AppRefused,
    /// The owner withdrew what an app may know.
    AppWithdrawn,
    /// A session was ended from another device, or by an administrator.
    DeviceEnded,
    /// A sign-in from a device or network that is new to the account.
    DeviceNew,
    /// Everything that the account had open was ended.
    SignedOutEverywhere,
    /// A one-time link was made.
    LinkMade,
    /// A one-time link was opened in a browser, which alone may use it from then on.
    LinkOpened,
    /// A one-time link was tried in another browser than the one that opened it.
    LinkRefused,
    /// A one-time link was used.
    LinkUsed,
    /// A one-time link was withdrawn.
    LinkWithdrawn,
    /// The account was made.
    Added,
    /// The profile, the user name or the e-mail address was changed.
    Changed,
    /// The password was changed or set.
    PasswordChanged,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey got another name.
    PasskeyRenamed,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A passkey was used whose counter did not grow, which may mean that it was copied.
    PasskeyWentBack,
    /// The role was changed.
    RoleChanged,
    /// The account was added to groups or removed from them.
    GroupsChanged,
    /// The account was disabled.
    Disabled,
    /// The account was enabled again.
    Enabled,
    /// The owner asked for the deletion of the account.
    DeletionAsked,
    /// The owner took this back.
    DeletionCancelled,
    /// The account was deleted.
    Deleted,
    /// All that is stored about the account was downloaded by its owner.
    DataDownloaded,
    /// The owner asked for an app, or for a change of one.
    AppRequested,
    /// A request for an app was approved or declined.
    AppRequestDecided,
    /// A mail to the owner could not be delivered: the mail server refused it, or could not be reached for a day.
    MailRefused,
    /// An app was handed over: the account looked after it before, or does so from now on.
    AppHandedOver,
}

impl ActivityKind {
    /// Returns the word for the kind, in the records, in exports and in the filter of the pages.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Who did what a line of activity tells.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum ActivityActor {
    /// The owner of the account, or somebody who tried to sign in as they.
    Owner,
    /// Another person, such as an administrator.
    Person {
        /// The account of that person.
        account: AccountId,
        /// The display name of that person at that time.
        name: String,
    },
    /// A user of the command line on a machine of the server.
    #[strum(serialize = "command line")]
    CommandLine,
    /// An app.
    App,
    /// The server itself, for example when a time is over.
    Server,
}

impl ActivityActor {
    /// Returns the word for the kind of actor, as the records store it.
    pub fn word(&self) -> &'static str {
        self.into()
    }
}

/// What happened to an account: a line of activity before it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewActivity {
    /// The time at which it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: ActivityKind,
    /// The account to which it happened; `None` if there is none, such as a wrong password for an unknown name.
    pub account: Option<AccountId>,
    /// The display name of the account at that time.
    pub account_name: String,
    /// Who did it.
    pub actor: ActivityActor,
    /// The app that it was about, and its name at that time.
    pub app: Option<(AppId, String)>,
    /// The address of the client; `None` for the command line and the server.
    pub address: Option<IpAddr>,
    /// The browser of the client.
    pub browser: Option<String>,
    /// The operating system of the client.
    pub system: Option<String>,
    /// More words for the person who reads the line, such as the names of the groups that changed; may be empty.
    pub detail: String,
    /// The number of the receipt that an approval left; `None` for anything else.
    pub receipt: Option<u64>,
}

impl NewActivity {
    /// Makes a line about an account that its owner caused; the other fields are empty.
    pub fn of(kind: ActivityKind, account: AccountId, account_name: &str, at: Timestamp) -> Self {
        Self {
            at,
            kind,
            account: Some(account),
            account_name: account_name.to_owned(),
            actor: ActivityActor::Owner,
            app: None,
            address: None,
            browser: None,
            system: None,
            detail: String::new(),
            receipt: None,
        }
    }
}

/// A stored line of activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The number of the line: a later line has a higher one.
    pub seq: u64,
    /// What happened.
    pub line: NewActivity,
}

/// Which lines of activity are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// Only lines about this account.
    pub account: Option<AccountId>,
    /// Only lines about this app.
    pub app: Option<AppId>,
    /// Only lines of this kind.
    pub kind: Option<ActivityKind>,
    /// Only lines from this time on.
    pub from: Option<Timestamp>,
    /// Only lines before this time.
    pub until: Option<Timestamp>,
    /// Only lines that are older than the line of this number.
    pub before: Option<u64>,
}
