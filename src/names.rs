//! Rules for names: which spellings are equal, which characters are invisible, and which names look alike. People type
//! user names to sign in (RFC 8265) and read display names (RFC 8266).

use precis_profiles::precis_core::profile::{Profile as _, Rules as _};
use precis_profiles::{OpaqueString, UsernameCaseMapped};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton as prototype;

/// Why a text is not a valid name.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NotAName {
    /// The text is empty or too long.
    #[error("a name has 1 to 64 characters on one line")]
    Length,
    /// The text has a line break or another control character.
    #[error("a name stands on one line, without control characters")]
    Lines,
    /// The text has a character that is invisible, or that changes how the text around it is read.
    #[error("the name has a character that cannot be seen ({}); type the name again", .0.escape_unicode())]
    Hidden(char),
    /// The text has a character that is not allowed in user names.
    #[error("a user name has 1 to 64 letters, digits and . _ - @ +")]
    Letters,
}

impl NotAName {
    /// Returns the code of the reason, such as `name_length`, which is the same in every language.
    pub fn code(self) -> &'static str {
        match self {
            Self::Length => "name_length",
            Self::Lines => "name_lines",
            Self::Hidden(_) => "name_hidden_character",
            Self::Letters => "name_letters",
        }
    }
}

/// Returns a user name as it is stored: trimmed and in one spelling (RFC 8265 §3.3, `UsernameCaseMapped`), so that
/// names that differ only in case, in width, or in composed and decomposed letters are equal. Only letters, digits and
/// `. _ - @ +` are allowed.
///
/// # Errors
/// If it is not a user name; the length is not checked.
pub fn username(text: &str) -> Result<String, NotAName> {
    let text = text.trim();
    if let Some(hidden) = text.chars().find(|letter| is_hidden(*letter)) {
        return Err(NotAName::Hidden(hidden));
    }
    let name = UsernameCaseMapped::new().enforce(text).map_err(|_| NotAName::Letters)?;
    let is_allowed = |letter: char| letter.is_alphanumeric() || is_combining_mark(letter) || "._-@+".contains(letter);
    // A combining mark at the beginning would combine with the text before the name.
    let is_name = !name.starts_with(is_combining_mark) && name.chars().all(is_allowed);
    if is_name { Ok(name.into_owned()) } else { Err(NotAName::Letters) }
}

/// Returns a user name as it was stored before this server followed RFC 8265: in lower case; `None` if it has
/// characters that were not allowed. Existing accounts may have such names, new ones do not.
fn username_before(text: &str) -> Option<String> {
    let name = text.trim().to_lowercase();
    name.chars().all(|letter| letter.is_alphanumeric() || "._-@+".contains(letter)).then_some(name)
}

/// Returns the spellings under which the account with this name may be stored: by the old rules, by the current ones,
/// and the current one with decomposed letters, as some keyboards typed it before. All are empty if the text is not a
/// user name.
pub fn spellings(text: &str) -> [String; 3] {
    let before = username_before(text);
    let now = username(text).ok().or_else(|| before.clone()).unwrap_or_default();
    let decomposed = now.nfd().collect();
    [before.unwrap_or_else(|| now.clone()), now, decomposed]
}

/// Returns a password in a single spelling of its composed and decomposed letters and of its spaces of all widths: RFC
/// 8265 §4.2.2, except that no character is refused. A character that is unassigned in one version of Unicode may be
/// assigned in the next.
pub fn password(typed: &str) -> String {
    let profile = OpaqueString::new();
    let spelled = profile.additional_mapping_rule(typed).and_then(|spaced| profile.normalization_rule(spaced));
    spelled.map_or_else(|_| typed.to_owned(), Into::into)
}

/// Returns a display name as it is stored: in NFC, on one line, each run of spaces as one space (RFC 8266
/// §2.1), without invisible characters.
///
/// # Errors
/// If it is not a valid display name, or is empty or longer than `most` characters.
pub fn shown(text: &str, most: usize) -> Result<String, NotAName> {
    let name = read(text, Err)?;
    if (1..=most).contains(&name.chars().count()) { Ok(name) } else { Err(NotAName::Length) }
}

/// Makes a display name from a text whose author cannot be asked to correct it: invalid characters and
/// characters beyond `most` are dropped. `None` if nothing remains.
pub fn shown_of(text: &str, most: usize) -> Option<String> {
    let left_out = |_| Ok(());
    let cut: String = read(text, left_out).ok()?.chars().take(most).collect();
    // The cut may be in the middle of an emoji.
    read(&cut, left_out).ok().filter(|name| !name.is_empty())
}

