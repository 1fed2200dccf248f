//! The file of an export: a first line of JSON with the public keys, then one signed line each. It is read line by line, so
//! that a file of any length takes bounded memory.

use std::io::{self, BufRead, Read as _};

use jsonwebtoken::jwk::JwkSet;
use serde::{Deserialize, Serialize};

use super::public_keys::PublicKeys;
use super::verifier::{KeysOf, Verdict, Verifier};
use crate::ticket::ids::AccountId;

/// The largest number of bytes of a line. The lines that a server writes are far shorter.
const LINE_BYTES: usize = 64 * 1024;

/// The first line of a file. It is not signed: what it says is compared with the signed lines.
#[derive(Debug, Serialize, Deserialize)]
pub struct Begin {
    /// The version of the format, which is 1.
    #[serde(rename = "tessera_receipts")]
    pub version: u32,
    /// The origin of the site.
    pub site: String,
    /// The account.
    pub account: AccountId,
    /// The public keys with which the lines can be checked.
    pub keys: JwkSet,
}

impl Begin {
    /// Returns the line with its end.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("texts and keys are JSON") + "\n"
    }
}

/// Checks a file with these keys, or with those of its first line if there are none. `head` is the head that a phone
/// remembers.
///
/// # Errors
/// The file cannot be read to its end.
pub fn verify(mut file: impl BufRead, keys: Option<PublicKeys>, head: Option<&str>) -> io::Result<Verdict> {
    let mut line = Vec::new();
    let mut next = next_line(&mut file, &mut line)?;
    let begin = serde_json::from_slice::<Begin>(&line).ok().filter(|begin| begin.version == 1);
    let (keys, keys_of) = match (keys, &begin) {
        (Some(keys), _) => (keys, KeysOf::Caller),
        (None, Some(begin)) => (PublicKeys::of(&begin.keys), KeysOf::File),
        (None, None) => (PublicKeys::default(), KeysOf::File),
    };
    let mut verifier = Verifier::new(keys, keys_of, head);
    if let Some(begin) = begin {
        verifier.begin(begin.account);
        next = next_line(&mut file, &mut line)?;
    }
    loop {
        match next {
            Next::Line => verifier.line(std::str::from_utf8(&line).ok()),
            Next::TooLong => verifier.line(None),
            Next::End => return Ok(verifier.end()),
        }
        next = next_line(&mut file, &mut line)?;
    }
}

/// What was read of a file.
enum Next {
    /// A line.
    Line,
    /// A line of more than [`LINE_BYTES`], which was read past.
    TooLong,
    /// Nothing: the file is over.
    End,
}

/// Reads the next line into `line`, without its end.
fn next_line(file: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Next> {
    line.clear();
    let limit = u64::try_from(LINE_BYTES).unwrap_or(u64::MAX);
    if file.take(limit).read_until(b'\n', line)? == 0 {
        return Ok(Next::End);
    }
    if line.ends_with(b"\n") {
        line.pop();
        if line.ends_with(b"\r") {
            line.pop();
        }
        return Ok(Next::Line);
    }
    if line.len() < LINE_BYTES {
        return Ok(Next::Line);
    }
    line.clear();
    // The rest of the line is dropped as it comes.
    loop {
        let read = file.fill_buf()?;
        let end = read.iter().position(|byte| *byte == b'\n');
        let (used, is_over) = (end.map_or(read.len(), |at| at + 1), end.is_some() || read.is_empty());
        file.consume(used);
        if is_over {
            return Ok(Next::TooLong);
        }
    }
}
