//! Names as pages show them: the marks around a name in a text, and the initials of a person without a picture. The
//! server and the browser share this file, so it has no text of any language.

/// The characters before and after a name, a host or an address in a text (the isolates of UAX #9). What is between them
/// is not translated, and is written in its own direction whatever the direction of the text is.
pub const DATA: [char; 2] = ['\u{2068}', '\u{2069}'];

/// The initials of a name: the first letters of its first and its last word. The style sheet makes them capitals, so that
/// the browser half does not carry the tables for that.
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

/// A text as the whole content of an element of the island, given to it as its `inner_html`. Browsers that translate a page
/// replace its texts by elements, some of them before the island wakes. A text node of the island's own would not be found
/// then, or would be written into a node that is no longer on the page. The content of an element is replaced as a whole,
/// and the browser translates it again, except for the names in it.
pub fn held(text: &str) -> String {
    let [begin, end] = DATA;
    text.replace('&', "&amp;").replace('<', "&lt;").replace(begin, "<span translate=\"no\">").replace(end, "</span>")
}
