//! What an app may know of a person: asked thing by thing, on the phone and on the page of whoever is signed in already,
//! with one box for each. The answer is kept with the consent, and that decides what the app is told from then on.

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

/// What a box is called in its form: several values under one name, as server functions read them.
pub const BOX: &str = "fields[]";
/// Answers of one person for one app that may come between.
const REVISIONS: u8 = 16;

impl Login {
    /// What a person is asked when an app asks for these scopes.
    pub async fn question(&self, who: &Account, app: AppId, scopes: &Scopes) -> Result<Question, Fault> {
        let before = self.records.consent(who.id, app).await?;
        Ok(Question::new(scopes, who.told(), before.as_ref()))
    }

    /// An account says now, at a page of this site, that an app may know this: what was ticked of what the scopes ask for,
    /// and what it let it know before. `false` where that does not count, because it has said something else since.
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

    /// The same for what it said at `at`, where it approved on a phone. What it has said of it later stands.
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
        // Of an account that is gone nothing is left to be known.
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
            // Another answer of theirs came between, to which this one is added; or they said something later.
            seen = Some(before);
        }
        Err(Fault::Contended)
    }
}

/// The boxes of a question, which belong to the form of this id wherever they stand; nothing where there is none.
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
            // So that a form without any tick says so, and is not one that asks nothing.
            <input type="hidden" name=BOX value="" form=form/>
            <ul class="boxes">{each}</ul>
        }
    })
}

/// What is ticked in a form; `None` where it has no boxes.
pub fn ticked<N: AsRef<str>, V: AsRef<str>>(form: &[(N, V)]) -> Option<Fields> {
    let mut said = form.iter().filter(|(name, _)| name.as_ref() == BOX).map(|(_, value)| value.as_ref()).peekable();
    said.peek()?;
    Some(Fields::parse(said))
}
