//! The identifiers of tickets, accounts, devices and apps, the codes that people type, and the hashes of
//! secrets. Random bytes are arguments, and of a secret there is only its hash.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::{Builder, Uuid};

/// The id of a ticket. It is public and gives no access by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketId(Uuid);

impl TicketId {
    /// Makes a new id out of random bytes (UUID version 4).
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(Builder::from_random_bytes(bytes).into_uuid())
    }

    /// Returns the sixteen bytes of the id.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// Makes the id of a ticket again from the sixteen bytes that [`as_bytes`](Self::as_bytes) returned.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(out)
    }
}

impl FromStr for TicketId {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        Uuid::try_parse(text).map(Self).map_err(|_| NotACode::Malformed)
    }
}

/// Defines the id of something that the records have: sixteen bytes, which pages, logs and the command line write as a
/// UUID.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Makes a new id out of bytes that are random, or derived from a secret (UUID version 4).
            pub fn from_random(bytes: [u8; 16]) -> Self {
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }

            /// Returns the sixteen bytes of the id, as a database stores them.
            pub fn as_bytes(&self) -> &[u8] {
                self.0.as_bytes()
            }

            /// Makes the id again from the bytes of a database; `None` if they are not sixteen.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                uuid::Uuid::from_slice(bytes).ok().map(Self)
            }

            /// Parses the id as pages, logs and the command line write it; `None` if the text is not a UUID.
            pub fn parse(text: &str) -> Option<Self> {
                uuid::Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(out)
            }
        }
    };
}

pub(crate) use uuid_id;

uuid_id! {
    /// The id of an account inside Tessera. Pages do not show it, and apps do not get it: an app knows the account
    /// by a subject identifier.
    AccountId
}

/// The id by which a device is recognised at an account to which the device signed in before. A device has
/// another id at each account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeviceId(pub [u8; 16]);

/// The SHA-256 of a session's token. The server recognises the token by it, but it cannot be used as the token.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SessionTokenHash(pub [u8; 32]);

impl fmt::Debug for SessionTokenHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SessionTokenHash")
    }
}

/// The client id of an app: its public name in the protocols. Its text is as long as a WeChat `appid`, so that it fits
/// into a database column made for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppId([u8; 8]);

impl AppId {
    const PREFIX: &str = "ts";

    /// Makes a new id out of random bytes.
    pub fn from_random(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", Self::PREFIX, HEXLOWER.encode(&self.0))
    }
}

impl FromStr for AppId {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let hex = text.strip_prefix(Self::PREFIX).ok_or(NotACode::Malformed)?;
        let bytes = HEXLOWER.decode(hex.as_bytes()).map_err(|_| NotACode::Malformed)?;
        bytes.try_into().map(Self).map_err(|_| NotACode::Malformed)
    }
}

/// The number of a ticket's code: 0 for the first code, and one more with each renewal of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Round(pub u8);

impl Round {
    /// Returns the round of the next code; `None` if this is the last one, number 255.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

/// Why a text is not a code, an id or a key of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotACode {
    /// The text does not have the form of such a code, id or key.
    #[error("this is not a code")]
    Malformed,
    /// The text has the form of a scan code, but its tag is wrong, so this server did not make it.
    #[error("this code was not made by this server")]
    Forged,
}

/// The letters of a typed code: no vowels, so that no words arise (RFC 8628 §6.1).
const USER_CODE_LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// The code of a ticket that a person types instead of scanning the QR code: eight letters, shown as
/// `XXXX-XXXX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "[u8; 8]")]
pub struct UserCode([u8; 8]);

impl UserCode {
    /// Returns the code as a number, in which each letter is one digit of base 20. It has at most 35 bits.
    pub fn as_number(self) -> u64 {
        self.0.iter().fold(0, |number, letter| {
            let digit = (0..20_u8).find(|digit| USER_CODE_LETTERS[usize::from(*digit)] == *letter);
            number * 20 + u64::from(digit.expect("a code has no other letters, however it was made"))
        })
    }

