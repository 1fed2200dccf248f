//! The page on which a person turns it on for this phone. Its script changes the state of the page: an element with `data-in`
//! is shown in the states that it lists.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

use crate::account::Accounts;
use crate::account::devices::label_of;
use crate::account::own::paths::{ASK, ASK_OFF, OVERVIEW};
use crate::account::session::{SignedIn, name_of};
use crate::push::Pushes;
use crate::text::Texts;
use crate::web::document::{Page, Uses};
use crate::web::form::DoneQuery;
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// The states in which the button turns it on.
const CLOSED: &str = "off refused failed";

/// `GET /account/ask`: shows whether the phone of the signed-in person may be asked, and which others may. There is no such page
/// where phones are sent no messages.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
    who: SignedIn,
) -> Result<Response, Problem> {
    let pushes = accounts.pushes.as_ref().ok_or_else(Problem::not_found)?;
    let notice = match &*after.done {
        "on" => Some(texts.ask.turned_on),
        "off" => Some(texts.ask.turned_off),
        _ => None,
    };
    shown(&accounts, pushes, texts, &who, Said { notice, alert: None }).await
}

/// What the page says of the last form.
pub(super) struct Said {
    /// What was done.
    pub(super) notice: Option<&'static str>,
    /// Why it was not done.
    pub(super) alert: Option<&'static str>,
}

impl Said {
    /// Renders the page with the reason why a form was refused, with this status.
    pub(super) async fn refused(
        self,
        accounts: &Accounts,
        pushes: &Pushes,
        texts: &'static Texts,
        who: &SignedIn,
        status: StatusCode,
    ) -> Result<Response, Problem> {
        Ok((status, shown(accounts, pushes, texts, who, self).await?).into_response())
    }
}

async fn shown(
    accounts: &Accounts,
    pushes: &Pushes,
    texts: &'static Texts,
    who: &SignedIn,
    said: Said,
) -> Result<Response, Problem> {
    let words = &texts.ask;
    let phones = accounts.sessions.phones_asked(who.account.id).await?;
    let now = accounts.clock.now();
    let own = phones.iter().find(|(_, session)| who.is_by(session)).map(|(push, _)| push.id.to_string());
    let key = pushes.public_key().to_owned();
    let rows = phones.iter().map(|(push, session)| {
        let label = label_of(texts, session);
        let (of, button) =
            (format!("of-{}", name_of(session.token_hash)), format!("off-{}", name_of(session.token_hash)));
        let named = format!("{button} {of}");
        view! {
            <li class="with-act">
                <div>
                    <strong id=of>{marked_text(label)}</strong>
                    {who.is_by(session).then(|| view! { <span class="hint">{texts.devices.this}</span> })}
                    <span class="hint">{words.turned_on_ago(&texts.ago(now.since(push.created_at)))}</span>
                </div>
                <form method="post" action=ASK_OFF>
                    <input type="hidden" name="phone" value=push.id.to_string()/>
                    <button type="submit" id=button aria-labelledby=named>{words.turn_off}</button>
                </form>
            </li>
        }
    });
    let rows = rows.collect_view();
    let is_empty = phones.is_empty();
    let page = Page { class: "wide", uses: Uses::Workers, ..Page::new(texts, words.title) };
    Ok(accounts.site.clone().page(page, move || {
        view! {
            <p class="way"><a href=OVERVIEW>{texts.common.to_account}</a></p>
            <h1>{words.title}</h1>
            {said.notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {said.alert.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <p class="lead">{words.lead}</p>
            <p class="hint">{words.lead_number}</p>
            <section hidden=true data-ask=key data-own=own>
                {states(texts)}
                <form method="post" action=ASK>
                    <input type="hidden" name="endpoint"/>
                    <input type="hidden" name="p256dh"/>
                    <input type="hidden" name="auth"/>
                    <button type="button" class="primary" hidden=true data-on="" data-in=CLOSED>{words.turn_on}</button>
                </form>
            </section>
            <noscript><p class="hint">{words.needs_script}</p></noscript>
            <section>
                <h2>{words.phones}</h2>
                {is_empty.then(|| view! { <p class="hint">{words.none}</p> })}
                {(!is_empty).then(|| view! { <ul class="rows">{rows}</ul> })}
            </section>
            <script src="/ask.js" defer=true nonce=leptos::nonce::use_nonce()></script>
        }
    }))
}

/// Renders what is said in each state. Assistive technology announces it when it changes.
fn states(texts: &'static Texts) -> impl IntoView {
    let words = &texts.ask;
    let calm = [
        ("on", words.is_on),
        ("starting", words.starting),
        ("unsupported", words.unsupported),
        ("ios", words.ios_first),
        ("insecure", words.insecure),
    ];
    let alarming = [("refused", words.refused), ("failed", words.failed)];
    let allow = [("ios", words.allow_ios), ("android", words.allow_android), ("computer", words.allow_computer)];
    let calm = calm.map(|(state, text)| view! { <p class="hint" hidden=true data-in=state>{text}</p> });
    let alarming = alarming.map(|(state, text)| view! { <p class="alert" hidden=true data-in=state>{text}</p> });
    let allow = allow
        .map(|(system, text)| view! { <p class="hint" hidden=true data-in="refused" data-system=system>{text}</p> });
    view! { <div role="status">{calm.into_iter().collect_view()} {alarming.into_iter().collect_view()} {allow.into_iter().collect_view()}</div> }
}
