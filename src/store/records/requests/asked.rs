//! What a request asks for, as it is stored: the settings of an app that only an administrator decides, and the reason.

use serde::{Deserialize, Serialize};

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
    /// Why it is asked for, in the words of the person who asks.
    #[serde(default)]
    pub why: String,
}
