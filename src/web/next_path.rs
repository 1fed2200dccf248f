//! Where a sign-in leads on to: a path on this origin and nothing else, so that nobody uses us to send people away.

use super::bounds::NEXT_PATH_CHARS;

/// A path on this origin, with its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPath(Box<str>);

impl NextPath {
    /// Where sign-ins lead that were not on the way to anywhere.
    pub fn home() -> Self {
        Self("/".into())
    }

    /// Reads `?next=`; whatever is not plainly a path of ours becomes `None`.
    ///
    /// A browser takes `//host` and `/\host` for another site, and drops tabs and line ends before it looks.
    pub fn parse(text: &str) -> Option<Self> {
        let printable = text.chars().all(|letter| letter.is_ascii_graphic() && letter != '\\');
        let ours = text.starts_with('/') && !text.starts_with("//");
        (ours && printable && text.len() <= NEXT_PATH_CHARS).then(|| Self(text.into()))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `path?next=…`, or `path` where this is home.
    pub fn behind(&self, path: &str) -> String {
        if &*self.0 == "/" {
            return path.to_owned();
        }
        let mut link = format!("{path}?next=");
        for byte in self.0.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                    link.push(char::from(byte));
                }
                _ => {
                    let hex = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble)]);
                    link.extend(['%', hex(byte >> 4), hex(byte & 15)]);
                }
            }
        }
        link
    }

    /// For the ticket's record.
    pub fn into_boxed(self) -> Option<Box<str>> {
        (&*self.0 != "/").then_some(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_on_this_origin_is_taken() {
        for ours in ["/", "/a/b?c=d&e=%2F%2Fx", "/s/ABC#part", "/a//b"] {
            assert!(NextPath::parse(ours).is_some(), "{ours}");
        }
        for theirs in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "\\/evil",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            " /a",
            "/a b",
            "/ü",
            "///evil",
        ] {
            assert!(NextPath::parse(theirs).is_none(), "{theirs:?}");
        }
        assert!(NextPath::parse(&format!("/{}", "a".repeat(NEXT_PATH_CHARS))).is_none());
    }

    #[test]
    fn a_link_carries_the_path_as_one_value() {
        assert_eq!(NextPath::home().behind("/login"), "/login");
        assert_eq!(
            NextPath::parse("/a?b=c&d").unwrap_or_else(NextPath::home).behind("/login"),
            "/login?next=/a%3Fb%3Dc%26d"
        );
    }
}
