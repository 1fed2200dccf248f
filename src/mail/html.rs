//! The two forms of a mail: plain text, and HTML without script, style sheet, picture or anything else that a mail program
//! would load.

use super::words::Words;
use crate::look::Palette;
use crate::shown_names::NAME_MARKS;
use crate::text::{Texts, plain};

/// Returns a mail as plain text.
pub fn as_plain_text(words: &Words) -> String {
    let link = words.link.as_ref().map(|(label, address)| format!("{}:\n{address}", one_line(label)));
    let parts = [Some(one_line(&words.lead)), link].into_iter().flatten();
    let parts = parts.chain(words.advice.iter().map(|text| one_line(text)));
    let body = parts.collect::<Vec<_>>().join("\n\n");
    format!("{body}\n\n-- \n{}\n", one_line(&words.footer))
}

/// Returns a mail as an HTML document, with these texts' language and direction. Colours are those of the mail program,
/// by day and by night, except for the button, which has the accent of `colours`.
pub fn as_html(texts: &'static Texts, words: &Words, colours: &Palette) -> String {
    let paragraph = |text: &String| format!("<p style=\"margin:0 0 16px\">{}</p>\n", marked(text));
    let link = words.link.as_ref().map_or_else(String::new, |(label, address)| {
        format!(
            "<p style=\"margin:24px 0\"><a href=\"{}\" style=\"display:inline-block;padding:12px 20px;border-radius:8px;\
             background:#{};color:#{};font-weight:600;text-decoration:none\">{}</a></p>\n",
            escaped(address),
            colours.accent,
            colours.on_accent,
            escaped(label)
        )
    });
    let advice: String = words.advice.iter().map(paragraph).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n</head>\n<body style=\"margin:0\">\n\
         <div style=\"max-width:544px;margin:0 auto;padding:24px;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere\">\n\
         <h1 style=\"margin:0 0 16px;font-size:22px;line-height:1.3\">{}</h1>\n{}{link}{advice}\
         <p style=\"margin:32px 0 0;font-size:14px;opacity:0.8\">{}</p>\n</div>\n</body>\n</html>\n",
        texts.tag,
        texts.dir(),
        escaped(&plain(&words.subject)),
        marked(&words.subject),
        paragraph(&words.lead),
        marked(&words.footer),
    )
}

/// Returns a text without the marks around names, in one line: what a name contains makes no further line.
pub(super) fn one_line(text: &str) -> String {
    plain(text).chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Escapes a text, and puts each name in it into an element of its own.
fn marked(text: &str) -> String {
    let [begin, end] = NAME_MARKS;
    escaped(text).replace(begin, "<bdi translate=\"no\">").replace(end, "</bdi>")
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            letter if letter.is_control() => html.push(' '),
            letter => html.push(letter),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::LIGHT;
    use crate::text::Lang;

    #[test]
    fn a_name_makes_no_element_and_no_line_of_its_own() {
        let words = Words {
            subject: "Hello \u{2068}<b>\u{2069}".to_owned(),
            lead: "\u{2068}a\"&\r\n</p><script>\u{2069} did it".to_owned(),
            link: Some(("Open", "https://login.example/?a=1&b=\"".to_owned())),
            advice: vec!["Ask.".to_owned()],
            footer: "The end".to_owned(),
        };
        let html = as_html(Lang::default().texts(), &words, &LIGHT);
        assert!(html.contains("<bdi translate=\"no\">a&quot;&amp;  &lt;/p&gt;&lt;script&gt;</bdi> did it"), "{html}");
        assert!(html.contains("href=\"https://login.example/?a=1&amp;b=&quot;\""), "{html}");
        assert!(html.contains("<title>Hello &lt;b&gt;</title>") && html.matches("href=").count() == 1, "{html}");
        let text = as_plain_text(&words);
        assert!(
            text.starts_with("a\"&  </p><script> did it\n\nOpen:\nhttps://login.example/?a=1&b=\"\n\nAsk.\n\n-- \n"),
            "{text}"
        );
    }

    #[test]
    fn a_mail_of_the_mirrored_language_is_written_from_right_to_left() {
        let texts = Lang::Mirrored.texts();
        let words = super::super::words::test_words(texts, "Tessera");
        assert!(as_html(texts, &words, &LIGHT).contains("<html lang=\"ar-XA\" dir=\"rtl\">"));
    }
}
