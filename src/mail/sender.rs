//! The task that sends the mails in the queue. Any instance sends any mail; one that took a mail has it alone for longer
//! than a try may take (`store::records::mails::HELD_FOR`), and then stores what became of it. An answer of the 4xx kind, as
//! of mail servers that want unknown senders to try again (RFC 6647), and a mail server that is away are tried again after
//! growing pauses, for a day.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use lettre::Message;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::mailer::Mailer;
use super::message::{Origin, host_alone, message};
use super::smtp::{Delivery, Smtp};
use super::words::{About, words};
use crate::cause::{Logged, caused};
use crate::clock::Clock;
use crate::settings::MailSettings;
use crate::store::Fault;
use crate::store::records::activity::{ActivityActor, ActivityKind, NewActivity};
use crate::store::records::mails::{Mail, MailEnd, MailEnded, MailId, MailKind, SEND_WITHIN};
use crate::store::records::{Account, Records};
use crate::text::Lang;
use crate::text::negotiation::of_list;
use crate::ticket::time::Timestamp;
use crate::web::document::Site;

/// The largest number of mails that this instance sends at the same time.
const AT_ONCE: u16 = 4;
/// How often the queue is searched for mails of other instances, and for those that are to be tried again. Mails that
/// this instance put there are sent at once.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long a stop waits for mails that are being sent.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// What the task that sends mails needs.
#[derive(Debug)]
pub struct SenderSettings {
    /// The queue.
    pub mailer: Mailer,
    /// The records.
    pub records: Records,
    /// The site, whose name and address mails contain.
    pub site: Site,
    /// The clock.
    pub clock: Clock,
    /// Cancelled when the server stops.
    pub stopping: CancellationToken,
}

/// The state of the task; cheap to clone.
#[derive(Clone, Debug)]
struct Sender {
    mailer: Mailer,
    records: Records,
    site: Site,
    clock: Clock,
    smtp: Smtp,
    origin: Origin,
    /// Whether the log says that the mail server takes no mail.
    away: Arc<Logged>,
}

/// Why a mail is to be tried again.
enum Again {
    /// The mail server wants this one later, with this code.
    Later(u16),
    /// The fault is one of the mail server or of the settings, as the text says.
    Away(String),
}

/// Makes the task that sends the mails in the queue until the server stops. It then ends when the mails are sent that it
/// had begun to send.
///
/// # Errors
/// The text of a fault of TLS.
pub fn run(mail: &MailSettings, parts: SenderSettings) -> Result<impl Future<Output = ()> + use<>, String> {
    let SenderSettings { mailer, records, site, clock, stopping } = parts;
    let smtp = Smtp::new(mail, &host_alone(site.host()))?;
    let origin = Origin::new(&mail.from, site.look(), site.host());
    let sender = Sender { mailer, records, site, clock, smtp, origin, away: Arc::default() };
    Ok(async move {
        let (mut tasks, logged) = (JoinSet::new(), Logged::default());
        let mut under_way = HashMap::new();
        loop {
            let now = sender.clock.now();
            for mail in sender.take(under_way.values().copied().collect(), &logged, now).await {
                let (sender, id) = (sender.clone(), mail.id);
                let task = tasks.spawn(async move { sender.send(mail, now).await });
                under_way.insert(task.id(), id);
            }
            tokio::select! {
                () = stopping.cancelled() => break,
                () = sender.mailer.noted() => {}
                () = sender.clock.sleep_until(now + LOOK_EVERY) => {}
                Some(ended) = tasks.join_next_with_id() => {
                    under_way.remove(&ended.map_or_else(|failed| failed.id(), |(task, ())| task));
                }
            }
        }
        // What is not sent by then is tried again, by another instance or after the start, once it is not held any more.
        let _ = timeout(STOP_WITHIN, async { while tasks.join_next().await.is_some() {} }).await;
    })
}

impl Sender {
    /// Takes as many due mails as may be sent beside those that are under way.
    async fn take(&self, under_way: Vec<MailId>, logged: &Logged, now: Timestamp) -> Vec<Mail> {
        let free = AT_ONCE.saturating_sub(u16::try_from(under_way.len()).unwrap_or(AT_ONCE));
        if free == 0 {
            return Vec::new();
        }
        match self.records.take_mails(free, under_way, now).await {
            Ok(mails) => {
                if logged.is_new("") {
                    tracing::info!("the queue of mails can be read again");
                }
                mails
            }
            Err(fault) => {
                if logged.is_new("not read") {
                    tracing::error!(fault = %caused(&fault), "the queue of mails cannot be read; it is tried again");
                }
                Vec::new()
            }
        }
    }

