//! Ends the grants of people who may not use their app any more.

use super::grants::Grants;
use crate::login::note_refusal;
use crate::store::Fault;
use crate::store::records::apps::App;
use crate::store::records::grants::Grant;

impl Grants {
    /// Ends a grant and returns `true` if its person may not use the app any more, because they were removed from its
    /// groups or the app was closed to them. A grant that was not started yet can then not be started. Returns `false` and
    /// changes nothing if they may, or if the app acts for itself.
    ///
    /// Every exchange of a code and every refresh calls this, so a person who lost the permission keeps at most the
    /// access token that the app has already, which this server accepts no more.
    pub async fn end_without_permission(&self, app: &App, grant: &Grant) -> Result<bool, Fault> {
        let Some(account) = grant.account else { return Ok(false) };
        if self.records.may_use(account, app).await? {
            return Ok(false);
        }
        self.records.end_grant(grant.clone(), self.clock.now()).await?;
        note_refusal(&self.activity, app.id, &app.name, account, None).await;
        Ok(true)
    }
}
