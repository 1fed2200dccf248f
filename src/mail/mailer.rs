//! Puts mails into the queue.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::cause::caused;
use crate::clock::Clock;
use crate::crypto::derive::derive;
use crate::crypto::hash::{Keyed, sha256_half};
use crate::crypto::random::random;
use crate::crypto::seal::Seal;
use crate::measure;
use crate::store::Fault;
use crate::store::records::links::{LinkHash, NewLink};
use crate::store::records::mails::{CausedBy, CountedWith, MailFacts, MailId, MailKind, NewMail, NewRecovery, Queued};
use crate::store::records::people::Email;
use crate::store::records::{Account, Records};
use crate::text::negotiation::of_list;
use crate::text::{Lang, Texts};
use crate::ticket::ids::AccountId;

/// Puts mails into the queue, if a mail server is configured; cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    records: Records,
    clock: Clock,
    /// Encrypts the links in the queue.
    seal: Seal,
    /// Derives the secrets of links from a submitted form, so that a form that is sent twice makes one link.
    attempts: Keyed,
    /// Derives what mails have in common that strangers cause.
    counted: Keyed,
    /// The languages in which mails are written.
    offered: &'static [Lang],
    is_set_up: bool,
    noted: Notify,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Mailer")
    }
}

/// A one-time link that a mail contains.
#[derive(Clone, Copy, Debug)]
pub struct LinkInMail<'a> {
    /// The hash by which the records know the link.
    pub hash: LinkHash,
    /// The path of the link, with its secret.
    pub path: &'a str,
    /// The texts of the request, whose language the mail has if the account names none that is offered.
    pub texts: &'static Texts,
    /// Who caused the mail.
    pub caused_by: CausedBy,
}

/// Why a mail with a link was not put into the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotQueued {
    /// No mail server is configured.
    NotSetUp,
    /// The account has no address, or there is no such account.
    NoAddress,
    /// The account had too many mails of this kind within a day.
    TooMany,
    /// Strangers caused too many mails of this kind to the same address or from the same network. What a page answers must not
    /// depend on it, because it tells of other accounts.
    TooManyOfStrangers,
    /// The queue is full.
    Full,
}

impl NotQueued {
    /// Returns the word for the reason, for the log and for the addresses of pages.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotSetUp => "mail-not-set-up",
            Self::NoAddress => "mail-no-address",
            Self::TooMany => "mail-too-many",
            Self::TooManyOfStrangers => "mail-too-many-of-strangers",
            Self::Full => "mail-full",
        }
    }
}

impl Mailer {
    /// Makes the service over these records. `secret` is the server's secret, from which the key is derived that encrypts
    /// the links in the queue. If `is_set_up` is `false`, no mail server is configured, and nothing is put into the queue.
    pub fn new(records: Records, clock: Clock, secret: &[u8; 32], has_test_language: bool, is_set_up: bool) -> Self {
        let offered = if has_test_language { Lang::WITH_TEST_LANGUAGE } else { Lang::TRANSLATED };
        let seal = Seal::new(&derive(secret, "links in mails"));
        let attempts = Keyed::new(secret, "links that are sent by mail");
        let counted = Keyed::new(secret, "mails that count together");
        Self(Arc::new(Inner { records, clock, seal, attempts, counted, offered, is_set_up, noted: Notify::new() }))
    }

    /// Returns whether a mail server is configured, so that pages offer to send mails.
    pub fn is_set_up(&self) -> bool {
        self.0.is_set_up
    }

    /// Derives the secret of a link from these parts of a form. The same form sent twice has the same.
    pub fn secret(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.0.attempts.of(parts)
    }

    /// Returns the cause of a mail that somebody sends to an address that they did not prove. It counts together with all such
    /// mails to this address.
    pub fn to_unproven(&self, to: &Email) -> CausedBy {
        self.counted_with(&[b"to", to.key().as_bytes()])
    }

    /// Returns the cause of a mail to this account that somebody asked for who is not signed in. It counts together with all
    /// such mails to the account that were asked for from the network of this address.
    pub fn asked_from(&self, network: IpAddr, account: AccountId) -> CausedBy {
        self.counted_with(&[b"from", account.as_bytes(), network.to_canonical().to_string().as_bytes()])
    }

    fn counted_with(&self, parts: &[&[u8]]) -> CausedBy {
        let hash = self.0.counted.of(parts);
        CausedBy::Stranger(CountedWith(std::array::from_fn(|at| hash[at])))
    }

    /// Returns why another mail of this kind to the account is not put into the queue at present; `None` if it is.
    pub async fn refusal(
        &self,
        account: AccountId,
        kind: MailKind,
        caused_by: CausedBy,
    ) -> Result<Option<NotQueued>, Fault> {
        if !self.0.is_set_up {
            return Ok(Some(NotQueued::NotSetUp));
        }
        let room = self.0.records.room_for_mail(account, kind, caused_by, self.0.clock.now()).await?;
        Ok(not_queued(room).inspect(|why| say_refused(kind, account, *why)))
    }

    /// Puts a mail with a one-time link into the queue. The same link is sent once. The inner error says why it is not
    /// sent.
    pub async fn send_link(
        &self,
        account: &Account,
        kind: MailKind,
        facts: MailFacts,
        link: LinkInMail<'_>,
    ) -> Result<Result<(), NotQueued>, Fault> {
        match self.mail_with_link(account, kind, facts, link) {
            Ok(mail) => self.queue(mail).await,
            Err(why) => Ok(Err(why)),
        }
    }