/// Returns a display name of any length in the spelling in which it is stored. `refuse` is called for each character
/// that is not allowed. If it returns an error, that is the result; otherwise the character is left out, or replaced by
/// a space if it is a line break.
fn read(text: &str, refuse: impl Fn(NotAName) -> Result<(), NotAName>) -> Result<String, NotAName> {
    let mut name = String::new();
    let mut letters = text.trim().nfc().peekable();
    while let Some(letter) = letters.next() {
        let last = name.chars().next_back().filter(|last| *last != ' ');
        let is_break = letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
        if is_break {
            refuse(NotAName::Lines)?;
        }
        if letter.is_whitespace() {
            // Only the first of several spaces is kept.
            name.extend(last.map(|_| ' '));
            continue;
        }
        let is_allowed = if is_joiner(letter) {
            // Allowed between letters of Persian or Indic scripts, and between the parts of an emoji.
            let is_joined = |beside: char| !beside.is_ascii() && !is_joiner(beside) && !beside.is_whitespace();
            last.is_some_and(is_joined) && letters.peek().is_some_and(|next| is_joined(*next) && !is_hidden(*next))
        } else if is_selector(letter) {
            last.is_some()
        } else if is_combining_mark(letter) {
            last.is_some() && !is_hidden(letter)
        } else {
            !is_break && !is_hidden(letter)
        };
        if is_allowed {
            name.push(letter);
        } else if !is_break {
            refuse(NotAName::Hidden(letter))?;
        }
    }
    name.truncate(name.trim_end().len());
    Ok(name)
}

