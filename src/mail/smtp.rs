//! The connection to the mail server. Each message gets its own.

use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use tokio::time::timeout;

use crate::settings::{MailSettings, SmtpProtection};

/// How long the mail server may take to answer the connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long it may take to send one message. It is shorter than the first pause between two tries
/// (`store::records::mails::FIRST_PAUSE`), so that no second instance takes a mail that this one still sends.
const SEND_TIMEOUT: Duration = Duration::from_secs(45);
/// The answers that mean that the mail server does not accept this server's user and password, or wants them (RFC 4954 §4
/// and §6). They are no fault of the mail, so it is tried again.
const SIGN_IN_REFUSED: [u16; 4] = [530, 534, 535, 538];

/// Sends messages to the mail server of the settings; cheap to clone.
#[derive(Clone, Debug)]
pub struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

/// The result of one try to send a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The mail server took the message.
    Taken,
    /// The mail server refused it for good, with this code.
    Refused(u16),
    /// It is to be tried again; the text says why, for the operator. It contains neither address nor text of the mail.
    TryAgain(String),
}

impl Smtp {
    /// Makes the connection's settings. Nothing is sent yet. `host` is the host of this site, with which it greets the mail
    /// server.
    ///
    /// # Errors
    /// The text of a fault of TLS: there are no roots of trust on this machine.
    pub fn new(settings: &MailSettings, host: &str) -> Result<Self, String> {
        let MailSettings { host: server, port, protection, credentials, .. } = settings;
        let parameters = || TlsParameters::new(server.clone()).map_err(|error| format!("mail.smtp: {error}"));
        let tls = match protection {
            SmtpProtection::Tls => Tls::Wrapper(parameters()?),
            SmtpProtection::StartTls => Tls::Required(parameters()?),
            SmtpProtection::None => Tls::None,
        };
        let hello = match host.trim_matches(['[', ']']).parse() {
            Ok(IpAddr::V4(ip)) => ClientId::Ipv4(ip),
            Ok(IpAddr::V6(ip)) => ClientId::Ipv6(ip),
            Err(_) => ClientId::Domain(host.to_owned()),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server)
            .port(*port)
            .tls(tls)
            .hello_name(hello)
            .timeout(Some(CONNECT_TIMEOUT));
        if let Some((user, password)) = credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self(builder.build()))
    }

    /// Sends a message, within 45 seconds.
    pub async fn send(&self, message: Message) -> Delivery {
        let error = match timeout(SEND_TIMEOUT, self.0.send(message)).await {
            Ok(Ok(_)) => return Delivery::Taken,
            Ok(Err(error)) => error,
            Err(_) => return Delivery::TryAgain("the mail server did not answer in time".to_owned()),
        };
        // The text of an answer may repeat the address, so only its code is told.
        let Some(code) = error.status().map(u16::from) else {
            let what = if error.is_tls() { "no connection with TLS" } else { "no connection" };
            return Delivery::TryAgain(format!("{what}: {error}"));
        };
        if SIGN_IN_REFUSED.contains(&code) {
            return Delivery::TryAgain(format!("the mail server does not accept the user and the password ({code})"));
        }
        if error.is_permanent() { Delivery::Refused(code) } else { Delivery::TryAgain(format!("answer {code}")) }
    }
}
