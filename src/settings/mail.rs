//! `[mail]`: the mail server by which this server sends mail. Without it no mail is sent. No type here prints a password.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use url::Url;

use super::store;
use super::wrong_setting::WrongSetting;

/// The port of SMTP over TLS (RFC 8314 §3.3).
const SUBMISSIONS: u16 = 465;
/// The port at which a mail server takes mail of its users (RFC 6409 §3.1).
const SUBMISSION: u16 = 587;

/// The table `[mail]` as it was configured, not checked yet.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// The address of the mail server; `None` if no mail is sent.
    pub smtp: Option<String>,
    /// The password of the user in `smtp`.
    pub password: Option<String>,
    /// A file with the value of `password`, which must not be in the configuration.
    pub password_file: Option<PathBuf>,
    /// The address from which mail comes, with or without a name.
    pub from: Option<String>,
}

impl fmt::Debug for Mail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Mail")
    }
}

/// The checked table `[mail]`.
#[derive(Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// The name or the address of the mail server.
    pub host: String,
    /// The port of the mail server.
    pub port: u16,
    /// How the connection is protected.
    pub protection: SmtpProtection,
    /// The user and the password with which this server signs in there; `None` if it does not.
    pub credentials: Option<(String, String)>,
    /// The address from which mail comes, with or without a name.
    pub from: Mailbox,
}

impl fmt::Debug for MailSettings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = out.debug_struct("MailSettings");
        out.field("host", &self.host).field("port", &self.port).field("protection", &self.protection);
        out.finish_non_exhaustive()
    }
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpProtection {
    /// By TLS from its beginning.
    Tls,
    /// By TLS that begins after STARTTLS. Nothing is sent to a mail server that does not offer it.
    StartTls,
    /// By nothing, on this machine.
    None,
}

impl Mail {
    /// Checks the table `[mail]`, and reads the file with the password if one is named; `None` if no mail is sent. Fails at
    /// the first fault.
    pub(super) fn check(&self) -> Result<Option<MailSettings>, WrongSetting> {
        let password = match (&self.password, &self.password_file) {
            (None, None) => None,
            (value, file) => {
                let value = value.as_deref().unwrap_or_default();
                Some(store::read("mail.password", value, "", file.as_deref())?)
            }
        };
        let Some(address) = &self.smtp else {
            let is_empty = password.is_none() && self.from.is_none();
            return if is_empty { Ok(None) } else { Err(wrong("is needed where [mail] is used")) };
        };
        let from = self.from.as_deref().ok_or_else(|| WrongSetting::new("mail.from", "is needed beside mail.smtp"))?;
        let from = from.parse::<Mailbox>().map_err(|_| {
            WrongSetting::new(
                "mail.from",
                format_args!("{from:?} is not an address such as Example <login@example.com>"),
            )
        })?;
        let url = Url::parse(address).map_err(|_| wrong("is no address such as smtps://user@mail.example.com"))?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong("names no host"))?;
        let host = host.trim_matches(['[', ']']).to_owned();
        if url.password().is_some() {
            return Err(wrong("contains a password: put it into a file and name that in mail.password_file"));
        }
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(wrong("is scheme, user, host and port, and perhaps ?tls=none"));
        }
        let (protection, usual) = match (url.scheme(), url.query()) {
            ("smtps", None) => (SmtpProtection::Tls, SUBMISSIONS),
            ("smtp", None) => (SmtpProtection::StartTls, SUBMISSION),
            ("smtp", Some("tls=none")) if is_this_machine(&host) => (SmtpProtection::None, SUBMISSION),
            ("smtp", Some("tls=none")) => {
                return Err(wrong(
                    "says tls=none, which is for localhost only: others would read the links in the mails",
                ));
            }
            ("smtps" | "smtp", Some(_)) => {
                return Err(wrong("may end in ?tls=none after smtp://, and in no other query"));
            }
            _ => return Err(wrong("starts with smtps:// or smtp://")),
        };
        let user =
            percent_decode_str(url.username()).decode_utf8().map_err(|_| wrong("names a user that is not UTF-8"))?;
        let credentials = match (user.as_ref(), password) {
            ("", None) => None,
            ("", Some(_)) => return Err(wrong("names no user, but there is a password: write smtps://user@host")),
            (_, None) => return Err(WrongSetting::new("mail.password_file", "is needed for the user in mail.smtp")),
            (user, Some(password)) => Some((user.to_owned(), password)),
        };
        Ok(Some(MailSettings { host, port: url.port().unwrap_or(usual), protection, credentials, from }))
    }
}

