//! What an approval owes, and the answer to it.

use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{CodeEnd, Digits, Number, Reason, Reasons, Rung, Terms, Way};
use crate::ticket::event::Notice;
use crate::ticket::ids::{NotACode, UserCode};
use crate::ticket::refused::Refused;
use crate::ticket::time::Timestamp;

/// The largest number of times that digits or letters may be typed; after the last wrong ones the sign-in is denied.
pub const TRIES: u8 = 3;
/// How long a passkey that was used is fresh enough for an approval.
const PASSKEY_FRESH: Duration = Duration::from_secs(60);

/// What the approval of a scanned ticket owes: the rung, the reasons for it, and what is asked for. The default owes nothing
/// more than the tap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// The rung on which the ticket stands.
    pub rung: Rung,
    /// Why it stands there; empty for the tap.
    pub reasons: Reasons,
    /// What is asked for.
    pub asks: Asks,
    /// Whether a tap would be enough next time if the account remembered the browser.
    #[serde(default)]
    pub offers_remembering: bool,
}

/// What is asked for, with what the two sides show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asks {
    /// The tap alone.
    #[default]
    Tap,
    /// The one of three numbers that the browser shows.
    Number {
        /// The numbers that the phone offers, in ascending order.
        choices: [Number; 3],
        /// The number that the browser shows.
        right: Number,
    },
    /// The digits that the phone shows, typed in the browser. The phone shows them once its person has approved.
    Digits {
        /// The digits.
        digits: Digits,
        /// How many times wrong ones were typed.
        wrong: u8,
        /// The terms on which the phone has approved; `None` before it did.
        pledged: Option<Terms>,
    },
    /// The end of the typed code, typed on the phone.
    CodeEnd {
        /// How many times a wrong one was typed.
        wrong: u8,
    },
    /// A passkey.
    Passkey,
    /// A passkey, which the account does not have.
    MissingPasskey,
    /// Nothing: there is no approval.
    Refused,
}

impl Asks {
    /// Returns the rung whose proof the right answer is. It may be another one than what the ticket stands on, where that
    /// cannot be asked for: apps are told what was done, and not what was wanted.
    fn proves(self) -> Rung {
        match self {
            Self::Tap => Rung::Tap,
            Self::Number { .. } | Self::CodeEnd { .. } => Rung::Number,
            Self::Digits { .. } => Rung::Type,
            Self::Passkey => Rung::Passkey,
            Self::MissingPasskey | Self::Refused => Rung::Refuse,
        }
    }
}

/// What a phone sends with its approval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// Nothing but the tap.
    #[default]
    Tap,
    /// The number that the person chose.
    Number(Number),
    /// That the phone shows the digits which are to be typed in the browser.
    ShowsDigits,
    /// The end of the code, as the person typed it.
    CodeEnd(CodeEnd),
    /// A passkey of the account was used at this time. The caller has verified it.
    Passkey(Timestamp),
}

impl FromStr for Answer {
    type Err = NotACode;

    /// Parses what a form or an app sends: nothing for the tap, `shown` for digits that the phone shows, a number, or the end of
    /// a code.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        match text {
            "" => Ok(Self::Tap),
            "shown" => Ok(Self::ShowsDigits),
            text => text.parse().map(Self::Number).or_else(|_| text.parse().map(Self::CodeEnd)),
        }
    }
}

/// Proof that an approval gave what its ticket owes. Only [`Owed`] makes one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    rung: Rung,
    reasons: Reasons,
}

impl Answered {
    /// The answer of the other direction of a ticket, where the digits of the phone are always typed in the browser.
    pub(in crate::ticket) const OF_AN_OFFER: Self = Self { rung: Rung::Type, reasons: Reasons::NONE };

    /// Returns the rung of what was answered.
    pub fn rung(&self) -> Rung {
        self.rung
    }

    /// Returns the reasons for that rung.
    pub fn reasons(&self) -> Reasons {
        self.reasons
    }
}

/// What came of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It is right.
    Right(Answered, Terms),
    /// The ticket owes this from now on: the phone has approved and shows its digits, or something wrong was typed.
    Owes(Owed),
    /// It is wrong, and there is no other try. The notice says why.
    Lost(Notice),
}

