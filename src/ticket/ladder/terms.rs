//! The terms on which an account approves, which a ticket keeps from the approval on; where the digits of the phone have still
//! to be typed, from before it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::consent::field::Fields;
use crate::ticket::ids::SessionTokenHash;

/// The epoch of an account: the number of times that all its sessions and grants were ended together, by an operator or
/// by its owner with a change of the password. An approval, an authorization code or a password check of an earlier
/// epoch is not valid any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub u32);

/// The longest time of a session that the phone opened for today.
const TODAY: Duration = Duration::from_secs(12 * 3600);
/// The time without use after which a session ends that the phone opened for one visit.
const VISIT_IDLE: Duration = Duration::from_secs(30 * 60);

/// For how long the browser is to stay signed in, as the phone chooses it. It is never longer than the operator allows.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Stay {
    /// For this visit: until the browser is closed, or was not used for half an hour.
    Visit,
    /// For twelve hours.
    Today,
    /// As long as the operator allows.
    #[default]
    Longest,
}

impl Stay {
    /// Returns the longest time of a session, where the operator allows `most`.
    pub fn longest(self, most: Duration) -> Duration {
        if self == Self::Longest { most } else { most.min(TODAY) }
    }

    /// Returns the time without use after which a session ends, where the operator allows `most`.
    pub fn idle(self, most: Duration) -> Duration {
        if self == Self::Visit { most.min(VISIT_IDLE) } else { most }
    }

    /// Reads the word of a form or of the records: an empty one is the default, and one that is not known the shortest.
    pub fn of_word(word: &str) -> Self {
        if word.is_empty() { Self::default() } else { word.parse().unwrap_or(Self::Visit) }
    }

    /// Returns the word for it, in forms and in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The terms on which an account approves: in which session, what an app may know, and what becomes of the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The epoch of the account.
    pub epoch: Epoch,
    /// The session in which the account is signed in; `None` if it approves by a phone app's token.
    pub session: Option<SessionTokenHash>,
    /// The fields that the person ticks for the app; `None` if the request does not say.
    pub ticked: Option<Fields>,
    /// Whether the browser is to be made known to the account.
    #[serde(default)]
    pub remembers: bool,
    /// For how long the browser is to stay signed in.
    #[serde(default)]
    pub stay: Stay,
}
