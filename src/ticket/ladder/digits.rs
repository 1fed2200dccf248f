//! The numbers and digits that one side of a ticket shows and the other one enters. Only a ticket serialises them, which
//! the stores keep for some minutes, and nothing prints them by accident.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ticket::ids::{NotACode, narrow};

/// Four digits that a phone shows and that are typed into a browser.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digits([u8; 4]);

impl Digits {
    /// How many digits there are.
    const COUNT: u32 = 4;

    /// Makes the last four digits of a number. Of a random number of 64 bits, no digits are preferred noticeably.
    pub fn of(number: u64) -> Self {
        let mut left = number % 10_u64.pow(Self::COUNT);
        Self(std::array::from_fn(|_| {
            let digit = left % 10;
            left /= 10;
            b'0' + u8::try_from(digit).unwrap_or_default()
        }))
    }

    /// Returns the digits as the phone shows them. This is the only function that reveals them.
    pub fn expose(&self) -> String {
        self.0.iter().copied().map(char::from).collect()
    }
}

impl FromStr for Digits {
    type Err = NotACode;

    /// Parses digits as people type them, in any width and with spaces or hyphens between them.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let digits = text.chars().map(narrow).filter(|letter| !matches!(letter, ' ' | '\u{3000}' | '-'));
        let typed: Vec<u8> = digits
            .map(|digit| u8::try_from(digit).ok().filter(u8::is_ascii_digit).ok_or(NotACode::Malformed))
            .collect::<Result<_, _>>()?;
        typed.try_into().map(Self).map_err(|_| NotACode::Malformed)
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Digits")
    }
}

/// A number of two digits, 10 to 99. A browser shows one, and the phone offers three.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Number(u8);

impl Number {
    /// The smallest number of two digits, and how many there are.
    const FIRST: u8 = 10;
    const COUNT: u8 = 90;

    /// Draws three different numbers from a source of random bytes; each is equally likely.
    pub fn draw_three(mut random_byte: impl FnMut() -> u8) -> [Self; 3] {
        let mut drawn: Vec<Self> = Vec::with_capacity(3);
        loop {
            let byte = random_byte();
            // 180 is the largest multiple of 90 in a byte: higher values would favour some numbers.
            let number = Self(Self::FIRST + byte % Self::COUNT);
            if byte < 2 * Self::COUNT && !drawn.contains(&number) {
                drawn.push(number);
            }
            if let [first, second, third] = drawn[..] {
                return [first, second, third];
            }
        }
    }

    /// Returns the number as pages show it. This is the only function that reveals it.
    pub fn expose(self) -> String {
        self.0.to_string()
    }
}

impl FromStr for Number {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let number = text.trim().parse::<u8>().map_err(|_| NotACode::Malformed)?;
        let is_number = (Self::FIRST..Self::FIRST + Self::COUNT).contains(&number);
        if is_number { Ok(Self(number)) } else { Err(NotACode::Malformed) }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Number")
    }
}
