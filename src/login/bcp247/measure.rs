//! One row of the report about security.

use strum::IntoStaticStr;

use crate::text::Texts;

/// A text of the report, as a function of the language.
pub type Text = fn(&'static Texts) -> &'static str;

/// What the server does about a measure of RFC 10027 §6.1.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// The number of its section, such as `6.1.1`.
    pub section: &'static str,
    /// Whether the server takes it.
    pub status: Status,
    /// The name of the measure.
    pub title: Text,
    /// What the server does, or what it lacks.
    pub says: Text,
    /// The settings on which it depends, with the value that turns it on; `None` if no setting changes it.
    pub setting: Option<&'static str>,
}

/// Whether the server takes a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Status {
    /// It does.
    On,
    /// It does so in part, or in some sign-ins only.
    Partly,
    /// It does not.
    Off,
}

impl Status {
    /// Returns the word for the status, for programs.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl Measure {
    /// Returns whether the server always takes the measure, whatever is configured.
    pub fn is_always(&self) -> bool {
        self.status == Status::On && self.setting.is_none()
    }
}
