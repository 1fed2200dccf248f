//! Bytes as the frames of a page: however they arrive in parts, the same frames are read, and a reader holds a bounded
//! number of bytes, none of them between two messages. What the server writes is read back once it is masked.
//!
//! The first four bytes are the masking key of what is read back, and also decide where the others are cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera::websocket::frame::{self, MESSAGE_BYTES, Reader, Received, Violation};

const MASKED: u8 = 0x80;
const KEY_BYTES: usize = 4;
/// The most characters of a reader's description: up to five for each byte of a frame and of a message, and the names of
/// its fields.
const DESCRIBED: usize = 5 * (2 * MESSAGE_BYTES + 2 + KEY_BYTES) + 200;

/// Returns whether a reader holds nothing.
fn is_empty(reader: &Reader) -> bool {
    format!("{reader:?}") == format!("{:?}", Reader::default())
}

/// Reads these parts, up to a close or a violation.
fn read<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Received>, Result<(), Violation>) {
    let (mut reader, mut all) = (Reader::default(), Vec::new());
    for part in parts {
        let before = all.len();
        let read = reader.read(part, |received| all.push(received));
        // A frame has six bytes at least, and an earlier part may have brought the beginning of one.
        let most = part.len().div_ceil(2 + KEY_BYTES) + 1;
        assert!(all.len() - before <= most, "{} bytes cannot be so many frames: {all:?}", part.len());
        if read.is_err() || matches!(all.last(), Some(Received::Close(_))) {
            assert!(is_empty(&reader), "{reader:?} at the end of a connection");
            return (all, read);
        }
        assert!(format!("{reader:?}").len() <= DESCRIBED, "more is held than a frame and a message: {reader:?}");
    }
    let last = all.iter().rfind(|received| matches!(received, Received::Part | Received::Text(_) | Received::Binary));
    assert!(last != Some(&Received::Part) || !is_empty(&reader), "a message is forgotten");
    (all, Ok(()))
}

/// Masks a frame of the server, as if a page sent it.
fn masked(mut frame: Vec<u8>, key: [u8; KEY_BYTES]) -> Vec<u8> {
    assert_eq!(frame[1] & MASKED, 0, "the server masks nothing");
    let head = match frame[1] {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    let payload = frame.split_off(head);
    frame[1] |= MASKED;
    frame.extend(key);
    frame.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// Checks that this frame of the server is read as `expected`, and that nothing of it is held afterwards.
fn is_read_back(frame: Vec<u8>, key: [u8; KEY_BYTES], expected: Result<Received, Violation>) {
    let (mut reader, mut all) = (Reader::default(), Vec::new());
    let read = reader.read(&masked(frame, key), |received| all.push(received));
    assert!(is_empty(&reader), "{reader:?} after a whole frame");
    assert_eq!(read.map(|()| all), expected.map(|received| vec![received]));
}

fuzz_target!(|data: &[u8]| {
    let Some((key, bytes)) = data.split_first_chunk::<KEY_BYTES>() else { return };
    let (all, end) = read([bytes]);
    for received in &all {
        let length = match received {
            Received::Text(text) => text.len(),
            Received::Ping(payload) => payload.len(),
            _ => 0,
        };
        assert!(length <= MESSAGE_BYTES, "{received:?}");
    }
    assert_eq!(read(bytes.chunks(1)), (all.clone(), end), "byte by byte");
    let (mut rest, mut parts) = (bytes, Vec::new());
    // Where the key is all zeros, the first of its parts are empty, and then the rest comes in one.
    for size in key.iter().cycle().take(bytes.len()) {
        let (part, after) = rest.split_at(usize::from(*size).min(rest.len()));
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    assert_eq!(read(parts), (all, end), "in parts of {key:?}");

    is_read_back(frame::ping(), *key, Ok(Received::Ping(Vec::new())));
    if bytes.len() <= MESSAGE_BYTES {
        is_read_back(frame::pong(bytes), *key, Ok(Received::Pong));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let is_small = text.len() <= MESSAGE_BYTES;
    let expected = if is_small { Ok(Received::Text(text.to_owned())) } else { Err(Violation::TooBig) };
    is_read_back(frame::text(text), *key, expected);
    if text.len() + 2 <= MESSAGE_BYTES {
        is_read_back(frame::close(None, text), *key, Ok(Received::Close(None)));
        for code in [1000, 1008, 1012, 1013] {
            is_read_back(frame::close(Some(code), text), *key, Ok(Received::Close(Some(code))));
        }
    }
});