    /// Makes the code again from the number that [`as_number`](Self::as_number) returned.
    pub fn from_number(number: u64) -> Self {
        let mut left = number;
        let mut letters = [0; 8];
        for letter in letters.iter_mut().rev() {
            *letter = USER_CODE_LETTERS[usize::try_from(left % 20).expect("it is below 20")];
            left /= 20;
        }
        Self(letters)
    }

    /// Draws a code from a source of random bytes; each letter is equally likely.
    pub fn draw(mut random_byte: impl FnMut() -> u8) -> Self {
        Self(std::array::from_fn(|_| {
            loop {
                // 240 is the largest multiple of 20 in a byte: higher values would favour some letters.
                let byte = random_byte();
                if byte < 240 {
                    return USER_CODE_LETTERS[usize::from(byte % 20)];
                }
            }
        }))
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, letter) in self.0.iter().enumerate() {
            if at == 4 {
                out.write_str("-")?;
            }
            write!(out, "{}", char::from(*letter))?;
        }
        Ok(())
    }
}

impl FromStr for UserCode {
    type Err = NotACode;

    /// Parses a code as people type it, in any case and width. Characters other than ASCII letters and digits are
    /// ignored (RFC 8628 §6.1). The error is [`NotACode::Malformed`] unless exactly eight letters of typed codes
    /// remain.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let letters = text.chars().map(narrow).filter(char::is_ascii_alphanumeric);
        let typed: Vec<u8> = letters.filter_map(|letter| letter.to_ascii_uppercase().try_into().ok()).collect();
        let letters: [u8; 8] = typed.try_into().map_err(|_| NotACode::Malformed)?;
        Self::try_from(letters)
    }
}

impl TryFrom<[u8; 8]> for UserCode {
    type Error = NotACode;

    fn try_from(letters: [u8; 8]) -> Result<Self, NotACode> {
        if letters.iter().all(|letter| USER_CODE_LETTERS.contains(letter)) {
            Ok(Self(letters))
        } else {
            Err(NotACode::Malformed)
        }
    }
}

/// Returns the ASCII character of a full-width character of East Asian input methods (U+FF01 to U+FF5E). Any
/// other character is returned unchanged.
pub fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        _ => letter,
    }
}

/// What the claim of a ticket gives. It is fixed when the ticket is made, so that a claim never gives more than
/// the phone was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Purpose {
    /// A session in the browser that shows the code.
    Session = 1,
    /// An authorization code for the app, in a frame of the app's page.
    Frame = 2,
    /// Tokens of the app for a device that shows a code, such as a television (RFC 8628).
    Device = 3,
    /// An authorization code for the app, for a program that draws the login page itself, as with WeChat.
    Program = 4,
    /// A session in the phone that opens the code, which a signed-in browser shows.
    Transfer = 5,
}

impl Purpose {
    /// Returns whether a claim of this purpose opens a session of this site.
    pub fn opens_session(self) -> bool {
        matches!(self, Self::Session | Self::Transfer)
    }
}

/// The identity of one attempt to claim a ticket, or to change a password: 16 bytes. A request that repeats the
/// attempt, because its answer was lost, gets the same result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attempt([u8; 16]);

impl Attempt {
    /// Makes an attempt out of 16 random bytes.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Returns the 16 bytes that distinguish this attempt from all others.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl FromStr for Attempt {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotACode::Malformed)?;
        bytes.try_into().map(Self).map_err(|_| NotACode::Malformed)
    }
}

/// The SHA-256 of a claim key and of the purpose of its ticket. The server recognises the key by it, but it
/// cannot be used as the key. A timing attack on its comparison reveals nothing useful: the hashes are of 256
/// random bits, and the client does not choose them.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClaimKeyHash(pub [u8; 32]);

impl fmt::Debug for ClaimKeyHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ClaimKeyHash")
    }
}

/// The SHA-256 of the random id by which accounts know a browser, which it keeps in a cookie.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BrowserHash(pub [u8; 32]);

impl fmt::Debug for BrowserHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("BrowserHash")
    }
}
