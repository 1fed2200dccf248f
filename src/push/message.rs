//! What a message to a phone says: that a browser asks, in the language of the phone, and nothing of who, from where or what
//! for. The service worker of the phone shows it as it is.

use serde_json::json;

use crate::text::Lang;
use crate::text::negotiation::of_list;

/// Returns the text of a message in the language with this tag: the title and the body of the notification, its language and
/// its direction.
pub(super) fn message(language: &str) -> String {
    // An older version may have stored a language that this one does not know.
    let texts = of_list(language, Lang::WITH_TEST_LANGUAGE).unwrap_or_default().texts();
    let words = &texts.ask;
    json!({ "title": words.push_title, "body": words.push_body, "lang": texts.tag, "dir": texts.dir() }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_76_a_message_says_the_same_to_everybody_and_fits_into_its_length() {
        for lang in Lang::WITH_TEST_LANGUAGE {
            let text = message(lang.texts().tag);
            assert!(text.len() < 1024, "{text}");
        }
        assert_eq!(message("en"), message("xx"), "a language that is not known is the default");
        assert!(message("en").contains("A browser wants to sign in as you"));
    }
}
