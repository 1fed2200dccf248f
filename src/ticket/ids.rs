//! What names a ticket and what opens it. Randomness comes in as bytes; plain secrets and their stored hashes
//! are different types, and neither prints nor serialises by accident.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::{constant_time, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::{Builder, Uuid};

use crate::crypto::hash::{sha256, sha256_half};

/// A ticket's name. Public: it opens nothing by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketId(Uuid);

impl TicketId {
    /// A fresh name (UUID version 4).
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(Builder::from_random_bytes(bytes).into_uuid())
    }

    /// The sixteen bytes of the name.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
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

/// An account's name inside Tessera; never shown to a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(Uuid);

impl AccountId {
    /// A fresh name (UUID version 4).
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(Builder::from_random_bytes(bytes).into_uuid())
    }

    /// The bytes as a database keeps them.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The id that a database kept; `None` if these are not sixteen bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Uuid::from_slice(bytes).ok().map(Self)
    }

    /// The id that a log has; `None` if this is none.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// A device that signed in as an account before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeviceId(pub [u8; 16]);

/// SHA-256 of a session's token: recognises it, opens nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SessionTokenHash(pub [u8; 32]);

impl fmt::Debug for SessionTokenHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SessionTokenHash")
    }
}

/// An app's public name in the protocols. As long as an `appid` of WeChat's, for whoever has a column for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppId([u8; 8]);

impl AppId {
    const PREFIX: &str = "ts";

    /// A fresh name.
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

/// Which of a ticket's codes: a page renews its code, and each renewal counts one up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Round(pub u8);

impl Round {
    /// The round after this one; `None` once a ticket has been renewed 255 times.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

/// Why a text is not a code of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotACode {
    /// It does not have the shape of a code.
    #[error("this is not a code")]
    Malformed,
    /// It has the shape, but this server never made it.
    #[error("this code was not made by this server")]
    Forged,
}

/// The server's key that makes and checks the verification tag of a scan code.
pub struct CodeKey(hmac::Key);

impl CodeKey {
    /// A key out of 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }
}

impl fmt::Debug for CodeKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CodeKey")
    }
}

/// What the QR carries: which ticket, which of its codes, and proof that this server made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScanCode {
    /// The ticket.
    pub ticket: TicketId,
    /// Which of the ticket's codes.
    pub round: Round,
}

/// Eight bytes of HMAC-SHA256: with the 122 random bits of the id, far over the 128 bits of ASVS 11.5.1.
const TAG_LEN: usize = 8;
const BODY_LEN: usize = 17;

impl ScanCode {
    /// Characters of the text form: 25 bytes are exactly 40 letters and digits, with no padding bits to vary.
    pub const TEXT_LEN: usize = 40;

    fn body(&self) -> [u8; BODY_LEN] {
        let mut body = [0; BODY_LEN];
        body[..16].copy_from_slice(self.ticket.as_bytes());
        body[16] = self.round.0;
        body
    }

    /// The text form: base32 in upper case, which a QR packs in its alphanumeric mode.
    pub fn encode(&self, key: &CodeKey) -> String {
        let body = self.body();
        let tag = hmac::sign(&key.0, &body);
        BASE32_NOPAD.encode(&[&body[..], &tag.as_ref()[..TAG_LEN]].concat())
    }

    /// Reads the text form in either case and checks its tag, without asking any store.
    pub fn parse(text: &str, key: &CodeKey) -> Result<Self, NotACode> {
        if text.len() != Self::TEXT_LEN {
            return Err(NotACode::Malformed);
        }
        let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).map_err(|_| NotACode::Malformed)?;
        let (body, tag) = bytes.split_at(BODY_LEN);
        let expected = hmac::sign(&key.0, body);
        constant_time::verify_slices_are_equal(&expected.as_ref()[..TAG_LEN], tag).map_err(|_| NotACode::Forged)?;
        let id = Uuid::from_slice(&body[..16]).map_err(|_| NotACode::Malformed)?;
        Ok(Self { ticket: TicketId(id), round: Round(body[16]) })
    }
}