impl Owed {
    /// Makes what is owed on this rung in this way. Numbers and digits are drawn from a source of random bytes.
    pub fn draw(rung: Rung, reasons: Reasons, way: Way, mut random_byte: impl FnMut() -> u8) -> Self {
        let asks = match way {
            Way::Tap => Asks::Tap,
            Way::Number => {
                let mut choices = Number::draw_three(&mut random_byte);
                let right = choices[0];
                choices.sort_unstable();
                Asks::Number { choices, right }
            }
            Way::Digits => {
                let digits = Digits::of((0..8).fold(0, |number, _| number << 8 | u64::from(random_byte())));
                Asks::Digits { digits, wrong: 0, pledged: None }
            }
            Way::CodeEnd => Asks::CodeEnd { wrong: 0 },
            Way::Passkey => Asks::Passkey,
            Way::NeedsPasskey => {
                let reasons = reasons.and(Reason::NoPasskey);
                return Self { rung, reasons, asks: Asks::MissingPasskey, offers_remembering: false };
            }
            Way::Refused => Asks::Refused,
        };
        Self { rung, reasons, asks, offers_remembering: false }
    }

    /// Returns whether there is an answer that approves.
    pub fn is_approvable(self) -> bool {
        !matches!(self.asks, Asks::MissingPasskey | Asks::Refused)
    }

    /// Returns whether a scan by the same account may put `anew` in the place of this: where a passkey was missing, and is not
    /// any more.
    pub(in crate::ticket) fn gives_way_to(self, anew: Self) -> bool {
        self.asks == Asks::MissingPasskey && anew.asks == Asks::Passkey && anew.rung >= self.rung
    }

    /// Judges an approval on these terms with this answer; `code` is the typed code of the ticket.
    ///
    /// # Errors
    /// [`Refused::VerificationRequired`] if it lacks the answer that is owed, or [`Refused::NotApprovable`] if no answer
    /// is enough.
    pub(in crate::ticket) fn judge(
        self,
        answer: Answer,
        terms: Terms,
        code: UserCode,
        now: Timestamp,
    ) -> Result<Judged, Refused> {
        let right = Judged::Right(Answered { rung: self.asks.proves(), reasons: self.reasons }, terms);
        match (self.asks, answer) {
            (Asks::Tap, _) => Ok(right),
            (Asks::Number { right: shown, .. }, Answer::Number(chosen)) => {
                Ok(if chosen == shown { right } else { Judged::Lost(Notice::WrongNumber) })
            }
            (Asks::Digits { digits, wrong, .. }, Answer::ShowsDigits) => {
                let asks = Asks::Digits { digits, wrong, pledged: Some(terms) };
                Ok(Judged::Owes(Self { asks, ..self }))
            }
            (Asks::CodeEnd { .. }, Answer::CodeEnd(typed)) if typed == CodeEnd::of(code) => Ok(right),
            (Asks::CodeEnd { wrong }, Answer::CodeEnd(_)) => {
                Ok(self.typed_wrong(wrong, |wrong| Asks::CodeEnd { wrong }))
            }
            (Asks::Passkey, Answer::Passkey(used)) if !(used + PASSKEY_FRESH).is_over(now) => Ok(right),
            (Asks::MissingPasskey | Asks::Refused, _) => Err(Refused::NotApprovable),
            (Asks::Number { .. } | Asks::Digits { .. } | Asks::CodeEnd { .. } | Asks::Passkey, _) => {
                Err(Refused::VerificationRequired)
            }
        }
    }

    /// Judges digits that were typed in the browser.
    ///
    /// # Errors
    /// [`Refused::NotApproved`] if no digits are asked for, or if the phone has not approved yet.
    pub(in crate::ticket) fn judge_typed(self, typed: Digits) -> Result<Judged, Refused> {
        let Asks::Digits { digits, wrong, pledged: Some(terms) } = self.asks else { return Err(Refused::NotApproved) };
        if typed == digits {
            return Ok(Judged::Right(Answered { rung: self.asks.proves(), reasons: self.reasons }, terms));
        }
        Ok(self.typed_wrong(wrong, |wrong| Asks::Digits { digits, wrong, pledged: Some(terms) }))
    }

    fn typed_wrong(self, wrong: u8, asks: impl FnOnce(u8) -> Asks) -> Judged {
        let wrong = wrong.saturating_add(1);
        if wrong < TRIES { Judged::Owes(Self { asks: asks(wrong), ..self }) } else { Judged::Lost(Notice::WrongTyped) }
    }
}
