//! The banner on the pages of an account that is to be deleted.

use leptos::prelude::*;

use super::paths::KEEP;
use crate::store::records::Account;
use crate::text::Texts;

/// Renders the banner that says when the account will be deleted, with the button that keeps it; nothing if the account
/// is not to be deleted.
pub fn deletion_banner(texts: &'static Texts, account: &Account) -> Option<impl IntoView + use<>> {
    let due = account.deletion_due_at?;
    let text = texts.own.delete_due(&texts.date_and_time(due));
    Some(view! {
        <div class="alert" role="alert">
            <p>{text}</p>
            <form method="post" action=KEEP><button type="submit">{texts.own.keep}</button></form>
        </div>
    })
}