/// The letters of a typed code: no vowels, so no words (RFC 8628 §6.1).
const USER_CODE_LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// The code for typing: eight letters, shown as `XXXX-XXXX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserCode([u8; 8]);

impl UserCode {
    /// Draws a code from a source of random bytes, each letter equally likely.
    pub fn draw(mut random_byte: impl FnMut() -> u8) -> Self {
        Self(std::array::from_fn(|_| {
            loop {
                // 240 is the largest multiple of 20 in a byte: what lies above would favour some letters.
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

    /// Forgiving, as people type: any case and width, and whatever stands between the letters (RFC 8628 §6.1).
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let letters = text.chars().map(narrow).filter(char::is_ascii_alphanumeric);
        let typed: Vec<u8> = letters.filter_map(|letter| letter.to_ascii_uppercase().try_into().ok()).collect();
        let letters: [u8; 8] = typed.try_into().map_err(|_| NotACode::Malformed)?;
        if letters.iter().all(|letter| USER_CODE_LETTERS.contains(letter)) {
            Ok(Self(letters))
        } else {
            Err(NotACode::Malformed)
        }
    }
}

/// Input methods of East Asian languages make letters as wide as an ideograph: U+FF01 to U+FF5E are those of ASCII.
fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        _ => letter,
    }
}

/// What the claim of a ticket gives. It is part of the ticket, so that no claim key opens more than the phone was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Purpose {
    /// A session in the browser that shows the code.
    Session = 1,
    /// A code for the app, in a frame of its own page.
    Frame = 2,
    /// Tokens for a device of the app.
    Device = 3,
    /// A code for a program that draws its own page.
    Program = 4,
}

/// The browser's secret for its tickets, kept in its cookie: whoever shows it may watch and claim.
#[derive(Clone)]
pub struct ClaimKey([u8; 32]);

impl ClaimKey {
    /// A key out of 32 random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What the ticket keeps. The purpose is part of it, so that a key opens nothing by a way that it was not made for.
    pub fn hash(&self, purpose: Purpose) -> ClaimKeyHash {
        ClaimKeyHash(sha256(&[&[purpose as u8], &self.0]))
    }

    /// The text for the cookie: the one place where the secret leaves.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl FromStr for ClaimKey {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotACode::Malformed)?;
        bytes.try_into().map(Self).map_err(|_| NotACode::Malformed)
    }
}

impl fmt::Debug for ClaimKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ClaimKey")
    }
}

/// A ticket and its claim key in one text, for whoever keeps no cookies: a device, a program.
#[derive(Debug)]
pub struct TicketSecret {
    /// The ticket.
    pub ticket: TicketId,
    /// What opens it.
    pub key: ClaimKey,
}

impl TicketSecret {
    /// The text: the one place where the secret leaves.
    pub fn expose(&self) -> String {
        format!("{}.{}", URL_SAFE_NO_PAD.encode(self.ticket.as_bytes()), self.key.expose())
    }

    /// The attempt to claim of whoever holds it. They keep nothing else, so each time it is the same one.
    pub fn attempt(&self) -> Attempt {
        Attempt(sha256_half(&[b"attempt", &self.key.0]))
    }
}

impl FromStr for TicketSecret {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let (ticket, key) = text.split_once('.').ok_or(NotACode::Malformed)?;
        let bytes = URL_SAFE_NO_PAD.decode(ticket).map_err(|_| NotACode::Malformed)?;
        let bytes: [u8; 16] = bytes.try_into().map_err(|_| NotACode::Malformed)?;
        Ok(Self { ticket: TicketId(Uuid::from_bytes(bytes)), key: key.parse()? })
    }
}

/// One try of a page to claim: whoever repeats it, because the answer was lost on the way, gets the same answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attempt([u8; 16]);

impl Attempt {
    /// An attempt out of 16 random bytes.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes that distinguish it.
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

/// SHA-256 of a claim key: recognises the key, opens nothing.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClaimKeyHash([u8; 32]);

impl PartialEq for ClaimKeyHash {
    fn eq(&self, other: &Self) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl Eq for ClaimKeyHash {}

impl fmt::Debug for ClaimKeyHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ClaimKeyHash")
    }
}
