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

#[test]
fn the_examples_of_rfc_6455_section_5_7_are_read() {
    let hello = vec![0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
    assert_eq!(read_in([hello]), (vec![Received::Text("Hello".to_owned())], Ok(())));
    assert_eq!(text("Hello"), [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]);
    assert_eq!(text(&"x".repeat(256))[..4], [0x81, 0x7e, 0x01, 0x00]);
    assert_eq!(text(&"x".repeat(65_536))[..10], [0x81, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]);
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
}

#[test]
fn each_rule_that_is_broken_ends_with_its_close_code() {
    let close = |code: u16, reason: &[u8]| masked(FIN | CLOSE, &[&code.to_be_bytes(), reason].concat());
    let with_length = |first: u8, length: &[u8]| [&[first], length, &KEY[..]].concat();
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("§5.1 a frame without a mask", text("x"), 1002),
        ("§5.2 reserved bit 1", masked(FIN | 0x40 | TEXT, b""), 1002),
        ("§5.2 reserved bit 2", masked(FIN | 0x20 | TEXT, b""), 1002),
        ("§5.2 reserved bit 3", masked(FIN | 0x10 | PING, b""), 1002),
        ("§5.2 an unknown data opcode", masked(FIN | 0x3, b""), 1002),
        ("§5.2 an unknown control opcode", masked(FIN | 0xB, b""), 1002),
        ("§5.2 125 bytes in the form of 16 bits", with_length(FIN | TEXT, &[0xfe, 0, 125]), 1002),
        (
            "§5.2 65,535 bytes in the form of 64 bits",
            with_length(FIN | TEXT, &[0xff, 0, 0, 0, 0, 0, 0, 255, 255]),
            1002,
        ),
        ("§5.2 a negative length", with_length(FIN | TEXT, &[0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]), 1002),
        ("§5.4 a continuation of nothing", masked(FIN | CONTINUATION, b"x"), 1002),
        ("§5.4 a message inside another", [masked(TEXT, b"x"), masked(FIN | TEXT, b"x")].concat(), 1002),
        ("§5.4 a continuation after the last", [masked(TEXT, b""), masked(FIN, b""), masked(FIN, b"")].concat(), 1002),
        ("§5.5 a ping in fragments", masked(PING, b""), 1002),
        ("§5.5 a close in fragments", masked(CLOSE, b""), 1002),
        ("§5.5 a ping of 126 bytes", masked(FIN | PING, &[0; 126]), 1002),
        ("§5.5.1 a close of one byte", masked(FIN | CLOSE, &[3]), 1002),
        ("§5.5.1 a reason that is not UTF-8", close(1000, &[0xff]), 1007),
        ("§7.4.1 a close code below 1000", close(999, b""), 1002),
        ("§7.4.1 1004, which is reserved", close(1004, b""), 1002),
        ("§7.4.1 1005, which is never sent", close(1005, b""), 1002),
        ("§7.4.1 1006, which is never sent", close(1006, b""), 1002),
        ("§7.4.1 1015, which is never sent", close(1015, b""), 1002),
        ("§7.4.2 a code that no one registered", close(2999, b""), 1002),
        ("§7.4.2 a code beyond all ranges", close(5000, b""), 1002),
        ("§8.1 a text that is not UTF-8", masked(FIN | TEXT, &[0xc3, 0x28]), 1007),
        ("§8.1 the same in fragments", [masked(TEXT, &[0xc3]), masked(FIN, &[0x28])].concat(), 1007),
        ("126 bytes", masked(FIN | TEXT, &[b'x'; 126]), 1009),
        ("64 KiB", masked(FIN | BINARY, &[0; 65_536]), 1009),
        ("126 bytes in fragments", [masked(TEXT, &[b'x'; 100]), masked(FIN, &[b'x'; 26])].concat(), 1009),
    ];
    for (what, bytes, code) in cases {
        for size in [1, 2, 3, bytes.len()] {
            let (_, read) = read_in(bytes.chunks(size).map(<[u8]>::to_vec));
            assert_eq!(read.map_err(Violation::code), Err(code), "{what}, in parts of {size}");
        }
    }
    for code in [1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999] {
        assert_eq!(read_in([close(code, "é".as_bytes())]), (vec![Received::Close(Some(code))], Ok(())));
    }
    assert_eq!(read_in([masked(FIN | CLOSE, b"")]), (vec![Received::Close(None)], Ok(())));
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
    assert!(!reader.partial.is_some());
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
