//! The rungs of the ladder, and the ways to stand on one.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// How much an approval asks of the phone. A later rung asks for more.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Rung {
    /// A tap on Approve.
    #[default]
    Tap,
    /// The phone chooses the one of three numbers that the browser shows.
    Number,
    /// Four digits that the phone shows are typed in the browser (RFC 10027 §6.1.16).
    Type,
    /// A passkey that was used no longer than a minute ago.
    Passkey,
    /// There is no approval.
    Refuse,
}

impl Rung {
    /// The rungs that an app may ask for: all on which there is an approval.
    pub const APPROVABLE: [Self; 4] = [Self::Tap, Self::Number, Self::Type, Self::Passkey];

    /// Returns the word for the rung in settings, in lines of activity and in tokens.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns the way in which a person stands on this rung. `shows` is what the asking side can do, and `passkey` is
    /// whether the person has a passkey. What cannot be asked for is never left out: something else is asked that proves at
    /// least as much, or there is no approval.
    pub fn way(self, shows: AskingSide, passkey: HasPasskey) -> Way {
        match (self, shows, passkey) {
            (Self::Tap, ..) => Way::Tap,
            (Self::Refuse, ..) | (_, AskingSide::Picture, HasPasskey::NowhereHere) => Way::Refused,
            (Self::Number, AskingSide::Page, _) => Way::Number,
            (Self::Type, AskingSide::Page, _) | (Self::Passkey, AskingSide::Page, HasPasskey::NowhereHere) => {
                Way::Digits
            }
            (Self::Number | Self::Type, AskingSide::Code, _)
            | (Self::Passkey, AskingSide::Code, HasPasskey::NowhereHere) => Way::CodeEnd,
            (Self::Passkey, _, HasPasskey::Yes) | (_, AskingSide::Picture, HasPasskey::Yes) => Way::Passkey,
            (Self::Passkey, _, HasPasskey::No) | (_, AskingSide::Picture, HasPasskey::No) => Way::NeedsPasskey,
        }
    }
}

/// What the side that asks for a sign-in can do with a number or digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskingSide {
    /// A page of this server, also in a frame: it shows a number and takes digits.
    Page,
    /// A device that shows the typed code beside the QR code, and nothing else.
    Code,
    /// A program that shows the QR code alone.
    Picture,
}

/// Whether a person can use a passkey here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HasPasskey {
    /// Their account has one.
    Yes,
    /// Their account has none.
    No,
    /// This site can have no passkeys, for example because it is reached at an IP address. The most that can be asked for is
    /// what is typed.
    NowhereHere,
}

/// The way in which an approval is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The phone taps Approve.
    Tap,
    /// The phone chooses the number that the browser shows.
    Number,
    /// The browser types the digits that the phone shows.
    Digits,
    /// The phone types the end of the code that is shown beside the QR code.
    CodeEnd,
    /// The phone uses a passkey.
    Passkey,
    /// A passkey is needed, and the account has none.
    NeedsPasskey,
    /// There is no approval.
    Refused,
}
