//! What a request asks for, as it is stored: the settings of an app that only an administrator decides, and the reason.

use serde::{Deserialize, Serialize};

use crate::store::records::app_options::{AppOptions, SubjectType, Switch};
use crate::store::records::apps::Dialects;

/// Whether a request asks for a new app or for a change of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestKind {
    /// A new app.
    New,
    /// Other settings of an app that its owner looks after.
    Change,
}

/// The options of an app that decide what it learns of people. Any app may ask for every scope, and people agree to it;
/// these two options are all that the app itself has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedClaims {
    /// Which subject identifiers the app gets.
    pub subject_type: SubjectType,
    /// Whether its ID tokens have the profile claims too.
    pub profile_in_id_token: bool,
}

impl AskedClaims {
    /// Returns these two of the options of an app.
    pub fn of(options: &AppOptions) -> Self {
        Self { subject_type: options.subject_type, profile_in_id_token: options.has(Switch::ProfileInIdToken) }
    }

    /// Returns the options of an app with these two instead of its own.
    #[must_use]
    pub fn put_into(self, mut options: AppOptions) -> AppOptions {
        options.subject_type = self.subject_type;
        options.switches.set(Switch::ProfileInIdToken, self.profile_in_id_token);
        options
    }
}

/// What a request asks for. It is stored as JSON, and a field that a stored row does not have is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Whether it asks for a new app or for a change of one.
    pub kind: RequestKind,
    /// The name that people are to be shown.
    pub name: String,
    /// The address of the site; empty if a change is asked for.
    #[serde(default)]
    pub site: String,
    /// The redirect URIs.
    pub redirect_uris: Vec<String>,
    /// The protocols that the app is to speak.
    pub dialects: Dialects,
    /// What the app is to learn of people; `None` if a new app is asked for, which starts with the usual options.
    #[serde(default)]
    pub claims: Option<AskedClaims>,
    /// Who is to use the app, in the words of the person who asks; empty if that is to stay as it is. The words name no
    /// group of the records, so that nobody learns from a request which groups there are.
    #[serde(default)]
    pub users: String,
    /// Why it is asked for, in the words of the person who asks.
    #[serde(default)]
    pub why: String,
}
