//! Reads and stores what people allow apps to know of them. What is stored decides what an app gets from then
//! on.

use crate::clock::Clock;
use crate::consent::field::{Fields, Question};
use crate::consent::scope::{Scope, Scopes};
use crate::store::Fault;
use crate::store::records::grants::DecidedAt;
use crate::store::records::{Account, Records};
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;

/// Largest number of attempts to store an answer while other answers of the same person for the same app are
/// stored concurrently.
const REVISIONS: u8 = 16;

/// Reads and stores the consents of accounts: which scopes and profile fields each app may know.
#[derive(Clone, Debug)]
pub struct Consents {
    records: Records,
    clock: Clock,
}

impl Consents {
    /// Makes the service for the consents in these records.
    pub fn new(records: Records, clock: Clock) -> Self {
        Self { records, clock }
    }

    /// Returns the question that a person is asked if an app asks for these scopes. Boxes that the person saw for
    /// this app before are ticked as they left them, and new boxes as they are preset.
    pub async fn question(&self, who: &Account, app: AppId, scopes: &Scopes) -> Result<Question, Fault> {
        let before = self.records.consent(who.id, app).await?;
        Ok(Question::new(scopes, who.filled_fields(), before.as_ref()))
    }

    /// Returns the names of a person's groups if these scopes ask for them; `None` if they do not.
    pub async fn groups(&self, who: &Account, scopes: &Scopes) -> Result<Option<Vec<String>>, Fault> {
        if !scopes.has(Scope::Groups) {
            return Ok(None);
        }
        let groups = self.records.groups_of(who.id).await?;
        Ok(Some(groups.into_iter().map(|group| group.name.as_str().to_owned()).collect()))
    }

    /// Stores that an account now allows an app the ticked fields of these scopes, beside what it allowed before;
    /// without `ticked`, the preset ones. Returns `false` and stores nothing if the account was deleted, or
    /// withdrew its consent to the app while this function ran.
    pub async fn allow(
        &self,
        account: AccountId,
        app: AppId,
        scopes: &Scopes,
        ticked: Option<Fields>,
    ) -> Result<bool, Fault> {
        let at = self.clock.now();
        self.settle(account, app, scopes, ticked, || DecidedAt::Now { at, present: self.clock.now() }).await
    }

    /// Stores what an account allowed an app at the time `at`, when it approved on a phone; without `ticked`, the
    /// preset fields. Nothing is stored if the account was deleted, or decided about the app later than that.
    pub async fn remember(
        &self,
        account: AccountId,
        app: AppId,
        scopes: &Scopes,
        ticked: Option<Fields>,
        at: Timestamp,
    ) -> Result<(), Fault> {
        self.settle(account, app, scopes, ticked, || DecidedAt::Earlier(at)).await?;
        Ok(())
    }

    async fn settle(
        &self,
        account: AccountId,
        app: AppId,
        scopes: &Scopes,
        ticked: Option<Fields>,
        decided_at: impl Fn() -> DecidedAt,
    ) -> Result<bool, Fault> {
        // The account was deleted, so there is nothing that an app could know.
        let Some(who) = self.records.account(account).await? else { return Ok(false) };
        let mut seen = None;
        for _ in 0..REVISIONS {
            let before = self.records.consent(account, app).await?;
            let given = Question::new(scopes, who.filled_fields(), before.as_ref()).answer(ticked);
            let after = before.clone().unwrap_or_default().after(scopes, given);
            if before.as_ref() == Some(&after) {
                return Ok(true);
            }
            if seen.as_ref() == Some(&before) {
                return Ok(false);
            }
            if self.records.settle_consent(account, app, before.clone(), after, decided_at()).await? {
                return Ok(true);
            }
            // Either another answer was stored meanwhile, to which this one is added; or the account decided otherwise
            // later than `decided_at`.
            seen = Some(before);
        }
        Err(Fault::Contended)
    }
}
