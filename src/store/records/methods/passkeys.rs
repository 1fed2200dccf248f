//! The methods of the records about passkeys and their domain.

use crate::measure;
use crate::store::Fault;
use crate::store::records::activity::NewActivity;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::passkeys::{CredentialId, Passkey, PasskeyAdded, PasskeyRemoved};
use crate::store::records::passkeys::{PasskeyUse, PasskeyUsed};
use crate::store::records::{Account, Records, on_postgres, read, write_query, write_whole};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
    /// Adds a passkey to an account that its owner saw in the epoch `seen`, with the line of activity that tells of it;
    /// the result tells whether it was done. The first passkey of all stores the domain that new passkeys belong to.
    pub async fn add_passkey(&self, new: Passkey, seen: Epoch, line: NewActivity) -> Result<PasskeyAdded, Fault> {
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
    /// activity that tells of it. A password is a way only if the site takes passwords, and a passkey only if it is of the
    /// domain of now.
    pub async fn remove_passkey(
        &self,
        account: AccountId,
        id: CredentialId,
        line: NewActivity,
    ) -> Result<PasskeyRemoved, Fault> {
        let ways = self.ways_in();
        write_whole!(self, remove_passkey(ways, account, &id, &line))
    }

    /// Returns the domain of now, to which new passkeys belong; `None` if there never was a passkey.
    pub async fn passkey_domain(&self) -> Result<Option<String>, Fault> {
        read!(self, passkey_domain())
    }

    /// Stores another domain of now, to which the passkeys belong that are added from now on, and returns how many there are
    /// of other domains, which no browser finds there.
    pub async fn move_passkey_domain(&self, domain: String) -> Result<u64, Fault> {
        write_whole!(self, move_passkey_domain(&domain))
    }

    /// Returns whether the owner of an account is still to be offered a passkey: they have none of the domain of now, and did
    /// not answer the offer.
    pub async fn is_passkey_offered(&self, account: AccountId) -> Result<bool, Fault> {
        read!(self, is_passkey_offered(account))
    }

    /// Stores that the owner of an account answered the offer of a passkey.
    pub async fn answer_passkey_offer(&self, account: AccountId, now: Timestamp) -> Result<(), Fault> {
        write_query!(self, one answer_passkey_offer(account, now))
    }
}