    /// Stores a link for a forgotten password and puts a mail with it into the queue, unless the account got such a mail
    /// within the time `none_within` whose link can still be opened. Of two requests at the same moment one does it. What is
    /// not sent is logged and not told, because nobody who is not signed in may learn it.
    pub async fn send_recovery(
        &self,
        account: &Account,
        link: NewLink,
        in_mail: LinkInMail<'_>,
        none_within: Duration,
    ) -> Result<(), Fault> {
        let Ok(mail) = self.mail_with_link(account, MailKind::RecoverOneself, MailFacts::default(), in_mail) else {
            return Ok(());
        };
        let (id, kind) = (mail.id, mail.kind);
        let none_since = mail.now.before(none_within);
        let queued = self.0.records.queue_recovery(NewRecovery { link, mail, none_since }).await?;
        if queued == Queued::Before {
            tracing::info!(account.id = %account.id, "no link was sent: one that was sent a moment ago can still be opened");
        }
        // A refusal is logged there.
        let _ = self.after_queue((id, kind), account.id, queued);
        Ok(())
    }

    /// Makes a mail with a one-time link. The same link has the same mail.
    fn mail_with_link(
        &self,
        account: &Account,
        kind: MailKind,
        facts: MailFacts,
        link: LinkInMail<'_>,
    ) -> Result<NewMail, NotQueued> {
        let id = MailId::from_random(sha256_half(&[b"mail with a link", &link.hash.0]));
        let sealed = self.0.seal.close(id.as_bytes(), link.path.as_bytes().to_vec());
        let language = self.language(account, Some(link.texts));
        self.mail(account, (id, kind, link.caused_by), language, facts, Some((link.hash, sealed)))
    }

    /// Puts a notice about something that happened to the account into the queue, if the account has a proven address. A
    /// failure is logged and not returned, because what the mail tells has happened already.
    pub async fn notify(&self, account: &Account, kind: MailKind, facts: MailFacts) {
        if !self.0.is_set_up || account.email_verified_at.is_none() {
            return;
        }
        let id = MailId::from_random(random());
        let language = self.language(account, None);
        let Ok(mail) = self.mail(account, (id, kind, CausedBy::Known), language, facts, None) else { return };
        if let Err(fault) = self.queue(mail).await {
            let (kind, account) = (kind.word(), account.id);
            tracing::error!(kind, account.id = %account, fault = %caused(&fault), "a mail could not be queued");
        }
    }

    /// Tells the address that an account had before, if it was proven and the account has another one or none now. `before` is
    /// the account as it was.
    pub async fn notify_former_address(&self, before: &Account, present: Option<&Email>, facts: MailFacts) {
        if before.email.as_ref().map(Email::key) != present.map(Email::key) {
            self.notify(before, MailKind::AddressChanged, facts).await;
        }
    }

    fn mail(
        &self,
        account: &Account,
        (id, kind, caused_by): (MailId, MailKind, CausedBy),
        language: &'static str,
        facts: MailFacts,
        link: Option<(LinkHash, Vec<u8>)>,
    ) -> Result<NewMail, NotQueued> {
        if !self.0.is_set_up {
            return Err(NotQueued::NotSetUp);
        }
        let to = account.email.clone().ok_or(NotQueued::NoAddress)?;
        let (language, now) = (language.to_owned(), self.0.clock.now());
        Ok(NewMail { id, account: account.id, kind, caused_by, to, language, facts, link, now })
    }

    async fn queue(&self, mail: NewMail) -> Result<Result<(), NotQueued>, Fault> {
        let (id, kind, account) = (mail.id, mail.kind, mail.account);
        let queued = self.0.records.queue_mail(mail).await?;
        Ok(self.after_queue((id, kind), account, queued))
    }

    /// Logs what became of a mail that was to be put into the queue, and wakes the task that sends it. The error says why it
    /// was not put there.
    fn after_queue(&self, (id, kind): (MailId, MailKind), account: AccountId, queued: Queued) -> Result<(), NotQueued> {
        if let Some(why) = not_queued(queued) {
            say_refused(kind, account, why);
            return Err(why);
        }
        if queued == Queued::Done {
            tracing::info!(kind = kind.word(), mail.id = %id, account.id = %account, "a mail was queued");
            self.0.noted.notify_one();
        }
        Ok(())
    }

    /// Returns the tag of the language of a mail: the one that the owner of the account chose, that of the request, or
    /// English.
    fn language(&self, account: &Account, texts: Option<&'static Texts>) -> &'static str {
        let chosen = account.profile.language.as_deref().and_then(|tag| of_list(tag, self.0.offered));
        let chosen = chosen.map(|lang| lang.texts().tag);
        chosen.or(texts.map(|texts| texts.tag)).unwrap_or(Lang::default().texts().tag)
    }

    /// Decrypts the path of a link in the queue; `None` if it was encrypted with another key.
    pub(super) fn open_link(&self, id: MailId, sealed: &[u8]) -> Option<String> {
        self.0.seal.open(id.as_bytes(), sealed).and_then(|path| String::from_utf8(path).ok())
    }

    /// Waits until this instance has put a mail into the queue. Returns at once if that happened before the call and woke
    /// no other call.
    pub(super) fn noted(&self) -> Notified<'_> {
        self.0.noted.notified()
    }
}

fn not_queued(queued: Queued) -> Option<NotQueued> {
    match queued {
        Queued::Done | Queued::Before => None,
        Queued::Unknown => Some(NotQueued::NoAddress),
        Queued::TooMany => Some(NotQueued::TooMany),
        Queued::TooManyOfStrangers => Some(NotQueued::TooManyOfStrangers),
        Queued::Full => Some(NotQueued::Full),
    }
}

fn say_refused(kind: MailKind, account: AccountId, why: NotQueued) {
    measure::refused("mail", why.word());
    tracing::warn!(kind = kind.word(), account.id = %account, code = why.word(), "a mail was not queued");
}
