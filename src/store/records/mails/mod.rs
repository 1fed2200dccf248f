//! Mails, as they are stored until they are sent, and links that prove an e-mail address.

mod address;
pub(in crate::store) mod address_queries;
mod mail;
pub(in crate::store) mod queries;

pub use self::address::{
    ADDRESS_LINK_LIFE, ADDRESS_LINKS, AddressLink, AddressLinkMade, AddressProof, AddressRefusal, NewAddressLink,
};
pub use self::mail::{
    CausedBy, CountedWith, FIRST_PAUSE, HELD_FOR, MAIL_KEPT, Mail, MailEnd, MailEnded, MailFacts, MailId, MailKind,
    MailRecord, NewMail, NewRecovery, Queued, SEND_WITHIN, WAITING, WAITING_OF_STRANGERS,
};
