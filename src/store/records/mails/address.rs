//! A link that proves an e-mail address, and what it can lead to.

use std::time::Duration;

use crate::store::records::accounts::Account;
use crate::store::records::links::LinkHash;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;

/// How long a link that proves an address works.
pub const ADDRESS_LINK_LIFE: Duration = Duration::from_secs(24 * 3600);

/// The largest number of links of one account that work at the same time.
pub const ADDRESS_LINKS: u32 = 10;

/// A link that proves an e-mail address, before it is stored. It proves the address that the account has then.
#[derive(Clone, Debug)]
pub struct NewAddressLink {
    /// The hash of the link.
    pub token: LinkHash,
    /// The account whose address it proves.
    pub account: AccountId,
    /// The present time.
    pub now: Timestamp,
}

/// A stored link that proves an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressLink {
    /// The account whose address it proves.
    pub account: AccountId,
    /// The address, as addresses are compared.
    pub email_key: String,
    /// The time from which it does not work any more.
    pub expires_at: Timestamp,
    /// The time at which it was used.
    pub used_at: Option<Timestamp>,
}

impl AddressLink {
    /// Returns why the link does not prove the address of this account, which is its own; `None` if it does.
    pub fn refusal(&self, account: &Account, now: Timestamp) -> Option<AddressRefusal> {
        let has_address = account.email.as_ref().is_some_and(|email| email.key() == self.email_key);
        if account.is_disabled {
            Some(AddressRefusal::Disabled)
        } else if self.used_at.is_some() || has_address && account.email_verified_at.is_some() {
            Some(AddressRefusal::Used)
        } else if !has_address {
            Some(AddressRefusal::OtherAddress)
        } else if self.expires_at.is_over(now) {
            Some(AddressRefusal::Expired)
        } else {
            None
        }
    }
}

/// Why a link does not prove an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressRefusal {
    /// There is no such link, or it ended before.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was used, or the address was proven in another way.
    Used,
    /// The account has another address by now.
    OtherAddress,
    /// The account is disabled.
    Disabled,
    /// The address was proven for another account meanwhile.
    Taken,
}

/// The result of `Records::make_address_link`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressLinkMade {
    /// The link is stored, and works until this time. Earlier ones still work.
    Done {
        /// The end of the link.
        until: Timestamp,
    },
    /// The account has no address that is still to be proven, or there is no such account.
    NotNeeded,
    /// The account has [`ADDRESS_LINKS`] links that were made within a day.
    TooMany,
}

/// The result of `Records::prove_address`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressProof {
    /// The address counts as proven.
    Done,
    /// Nothing was changed.
    Refused(AddressRefusal),
}