    /// Sends a mail that was taken at this time, and stores what became of it or when it is tried again. The pause begins with
    /// the try, so it is the same however long the try took.
    async fn send(&self, mail: Mail, taken_at: Timestamp) {
        let (kind, id, account, tries) = (mail.kind.word(), mail.id, mail.account, mail.tries);
        let ended = self.try_to_send(&mail).await;
        match &ended {
            Ok(Ok(_)) => {}
            Ok(Err(Again::Later(code))) => {
                tracing::warn!(kind, mail.id = %id, account.id = %account, tries, code, "a mail is tried again later");
            }
            // That the mail server takes no mail is said once, and not of each mail as a warning.
            Ok(Err(Again::Away(why))) => {
                tracing::info!(kind, mail.id = %id, account.id = %account, tries, why, "a mail is tried again later");
            }
            Err(fault) => {
                let fault = caused(fault);
                tracing::error!(kind, mail.id = %id, account.id = %account, tries, fault, "a mail is tried again later");
            }
        }
        let stored = match ended {
            Ok(Ok(end)) => self.end(&mail, end).await,
            Ok(Err(_)) | Err(_) => self.records.postpone_mail(id, tries, mail.next_try(taken_at)).await,
        };
        if let Err(fault) = stored {
            let fault = caused(&fault);
            tracing::error!(kind, mail.id = %id, account.id = %account, fault, "what became of a mail was not stored");
        }
    }

    /// Hands a message to the mail server. When the mail server begins to take no mail at all, and when it takes some again, a
    /// line of the log says so.
    async fn deliver(&self, message: &Message) -> Delivery {
        let delivery = self.smtp.send(message).await;
        let why = if let Delivery::Away(why) = &delivery { Some(why) } else { None };
        if self.away.is_new(if why.is_some() { "away" } else { "" }) {
            if let Some(why) = why {
                tracing::error!(why, "the mail server takes no mail; mails wait and are tried again");
            } else {
                tracing::info!("the mail server takes mail again");
            }
        }
        delivery
    }

    /// Sends a mail and returns what became of it. The inner error says why it is to be tried again.
    async fn try_to_send(&self, mail: &Mail) -> Result<Result<MailEnd, Again>, Fault> {
        let (kind, id, now) = (mail.kind.word(), mail.id, self.clock.now());
        if (mail.created_at + SEND_WITHIN).is_over(now) {
            tracing::warn!(kind, mail.id = %id, account.id = %mail.account, tries = mail.tries, "a mail was given up");
            return Ok(Ok(MailEnd::Expired));
        }
        let Some(account) = self.records.account(mail.account).await? else { return Ok(Ok(MailEnd::Dropped)) };
        let link = match &mail.link {
            None => None,
            Some((hash, sealed)) => {
                let until = match mail.kind {
                    _ if account.email.as_ref().is_none_or(|email| email.key() != mail.to.key()) => None,
                    MailKind::ProveAddress => {
                        let link = self.records.address_link(*hash).await?;
                        let link = link.filter(|link| link.refusal(&account, now).is_none());
                        link.map(|link| link.expires_at)
                    }
                    _ => {
                        let link = self.records.link(*hash).await?.map(|(link, _)| link);
                        let link = link.filter(|link| link.over(now).is_none() && !account.is_disabled);
                        link.map(|link| link.expires_at)
                    }
                };
                let Some(link) = self.mailer.open_link(id, sealed).zip(until) else {
                    tracing::info!(kind, mail.id = %id, account.id = %account.id, "a mail was not sent: its link is over");
                    return Ok(Ok(MailEnd::Dropped));
                };
                Some(link)
            }
        };
        // An older version may have stored a language that this one does not know.
        let texts = of_list(&mail.language, Lang::WITH_TEST_LANGUAGE).unwrap_or_default().texts();
        let about = About {
            kind: mail.kind,
            username: account.username.as_deref().unwrap_or(&account.display_name),
            facts: &mail.facts,
            at: mail.created_at,
            link: link.as_ref().map(|(path, until)| (path.as_str(), *until)),
            site: self.site.name(),
            origin: self.site.origin(),
        };
        let built = message(&self.origin, texts, &words(texts, &about), (id, mail.to.as_str(), mail.created_at));
        let Some(built) = built else {
            tracing::warn!(kind, mail.id = %id, account.id = %account.id, "a mail was not sent: its address is malformed");
            return Ok(Ok(MailEnd::Refused));
        };
        Ok(match self.deliver(&built).await {
            Delivery::Taken => {
                tracing::info!(kind, mail.id = %id, account.id = %account.id, tries = mail.tries, "a mail was sent");
                Ok(MailEnd::Sent)
            }
            Delivery::Refused(code) => {
                tracing::warn!(kind, mail.id = %id, account.id = %account.id, code, "the mail server refused a mail");
                Ok(MailEnd::Refused)
            }
            Delivery::Later(code) => Err(Again::Later(code)),
            Delivery::Away(why) => Err(Again::Away(why)),
        })
    }

    async fn end(&self, mail: &Mail, end: MailEnd) -> Result<(), Fault> {
        let now = self.clock.now();
        let line = match end {
            MailEnd::Sent | MailEnd::Dropped => None,
            MailEnd::Refused | MailEnd::Expired => {
                self.records.account(mail.account).await?.map(|account| told(&account, mail.kind, now))
            }
        };
        self.records.end_mail(MailEnded { id: mail.id, end, line, now }).await?;
        Ok(())
    }
}

/// Makes the line of activity that tells that a mail could not be delivered.
fn told(account: &Account, kind: MailKind, now: Timestamp) -> NewActivity {
    let line = NewActivity::of(ActivityKind::MailRefused, account.id, &account.display_name, now);
    NewActivity { actor: ActivityActor::Server, detail: kind.word().to_owned(), ..line }
}
