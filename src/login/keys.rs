//! The secrets of a ticket: the code that a phone scans, and the key with which a browser claims. Randomness is an
//! argument, and no secret may be printed or serialised by accident.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::{constant_time, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use data_encoding::BASE32_NOPAD;

use crate::crypto::base64url;
use crate::crypto::hash::{sha256, sha256_half};
use crate::ticket::ids::{Attempt, ClaimKeyHash, NotACode, Purpose, Round, TicketId};
use crate::ticket::ladder::Digits;

/// The server's HMAC key that makes and checks the tag of a scan code.
pub struct CodeKey(hmac::Key);

impl CodeKey {
    /// Makes the HMAC key from 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }
}

impl CodeKey {
    /// Derives the digits that the phone shows that took this ticket with this claim key. The code key and the random id
    /// of the ticket make them unpredictable.
    pub fn digits(&self, ticket: TicketId, taker: ClaimKeyHash) -> Digits {
        let tag = hmac::sign(&self.0, &[&b"digits"[..], ticket.as_bytes(), &taker.0].concat());
        Digits::of(tag.as_ref().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

impl fmt::Debug for CodeKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CodeKey")
    }
}

/// The content of a QR code: a ticket and the round of its code. Its text form also has a tag, which proves
/// that this server made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScanCode {
    /// The id of the ticket.
    pub ticket: TicketId,
    /// The round of the code: 0 for the first code of the ticket, and one more for each renewal.
    pub round: Round,
}

/// Number of bytes of the tag of a scan code, a truncated HMAC-SHA256. With the 122 random bits of the ticket's
/// id, a scan code has far more than the 128 bits of ASVS 11.5.1.
const TAG_LEN: usize = 8;
const BODY_LEN: usize = 17;

impl ScanCode {
    /// Number of characters of a scan code's text form: 25 bytes are exactly 40 characters of base32, without
    /// padding bits that could vary.
    pub const TEXT_LEN: usize = 40;

    fn body(&self) -> [u8; BODY_LEN] {
        let mut body = [0; BODY_LEN];
        body[..16].copy_from_slice(self.ticket.as_bytes());
        body[16] = self.round.0;
        body
    }

    /// Returns the text form of the scan code, which includes its tag: base32 in upper case, which a QR code
    /// packs in its alphanumeric mode.
    pub fn encode(&self, key: &CodeKey) -> String {
        let body = self.body();
        let tag = hmac::sign(&key.0, &body);
        BASE32_NOPAD.encode(&[&body[..], &tag.as_ref()[..TAG_LEN]].concat())
    }

    /// Parses the text form of a scan code, in upper or lower case, and checks its tag, without asking any store.
    /// The error is [`NotACode::Malformed`], or [`NotACode::Forged`] if only the tag is wrong.
    pub fn parse(text: &str, key: &CodeKey) -> Result<Self, NotACode> {
        if text.len() != Self::TEXT_LEN {
            return Err(NotACode::Malformed);
        }
        let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).map_err(|_| NotACode::Malformed)?;
        let (body, tag) = bytes.split_at(BODY_LEN);
        let expected = hmac::sign(&key.0, body);
        constant_time::verify_slices_are_equal(&expected.as_ref()[..TAG_LEN], tag).map_err(|_| NotACode::Forged)?;
        let id = body[..16].try_into().map_err(|_| NotACode::Malformed)?;
        Ok(Self { ticket: TicketId::from_bytes(id), round: Round(body[16]) })
    }
}

/// The browser's secret for its tickets, kept in its cookie: a request that presents it may watch, renew,
/// cancel and claim them.
#[derive(Clone)]
pub struct ClaimKey([u8; 32]);

impl ClaimKey {
    /// Makes a claim key from these 32 bytes, which must be random.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the hash by which a ticket of this purpose stores the key. It includes the purpose, so that a key
    /// cannot claim a ticket of another purpose.
    pub fn hash(&self, purpose: Purpose) -> ClaimKeyHash {
        ClaimKeyHash(sha256(&[&[purpose as u8], &self.0]))
    }

    /// Returns the key in base64url, as the cookie has it. This is the only function that reveals the secret.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl FromStr for ClaimKey {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        base64url::decode(text).map(Self).ok_or(NotACode::Malformed)
    }
}

impl fmt::Debug for ClaimKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ClaimKey")
    }
}

/// A ticket and its claim key in one text, for clients without cookies: a device, or a program that draws the
/// login page itself.
#[derive(Debug)]
pub struct TicketSecret {
    /// The id of the ticket.
    pub ticket: TicketId,
    /// The claim key.
    pub key: ClaimKey,
}

impl TicketSecret {
    /// Returns the ticket's id and the claim key in one text, separated by a dot. This is the only function that
    /// reveals the secret.
    pub fn expose(&self) -> String {
        format!("{}.{}", URL_SAFE_NO_PAD.encode(self.ticket.as_bytes()), self.key.expose())
    }

    /// Returns the id of the attempt with which this client claims its ticket. It is derived from the claim key,
    /// so that a client that keeps only this text always repeats the same attempt.
    pub fn attempt(&self) -> Attempt {
        Attempt::from_random(sha256_half(&[b"attempt", &self.key.0]))
    }
}

impl FromStr for TicketSecret {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let (ticket, key) = text.split_once('.').ok_or(NotACode::Malformed)?;
        let bytes = base64url::decode(ticket).ok_or(NotACode::Malformed)?;
        Ok(Self { ticket: TicketId::from_bytes(bytes), key: key.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{CodeKey, ScanCode};
    use crate::crypto::random::random;
    use crate::ticket::ids::{NotACode, Round, TicketId};

    #[test]
    fn sec_01_a_scan_code_is_random_tagged_and_never_repeats() {
        const DRAWN: u32 = 100_000;
        let key = CodeKey::new(&[7; 32]);
        let mut seen = HashSet::new();
        let mut ones = vec![0_u32; 128];
        for _ in 0..DRAWN {
            let code = ScanCode { ticket: TicketId::from_random(random()), round: Round(0) };
            let text = code.encode(&key);
            assert_eq!(text.len(), ScanCode::TEXT_LEN);
            for (bit, count) in ones.iter_mut().enumerate() {
                *count += u32::from(code.ticket.as_bytes()[bit / 8] >> (bit % 8) & 1);
            }
            assert!(seen.insert(text), "a code repeated");
        }
        // A version 4 UUID fixes six bits; each of the other 122 is random. Six sigma of 100,000 draws is 950.
        let fair = ones.iter().filter(|count| count.abs_diff(DRAWN / 2) < 950).count();
        assert_eq!(fair, 122, "together with the 64 bits of the tag, over 128 (ASVS 11.5.1)");

        let code = ScanCode { ticket: TicketId::from_random(random()), round: Round(3) };
        let text = code.encode(&key);
        assert_eq!(ScanCode::parse(&text, &key), Ok(code));
        assert_eq!(ScanCode::parse(&text.to_lowercase(), &key), Ok(code));
        assert_eq!(ScanCode::parse(&text, &CodeKey::new(&[8; 32])), Err(NotACode::Forged));
        for at in 0..text.len() {
            let mut forged = text.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).expect("letters");
            assert_eq!(ScanCode::parse(&forged, &key), Err(NotACode::Forged), "one letter changed at {at}");
        }
        for malformed in ["", "A", &text[1..], &format!("{text}A"), &text.replace(|_: char| true, "1"), &"é".repeat(20)]
        {
            assert_eq!(ScanCode::parse(malformed, &key), Err(NotACode::Malformed), "{malformed:?}");
        }
    }
}
