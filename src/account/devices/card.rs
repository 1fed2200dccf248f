//! The live card: what became of a device that its owner signed in from here. It is on the phone's page after an approval,
//! and stays true: the page notices when the device is signed out, wherever that is done.

use leptos::prelude::*;

use super::order::{PATH, label_of};
use crate::account::session::{Sessions, name_of};
use crate::store::records::SessionRow;
use crate::text::Texts;
use crate::ticket::time::Timestamp;
use crate::web::document::signed_in;
use crate::web::marked_text::marked_text;

/// Renders since when a session of the person is signed in, and where, with a button that ends it. The page goes to the
/// page of the session when that ends elsewhere.
pub fn live_card(texts: &'static Texts, sessions: &Sessions, session: &SessionRow, now: Timestamp) -> AnyView {
    let name = name_of(session.token_hash);
    let path = format!("{PATH}/{name}");
    signed_in::follow(name, path.clone());
    let ago = texts.ago(now.since(session.created_at));
    let since = match sessions.place_of(session) {
        Some(place) => texts.device_news.since_at(&place, &ago),
        None => texts.device_news.since(&ago),
    };
    let more = texts.device_page.more(&label_of(texts, session));
    view! {
        <p class="hint">{marked_text(since)}</p>
        <form method="post" action=path.clone()>
            <input type="hidden" name="act" value="end"/>
            <button type="submit" class="danger">{texts.device_news.end_it}</button>
        </form>
        <p><a class="quiet" href=path>{marked_text(more)}</a></p>
    }
    .into_any()
}

/// Renders that the device with this label is signed out.
pub fn over_card(texts: &'static Texts, label: String) -> AnyView {
    view! {
        <p class="sign no" aria-hidden="true"></p>
        <h1>{marked_text(label)}</h1>
        <p class="lead" role="status">{texts.device_news.is_out}</p>
        <p><a class="button" href=PATH>{texts.device_page.back}</a></p>
    }
    .into_any()
}
