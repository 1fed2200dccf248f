//! The state that the handlers of the sign-in share.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::consents::Consents;
use super::flow::Flow;
use crate::account::phone_token::PhoneTokens;
use crate::account::session::Sessions;
use crate::places::Places;
use crate::settings;
use crate::store::records::Records;
use crate::web::client::TrustedProxies;
use crate::web::document::Site;
use crate::web::limits::Limits;

/// The state that the handlers of the sign-in share.
#[derive(Clone, Debug)]
pub struct Login {
    /// Carries out the steps of tickets.
    pub flow: Flow,
    /// Opens, finds and ends the sessions of signed-in browsers.
    pub sessions: Sessions,
    /// The records, for accounts by their user names.
    pub records: Records,
    /// Reads and stores what people allow apps to know.
    pub consents: Consents,
    /// The verifier of tokens from the operator's own phone app, if one is configured.
    pub phone_tokens: Option<PhoneTokens>,
    /// Address, name and document of this site.
    pub site: Site,
    /// The rate limits.
    pub limits: Limits,
    /// The settings of `[login]`.
    pub settings: Arc<settings::Login>,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub proxies: TrustedProxies,
    /// The database of coarse places of addresses.
    pub places: Places,
    /// Longest duration in hours of a session opened by a scan; the phone shows it.
    pub session_hours: u64,
    /// Cancelled when the server is to stop.
    pub stopping: CancellationToken,
}
