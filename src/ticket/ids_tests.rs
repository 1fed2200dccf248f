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
