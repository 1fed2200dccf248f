//! Why a ticket stands on a rung above the tap.

use std::fmt;

use enumset::{EnumSet, EnumSetType};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// A reason for which an approval asks for more than a tap. Its word is the stable code for native apps, and the order of
/// the variants is the one in which people read them.
#[derive(Debug, EnumSetType, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Reason {
    /// The account did not make this browser known.
    NewBrowser,
    /// The operator asks for it of every browser.
    EveryBrowser,
    /// The browser is in another country than the phone.
    OtherCountry,
    /// The browser is in a network or country that the operator marked.
    MarkedNetwork,
    /// The code was typed, and not scanned.
    TypedCode,
    /// No code was scanned: a browser that the account made known asked the phone.
    Asked,
    /// An older code of the same page was scanned, which this page does not show any more.
    OutdatedCode,
    /// Another account scanned the code too.
    SecondAccount,
    /// The app asks for it.
    App,
    /// The owner of the account asks for it.
    Account,
    /// The account is an administrator's.
    Administrator,
    /// The owner reported a request within the last day.
    Reported,
    /// Somebody else reported the browser or its network within the last hour.
    ReportedBrowser,
    /// The owner reported the browser or its network within the last hour.
    RefusedBrowser,
    /// The browser is in a network or country that the operator blocked.
    BlockedNetwork,
    /// The account has no passkey, and only a passkey would be enough.
    NoPasskey,
}

impl Reason {
    /// Returns the stable code of the reason.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A set of reasons. Its text has their words, separated by spaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Reasons(EnumSet<Reason>);

impl Reasons {
    /// The set without reasons.
    pub const NONE: Self = Self(EnumSet::empty());

    /// Makes the set of these reasons.
    pub fn of(reasons: &[Reason]) -> Self {
        Self(reasons.iter().copied().collect())
    }

    /// Returns the set with this reason added.
    #[must_use]
    pub fn and(self, reason: Reason) -> Self {
        Self(self.0 | reason)
    }

    /// Returns the set without this reason.
    #[must_use]
    pub fn without(self, reason: Reason) -> Self {
        Self(self.0 - reason)
    }

    /// Returns whether this reason is in the set.
    pub fn has(self, reason: Reason) -> bool {
        self.0.contains(reason)
    }

    /// Returns whether there are no reasons.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the reasons in the order in which people read them.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        self.0.iter()
    }
}

impl fmt::Display for Reasons {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.iter().map(Reason::word).collect::<Vec<_>>().join(" "))
    }
}

impl From<Reasons> for String {
    fn from(reasons: Reasons) -> Self {
        reasons.to_string()
    }
}

impl From<String> for Reasons {
    /// Parses the text of a set. Words of later versions are left out, because they explain and decide nothing.
    fn from(words: String) -> Self {
        Self(words.split(' ').filter_map(|word| word.parse::<Reason>().ok()).collect())
    }
}
