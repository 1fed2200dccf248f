//! The methods of the records about one-time links, about the mails that carry them, and about the last time that a
//! person proved in a session who they are.

use crate::measure;
use crate::store::Fault;
use crate::store::records::activity::NewActivity;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::links::{Enrolled, Enrolment, FirstAccount, Link, LinkHash, LinkMade, LinkOpened};
use crate::store::records::links::{NewLink, OpenerHash, SessionProof, SetUp};
use crate::store::records::mails::{
    AddressLink, AddressLinkMade, AddressProof, CausedBy, Mail, MailEnded, MailId, MailKind, MailRecord,
    NewAddressLink, NewMail, NewRecovery, Queued,
};
use crate::store::records::{Account, Records, on_postgres, read, write_alone, write_query, write_whole};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
    /// Stores a one-time link for an account, and withdraws earlier links of this account that still work; the result
    /// tells whether it was done. A link that is stored already is not changed.
    pub async fn make_link(&self, link: NewLink) -> Result<LinkMade, Fault> {
        let ways = self.ways_in();
        write_whole!(self, make_link(ways, &link))
    }

    /// Returns the one-time link with this hash and its account; `None` if it is not stored. A link that sets up has no
    /// account.
    pub async fn link(&self, token: LinkHash) -> Result<Option<(Link, Option<Account>)>, Fault> {
        read!(self, link(token))
    }

    /// Opens a one-time link in a browser: it belongs to the first browser that opens it.
    pub async fn open_link(&self, token: LinkHash, opener: OpenerHash, now: Timestamp) -> Result<LinkOpened, Fault> {
        write_whole!(self, open_link(token, opener, now))
    }

    /// Uses a one-time link of an account: sets the password or adds the passkey, ends all that the account has open if that is wanted, opens
    /// the session in which the person goes on, and stores the lines of activity. All of it is done, or nothing.
    pub async fn enrol(&self, enrolment: Enrolment) -> Result<Enrolled, Fault> {
        self.wake_sender(write_whole!(self, enrol(&enrolment)))
    }

    /// Opens the link that sets up, in a browser. It belongs for an hour to the first browser that opens it.
    pub async fn open_set_up(&self, token: LinkHash, opener: OpenerHash, now: Timestamp) -> Result<LinkOpened, Fault> {
        write_whole!(self, open_set_up(token, opener, now))
    }

    /// Adds the first account, and marks the link that sets up as used. Nothing is added if there is an account already,
    /// also if another caller adds one at the same moment, or if the link belongs to another browser.
    pub async fn set_up(&self, first: SetUp) -> Result<FirstAccount, Fault> {
        write_alone!(self, "accounts", set_up(&first))
    }

    /// Withdraws the links of an account that still work, and returns how many there were.
    pub async fn withdraw_links(&self, account: AccountId, now: Timestamp) -> Result<u64, Fault> {
        write_query!(self, one withdraw_links(account, now))
    }

    /// Returns at most `most` links of an account, the newest first.
    pub async fn links_of(&self, account: AccountId, most: u32) -> Result<Vec<Link>, Fault> {
        read!(self, links_of(account, most))
    }

    /// Returns whether the account has a password.
    pub async fn has_password(&self, account: AccountId) -> Result<bool, Fault> {
        read!(self, has_password(account))
    }

    /// Stores that the owner of a session proved themselves in it, and returns `true`. Returns `false` and stores nothing
    /// if the session has ended, or if the account was disabled, signed out or given another password since, or the
    /// passkey was removed.
    pub async fn prove_session(&self, proof: SessionProof) -> Result<bool, Fault> {
        write_query!(self, one prove_session(&proof))
    }

    /// Puts a mail into the queue; the result tells whether it was done. The same mail is put there once.
    pub async fn queue_mail(&self, mail: NewMail) -> Result<Queued, Fault> {
        write_whole!(self, queue_mail(&mail))
    }

    /// Stores a link for a forgotten password and puts its mail into the queue; both or neither. Returns
    /// [`Queued::Before`] and stores nothing if the account got such a mail a moment ago whose link can still be opened,
    /// also if that happens at the same moment.
    pub async fn queue_recovery(&self, recovery: NewRecovery) -> Result<Queued, Fault> {
        let ways = self.ways_in();
        write_whole!(self, queue_recovery(ways, &recovery))
    }

    /// Returns `Queued::Done` if another mail of this kind may be put into the queue, or else why it may not.
    pub async fn room_for_mail(
        &self,
        account: AccountId,
        kind: MailKind,
        caused_by: CausedBy,
        now: Timestamp,
    ) -> Result<Queued, Fault> {
        read!(self, room_for_mail(account, kind, caused_by, now))
    }

    /// Takes at most `most` due mails other than those that the caller still sends, and counts a try for each. No other
    /// instance takes them within [`HELD_FOR`](crate::store::records::mails::HELD_FOR). What became of a mail is stored by [`Records::end_mail`], and
    /// when it is tried again by [`Records::postpone_mail`].
    pub async fn take_mails(&self, most: u16, other_than: Vec<MailId>, now: Timestamp) -> Result<Vec<Mail>, Fault> {
        write_query!(self, one take_mails(most, &other_than, now))
    }

    /// Sets the time of the next try of a mail, whose try number `tries` did not succeed. Nothing is stored if the mail ended,
    /// or if another try began meanwhile.
    pub async fn postpone_mail(&self, id: MailId, tries: u64, due_at: Timestamp) -> Result<(), Fault> {
        write_query!(self, one postpone_mail(id, tries, due_at))
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
