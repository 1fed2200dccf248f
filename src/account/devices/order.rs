//! Orders to end sessions: by their owner on another device or on the same, and by an administrator. Each is noted in the
//! activity of the account.

use serde::Deserialize;

use crate::account::Accounts;
use crate::account::activity::Whence;
use crate::account::session::{Ended, Ending, Sessions, SignedIn};
use crate::store::Fault;
use crate::store::records::activity::ActivityKind;
use crate::store::records::directory::act::ActedBy;
use crate::store::records::{Account, EndedBy, Reach, Records, SessionRow};
use crate::text::{Texts, mark_name};
use crate::ticket::ids::SessionTokenHash;

/// URL path of the page that lists the sessions of an account.
pub const PATH: &str = "/account/devices";
/// Value of the form's field `end` for all sessions except the requesting one.
pub const OTHERS: &str = "others";

/// Value of the form's field `end` with which all browsers that the account remembers are forgotten.
pub const BROWSERS: &str = "browsers";

/// What a form is to end: the field `scope`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The session, and all that was signed in there.
    #[default]
    All,
    /// Only the session.
    Only,
}

impl Scope {
    fn reach(self) -> Reach {
        match self {
            Self::All => Reach::WhatItSignedIn,
            Self::Only => Reach::Session,
        }
    }
}

/// Ends those sessions of the account of a signed-in person that `is_meant` selects, and what the person ends beside them.
/// The session `kept` goes on in any case.
pub async fn end_as_owner(
    accounts: &Accounts,
    who: &SignedIn,
    from: &Whence,
    scope: Scope,
    kept: Option<SessionTokenHash>,
    is_meant: impl Fn(&SessionRow) -> bool,
) -> Result<Ended, Fault> {
    // The pages of an account are for people with a session.
    let Some(own) = &who.session else { return Ok(Ended::Nothing) };
    let ending = Ending { by: EndedBy::Owner(own.token_hash), reach: scope.reach(), kept };
    let ended = accounts.sessions.end_those(who.account.id, ending, is_meant).await?;
    if let Ended::Now(sessions) = &ended {
        tracing::info!(sessions = sessions.len(), "sessions were ended by their owner");
        for session in sessions {
            accounts.activity.tell(ActivityKind::DeviceEnded, &who.account, from, &name_in_activity(session)).await;
        }
    }
    Ok(ended)
}

/// Ends the sessions of the account `of` that `is_meant` selects, with all that was signed in there, by the order of
/// somebody who manages people.
pub async fn end_as_administrator(
    sessions: &Sessions,
    records: &Records,
    of: &Account,
    by: &ActedBy,
    is_meant: impl Fn(&SessionRow) -> bool,
) -> Result<Ended, Fault> {
    let ending = Ending { by: EndedBy::Administrator, reach: Reach::WhatItSignedIn, kept: None };
    let ended = sessions.end_those(of.id, ending, is_meant).await?;
    if let Ended::Now(sessions) = &ended {
        tracing::info!(sessions = sessions.len(), of = %of.id, "sessions were ended by an administrator");
        for session in sessions {
            let (kind, detail) = (ActivityKind::DeviceEnded, name_in_activity(session));
            records.add_activity(by.line(kind, Some(of.id), &of.display_name, detail)).await?;
        }
    }
    Ok(ended)
}

/// Returns what a line of activity calls the device of a session: the name that its owner gave it, or its browser and
/// system, in no language.
fn name_in_activity(session: &SessionRow) -> String {
    let device = &session.device;
    let facts = [&device.browser, &device.system].into_iter().flatten().cloned().collect::<Vec<_>>();
    device.name.clone().unwrap_or_else(|| facts.join(", "))
}

/// Returns what a page calls the device of a session: the name that its owner gave it, or its browser and system. Names
/// are between the invisible marks around names.
pub fn label_of(texts: &'static Texts, session: &SessionRow) -> String {
    let device = &session.device;
    match &device.name {
        Some(name) => mark_name(name),
        None => texts.device(device.browser.as_deref(), device.system.as_deref()),
    }
}
