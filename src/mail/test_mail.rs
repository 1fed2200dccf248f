//! The test mail of `tessera doctor`.

use super::message::{Origin, host_alone, message};
use super::smtp::{Delivery, Smtp};
use super::words::test_words;
use crate::crypto::random::random;
use crate::settings::{LookSettings, MailSettings};
use crate::store::records::mails::MailId;
use crate::store::records::people::Email;
use crate::text::Lang;
use crate::ticket::time::Timestamp;

/// A test mail.
#[derive(Clone, Debug)]
pub struct TestMail<'a> {
    /// The address to which it goes.
    pub to: &'a Email,
    /// The name and the colours of the site.
    pub look: &'a LookSettings,
    /// Host and port of the site.
    pub host: &'a str,
    /// The present time.
    pub now: Timestamp,
}

/// Sends a test mail at once, without the queue, and returns the answer of the mail server.
///
/// # Errors
/// The text of a fault of TLS, or of an address that cannot be written to.
pub async fn send_test_mail(settings: &MailSettings, mail: TestMail<'_>) -> Result<Delivery, String> {
    let smtp = Smtp::new(settings, &host_alone(mail.host))?;
    let origin = Origin::new(&settings.from, mail.look, mail.host);
    let texts = Lang::default().texts();
    let id = MailId::from_random(random());
    let built = message(&origin, texts, &test_words(texts, &mail.look.name), (id, mail.to.as_str(), mail.now));
    let built = built.ok_or_else(|| "no mail can be written to this address".to_owned())?;
    Ok(smtp.send(&built).await)
}
