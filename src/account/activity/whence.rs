//! From where a request came: the address, the browser and the operating system of its client.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::mails::MailFacts;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::client::{Agent, ClientAddress};
use crate::web::problem::Problem;

/// The address, the browser and the operating system of the client of a request. Handlers take it as an extractor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whence {
    /// The address of the client; `None` if it is not known.
    pub address: Option<IpAddr>,
    /// The name of the browser, such as "Firefox"; `None` if it does not say.
    pub browser: Option<String>,
    /// The operating system, such as "Windows"; `None` if the browser does not say.
    pub system: Option<String>,
}

impl Whence {
    /// Reads from the headers of a request which browser and system sent it; `from` is the address of its client.
    pub fn of(headers: &HeaderMap, from: ClientAddress) -> Self {
        let agent = Agent::of(headers);
        Self { address: Some(from.0), browser: agent.browser.map(Into::into), system: agent.system.map(Into::into) }
    }

    /// Makes a line about an account whose owner caused it from here, at this time.
    pub fn line(&self, kind: ActivityKind, account: AccountId, name: &str, at: Timestamp) -> NewActivity {
        let Self { address, browser, system } = self.clone();
        NewActivity { address, browser, system, ..NewActivity::of(kind, account, name, at) }
    }

    /// Returns what a mail says of the browser and the system.
    pub fn mail_facts(&self) -> MailFacts {
        MailFacts { browser: self.browser.clone(), system: self.system.clone(), ..MailFacts::default() }
    }

    /// Reads the same from the head of a request. The address is `None` if the request did not pass the layer that
    /// resolves it.
    pub fn of_parts(parts: &Parts) -> Self {
        match parts.extensions.get::<ClientAddress>() {
            Some(from) => Self::of(&parts.headers, *from),
            None => Self::default(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Whence {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self::of_parts(parts))
    }
}
