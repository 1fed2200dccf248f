//! The methods of the records about one-time links, about the mails that carry them, about passkeys and their domain, and
//! about the last time that a person proved in a session who they are.

use crate::measure;
use crate::store::Fault;
use crate::store::records::activity::NewActivity;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::links::{Enrolled, Enrolment, FirstAccount, Link, LinkHash, LinkMade, LinkOpened};
use crate::store::records::links::{NewLink, OpenerHash, SessionProof, SetUp};
use crate::store::records::mails::{
    AddressLink, AddressLinkMade, AddressProof, Mail, MailEnded, MailRecord, NewAddressLink, NewMail, Queued,
};
use crate::store::records::passkeys::{CredentialId, NewPasskey, Passkey, PasskeyAdded, PasskeyRemoved};
use crate::store::records::passkeys::{PasskeyUse, PasskeyUsed};
use crate::store::records::{Account, Records, on_postgres, read, write_alone, write_query, write_whole};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
    /// Stores a one-time link for an account, and withdraws earlier links of this account that still work; the result
    /// tells whether it was done. A link that is stored already is not changed.
    pub async fn make_link(&self, link: NewLink) -> Result<LinkMade, Fault> {
        write_whole!(self, make_link(&link))
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

    /// Adds a passkey to an account that its owner saw in the epoch `seen`, with the line of activity that tells of it;
    /// the result tells whether it was done. The first passkey stores the domain that all passkeys belong to.
    pub async fn add_passkey(&self, new: NewPasskey, seen: Epoch, line: NewActivity) -> Result<PasskeyAdded, Fault> {
        write_whole!(self, add_passkey(&new, seen, &line))
    }

    /// Returns the passkey with this id and its account; `None` if no account has it.
    pub async fn passkey(&self, id: &CredentialId) -> Result<Option<(Passkey, Account)>, Fault> {
        read!(self, passkey(id))
    }

    /// Returns the passkeys of an account, the oldest first.
    pub async fn passkeys_of(&self, account: AccountId) -> Result<Vec<Passkey>, Fault> {
        read!(self, passkeys_of(account))
    }

    /// Stores a use of a passkey whose signature was verified; the result tells whether its counter grew.
    pub async fn use_passkey(&self, used: PasskeyUse) -> Result<PasskeyUsed, Fault> {
        write_whole!(self, use_passkey(&used))
    }

    /// Gives a passkey of an account another name and returns `true`; `false` if the account has no such passkey.
    pub async fn rename_passkey(&self, account: AccountId, id: CredentialId, name: String) -> Result<bool, Fault> {
        write_query!(self, one rename_passkey(account, &id, &name))
    }

    /// Removes a passkey of an account, unless it is the only way in which its owner can sign in, with the line of
    /// activity that tells of it.
    pub async fn remove_passkey(
        &self,
        account: AccountId,
        id: CredentialId,
        line: NewActivity,
    ) -> Result<PasskeyRemoved, Fault> {
        write_whole!(self, remove_passkey(account, &id, &line))
    }

    /// Returns whether the owner of an account can sign in with a password or a passkey.
    pub async fn has_way_in(&self, account: AccountId) -> Result<bool, Fault> {
        read!(self, has_way_in(account))
    }

    /// Returns the domain that the passkeys of these records belong to; `None` if there never was a passkey.
    pub async fn passkey_domain(&self) -> Result<Option<String>, Fault> {
        read!(self, passkey_domain())
    }

    /// Stores another domain for the passkeys that are added from now on, and returns how many there are of the domain
    /// before, which no browser finds any more.
    pub async fn move_passkey_domain(&self, domain: String) -> Result<u64, Fault> {
        write_whole!(self, move_passkey_domain(&domain))
    }

    /// Returns whether the owner of an account is still to be offered a passkey: they have none, and did not answer the
    /// offer.
    pub async fn is_passkey_offered(&self, account: AccountId) -> Result<bool, Fault> {
        read!(self, is_passkey_offered(account))
    }

    /// Stores that the owner of an account answered the offer of a passkey.
    pub async fn answer_passkey_offer(&self, account: AccountId, now: Timestamp) -> Result<(), Fault> {
        write_query!(self, one answer_passkey_offer(account, now))
    }
}
