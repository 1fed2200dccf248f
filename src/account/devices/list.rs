//! The rows of a list of sessions, for their owner and for administrators.

use leptos::prelude::*;

use super::order::label_of;
use crate::account::session::{Sessions, name_of};
use crate::store::records::{OpenedBy, SessionRow};
use crate::text::Texts;
use crate::ticket::ids::SessionTokenHash;
use crate::ticket::time::Timestamp;
use crate::web::marked_text::marked_text;

/// How the rows of a list of sessions are shown.
pub struct Rows<'a> {
    /// The texts in the language of the page.
    pub texts: &'static Texts,
    /// Tells where an address is.
    pub sessions: &'a Sessions,
    /// The session of the person who sees the list, if it may be in the list.
    pub own: Option<SessionTokenHash>,
    /// The present time.
    pub now: Timestamp,
    /// The path to which the form of each row is sent, with the name of its session in the field `end`.
    pub action: &'a str,
    /// The path below which each session has a page of its own; `None` if there are no such pages.
    pub pages: Option<&'a str>,
}

/// Renders a list of sessions, each with a button that ends it.
pub fn rows(shown: &Rows<'_>, sessions: &[SessionRow]) -> impl IntoView + use<> {
    view! { <ul class="rows">{sessions.iter().map(|session| row(shown, session, sessions)).collect_view()}</ul> }
}

fn row(shown: &Rows<'_>, session: &SessionRow, all: &[SessionRow]) -> impl IntoView + use<> {
    let Rows { texts, now, .. } = *shown;
    let name = name_of(session.token_hash);
    let label = label_of(texts, session);
    let [opened, used] = [session.created_at, session.last_seen_at].map(|moment| texts.ago(now.since(moment)));
    let times = texts.devices.times(&opened, &used);
    // The button is named by its word and by the device beside it.
    let (of, button) = (format!("of-{name}"), format!("end-{name}"));
    let named = format!("{button} {of}");
    let link = match shown.pages {
        Some(pages) => view! { <a href=format!("{pages}/{name}")>{marked_text(label)}</a> }.into_any(),
        None => marked_text(label).into_any(),
    };
    let address = session.device.address.map(|address| address.to_string());
    let place = shown.sessions.place_of(session);
    view! {
        <li class="with-act">
            <div>
                <strong id=of>{link}</strong>
                {(shown.own == Some(session.token_hash)).then(|| view! { <span class="hint">{texts.devices.this}</span> })}
                <span class="hint">{marked_text(how(texts, session, all))}</span>
                {address.map(|address| view! {
                    <span class="hint"><span class="address" translate="no">{address}</span> {place.map(|place| format!(" · {place}"))}</span>
                })}
                <span class="hint">{times}</span>
            </div>
            <form method="post" action=shown.action.to_owned()>
                <input type="hidden" name="end" value=name/>
                <button type="submit" id=button aria-labelledby=named>{texts.devices.end}</button>
            </form>
        </li>
    }
}

/// Returns how a session was opened, and on which of the account's devices `all` it was approved.
pub fn how(texts: &'static Texts, session: &SessionRow, all: &[SessionRow]) -> String {
    let approver = all.iter().find(|one| session.approved_in == Some(one.token_hash));
    match (session.opened_by, approver) {
        _ if session.by_link => texts.devices.by_link.to_owned(),
        (OpenedBy::Password, _) => texts.devices.by_password.to_owned(),
        (OpenedBy::Passkey | OpenedBy::SyncedPasskey, _) => texts.devices.by_passkey.to_owned(),
        (OpenedBy::Scan, Some(approver)) => texts.devices.by_scan_on(&label_of(texts, approver)),
        (OpenedBy::Scan, None) => texts.devices.by_scan.to_owned(),
    }
}
