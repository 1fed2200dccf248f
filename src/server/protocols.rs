//! Builds the state of the endpoints for third-party sites.

use tokio_util::sync::CancellationToken;

use crate::account::activity::ActivityLog;
use crate::clock::Clock;
use crate::oauth::logout::back_channel::BackChannel;
use crate::oauth::{Clients, Grants, Pending, Requests, Tokens};
use crate::store::records::Records;
use crate::store::single_use::Once;
use crate::web::document::Site;
use crate::web::limits::Limits;
use crate::wechat::Sns;

/// The state of the endpoints for third-party sites: OpenID Connect and WeChat's dialect.
pub struct Protocols {
    pub clients: Clients,
    pub tokens: Tokens,
    pub grants: Grants,
    pub requests: Requests,
    pub pending: Pending,
    pub sns: Sns,
    pub back_channel: BackChannel,
}

impl Protocols {
    /// Builds this state over these stores. The keys that protect tokens and the subject identifiers are derived from
    /// `secret`, the code key. When `stopping` is cancelled, the sending of logout notices to apps ends.
    pub fn new(
        (records, activity): (&Records, &ActivityLog),
        once: &Once,
        site: &Site,
        limits: &Limits,
        clock: &Clock,
        secret: &[u8; 32],
        stopping: &CancellationToken,
    ) -> Self {
        let clients = Clients::new(records.clone(), once.clone(), site.clone(), clock.clone());
        let tokens = Tokens::new(records.clone(), site.clone(), clock.clone(), secret);
        let pending = Pending::new(once.clone(), clock.clone());
        let grants =
            Grants::new(records.clone(), tokens.clone(), pending.clone(), clock.clone(), activity.clone(), secret);
        let requests = Requests {
            clients: clients.clone(),
            tokens: tokens.clone(),
            pending: pending.clone(),
            records: records.clone(),
            activity: activity.clone(),
            clock: clock.clone(),
        };
        let sns = Sns {
            clients: clients.clone(),
            grants: grants.clone(),
            tokens: tokens.clone(),
            records: records.clone(),
            limits: limits.clone(),
            clock: clock.clone(),
        };
        let back_channel = BackChannel {
            records: records.clone(),
            tokens: tokens.clone(),
            clock: clock.clone(),
            stopping: stopping.clone(),
        };
        Self { clients, tokens, grants, requests, pending, sns, back_channel }
    }
}
