//! Tests of the typed code.

use super::ids::UserCode;

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
    // East Asian input methods type full-width letters.
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

#[test]
fn a_typed_code_is_a_number_of_35_bits_and_made_again_from_it() {
    let mut byte = 0_u8;
    let mut drawn = || {
        byte = byte.wrapping_mul(5).wrapping_add(7);
        byte
    };
    for _ in 0..1_000 {
        let code = UserCode::draw(&mut drawn);
        assert_eq!(UserCode::from_number(code.as_number()), code);
    }
    let (first, last) = (UserCode::draw(|| 0), UserCode::draw(|| 19));
    assert_eq!((first.as_number(), last.as_number()), (0, 20_u64.pow(8) - 1));
    assert!(last.as_number() < 1 << 35);
    assert_eq!(UserCode::from_number(last.as_number()), last);
}

#[test]
fn a_stored_typed_code_is_read_as_it_was_written_and_with_other_letters_not_at_all() {
    let code = UserCode::draw(|| 3);
    let stored = serde_json::to_string(&code).expect("JSON");
    assert_eq!(stored, "[70,70,70,70,70,70,70,70]");
    assert_eq!(serde_json::from_str::<UserCode>(&stored).expect("a code"), code);
    assert!(serde_json::from_str::<UserCode>("[65,70,70,70,70,70,70,70]").is_err());
}
