//! Mails: what they say, the queue into which requests put them, and the task that sends them to the mail server of
//! `[mail]`. No request waits for the mail server. Without one, nothing is put into the queue.
//!
//! A mail goes to the address of an account, in its language, as plain text and as simple HTML. It has at most one link,
//! and nothing that is loaded from elsewhere. The link is encrypted in the queue and deleted once the mail was sent or
//! given up. The log tells the kind of a mail, its account and the answer of the mail server; never the link.

mod html;
mod mailer;
mod message;
mod sender;
mod smtp;
mod test_mail;
mod words;

pub use self::html::{as_html, as_plain_text};
pub use self::mailer::{LinkInMail, Mailer, NotQueued};
pub use self::sender::{SenderSettings, run};
pub use self::smtp::{Delivery, Smtp};
pub use self::test_mail::{TestMail, send_test_mail};
pub use self::words::{About, Words, words};
