//! A browser that wants to be signed in, and how its pages keep the time.

use std::time::Duration;

use crate::login::Login;
use crate::ticket::machine::TicketApp;
use crate::web::next_path::NextPath;

/// Without script the page loads itself again after this many seconds.
pub(in crate::login) const RELOAD_SECONDS: u8 = 3;

/// A page renews its code this long before the code expires, which leaves time for a slow network and for a
/// scan that has begun.
const RENEW_BEFORE: Duration = Duration::from_secs(10);

/// Where tickets are that are shown in other sites' frames.
pub(in crate::login) const FRAMED: &str = "/framed";

/// A browser that wants to be signed in.
#[derive(Debug)]
pub struct Visit {
    /// Where it goes then.
    pub next: NextPath,
    /// The app that sent it.
    pub app: Option<Box<TicketApp>>,
    /// Whether it asked for a code although it is a phone.
    pub shows_code: bool,
    /// The name that was typed before the code is shown: it is for that account alone then.
    pub user: Option<String>,
}

/// Where the request of an app goes on out of its frame; `None` where nothing but a scan will do.
pub(in crate::login) fn out_of_frame(app: &TicketApp) -> Option<String> {
    let request = app.request.filter(|_| !app.is_scan_only)?;
    Some(NextPath::of_request(request).as_str().to_owned())
}

pub(in crate::login) fn renew_before(login: &Login) -> Duration {
    RENEW_BEFORE.min(Duration::from_secs(login.settings.code_seconds) / 3)
}

pub(in crate::login) fn millis(span: Duration) -> u32 {
    u32::try_from(span.as_millis()).unwrap_or(u32::MAX)
}
