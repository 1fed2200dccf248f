//! What a mail says, in the language of its account.

use crate::store::records::mails::{MailFacts, MailKind};
use crate::text::{Texts, mark_name};
use crate::ticket::time::Timestamp;

/// What a mail is about, with all that its text names.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// What it is about.
    pub kind: MailKind,
    /// The user name of the account, or its display name if it has none.
    pub username: &'a str,
    /// What else it names.
    pub facts: &'a MailFacts,
    /// The time at which it was put into the queue.
    pub at: Timestamp,
    /// The path of the one-time link in it, and the end of the link.
    pub link: Option<(&'a str, Timestamp)>,
    /// The name of this site.
    pub site: &'a str,
    /// The origin of this site.
    pub origin: &'a str,
}

/// The texts of a mail. Names in them are between the invisible marks around names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The subject, which is also the heading.
    pub subject: String,
    /// What happened.
    pub lead: String,
    /// The label and the address of the only link; `None` for no link.
    pub link: Option<(&'static str, String)>,
    /// What to do and what to know, one paragraph each.
    pub advice: Vec<String>,
    /// Why the person got the mail.
    pub footer: String,
}

/// Returns what a mail says in this language.
pub fn words(texts: &'static Texts, about: &About<'_>) -> Words {
    let mails = &texts.mails;
    let About { username, facts, site, .. } = *about;
    let at = texts.date_and_time(about.at);
    let until = about.link.map(|(_, until)| texts.date_and_time(until)).unwrap_or_default();
    let device = texts.device(facts.browser.as_deref(), facts.system.as_deref());
    let passkey = facts.passkey.as_deref().unwrap_or(texts.passkeys.unnamed);
    let to = |path: &str| format!("{}{path}", about.origin);
    let once = || to(about.link.map(|(path, _)| path).unwrap_or_default());
    let (subject, lead, link, advice) = match about.kind {
        MailKind::ProveAddress => (
            mails.prove_subject(site),
            mails.prove_lead(username, site),
            (mails.confirm, once()),
            vec![mails.prove_until(&until), mails.ignore.to_owned()],
        ),
        MailKind::Invite => {
            let by = facts.made_by.as_deref();
            let lead =
                by.map_or_else(|| mails.invite_lead(username, site), |by| mails.invite_lead_by(by, username, site));
            (mails.invite_subject(site), lead, (mails.choose, once()), vec![mails.invite_until(&until)])
        }
        MailKind::Recover | MailKind::RecoverOneself => {
            let by = facts.made_by.as_deref();
            let lead =
                by.map_or_else(|| mails.recover_lead(username, site), |by| mails.recover_lead_by(by, username, site));
            let advice = vec![mails.recover_until(&until), mails.ignore.to_owned()];
            (mails.recover_subject(site), lead, (mails.choose, once()), advice)
        }
        MailKind::NewDevice => {
            let lead = facts.place.as_deref().map_or_else(
                || mails.new_device_lead(username, &device, &at),
                |place| mails.new_device_lead_from(username, &device, place, &at),
            );
            let link = (mails.devices, to("/account/devices"));
            (mails.new_device_subject(site), lead, link, vec![mails.new_device_advice.to_owned()])
        }
        MailKind::PasskeyAdded => (
            mails.passkey_added_subject(site),
            mails.passkey_added_lead(passkey, username, &at),
            (mails.security, to("/account/security")),
            vec![mails.passkey_added_advice.to_owned()],
        ),
        MailKind::PasskeyRemoved => (
            mails.passkey_removed_subject(site),
            mails.passkey_removed_lead(passkey, username, &at),
            (mails.security, to("/account/security")),
            vec![mails.passkey_removed_advice.to_owned()],
        ),
        MailKind::PasswordChanged => (
            mails.password_subject(site),
            mails.password_lead(username, &device, &at),
            (mails.sign_in, to("/signin")),
            vec![mails.password_advice.to_owned()],
        ),
        MailKind::AddressChanged => {
            let lead = facts.made_by.as_deref().map_or_else(
                || mails.address_lead(username, &device, &at),
                |by| mails.address_lead_by(by, username, &at),
            );
            let link = (mails.profile, to("/account/profile"));
            (mails.address_subject(site), lead, link, vec![mails.address_advice.to_owned()])
        }
    };
    Words { subject, lead, link: Some(link), advice, footer: mails.footer(username, site) }
}

/// Returns what the test mail of `tessera doctor` says.
pub fn test_words(texts: &'static Texts, site: &str) -> Words {
    let mails = &texts.mails;
    let footer = mark_name(site);
    Words {
        subject: mails.test_subject(site),
        lead: mails.test_lead.to_owned(),
        link: None,
        advice: Vec::new(),
        footer,
    }
}
