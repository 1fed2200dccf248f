//! Names in texts: marked as what no language has another word for, or short for a picture.

/// Around what is data in a text, such as a name or a host: it is nothing to translate, and is written in its own direction
/// whatever that of the text is (the isolates of UAX #9).
pub const DATA: [char; 2] = ['\u{2068}', '\u{2069}'];

/// The text as data in another one.
pub(super) fn data(text: &str) -> String {
    let [begin, end] = DATA;
    format!("{begin}{text}{end}")
}

/// The text without the signs around its data, for whoever reads no page.
#[cfg(feature = "ssr")]
pub fn plain(text: &str) -> String {
    text.replace(DATA, "")
}

/// The letters that stand for a person where there is no picture: of the first and the last word. Style makes them
/// capitals, so that the page need not carry the tables for it.
pub fn initials(name: &str) -> String {
    let mut letters = String::new();
    let mut last = None;
    let mut before = ' ';
    for letter in name.chars() {
        if before == ' ' && letter != ' ' {
            if letters.is_empty() {
                letters.push(letter);
            } else {
                last = Some(letter);
            }
        }
        before = letter;
    }
    letters.extend(last);
    letters
}
