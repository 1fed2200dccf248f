//! The two codes of a ticket: the one that is scanned and the one that is typed.

use std::collections::HashSet;

use super::ids::{CodeKey, NotACode, Round, ScanCode, TicketId, UserCode};
use crate::crypto::random::random;

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
    // A version 4 UUID fixes six bits; each of the other 122 is a coin. Six sigma of 100,000 throws is 950.
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
    for malformed in ["", "A", &text[1..], &format!("{text}A"), &text.replace(|_: char| true, "1"), &"é".repeat(20)] {
        assert_eq!(ScanCode::parse(malformed, &key), Err(NotACode::Malformed), "{malformed:?}");
    }
}

#[test]
fn a_typed_code_is_read_as_people_type_it() {
    let code = UserCode::draw({
        let mut byte = 0;
        move || {
            byte += 7_u8;
            byte
        }
    });
    let shown = code.to_string();
    assert_eq!(shown.len(), 9);
    // As input methods of East Asian languages type it.
    let wide = |text: &str| -> String {
        let wide = |letter: char| char::from_u32(u32::from(letter) + 0xfee0).expect("a letter");
        text.chars().map(wide).collect()
    };
    for typed in [
        shown.clone(),
        shown.to_lowercase(),
        shown.replace('-', ""),
        shown.replace('-', " "),
        format!(" {shown}. "),
        wide(&shown),
        wide(&shown.to_lowercase()),
        format!("{}　ー　{}", wide(&shown[..4]), &shown[5..]),
    ] {
        assert_eq!(typed.parse(), Ok(code), "{typed:?}");
    }
    for wrong in
        ["", "BCDF-GHJ", "BCDF-GHJKL", "ABCD-EFGH", "1234-5678", "BCDF-GHJÄ", "ＢＣＤＦ-ＧＨＪＡ", "ＢＣＤＦ-ＧＨＪ"]
    {
        assert!(wrong.parse::<UserCode>().is_err(), "{wrong:?}");
    }
}
