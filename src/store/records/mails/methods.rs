//! The methods of the records about mails, and about links that prove an e-mail address.

use tokio::time::timeout;

use crate::measure;
use crate::store::Fault;
use crate::store::records::activity::NewActivity;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::links::LinkHash;
use crate::store::records::mails::address::{AddressLink, AddressLinkMade, AddressProof, NewAddressLink};
use crate::store::records::mails::mail::{Mail, MailEnded, MailRecord, NewMail, Queued};
use crate::store::records::{Records, on_postgres, read, write_alone, write_query, write_whole};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

impl Records {
    /// Puts a mail into the queue; the result tells whether it was done. The same mail is put there once.
    pub async fn queue_mail(&self, mail: NewMail) -> Result<Queued, Fault> {
        write_whole!(self, queue_mail(&mail))
    }

    /// Takes at most `most` due mails, counts a try for each, and postpones each until the pause after this try is over, so
    /// that no other instance takes it. What became of a mail is stored by [`Records::end_mail`]; any other is sent again.
    pub async fn take_mails(&self, most: u16, now: Timestamp) -> Result<Vec<Mail>, Fault> {
        write_query!(self, one take_mails(most, now))
    }

    /// Stores what became of a mail, deletes its link and its address, and stores the line of activity about it. Returns
    /// `false` and stores nothing if the mail ended before or is gone.
    pub async fn end_mail(&self, ended: MailEnded) -> Result<bool, Fault> {
        write_whole!(self, end_mail(&ended))
    }

    /// Returns at most `most` mails of an account, waiting or ended, the newest first.
    pub async fn mails_of(&self, account: AccountId, most: u32) -> Result<Vec<MailRecord>, Fault> {
        read!(self, mails_of(account, most))
    }

    /// Stores a link that proves the present address of an account; the result tells whether it was done. A link that is
    /// stored already is not changed.
    pub async fn make_address_link(&self, link: NewAddressLink) -> Result<AddressLinkMade, Fault> {
        write_whole!(self, make_address_link(&link))
    }

    /// Returns the link with this hash that proves an address; `None` if it is not stored.
    pub async fn address_link(&self, token: LinkHash) -> Result<Option<AddressLink>, Fault> {
        read!(self, address_link(token))
    }

    /// Uses a link that proves an address, and stores the line of activity about it. Another account that has the same
    /// address and did not prove it loses it.
    pub async fn prove_address(
        &self,
        token: LinkHash,
        line: NewActivity,
        now: Timestamp,
    ) -> Result<AddressProof, Fault> {
        write_alone!(self, "accounts", prove_address(token, &line, now))
    }
}
