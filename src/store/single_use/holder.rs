//! The holder of a single-use object: for whom it is stored, so that the objects of a holder with too many
//! are evicted first.

use std::fmt;
use std::net::IpAddr;

use crate::ticket::ids::{AccountId, AppId};
use crate::weights::subscriber;

/// The person (by account), the unknown client (by network) or the app for whom a single-use object is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// An unknown client in this network, which belongs to one subscriber. [`Holder::at`] makes it from an address.
    Network(IpAddr),
    /// A person, by the account that is signed in.
    Account(AccountId),
    /// The app, which authenticated itself (client authentication).
    App(AppId),
}

/// The holder of a single-use object, whose objects are counted together to find which one is evicted: a person,
/// unknown client or app, together with the app that the object is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holder {
    /// The person, subscriber or app.
    pub who: Who,
    /// The app that the object is about; `None` for a logout request that names no app.
    pub app: Option<AppId>,
}

impl Holder {
    /// Makes the holder for an unknown client at this address, for an object about `app`. The client is known by its
    /// IPv4 address or the /48 of its IPv6 address, as [`subscriber`] returns it.
    pub fn at(address: IpAddr, app: Option<AppId>) -> Self {
        Self { who: Who::Network(subscriber(address)), app }
    }

    /// Makes the holder for a signed-in account, for an object about this app.
    pub fn account(account: AccountId, app: AppId) -> Self {
        Self { who: Who::Account(account), app: Some(app) }
    }

    /// Makes the holder for an app that authenticated itself, for an object about this app.
    pub fn app(app: AppId) -> Self {
        Self { who: Who::App(app), app: Some(app) }
    }
}

/// Writes the form of a person, subscriber or app that the index in Redis contains.
impl fmt::Display for Who {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) => write!(out, "network/{network}"),
            Self::Account(account) => write!(out, "account/{account}"),
            Self::App(app) => write!(out, "app/{app}"),
        }
    }
}
