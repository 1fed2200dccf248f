//! Sends a test mail, if the operator names an address for it.

use super::finding::{Finding, doubtful, good, wrong};
use crate::clock::Clock;
use crate::mail::{Delivery, TestMail, send_test_mail};
use crate::settings::Settings;
use crate::store::records::people::Email;

/// Sends a test mail to this address and returns what the mail server said. Without an address it sends nothing, and finds
/// nothing.
pub(super) async fn examine(settings: &Settings, to: Option<&Email>) -> Option<Finding> {
    let to = to?;
    let Some(mail) = &settings.mail else {
        return Some(wrong("no mail server is configured, so no test mail was sent", "set mail.smtp and mail.from"));
    };
    let host = settings.public_url.split_once("://").map_or("", |(_, host)| host);
    let test = TestMail { to, look: &settings.look, host, now: Clock::system().now() };
    Some(match send_test_mail(mail, test).await {
        Ok(Delivery::Taken) => good(format!("the mail server took a test mail to {to}: look whether it arrives")),
        Ok(Delivery::Refused(code)) => doubtful(
            format!("the mail server refused a test mail to {to} ({code})"),
            "see that the address exists, and that the mail server sends mail from the address in mail.from",
        ),
        Ok(Delivery::Later(code)) => doubtful(
            format!("the mail server did not take a test mail to {to} yet ({code})"),
            "try again in some minutes: many mail servers want unknown senders to wait; Tessera tries for a day",
        ),
        Ok(Delivery::Away(why)) => wrong(
            format!("the mail server takes no mail: {why}"),
            "see that mail.smtp names the right host, port and user, and mail.password_file the right password",
        ),
        Err(why) => wrong(format!("no test mail was sent: {why}"), "see mail.smtp and the address of the test mail"),
    })
}
