//! The rules of RFC 6455 §5, each with the close code of its violation.

use super::*;

const KEY: [u8; KEY_BYTES] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame as a client sends it: the first byte, a length in its shortest form, the mask, the payload.
fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = written(0, payload);
    let head = frame.len() - payload.len();
    frame[0] = first;
    frame[1] |= MASKED;
    frame.truncate(head);
    frame.extend(KEY);
    frame.extend(payload.iter().zip(KEY.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

fn read_in(parts: impl IntoIterator<Item = Vec<u8>>) -> (Vec<Received>, Result<(), Violation>) {
    let (mut reader, mut all) = (Reader::default(), Vec::new());
    for part in parts {
        if let Err(violation) = reader.read(&part, |one| all.push(one)) {
            return (all, Err(violation));
        }
    }
    (all, Ok(()))
}

/// Several frames, one after the other.
fn series<const N: usize>(frames: &[Vec<u8>; N]) -> Vec<u8> {
    frames.concat()
}

#[test]
fn the_examples_of_rfc_6455_section_5_7_are_read_and_written() {
    let hello = vec![0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
    assert_eq!(read_in([hello]), (vec![Received::Text("Hello".to_owned())], Ok(())));
    let pong_of_hello = vec![0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
    assert_eq!(read_in([pong_of_hello]), (vec![Received::Pong], Ok(())));
    let (parts, fragments) = ([masked(TEXT, b"Hel"), masked(FIN | CONTINUATION, b"lo")], [0x01, 0x80]);
    assert_eq!([parts[0][0], parts[1][0]], fragments);
    assert_eq!(read_in(parts), (vec![Received::Part, Received::Text("Hello".to_owned())], Ok(())));
    assert_eq!(text("Hello"), [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]);
    assert_eq!(written(PING, b"Hello"), [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]);
    assert_eq!(pong(b"Hello"), [0x8a, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]);
    assert_eq!(written(BINARY, &[0; 256])[..4], [0x82, 0x7e, 0x01, 0x00]);
    assert_eq!(written(BINARY, &vec![0; 65_536])[..10], [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn what_the_server_sends_is_whole_is_not_masked_and_has_its_length_in_the_shortest_form() {
    let heads: [(usize, &[u8]); 7] = [
        (0, &[0]),
        (1, &[1]),
        (125, &[125]),
        (126, &[126, 0, 126]),
        (65_535, &[126, 0xff, 0xff]),
        (65_536, &[127, 0, 0, 0, 0, 0, 1, 0, 0]),
        (65_537, &[127, 0, 0, 0, 0, 0, 1, 0, 1]),
    ];
    for (bytes, length) in heads {
        let content = "x".repeat(bytes);
        assert_eq!(text(&content), [&[0x81], length, content.as_bytes()].concat(), "{bytes} bytes");
        assert_eq!(length[0] & MASKED, 0);
    }
    assert_eq!(text("\u{20ac}"), [0x81, 3, 0xe2, 0x82, 0xac], "a length counts bytes");
    assert_eq!(ping(), [0x89, 0]);
    assert_eq!(pong(b""), [0x8a, 0]);
    assert_eq!(pong(&[b'x'; MESSAGE_BYTES])[..2], [0x8a, 125]);
    assert_eq!(close(Some(1000), ""), [0x88, 2, 0x03, 0xe8]);
    assert_eq!(close(Some(1013), "later"), [0x88, 7, 0x03, 0xf5, b'l', b'a', b't', b'e', b'r']);
    // §5.5.1: a reason follows a code, so there is none without one.
    assert_eq!(close(None, "later"), [0x88, 0]);
}

#[test]
fn each_frame_is_unmasked_by_its_own_key() {
    let payload: Vec<u8> = (b'a'..=b'z').cycle().take(MESSAGE_BYTES).collect();
    for key in [[0; KEY_BYTES], [0xff; KEY_BYTES], [1, 2, 4, 8], [0x80, 0, 0, 1]] {
        for bytes in [0, 1, 3, 4, 5, MESSAGE_BYTES] {
            let hidden = payload[..bytes].iter().zip(key.iter().cycle()).map(|(byte, mask)| byte ^ mask);
            let length = u8::try_from(bytes).expect("short");
            let mut frame = vec![FIN | PING, MASKED | length];
            frame.extend(key);
            frame.extend(hidden);
            // The next frame has another key.
            let both = series(&[frame, masked(FIN | TEXT, b"next")]);
            let expected = vec![Received::Ping(payload[..bytes].to_vec()), Received::Text("next".to_owned())];
            assert_eq!(read_in([both]), (expected, Ok(())), "{bytes} bytes");
        }
    }
}

#[test]
fn frames_are_read_alike_however_they_are_cut() {
    let all: Vec<u8> = [
        masked(TEXT, "né".as_bytes()),
        masked(FIN | PING, b"between"),
        masked(CONTINUATION, b""),
        masked(FIN | CONTINUATION, b"w"),
        masked(FIN | BINARY, &[0; MESSAGE_BYTES]),
        masked(FIN | PONG, b""),
        masked(FIN | CLOSE, &[0x03, 0xe8, b'b', b'y', b'e']),
    ]
    .concat();
    let expected = vec![
        Received::Part,
        Received::Ping(b"between".to_vec()),
        Received::Part,
        Received::Text("néw".to_owned()),
        Received::Binary,
        Received::Pong,
        Received::Close(Some(1000)),
    ];
    for size in 1..=all.len() {
        let parts = all.chunks(size).map(<[u8]>::to_vec);
        assert_eq!(read_in(parts), (expected.clone(), Ok(())), "in parts of {size}");
    }
    for at in 0..all.len() {
        let (before, after) = all.split_at(at);
        assert_eq!(read_in([before.to_vec(), Vec::new(), after.to_vec()]), (expected.clone(), Ok(())), "cut at {at}");
    }
}

#[test]
fn what_rfc_6455_allows_is_read_as_it_is_meant() {
    let whole = |content: &str| Received::Text(content.to_owned());
    let full = [b'x'; MESSAGE_BYTES];
    let cases: Vec<(&str, Vec<u8>, Vec<Received>)> = vec![
        ("§5.4 a text without content", masked(FIN | TEXT, b""), vec![whole("")]),
        (
            "§5.4 fragments without content",
            series(&[masked(TEXT, b""), masked(CONTINUATION, b""), masked(FIN, b"")]),
            vec![Received::Part, Received::Part, whole("")],
        ),
        ("§5.4 a binary message in fragments", series(&[masked(BINARY, &[0xff]), masked(FIN, &[0xff])]), {
            vec![Received::Part, Received::Binary]
        }),
        (
            "§5.4 control frames of each kind inside a message",
            series(&[masked(TEXT, b"a"), masked(FIN | PONG, b""), masked(FIN | PING, b"p"), masked(FIN, b"b")]),
            vec![Received::Part, Received::Pong, Received::Ping(b"p".to_vec()), whole("ab")],
        ),
        (
            "§5.4 a close inside a message",
            series(&[masked(TEXT, b"a"), masked(FIN | CLOSE, b"")]),
            vec![Received::Part, Received::Close(None)],
        ),
        (
            "§5.4 a message after a message in fragments",
            series(&[masked(TEXT, b"a"), masked(FIN, b"b"), masked(FIN | TEXT, b"c")]),
            vec![Received::Part, whole("ab"), whole("c")],
        ),
        (
            "§5.5 control frames of 125 bytes",
            series(&[masked(FIN | PING, &full), masked(FIN | PONG, &full)]),
            vec![Received::Ping(full.to_vec()), Received::Pong],
        ),
        (
            "§5.5.1 a close of 125 bytes",
            masked(FIN | CLOSE, &[&[0x03, 0xe9][..], &full[2..]].concat()),
            vec![Received::Close(Some(1001))],
        ),
        ("§5.5.3 a pong to no ping", masked(FIN | PONG, b"what"), vec![Received::Pong]),
        ("§5.6 any bytes in a binary message", masked(FIN | BINARY, &[0xc3, 0x28]), vec![Received::Binary]),
        ("125 bytes", masked(FIN | TEXT, &full), vec![whole(&"x".repeat(125))]),
        (
            "125 bytes in fragments",
            series(&[masked(TEXT, &full[..100]), masked(FIN, &full[100..])]),
            vec![Received::Part, whole(&"x".repeat(125))],
        ),
        (
            "§8.1 a text whose fragments end inside a character",
            series(&[masked(TEXT, &[0xf0, 0x9f]), masked(CONTINUATION, &[0x8d]), masked(FIN, &[0x8b])]),
            vec![Received::Part, Received::Part, whole("\u{1f34b}")],
        ),
    ];
    for (what, bytes, expected) in cases {
        for size in [1, 2, 3, bytes.len()] {
            let parts = bytes.chunks(size).map(<[u8]>::to_vec);
            assert_eq!(read_in(parts), (expected.clone(), Ok(())), "{what}, in parts of {size}");
        }
    }
}

#[test]
fn each_rule_that_is_broken_ends_with_its_close_code() {
    let close = |code: u16, reason: &[u8]| masked(FIN | CLOSE, &[&code.to_be_bytes(), reason].concat());
    let with_length = |first: u8, length: &[u8]| [&[first], length, &KEY[..]].concat();
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("§5.1 a text without a mask", text("x"), 1002),
        ("§5.1 an empty text without a mask", text(""), 1002),
        ("§5.1 a ping without a mask", ping(), 1002),
        ("§5.1 a pong without a mask", pong(b""), 1002),
        ("§5.1 a close without a mask", super::close(Some(1000), ""), 1002),
        ("§5.1 a continuation without a mask", series(&[masked(TEXT, b""), written(CONTINUATION, b"")]), 1002),
        ("§5.2 no bytes in the form of 16 bits", with_length(FIN | TEXT, &[0xfe, 0, 0]), 1002),
        ("§5.2 125 bytes in the form of 16 bits", with_length(FIN | TEXT, &[0xfe, 0, 125]), 1002),
        ("§5.2 125 bytes in the form of 64 bits", with_length(FIN | TEXT, &[0xff, 0, 0, 0, 0, 0, 0, 0, 125]), 1002),
        (
            "§5.2 65,535 bytes in the form of 64 bits",
            with_length(FIN | TEXT, &[0xff, 0, 0, 0, 0, 0, 0, 255, 255]),
            1002,
        ),
        ("§5.2 a negative length", with_length(FIN | TEXT, &[0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]), 1002),
        ("§5.4 a continuation of nothing", masked(FIN | CONTINUATION, b"x"), 1002),
        ("§5.4 a fragment that continues nothing", masked(CONTINUATION, b"x"), 1002),
        ("§5.4 a message inside another", series(&[masked(TEXT, b"x"), masked(FIN | TEXT, b"x")]), 1002),
        ("§5.4 fragments of a message inside another", series(&[masked(TEXT, b"x"), masked(TEXT, b"x")]), 1002),
        ("§5.4 a binary message inside a text", series(&[masked(TEXT, b"x"), masked(FIN | BINARY, b"x")]), 1002),
        ("§5.4 a continuation after a whole message", series(&[masked(FIN | TEXT, b""), masked(FIN, b"")]), 1002),
        ("§5.4 a continuation after the last", series(&[masked(TEXT, b""), masked(FIN, b""), masked(FIN, b"")]), 1002),
        ("§5.5 a ping in fragments", masked(PING, b""), 1002),
        ("§5.5 a ping in fragments inside a message", series(&[masked(TEXT, b""), masked(PING, b"")]), 1002),
        ("§5.5 a pong in fragments", masked(PONG, b""), 1002),
        ("§5.5 a close in fragments", masked(CLOSE, b""), 1002),
        ("§5.5 a ping of 126 bytes", masked(FIN | PING, &[0; 126]), 1002),
        ("§5.5 a pong of 126 bytes", masked(FIN | PONG, &[0; 126]), 1002),
        ("§5.5 a close of 126 bytes", masked(FIN | CLOSE, &[&[0x03, 0xe8][..], &[b'x'; 124]].concat()), 1002),
        ("§5.5 a ping of 65,536 bytes", masked(FIN | PING, &[0; 65_536]), 1002),
        ("§5.5.1 a close of one byte", masked(FIN | CLOSE, &[3]), 1002),
        ("§5.5.1 a reason that is not UTF-8", close(1000, &[0xff]), 1007),
        ("§5.5.1 a reason that ends inside a character", close(1000, &[0xe2, 0x82]), 1007),
        ("§8.1 a text that is not UTF-8", masked(FIN | TEXT, &[0xc3, 0x28]), 1007),
        ("§8.1 the same in fragments", series(&[masked(TEXT, &[0xc3]), masked(FIN, &[0x28])]), 1007),
        ("§8.1 a text that ends inside a character", masked(FIN | TEXT, &[b'x', 0xe2, 0x82]), 1007),
        ("§8.1 a character in too many bytes", masked(FIN | TEXT, &[0xc0, 0xaf]), 1007),
        ("§8.1 half of a surrogate pair", masked(FIN | TEXT, &[0xed, 0xa0, 0x80]), 1007),
        ("§8.1 a character beyond U+10FFFF", masked(FIN | TEXT, &[0xf4, 0x90, 0x80, 0x80]), 1007),
        ("126 bytes", masked(FIN | TEXT, &[b'x'; 126]), 1009),
        ("126 bytes of a first fragment", masked(TEXT, &[b'x'; 126]), 1009),
        ("64 KiB", masked(FIN | BINARY, &[0; 65_536]), 1009),
        ("the largest length", with_length(FIN | BINARY, &[0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255]), 1009),
        ("126 bytes in fragments", series(&[masked(TEXT, &[b'x'; 100]), masked(FIN, &[b'x'; 26])]), 1009),
        ("fragments without end", series(&[masked(BINARY, &[0; 125]), masked(CONTINUATION, b"x")]), 1009),
    ];
    for (what, bytes, code) in cases {
        for size in [1, 2, 3, bytes.len()] {
            let (_, read) = read_in(bytes.chunks(size).map(<[u8]>::to_vec));
            assert_eq!(read.map_err(Violation::code), Err(code), "{what}, in parts of {size}");
        }
    }
}

#[test]
fn a_reserved_opcode_or_bit_breaks_the_protocol_in_every_frame() {
    let is_read_after = |begun: &[u8], first: u8| read_in([[begun, &masked(first, b"")].concat()]).1;
    let fragment = masked(TEXT, b"");
    for first in 0..=u8::MAX {
        // Outside a message, and inside one: §5.4 allows a continuation only there.
        let outside = [TEXT, FIN | TEXT, BINARY, FIN | BINARY, FIN | CLOSE, FIN | PING, FIN | PONG];
        let inside = [CONTINUATION, FIN | CONTINUATION, FIN | CLOSE, FIN | PING, FIN | PONG];
        let expected = |allowed: &[u8]| if allowed.contains(&first) { Ok(()) } else { Err(Violation::Protocol) };
        assert_eq!(is_read_after(b"", first), expected(&outside), "{first:#04x} outside a message");
        assert_eq!(is_read_after(&fragment, first), expected(&inside), "{first:#04x} inside a message");
    }
}

#[test]
fn of_all_close_codes_those_are_read_that_may_be_sent() {
    for code in 0..=u16::MAX {
        let is_allowed = match code {
            // §7.4.1; 1012 to 1014 were registered since, and 1004, 1005, 1006 and 1015 are never sent.
            1000..=1015 => ![1004, 1005, 1006, 1015].contains(&code),
            // §7.4.2: for libraries, and for applications.
            3000..=4999 => true,
            _ => false,
        };
        let read = read_in([masked(FIN | CLOSE, &[&code.to_be_bytes(), "é".as_bytes()].concat())]);
        let allowed = (vec![Received::Close(Some(code))], Ok(()));
        assert_eq!(read, if is_allowed { allowed } else { (Vec::new(), Err(Violation::Protocol)) }, "{code}");
    }
    assert_eq!(read_in([masked(FIN | CLOSE, b"")]), (vec![Received::Close(None)], Ok(())));
}

#[test]
fn what_came_before_a_broken_rule_is_received_and_nothing_after_it() {
    let all =
        series(&[masked(FIN | TEXT, b"a"), masked(FIN | PING, b"b"), masked(FIN | 0x3, b""), masked(FIN | TEXT, b"c")]);
    let before = vec![Received::Text("a".to_owned()), Received::Ping(b"b".to_vec())];
    for size in 1..=all.len() {
        let read = read_in(all.chunks(size).map(<[u8]>::to_vec));
        assert_eq!(read, (before.clone(), Err(Violation::Protocol)), "in parts of {size}");
    }
}

#[test]
fn what_follows_a_close_is_not_read_and_nothing_is_held_between_frames() {
    let both = [masked(FIN | CLOSE, b""), masked(FIN | TEXT, b"x"), vec![0xff]].concat();
    assert_eq!(read_in([both]), (vec![Received::Close(None)], Ok(())));
    let (mut reader, ping) = (Reader::default(), masked(FIN | PING, b"12345678"));
    for (at, byte) in ping.iter().enumerate() {
        assert_eq!(reader.partial.is_some(), at > 0);
        assert_eq!(reader.read(&[*byte], |_| {}), Ok(()));
    }
    assert!(reader.partial.is_none());
    assert_eq!(size_of::<Reader>(), size_of::<usize>());
}

#[test]
fn a_length_is_judged_before_any_of_the_payload_has_arrived() {
    let head = |first, length: &[u8]| read_in([[&[first], length].concat()]).1;
    assert_eq!(head(FIN | BINARY, &[0xfe, 0xff, 0xff]), Err(Violation::TooBig));
    assert_eq!(head(FIN | BINARY, &[0xff, 0, 1, 0, 0, 0, 0, 0, 0]), Err(Violation::TooBig));
    assert_eq!(head(FIN | BINARY, &[0xfe, 0xff]), Ok(()));
    assert_eq!(head(FIN | PING, &[0xfe]), Err(Violation::Protocol));
}

#[test]
fn no_frame_and_no_message_makes_a_reader_hold_more_than_twice_the_bound() {
    let longest = 2 + KEY_BYTES + MESSAGE_BYTES;
    let endless = [masked(TEXT, b"x"), masked(CONTINUATION, b"x").repeat(MESSAGE_BYTES - 1), masked(CONTINUATION, b"")];
    let claims_much = [FIN | BINARY, 0xff, 0x7f, 255, 255, 255, 255, 255, 255];
    for bytes in [series(&endless), masked(FIN | TEXT, &[b'x'; MESSAGE_BYTES]), claims_much.to_vec()] {
        let mut reader = Reader::default();
        for byte in bytes {
            assert_eq!(reader.read(&[byte], |_| {}), Ok(()));
            let Some(partial) = &reader.partial else { continue };
            let message = partial.message.as_ref().map_or(0, |message| message.content.capacity());
            assert!(partial.frame.capacity() <= 2 * longest && message <= 2 * MESSAGE_BYTES, "{partial:?}");
        }
    }
}
