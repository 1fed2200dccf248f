//! The mirrored language `ar-XA` for tests: English whose Latin letters are replaced by Arabic ones, so that
//! pages are laid out from right to left, and whose words are a third longer, as in many languages. Names
//! keep their letters, so any other Latin letter on such a page belongs to a text that is in no table.

use crate::shown_names::NAME_MARKS;

/// The Arabic letters that replace the 26 Latin ones in the mirrored test language, chosen by sound if there is one.
const LETTERS: [char; 26] = [
    'ا', 'ب', 'ك', 'د', 'ع', 'ف', 'غ', 'ه', 'ي', 'ج', 'ق', 'ل', 'م', 'ن', 'و', 'پ', 'خ', 'ر', 'س', 'ت', 'ء', 'ڤ', 'ص',
    'ط', 'ى', 'ز',
];
/// A stroke between two Arabic letters, which makes a word longer and has no sound.
const STROKE: char = 'ـ';

/// Translates an English text into the mirrored test language. Marked names in it, digits and signs are not changed.
pub(super) fn text(text: &str) -> String {
    let [begin, end] = NAME_MARKS;
    let mut mirrored = String::new();
    let (mut is_name, mut letters) = (false, 0);
    for letter in text.chars() {
        if letter == begin || letter == end {
            is_name = letter == begin;
        }
        if letter.is_ascii_alphabetic() && !is_name {
            mirrored.push(LETTERS[usize::from(letter.to_ascii_lowercase() as u8 - b'a')]);
            letters += 1;
            // About 35 of 100 letters get a stroke: the second of each word, and then every third.
            if letters % 3 == 2 {
                mirrored.push(STROKE);
            }
        } else {
            letters = 0;
            mirrored.push(letter);
        }
    }
    mirrored
}

/// Translates an English text into the mirrored test language and keeps it for the rest of the program's life: its
/// memory is never freed.
pub(super) fn for_good(english: &str) -> &'static str {
    text(english).leak()
}

#[cfg(test)]
mod tests {
    use crate::text::{Lang, plain};

    #[test]
    fn a_mirrored_text_has_no_latin_letter_but_in_its_names() {
        let texts = Lang::Mirrored.texts();
        assert_eq!((texts.tag, texts.dir()), ("ar-XA", "rtl"));
        let text = texts.panel.scanned_by("Alice Adams");
        assert!(text.contains("\u{2068}Alice Adams\u{2069}"), "{text}");
        assert!(
            !plain(&text).replace("Alice Adams", "").contains(|letter: char| letter.is_ascii_alphabetic()),
            "{text}"
        );
        let [long, short] = [texts, Lang::default().texts()].map(|texts| texts.confirm.warning);
        let letters = short.chars().filter(char::is_ascii_alphabetic).count();
        let added = long.chars().count() - short.chars().count();
        assert!((30..=40).contains(&(added * 100 / letters)), "{added} of {letters}: {long}");
        assert!(texts.times.seconds_ago(12).starts_with("12 "));
    }
}
