//! Accounts that are added, and the details of an account that are changed.

use crate::store::records::accounts::{Account, NewAccount};
use crate::store::records::fingerprint::Fingerprint;
use crate::store::records::passkeys::PasskeyAdded;
use crate::store::records::people::{Email, GroupId};

/// An account that is to be added, with what is not part of [`NewAccount`].
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The account.
    pub account: NewAccount,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The groups of which the account becomes a member.
    pub groups: Vec<GroupId>,
}

/// Why an account cannot be added: what another account has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Its user name.
    Username,
    /// A user name that looks like it.
    Alike,
    /// Its e-mail address, perhaps in another letter case.
    Email,
}

/// An account of a list that cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The place of the account in the list, from 0.
    pub at: usize,
    /// What is taken.
    pub taken: Taken,
}

/// The result of `Records::sign_up`, with which somebody makes an account that has a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedUp {
    /// The account was added with its passkey.
    Done,
    /// Nothing was added, because another account has this already.
    Taken(Taken),
    /// Nothing was added, because the passkey cannot be added.
    NoPasskey(PasskeyAdded),
}

/// What an administrator changes in an account with one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDetails {
    /// The display name.
    pub display_name: String,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The e-mail address.
    pub email: Option<Email>,
    /// Whether the address is known to be that of the owner; without an address it means nothing.
    pub is_email_proven: bool,
}

/// The result of a change of an account's details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonChange {
    /// The account has these details, which it may have had before.
    Done,
    /// Another account has this e-mail address; nothing was changed.
    EmailTaken,
    /// The details are not those that the author of the change saw, because another author changed them; this change was
    /// not made.
    Meanwhile,
    /// There is no such account.
    Unknown,
}

impl PersonDetails {
    /// Returns a fingerprint of the details, which is different after a change.
    pub fn fingerprint(&self) -> Fingerprint {
        let Self { display_name, given_name, family_name, email, is_email_proven } = self;
        Fingerprint::over(&(display_name, given_name, family_name, email, is_email_proven))
    }

    /// Returns the names of the details that differ from those in `before`, as forms and JSON have them.
    pub(in crate::store) fn changed_since(&self, before: &Self) -> Vec<&'static str> {
        let differs = [
            ("display_name", self.display_name != before.display_name),
            ("given_name", self.given_name != before.given_name),
            ("family_name", self.family_name != before.family_name),
            ("email", self.email != before.email),
            ("email_verified", self.is_email_proven != before.is_email_proven),
        ];
        differs.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
    }
}

impl Account {
    /// Returns the details of the account that an administrator can change.
    pub fn details(&self) -> PersonDetails {
        PersonDetails {
            display_name: self.display_name.clone(),
            given_name: self.profile.given_name.clone(),
            family_name: self.profile.family_name.clone(),
            email: self.email.clone(),
            is_email_proven: self.email.is_some() && self.email_verified_at.is_some(),
        }
    }
}
