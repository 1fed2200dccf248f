//! The connection to the mail server. Each message gets its own.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use crate::settings::{MailSettings, SmtpProtection};
use crate::store::records::mails::HELD_FOR;

/// How long the mail server may take to answer the connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long it may take until it wants to have the message. Until then nothing was sent, so a later try sends no second one.
const OPEN_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// How long it may take to accept the message. Mail servers check what they get before they answer, and a sender that does not
/// wait for the answer sends the message twice (RFC 5321 §4.5.3.2.6).
const ACCEPT_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// How long the goodbye may take.
const QUIT_TIMEOUT: Duration = Duration::from_secs(10);
/// The answers that mean that the mail server does not accept this server's user and password, or wants them (RFC 4954 §4
/// and §6). They are no fault of the mail, so it is tried again.
const SIGN_IN_REFUSED: [u16; 4] = [530, 534, 535, 538];
/// The answer of a mail server that closes the connection (RFC 5321 §3.8).
const CLOSING: u16 = 421;

const _: () = assert!(
    OPEN_TIMEOUT.as_secs() + ACCEPT_TIMEOUT.as_secs() + QUIT_TIMEOUT.as_secs() < HELD_FOR.as_secs(),
    "no second try begins while one runs"
);

/// Sends messages to the mail server of the settings; cheap to clone.
#[derive(Clone, Debug)]
pub struct Smtp {
    server: (String, u16),
    protection: Protection,
    credentials: Option<Credentials>,
    hello: ClientId,
}

/// How the connection is protected ([`SmtpProtection`]), with what TLS needs.
#[derive(Clone)]
enum Protection {
    Tls(TlsParameters),
    StartTls(TlsParameters),
    None,
}

impl fmt::Debug for Protection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Protection")
    }
}

/// The result of one try to send a message. No text in it contains the address or the text of the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The mail server took the message.
    Taken,
    /// The mail server refused this message or its recipient for good, with this code.
    Refused(u16),
    /// The mail server wants this message to be sent later, with this code.
    Later(u16),
    /// The fault is one of the mail server or of the settings, and concerns every mail. The text says which one, for the
    /// operator.
    Away(String),
}

impl Smtp {
    /// Makes the connection's settings. Nothing is sent yet. `host` is the host of this site, with which it greets the mail
    /// server.
    ///
    /// # Errors
    /// The text of a fault of TLS: there are no roots of trust on this machine.
    pub fn new(settings: &MailSettings, host: &str) -> Result<Self, String> {
        let MailSettings { host: server, port, protection, credentials, .. } = settings;
        let tls = || TlsParameters::new(server.clone()).map_err(|error| format!("mail.smtp: {error}"));
        let protection = match protection {
            SmtpProtection::Tls => Protection::Tls(tls()?),
            SmtpProtection::StartTls => Protection::StartTls(tls()?),
            SmtpProtection::None => Protection::None,
        };
        let hello = match host.trim_matches(['[', ']']).parse() {
            Ok(IpAddr::V4(ip)) => ClientId::Ipv4(ip),
            Ok(IpAddr::V6(ip)) => ClientId::Ipv6(ip),
            Err(_) => ClientId::Domain(host.to_owned()),
        };
        let credentials = credentials.clone().map(|(user, password)| Credentials::new(user, password));
        Ok(Self { server: (server.clone(), *port), protection, credentials, hello })
    }

    /// Sends a message.
    pub async fn send(&self, message: &Message) -> Delivery {
        let in_time = |what: &str| Delivery::Away(format!("the mail server did not {what} in time"));
        let opened = timeout(OPEN_TIMEOUT, async {
            let mut connection = self.open(message).await.map_err(|(step, error)| away(step, &error))?;
            match offer(&mut connection, message).await {
                Ok(()) => Ok(connection),
                Err(error) => {
                    let delivery = of_message(&error);
                    close(connection).await;
                    Err(delivery)
                }
            }
        });
        let mut connection = match opened.await {
            Ok(Ok(connection)) => connection,
            Ok(Err(delivery)) => return delivery,
            Err(_) => return in_time("answer"),
        };
        let delivery = match timeout(ACCEPT_TIMEOUT, connection.message(&message.formatted())).await {
            Ok(Ok(_)) => Delivery::Taken,
            Ok(Err(error)) => of_message(&error),
            Err(_) => return in_time("accept a message"),
        };
        close(connection).await;
        delivery
    }

    /// Connects, signs in and names the sender. The error names the step that failed.
    async fn open(&self, message: &Message) -> Result<AsyncSmtpConnection, (&'static str, Error)> {
        let from_beginning = match &self.protection {
            Protection::Tls(tls) => Some(tls.clone()),
            Protection::StartTls(_) | Protection::None => None,
        };
        let connecting = AsyncSmtpConnection::connect_tokio1(
            (self.server.0.as_str(), self.server.1),
            Some(CONNECT_TIMEOUT),
            &self.hello,
            from_beginning,
            None,
        );
        let mut connection = connecting.await.map_err(|error| ("the connection", error))?;
        match self.prepare(&mut connection, message).await {
            Ok(()) => Ok(connection),
            Err(failed) => {
                close(connection).await;
                Err(failed)
            }
        }
    }

    async fn prepare(
        &self,
        connection: &mut AsyncSmtpConnection,
        message: &Message,
    ) -> Result<(), (&'static str, Error)> {
        if let Protection::StartTls(tls) = &self.protection {
            connection.starttls(tls.clone(), &self.hello).await.map_err(|error| ("STARTTLS", error))?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(|error| ("AUTH", error))?;
        }
        let sender = Mail::new(message.envelope().from().cloned(), Vec::new());
        connection.command(sender).await.map_err(|error| ("MAIL", error))?;
        Ok(())
    }
}

/// Names the recipient and asks to send the message.
async fn offer(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Error> {
    for to in message.envelope().to() {
        connection.command(Rcpt::new(to.clone(), Vec::new())).await?;
    }
    connection.command(Data).await?;
    Ok(())
}

/// Says goodbye. What becomes of it does not matter.
async fn close(mut connection: AsyncSmtpConnection) {
    let _ = timeout(QUIT_TIMEOUT, connection.abort()).await;
}

/// Returns what an error means in the steps that are about one message and its recipient.
fn of_message(error: &Error) -> Delivery {
    match error.status().map(u16::from) {
        Some(code) if SIGN_IN_REFUSED.contains(&code) || code == CLOSING => away("the message", error),
        Some(code) if error.is_permanent() => Delivery::Refused(code),
        Some(code) => Delivery::Later(code),
        None => away("the message", error),
    }
}

/// Returns what an error means in a step that is the same for every message. The text of an answer may repeat an address, so
/// only its code is told.
fn away(step: &str, error: &Error) -> Delivery {
    Delivery::Away(match error.status().map(u16::from) {
        Some(code) if SIGN_IN_REFUSED.contains(&code) => {
            format!("the mail server does not accept the user and the password ({code})")
        }
        Some(code) => format!("the mail server answers {code} to {step}"),
        None if error.is_tls() => format!("no connection with TLS: {error}"),
        None => format!("no connection: {error}"),
    })
}
