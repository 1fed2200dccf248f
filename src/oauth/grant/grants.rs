//! The type that makes authorization codes, starts grants and renews their tokens.

use std::time::Duration;

use crate::account::activity::{ActivityLog, Whence};
use crate::cause::caused;
use crate::clock::Clock;
use crate::crypto::hash::Keyed;
use crate::oauth::pending::Pending;
use crate::oauth::token::tokens::Tokens;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::apps::App;
use crate::store::records::grants::Grant;
use crate::store::records::{DeviceFacts, Records};

/// The lifetime of an authorization code of OpenID Connect: one minute, the most that ASVS 10.4.3 allows.
pub const CODE_LIFE: Duration = Duration::from_secs(60);

/// Makes authorization codes, exchanges them for grants, and renews the tokens of grants; cheap to clone.
#[derive(Clone, Debug)]
pub struct Grants {
    pub(super) records: Records,
    pub(super) tokens: Tokens,
    pub(super) pending: Pending,
    /// Derives the codes that a repeated claim or a repeated step has to get again.
    pub(super) codes: Keyed,
    pub(super) clock: Clock,
    pub(super) activity: ActivityLog,
}

impl Grants {
    /// Makes a `Grants` over these records. Authorization codes that a repeated request has to get again are derived
    /// from the server's secret.
    pub fn new(
        records: Records,
        tokens: Tokens,
        pending: Pending,
        clock: Clock,
        activity: ActivityLog,
        secret: &[u8; 32],
    ) -> Self {
        // Another label would give another key. The codes in use would stay valid, because each is stored under its own
        // text, but a claim or a step that is repeated after the change would get a second code, and a device a second
        // grant.
        Self { records, tokens, pending, codes: Keyed::new(secret, "codes of claimed tickets"), clock, activity }
    }

    /// Stores a line of activity about a grant that has just started, with which its person is signed in to the app. It
    /// names the browser of the session that the grant came from; an app that got it for a device names none. A failure
    /// is logged and does not fail the sign-in.
    pub async fn note_start(&self, app: &App, grant: &Grant) {
        let Some(id) = grant.account else { return };
        let found = match grant.session {
            Some(session) => self.records.session(session).await.map(|found| found.map(|(row, who)| (who, row.device))),
            None => self.records.account(id).await.map(|found| found.map(|who| (who, DeviceFacts::default()))),
        };
        let (account, device) = match found {
            Ok(Some(found)) => found,
            Ok(None) => return,
            Err(fault) => {
                tracing::error!(fault = %caused(&fault), "a line of activity could not be stored");
                return;
            }
        };
        let from = Whence { address: device.address, browser: device.browser, system: device.system };
        let line = self.activity.line(ActivityKind::AppSignedIn, &account, &from);
        self.activity.note(NewActivity { app: Some((app.id, app.name.clone())), ..line }).await;
    }
}
