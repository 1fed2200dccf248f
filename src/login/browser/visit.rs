//! A browser that wants to be signed in, and the times of its pages.

use std::time::Duration;

use crate::login::Login;
use crate::ticket::machine::TicketApp;
use crate::web::next_path::NextPath;

/// Without script the page reloads itself after this many seconds.
pub(in crate::login) const RELOAD_SECONDS: u8 = 3;

/// A page renews its code this long before the code expires, which leaves time for a slow network and for a
/// scan that has begun.
const RENEW_BEFORE: Duration = Duration::from_secs(10);

/// The path below which the tickets in frames of other sites are.
pub(in crate::login) const FRAMED: &str = "/framed";

/// A browser that wants to be signed in.
#[derive(Debug)]
pub struct Visit {
    /// The path that it goes to after the sign-in.
    pub next: NextPath,
    /// The app that sent the browser here.
    pub app: Option<Box<TicketApp>>,
    /// Whether it asked for a code; a phone gets one only then.
    pub shows_code: bool,
    /// The user name that was typed before the code is shown; the code is for that account only.
    pub user: Option<String>,
}

/// Returns the path at which an app's request goes on outside its frame; `None` if only a scan is accepted.
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
