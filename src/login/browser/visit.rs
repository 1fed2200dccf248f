//! The request of a browser that is to be signed in, and the times and paths of its login page.

use std::time::Duration;

use crate::login::Login;
use crate::ticket::machine::TicketApp;
use crate::web::next_path::NextPath;

/// Seconds after which a login page without script reloads itself.
pub(in crate::login) const RELOAD_SECONDS: u8 = 3;

/// Time before a code expires at which the page renews it, so that a person who is just scanning it has enough
/// time, also over a slow network. For short lifetimes it is less ([`renew_before`]).
const RENEW_BEFORE: Duration = Duration::from_secs(10);

/// Beginning of the path of a login page that is shown in a frame of another site: the whole is
/// `/framed/{ticket}`.
pub(in crate::login) const FRAMED: &str = "/framed";

/// What a browser asks for that is to be signed in: the destination, the app, and how the code is shown.
#[derive(Debug)]
pub struct Visit {
    /// Path to which the browser goes after the sign-in.
    pub next: NextPath,
    /// The app that the browser signs in to; `None` if it signs in to this site.
    pub app: Option<Box<TicketApp>>,
    /// Whether the browser asked for a code although it is on a phone, which otherwise gets another page.
    pub shows_code: bool,
    /// The username that was typed before the code is shown; only that account can scan the code.
    pub user: Option<String>,
}

/// Returns the path at which an app's authorization request continues outside the frame; `None` if the app
/// allows only sign-ins by scan, or the ticket has no stored request.
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
