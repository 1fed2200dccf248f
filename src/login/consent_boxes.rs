//! What an app may know of a person: one box per claim, on the phone and on the page of a person who is already signed
//! in. The answer is stored with the consent, which decides what the app gets from then on.

use leptos::prelude::*;

use super::Login;
use crate::consent::field::{Fields, Question};
use crate::consent::scope::Scopes;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::grants::Said;
use crate::text::Texts;
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;

/// Name of a box in its form: several values with one name, as server functions read them.
pub const BOX: &str = "fields[]";
/// Attempts to store an answer while other answers of the same person for the same app are stored concurrently.
const REVISIONS: u8 = 16;

impl Login {
    /// Returns what a person is asked if an app asks for these scopes.
    pub async fn question(&self, who: &Account, app: AppId, scopes: &Scopes) -> Result<Question, Fault> {
        let before = self.records.consent(who.id, app).await?;
        Ok(Question::new(scopes, who.told(), before.as_ref()))
    }

    /// Stores that an account now allows an app the ticked claims of these scopes, beside what it allowed
    /// before. Returns `false` and stores nothing if the account was deleted, or withdrew its consent to the
    /// app meanwhile.
    pub async fn allow(
        &self,
        account: AccountId,
        app: AppId,
        scopes: &Scopes,
        ticked: Option<Fields>,
    ) -> Result<bool, Fault> {
        let at = self.flow.now();
        self.settle(account, app, scopes, ticked, || Said::Now { at, present: self.flow.now() }).await
    }

    /// Stores what an account allowed at `at`, when it approved on a phone. A later decision of the account
    /// is kept.
    pub async fn remember_consent(
        &self,
        account: AccountId,
        app: AppId,
        scopes: &Scopes,
        ticked: Option<Fields>,
        at: Timestamp,
    ) -> Result<(), Fault> {
        self.settle(account, app, scopes, ticked, || Said::Earlier(at)).await?;
        Ok(())
    }

    async fn settle(
        &self,
        account: AccountId,
        app: AppId,
        scopes: &Scopes,
        ticked: Option<Fields>,
        said: impl Fn() -> Said,
    ) -> Result<bool, Fault> {
        // The account was deleted, so there is nothing that an app could know.
        let Some(who) = self.records.account(account).await? else { return Ok(false) };
        let mut seen = None;
        for _ in 0..REVISIONS {
            let before = self.records.consent(account, app).await?;
            let given = Question::new(scopes, who.told(), before.as_ref()).answer(ticked);
            let after = before.clone().unwrap_or_default().after(scopes, given);
            if before.as_ref() == Some(&after) {
                return Ok(true);
            }
            if seen.as_ref() == Some(&before) {
                return Ok(false);
            }
            if self.records.settle_consent(account, app, before.clone(), after, said()).await? {
                return Ok(true);
            }
            // Either another answer was stored meanwhile, to which this one is added; or the account decided
            // otherwise later than `said`.
            seen = Some(before);
        }
        Err(Fault::Contended)
    }
}

/// Renders the boxes of a question for the form with this id, wherever they are on the page; `None` if the
/// question asks for no claim.
pub fn boxes(texts: &'static Texts, question: Question, form: &str) -> Option<impl IntoView + use<>> {
    let form = form.to_owned();
    let each = question.fields.iter().map(|field| {
        let (id, form) = (format!("{form}-{}", field.word()), form.clone());
        view! {
            <li>
                <input type="checkbox" id=id.clone() name=BOX value=field.word() checked=question.ticked.has(field) form=form/>
                <label for=id>{texts.field(field)}</label>
            </li>
        }
    });
    let each = each.collect_view();
    (!question.fields.is_empty()).then(|| {
        view! {
            // Distinguishes a form without any tick from one without boxes.
            <input type="hidden" name=BOX value="" form=form/>
            <ul class="boxes">{each}</ul>
        }
    })
}

/// Returns what is ticked in a form; `None` if it has no boxes.
pub fn ticked<N: AsRef<str>, V: AsRef<str>>(form: &[(N, V)]) -> Option<Fields> {
    let mut said = form.iter().filter(|(name, _)| name.as_ref() == BOX).map(|(_, value)| value.as_ref()).peekable();
    said.peek()?;
    Some(Fields::parse(said))
}
