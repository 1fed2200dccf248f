//! The holder of a single-use object: for whom it is kept, so that a holder with too many loses its own objects first.

use std::fmt;
use std::net::IpAddr;

use crate::ticket::ids::{AccountId, AppId};
use crate::weights::subscriber;

/// The person, subscriber or app for whom an object is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// An unknown client in this network, which belongs to one subscriber. [`Holder::at`] makes it.
    Network(IpAddr),
    /// The account that is signed in.
    Account(AccountId),
    /// The app, which proved its identity.
    App(AppId),
}

/// The holder for which an object counts: a person, subscriber or app, and within its objects the app that they are
/// about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holder {
    /// For whom the object is kept.
    pub who: Who,
    /// The app that the object is about; a logout request may have none.
    pub app: Option<AppId>,
}

impl Holder {
    /// Makes the holder for an unknown client at this address.
    pub fn at(address: IpAddr, app: Option<AppId>) -> Self {
        Self { who: Who::Network(subscriber(address)), app }
    }

    /// Makes the holder for a signed-in account.
    pub fn account(account: AccountId, app: AppId) -> Self {
        Self { who: Who::Account(account), app: Some(app) }
    }

    /// Makes the holder for an app that proved its identity.
    pub fn app(app: AppId) -> Self {
        Self { who: Who::App(app), app: Some(app) }
    }
}

/// Writes the form that Redis keeps.
impl fmt::Display for Who {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) => write!(out, "network/{network}"),
            Self::Account(account) => write!(out, "account/{account}"),
            Self::App(app) => write!(out, "app/{app}"),
        }
    }
}
