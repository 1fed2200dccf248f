//! Notes that somebody was not signed in to an app because they are in none of the groups that may use it.

use super::flow::StepError;
use super::keys::ScanCode;
use super::state::Login;
use crate::account::activity::ActivityLog;
use crate::account::session::SignedIn;
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::machine::Ticket;
use crate::web::client::ClientAddress;

/// Logs that an account may not use an app, and stores it in the activity of the account. `from` is the address of the
/// person's client, or `None` if the app asked by itself. If it cannot be stored, that is only logged: the refusal holds
/// all the same.
pub async fn note_refusal(
    activity: &ActivityLog,
    app: AppId,
    app_name: &str,
    account: AccountId,
    from: Option<ClientAddress>,
) {
    tracing::info!(code = StepError::MayNotUse.code(), app.id = %app, account.id = %account, "an account may not use an app");
    activity.app_refused((app, app_name.to_owned()), account, from.map(|from| from.0)).await;
}

impl Login {
    /// Notes it if the person may not use the app of the ticket that they scanned or tried to approve. `step` is the
    /// result of that step. A store that fails notes nothing here, and the approval finds it out again.
    pub(super) async fn note_if_refused(
        &self,
        step: Result<&Ticket, &StepError>,
        code: ScanCode,
        who: &SignedIn,
        from: ClientAddress,
    ) {
        let account = who.account.id;
        let ticket = match step {
            Ok(ticket) if !self.flow.admits(ticket, account).await.unwrap_or(true) => Some((*ticket).clone()),
            Err(StepError::MayNotUse) => self.flow.get(code.ticket).await.ok(),
            _ => None,
        };
        if let Some(app) = ticket.and_then(|ticket| ticket.app) {
            note_refusal(&self.activity, app.id, &app.name, account, Some(from)).await;
        }
    }
}