/// Builds an error about `mail.smtp`. It does not repeat the address, because it may contain a password.
fn wrong(what: &str) -> WrongSetting {
    WrongSetting::new("mail.smtp", what)
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(smtp: &str) -> Mail {
        Mail { smtp: Some(smtp.to_owned()), from: Some("login@example.com".to_owned()), ..Mail::default() }
    }

    #[test]
    fn an_address_of_a_mail_server_names_its_protection_and_its_port() {
        assert_eq!(Mail::default().check().expect("right"), None, "no mail is sent");
        for (address, protection, port) in [
            ("smtps://mail.example.com", SmtpProtection::Tls, 465),
            ("smtp://mail.example.com", SmtpProtection::StartTls, 587),
            ("smtp://mail.example.com:25", SmtpProtection::StartTls, 25),
            ("smtp://localhost:25?tls=none", SmtpProtection::None, 25),
            ("smtp://[::1]:2525?tls=none", SmtpProtection::None, 2525),
        ] {
            let settings = table(address).check().expect(address).expect(address);
            assert_eq!(
                (settings.protection, settings.port, settings.credentials),
                (protection, port, None),
                "{address}"
            );
        }
        let named = Mail { from: Some("Example <login@example.com>".to_owned()), ..table("smtps://a.example") };
        assert_eq!(named.check().expect("right").expect("one").from.name.as_deref(), Some("Example"));
    }

    #[test]
    fn the_password_comes_from_a_file_and_is_shown_nowhere() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "hunter2\n").expect("written");
        let with =
            Mail { password_file: Some(file.path().to_owned()), ..table("smtps://tessera%40a@mail.example.com") };
        let settings = with.check().expect("right").expect("one");
        assert_eq!(settings.credentials, Some(("tessera@a".to_owned(), "hunter2".to_owned())));
        assert!(!format!("{settings:?} {with:?}").contains("hunter2"));
    }

    #[test]
    fn a_wrong_table_is_refused_without_repeating_a_password() {
        let password = Some("hunter2".to_owned());
        for (mail, named) in [
            (table("mail.example.com"), "mail.smtp: "),
            (table("http://mail.example.com"), "mail.smtp: "),
            (table("smtps://tessera:hunter2@mail.example.com"), "mail.smtp: contains a password"),
            (table("smtp://mail.example.com?tls=none"), "mail.smtp: says tls=none"),
            (table("smtp://mail.example.com?tls=opportunistic"), "mail.smtp: "),
            (table("smtps://mail.example.com/path"), "mail.smtp: "),
            (table("smtps://tessera@mail.example.com"), "mail.password_file: is needed"),
            (Mail { password: password.clone(), ..table("smtps://mail.example.com") }, "mail.smtp: names no user"),
            (Mail { password, ..Mail::default() }, "mail.smtp: is needed"),
            (Mail { from: None, ..table("smtps://mail.example.com") }, "mail.from: is needed"),
            (
                Mail { from: Some("Example\r\nBcc: b@example.com".to_owned()), ..table("smtps://a.example") },
                "mail.from: ",
            ),
            (
                Mail { password_file: Some("nowhere".into()), ..table("smtps://a@a.example") },
                "mail.password_file: nowhere",
            ),
        ] {
            let line = mail.check().expect_err(named).to_string();
            assert!(line.starts_with(named) && !line.contains("hunter2") && line.lines().count() == 1, "{line}");
        }
    }
}
