//! Notes that somebody was not signed in to an app because they are in none of the groups that may use it.

use std::time::Duration;

use super::flow::StepError;
use super::keys::ScanCode;
use super::state::Login;
use crate::account::session::SignedIn;
use crate::cause::caused;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::activity::{ActivityActor, ActivityFilter, ActivityKind, NewActivity};
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::machine::Ticket;
use crate::ticket::time::Timestamp;
use crate::web::client::ClientAddress;

/// The time within which the same refusal is noted once, because a page is reloaded or a button pressed twice.
const NOTED_ONCE: Duration = Duration::from_secs(60);

/// Logs that an account may not use an app, and stores it in the activity of the account. `from` is the address of the
/// person's client, or `None` if the app asked by itself. If it cannot be stored, that is only logged: the refusal holds
/// all the same.
pub async fn note_refusal(
    records: &Records,
    app: AppId,
    app_name: &str,
    account: AccountId,
    from: Option<ClientAddress>,
    now: Timestamp,
) {
    tracing::info!(code = StepError::MayNotUse.code(), app.id = %app, account.id = %account, "an account may not use an app");
    if let Err(fault) = store_refusal(records, app, app_name, account, from, now).await {
        tracing::error!(fault = %caused(&fault), "a refusal was not stored in the activity");
    }
}

async fn store_refusal(
    records: &Records,
    app: AppId,
    app_name: &str,
    account: AccountId,
    from: Option<ClientAddress>,
    now: Timestamp,
) -> Result<(), Fault> {
    let kind = ActivityKind::AppRefused;
    let of_both =
        ActivityFilter { account: Some(account), app: Some(app), kind: Some(kind), ..ActivityFilter::default() };
    let address = from.map(|from| from.0);
    let last = records.activity(of_both, 1).await?.pop();
    if last.is_some_and(|last| last.line.address == address && now.since(last.line.at) < NOTED_ONCE) {
        return Ok(());
    }
    // The account was deleted meanwhile.
    let Some(who) = records.account(account).await? else { return Ok(()) };
    let actor = if from.is_some() { ActivityActor::Owner } else { ActivityActor::App };
    let line = NewActivity::of(kind, account, &who.display_name, now);
    records.add_activity(NewActivity { actor, app: Some((app, app_name.to_owned())), address, ..line }).await
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
            note_refusal(&self.records, app.id, &app.name, account, Some(from), self.flow.now()).await;
        }
    }
}
