//! How pages show names: the marks around a name in a text, and the initials of a person without a picture.
//! The server and the browser share this file, so it contains no text in any language.

/// The invisible characters before and after a name, a host or an address in a text (the isolates of UAX #9). What is
/// between them is not translated, and has its own writing direction.
pub const NAME_MARKS: [char; 2] = ['\u{2068}', '\u{2069}'];

/// Returns the initials of a name: the first letters of its first and its last word. The style sheet shows
/// them as capitals, so that the WebAssembly does not contain the Unicode tables for that.
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

/// Converts a text to HTML for the `inner_html` of an element in an island (an interactive component): escapes it, and
/// puts each name between the marks of [`NAME_MARKS`] into an element that browsers do not translate. A text node could
/// not be updated any more after a browser that translates the page has replaced it.
pub fn to_html(text: &str) -> String {
    let [begin, end] = NAME_MARKS;
    text.replace('&', "&amp;").replace('<', "&lt;").replace(begin, "<span translate=\"no\">").replace(end, "</span>")
}
