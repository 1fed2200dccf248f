//! What people are shown about an app.

use crate::consent::scope::Scopes;
use crate::picture;
use crate::store::records::apps::App;
use crate::ticket::ids::Purpose;
use crate::ticket::machine::TicketApp;

/// Returns the path at which this server serves an app's logo; `None` if the app has none.
pub fn logo_path(app: &App) -> Option<String> {
    app.options.logo.map(|logo| picture::path(logo, 96))
}

/// Returns what the login page and the phone show of an app: its name, its logo, the host to which its
/// visitor goes back, and the scopes that it asks for. The other fields have their defaults.
pub fn ticket_app(app: &App, purpose: Purpose, host: &str, scopes: Scopes) -> TicketApp {
    TicketApp {
        id: app.id,
        name: app.name.as_str().into(),
        host: host.into(),
        scopes,
        purpose,
        request: None,
        framed_by: None,
        theme: None,
        logo: logo_path(app).map(Into::into),
        is_scan_only: false,
        login_hint: None,
        ui_locales: None,
        is_told_of_refusals: false,
        is_trial: false,
    }
}
