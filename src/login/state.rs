//! What the handlers of this feature work with.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::flow::Flow;
use super::place::Places;
use crate::account::phone_token::PhoneTokens;
use crate::account::session::Sessions;
use crate::settings;
use crate::store::records::Records;
use crate::web::client::TrustedProxies;
use crate::web::document::Site;
use crate::web::limits::Limits;

/// What the handlers of this feature work with.
#[derive(Clone, Debug)]
pub struct Login {
    /// The verbs of a ticket.
    pub flow: Flow,
    /// Who is signed in.
    pub sessions: Sessions,
    /// What people allowed apps.
    pub records: Records,
    /// Whose app is a phone, where that is configured.
    pub phone_tokens: Option<PhoneTokens>,
    /// The site.
    pub site: Site,
    /// How often somebody may ask.
    pub limits: Limits,
    /// `[login]`
    pub settings: Arc<settings::Login>,
    /// Whose `X-Forwarded-For` counts.
    pub proxies: TrustedProxies,
    /// Where addresses are, coarsely.
    pub places: Places,
    /// How long a session opened by a scan lasts at most: the phone's owner is told.
    pub session_hours: u64,
    /// Cancelled when the server is to stop.
    pub stopping: CancellationToken,
}