/// Returns whether a character is invisible or has no defined look: code points that are ignored when text is displayed
/// (`Default_Ignorable_Code_Point`), blanks that are no spaces, anchors of annotations, and private-use characters,
/// which each font draws differently.
fn is_hidden(letter: char) -> bool {
    prototype(letter.encode_utf8(&mut [0; 4])).next().is_none()
        || matches!(letter, '\u{2800}' | '\u{16fe4}' | '\u{1d159}' | '\u{fff9}'..='\u{fffb}')
        || matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// Returns whether a character is ZERO WIDTH NON-JOINER or ZERO WIDTH JOINER.
fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

/// Returns whether a character is a variation selector, which selects a shape of the character before it: of an
/// emoji or an ideograph.
fn is_selector(letter: char) -> bool {
    matches!(letter, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Returns the skeleton (UTS #39 §4) of a name: a text that is the same for all names that look alike, in upper
/// or lower case. It is only for comparison.
pub fn skeleton(name: &str) -> String {
    let compatible: String = name.nfkc().collect();
    let words: Vec<&str> = compatible.split_whitespace().collect();
    let capitals: String = prototype(&words.join(" ")).collect();
    let small: String = prototype(&capitals.to_lowercase()).collect();
    // The small i has a dot already.
    small.replace("i\u{307}", "i")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<NotAName> {
        shown(text, 64).err()
    }

    #[test]
    fn a_name_is_seen() {
        for hidden in [
            '\u{200b}',
            '\u{3164}',
            '\u{2800}',
            '\u{2060}',
            '\u{ad}',
            '\u{e0041}',
            '\u{e007f}',
            '\u{feff}',
            '\u{115f}',
            '\u{ffa0}',
            '\u{202e}',
            '\u{2066}',
            '\u{200f}',
            '\u{61c}',
            '\u{180e}',
            '\u{34f}',
            '\u{fffa}',
            '\u{e000}',
            '\u{10ffff}',
            '\u{200d}',
            '\u{fe0f}',
            '\u{301}',
        ] {
            assert_eq!(refusal(&hidden.to_string()), Some(NotAName::Hidden(hidden)), "{hidden:?}");
        }
        for (name, hidden) in [
            ("Shop\u{200b}", '\u{200b}'),
            ("Sh\u{ad}op", '\u{ad}'),
            ("Sh\u{200d}op", '\u{200d}'),
            ("Shop\u{200c}", '\u{200c}'),
            ("\u{5d0}\u{200d}\u{200d}\u{5d0}", '\u{200d}'),
            ("\u{1f3f4}\u{e0067}\u{e007f}", '\u{e0067}'),
            ("Shop \u{fe0f}", '\u{fe0f}'),
        ] {
            assert_eq!(refusal(name), Some(NotAName::Hidden(hidden)), "{name:?}");
        }
        for lines in ["Al\u{2028}ice", "Al\u{2029}ice", "Al\nice", "Al\tice", "Al\u{85}ice", "Al\0ice"] {
            assert_eq!(refusal(lines), Some(NotAName::Lines), "{lines:?}");
        }
        for length in ["", " ", "\u{a0}\u{3000}", &"x".repeat(65)] {
            assert_eq!(refusal(length), Some(NotAName::Length), "{length:?}");
        }
    }

    #[test]
    fn a_name_is_whatever_people_are_called() {
        for name in [
            "İbrahim",
            "Zoë",
            "爱丽丝",
            "O'Brien",
            "J. R. R.",
            "محمد",
            "می\u{200c}خواهم",
            "क\u{94d}\u{200d}ष",
            "Nguyễn",
            "👩\u{200d}🚀",
            "❤\u{fe0f}\u{200d}🔥",
            "1\u{fe0f}\u{20e3}",
            "葛\u{e0100}",
            "♥",
            "(-:",
            "🫩",
            &"x".repeat(64),
        ] {
            assert_eq!(shown(name, 64).as_deref(), Ok(name));
        }
        for (typed, name) in [
            ("Zoe\u{308}", "Zoë"),
            ("  Alice \u{a0}\u{3000} Smith ", "Alice Smith"),
            ("I\u{307}brahim", "İbrahim"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
        ] {
            assert_eq!(shown(typed, 64).as_deref(), Ok(name));
        }
    }

    #[test]
    fn what_nobody_can_be_asked_to_mend_is_left_out() {
        for (told, name) in [
            ("Al\u{202e}ice\n\u{200b}", Some("Alice")),
            ("Alice\nSmith\u{2028}Jones", Some("Alice Smith Jones")),
            ("\u{301}Zoe\u{308}\u{e0041}", Some("Zoë")),
            ("abcdef", Some("abcd")),
            ("abc def", Some("abc")),
            ("abc👩\u{200d}🚀", Some("abc👩")),
            ("ab👩\u{200d}🚀", Some("ab👩")),
            ("\u{200b}\u{3164} \u{2800}", None),
            ("", None),
        ] {
            assert_eq!(shown_of(told, 4.max(name.map_or(0, |name| name.chars().count()))).as_deref(), name, "{told:?}");
        }
    }

    #[test]
    fn a_user_name_has_one_spelling() {
        for (typed, name) in [
            ("Alice", "alice"),
            (" ＡＬＩＣＥ ", "alice"),
            ("alice@shop.example", "alice@shop.example"),
            ("a_b-c+d.9", "a_b-c+d.9"),
            ("Zoe\u{308}", "zoë"),
            ("ZOË", "zoë"),
            ("İbrahim", "i\u{307}brahim"),
            ("I\u{307}brahim", "i\u{307}brahim"),
            ("爱丽丝", "爱丽丝"),
            ("ｱﾘｽ", "アリス"),
            ("\u{5e9}\u{5dc}\u{5d5}\u{5dd}", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}"),
        ] {
            let spelled = username(typed);
            assert_eq!(spelled.as_deref(), Ok(name), "{typed}");
            assert_eq!(username(name), spelled, "{name} is as it is kept");
        }
        for wrong in ["", " ", "a b", "a/b", "<b>", "a\0", "\u{301}a", "½", "alice!", "🚀"] {
            assert_eq!(username(wrong), Err(NotAName::Letters), "{wrong:?}");
        }
        for hidden in ['\u{200b}', '\u{ad}', '\u{200d}', '\u{3164}', '\u{fe0f}', '\u{e0061}'] {
            assert_eq!(username(&format!("al{hidden}ice")), Err(NotAName::Hidden(hidden)));
        }
    }

    #[test]
    fn an_account_is_looked_for_under_all_spellings_that_its_name_ever_had() {
        assert_eq!(spellings(" Alice "), ["alice"; 3]);
        assert_eq!(spellings("ＡＬＩＣＥ"), ["ａｌｉｃｅ", "alice", "alice"]);
        assert_eq!(spellings("Zoe\u{308}"), ["zoë", "zoë", "zoe\u{308}"]);
        assert_eq!(spellings("ⅻ"), ["ⅻ"; 3], "nobody gets it any more");
        for nobody in ["", "no body/", "alice\0", "\u{200b}"] {
            assert_eq!(spellings(nobody), [""; 3], "{nobody:?}");
        }
    }

    #[test]
    fn a_password_has_one_spelling_and_none_is_refused() {
        assert_eq!(password("pa\u{308}sswo\u{308}rter"), "pässwörter");
        assert_eq!(password("correct\u{a0}horse\u{3000}battery"), "correct horse battery");
        for same in ["Correct Horse", "ＡＬＩＣＥ", "🫩🫩", "\u{200b}\u{2060}", "\u{e000}\u{378}", "a\0b\tc\n", ""]
        {
            assert_eq!(password(same), same, "{same:?}");
        }
    }

    #[test]
    fn names_that_look_alike_have_one_skeleton() {
        for (one, other) in [
            ("alice", "аlice"),
            ("alice", "аӏісе"),
            ("alice", "ａｌｉｃｅ"),
            ("alice", "a1ice"),
            ("mona", "rnona"),
            ("bob0", "bobo"),
            ("i\u{307}brahim", "ibrahim"),
            ("ıbrahim", "ibrahim"),
            ("Shop", "Shop\u{200b}"),
            ("Shop", "shop"),
            ("My Shop", " My  \u{3000}Shop "),
            ("Shop", "Ѕһор"),
            ("Shop", "Ｓｈｏｐ"),
            ("Sh\u{200d}op", "Sh\u{2060}op\u{fe0f}"),
            ("Hello", "Неllо"),
            ("Zoë", "Zoe\u{308}"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        for (one, other) in
            [("alice", "alicé"), ("user10", "user12"), ("Shop", "Shops"), ("Mall", "Mail"), ("爱", "愛")]
        {
            assert_ne!(skeleton(one), skeleton(other), "{one} {other}");
        }
    }
}
