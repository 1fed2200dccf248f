//! The message that is sent: its headers, and its two bodies.

use std::time::{Duration, SystemTime};

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::html::{as_html, as_plain_text, one_line};
use super::words::Words;
use crate::look::Palette;
use crate::settings::LookSettings;
use crate::store::records::mails::MailId;
use crate::text::Texts;
use crate::ticket::time::Timestamp;

/// The header that tells programs not to answer (RFC 3834 §5).
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// From whom and from which host mails come.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// The address from which they come; its name is that of the site unless one is configured.
    pub from: Mailbox,
    /// The host of the site, for the Message-ID.
    pub host: String,
    /// The colours of light pages, which the button has.
    colours: Palette,
}

impl Origin {
    /// Makes the sender of the mails of this site.
    pub fn new(from: &Mailbox, look: &LookSettings, host: &str) -> Self {
        let name = one_line(from.name.as_deref().unwrap_or(&look.name));
        Self { from: Mailbox::new(Some(name), from.email.clone()), host: host_alone(host), colours: look.light }
    }
}

/// Returns a host without its port, as a Message-ID and the greeting of SMTP have it.
pub(super) fn host_alone(host: &str) -> String {
    let alone = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => name,
        _ => host,
    };
    alone.to_owned()
}

/// Builds the message. Returns `None` if the mail library does not accept the address.
pub(super) fn message(
    origin: &Origin,
    texts: &'static Texts,
    words: &Words,
    (id, to, at): (MailId, &str, Timestamp),
) -> Option<Message> {
    let to = Mailbox::new(None, to.parse::<Address>().ok()?);
    let date = SystemTime::UNIX_EPOCH + Duration::from_millis(at.as_millis());
    let bodies = MultiPart::alternative_plain_html(as_plain_text(words), as_html(texts, words, &origin.colours));
    Message::builder()
        .from(origin.from.clone())
        .to(to)
        .subject(one_line(&words.subject))
        .date(date)
        .message_id(Some(format!("<{id}@{}>", origin.host)))
        .header(AutoSubmitted)
        .multipart(bodies)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use crate::text::Lang;

    fn look(name: &str) -> LookSettings {
        LookSettings { name: name.into(), ..Settings::defaults().look }
    }

    fn built(site: &str, from: &str, subject: &str) -> String {
        let words = Words {
            subject: subject.to_owned(),
            lead: "Hello".to_owned(),
            link: None,
            advice: Vec::new(),
            footer: "The end".to_owned(),
        };
        let origin = Origin::new(&from.parse().expect("an address"), &look(site), "login.example:3000");
        let id = MailId::from_random([7; 16]);
        let at = Timestamp::from_millis(1_800_000_000_000);
        let built = message(&origin, Lang::default().texts(), &words, (id, "alice@example.org", at)).expect("built");
        String::from_utf8(built.formatted()).expect("ASCII")
    }

    fn headers(message: &str) -> Vec<&str> {
        let head = message.split("\r\n\r\n").next().unwrap_or_default();
        head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).collect()
    }

    #[test]
    fn a_message_has_the_headers_of_one_that_a_program_wrote() {
        let mail = built("Tessera", "login@example.com", "Hello");
        for header in [
            "From: Tessera <login@example.com>",
            "To: alice@example.org",
            "Subject: Hello",
            "Date: Fri, 15 Jan 2027 08:00:00 +0000",
            "Message-ID: <07070707-0707-4707-8707-070707070707@login.example>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert!(headers(&mail).contains(&header), "{header}: {mail}");
        }
        assert!(!headers(&mail).iter().any(|line| line.to_ascii_lowercase().starts_with("list-")), "{mail}");
        assert!(mail.contains("multipart/alternative") && mail.contains("text/plain") && mail.contains("text/html"));
    }

    #[test]
    fn what_a_name_contains_makes_no_header() {
        let usual = headers(&built("Tessera", "login@example.com", "Hello")).len();
        for name in [
            "A\r\nBcc: b@example.com",
            "A\nBcc: b@example.com",
            "A\rBcc: b",
            "A\u{0}B\u{85}C\u{2028}Bcc: b",
            "=?utf-8?q?=0D=0ABcc:_b?=",
        ] {
            let mail = built(name, "login@example.com", name);
            let found = headers(&mail);
            assert_eq!(found.len(), usual, "{name:?}: {mail}");
            assert!(!found.iter().any(|line| line.starts_with("Bcc")), "{name:?}: {mail}");
        }
    }

    #[test]
    fn an_address_that_would_be_two_is_not_written_to() {
        let origin = Origin::new(&"login@example.com".parse().expect("an address"), &look("Tessera"), "login.example");
        let words = super::super::words::test_words(Lang::default().texts(), "Tessera");
        for to in ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "a@example.org>", ""] {
            let at = (MailId::from_random([7; 16]), to, Timestamp::from_millis(0));
            assert!(message(&origin, Lang::default().texts(), &words, at).is_none(), "{to:?}");
        }
    }
}
