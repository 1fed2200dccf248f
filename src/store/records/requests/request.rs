//! Requests for apps as they are stored, and what becomes of them.

use std::fmt;
use std::time::Duration;

use strum::{EnumString, IntoStaticStr};

use super::asked::Asked;
use crate::store::records::app_log::Alike;
use crate::ticket::ids::{AccountId, AppId, uuid_id};
use crate::ticket::time::Timestamp;

/// The most requests of one person that may wait for a decision at the same time.
pub const OPEN_REQUESTS: u16 = 5;
/// The most requests that one person may make within [`LATELY`], so that requests which are withdrawn and made again do
/// not fill the database.
pub const REQUESTS_LATELY: u16 = 20;
/// The time within which [`REQUESTS_LATELY`] counts.
pub const LATELY: Duration = Duration::from_secs(24 * 3600);
/// How long a request is kept after it was decided or withdrawn, as long as the log of changes to apps.
pub const DECIDED_KEPT: Duration = crate::store::records::app_log::KEPT;

uuid_id! {
    /// The id of a request for an app, which is random or derived from the attempt to ask.
    AppRequestId
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum RequestStatus {
    /// It waits for a decision.
    Open,
    /// An administrator approved it.
    Approved,
    /// An administrator declined it.
    Declined,
    /// The person who asked took it back.
    Withdrawn,
}

impl RequestStatus {
    /// Returns the word for the status, as the records store it.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A request for an app that is to be stored.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// The id. A request that is stored under it already is not stored again.
    pub id: AppRequestId,
    /// The account of the person who asks.
    pub by: AccountId,
    /// The app that is to change; `None` if a new app is asked for.
    pub app: Option<AppId>,
    /// What is asked for.
    pub asked: Asked,
    /// The time of the request.
    pub at: Timestamp,
}

/// The person who made or decided a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requester {
    /// The account of the person.
    pub account: AccountId,
    /// The display name of the person.
    pub name: String,
    /// The user name of the person; `None` if there is none.
    pub username: Option<String>,
}

/// A stored request for an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppRequest {
    /// The id of the request.
    pub id: AppRequestId,
    /// The person who asked.
    pub by: Requester,
    /// The app that is to change, or that was made; `None` for a new app before it is made.
    pub app: Option<AppId>,
    /// What is asked for.
    pub asked: Asked,
    /// What became of it.
    pub status: RequestStatus,
    /// Why it was declined; empty otherwise.
    pub reason: String,
    /// The time at which it was made.
    pub created_at: Timestamp,
    /// The time at which it was decided or withdrawn; `None` while it is open.
    pub decided_at: Option<Timestamp>,
    /// The administrator who decided; `None` if nobody did, or if the account does not exist any more.
    pub decided_by: Option<Requester>,
}

impl AppRequest {
    /// Returns the place of the request in the list of all requests.
    pub fn place(&self) -> RequestPlace {
        RequestPlace { is_open: self.status == RequestStatus::Open, created_at: self.created_at, id: self.id }
    }
}

/// A place in the list of all requests, which has the open ones first, and among each of both the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestPlace {
    /// Whether the request at this place is open.
    pub is_open: bool,
    /// The time at which it was made.
    pub created_at: Timestamp,
    /// The id of the request.
    pub id: AppRequestId,
}

impl RequestPlace {
    /// Parses a place as an address of the list has it; `None` if the text is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let (open, rest) = text.split_once('.')?;
        let (at, id) = rest.split_once('.')?;
        let is_open = match open {
            "open" => true,
            "done" => false,
            _ => return None,
        };
        Some(Self { is_open, created_at: Timestamp::from_millis(at.parse().ok()?), id: AppRequestId::parse(id)? })
    }
}

impl fmt::Display for RequestPlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = if self.is_open { "open" } else { "done" };
        write!(out, "{open}.{}.{}", self.created_at.as_millis(), self.id)
    }
}

/// The result of storing a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestAdded {
    /// It is stored and waits for a decision. A repetition of the same request has this result too.
    Done,
    /// The person has as many open requests as one may have, or made too many lately.
    TooMany,
    /// A change of the same app waits for a decision already.
    AlreadyOpen,
    /// The name looks like that of another app.
    Alike(Alike),
}

/// The result of deciding or withdrawing a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// The request has the new status.
    Done,
    /// It was decided or withdrawn before, and nothing was changed.
    Before,
    /// The app was changed since the form was shown, and nothing was changed.
    Meanwhile,
    /// There is no such request.
    Unknown,
}

/// An administrator's decision on a request.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The request.
    pub id: AppRequestId,
    /// The account of the administrator.
    pub by: AccountId,
    /// The time of the decision.
    pub at: Timestamp,
}

/// The result of handing an app over to another owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandedOver {
    /// The app has the new owner. Changes of it that its former owner proposed were withdrawn.
    Done,
    /// There is no such app, or it has another owner than the one that hands it over.
    NotTheirs,
    /// The new owner has no account, or a disabled one.
    NoSuchPerson,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_is_read_as_it_was_written() {
        let place = RequestPlace {
            is_open: true,
            created_at: Timestamp::from_millis(1_800_000_000_000),
            id: AppRequestId::from_random([7; 16]),
        };
        assert_eq!(RequestPlace::parse(&place.to_string()), Some(place));
        for wrong in ["", "open", "open.1", "open.x.y", "other.1.07070707-0707-0707-0707-070707070707", "open.-1."] {
            assert_eq!(RequestPlace::parse(wrong), None, "{wrong}");
        }
    }
}
