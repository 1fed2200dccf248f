//! `/signed-out`: the page to which the open pages of a device go when its session ends. It says who ended it, and leads
//! back to the page after a new sign-in.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::order::label_of;
use crate::account::session::Sessions;
use crate::account::session::aside::CHOOSER;
use crate::account::state::Accounts;
use crate::store::records::{EndedBy, SessionEnd, SessionRow};
use crate::text::Texts;
use crate::web::document::{Mark, Page};
use crate::web::marked_text::marked_text;
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// URL path of the page.
pub const PATH: &str = "/signed-out";

/// The query of the page: the path to which a new sign-in leads.
#[derive(Deserialize)]
pub struct Left {
    #[serde(default)]
    next: String,
}

/// `GET /signed-out`: says on which device the person was signed out, and from which device or by whom. A device that is
/// signed in goes to the path `next`.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(left): Query<Left>,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let next = NextPath::parse(&left.next).unwrap_or_else(NextPath::home);
    if accounts.sessions.peek(&headers).await?.is_some() {
        return Ok(Redirect::to(next.as_str()).into_response());
    }
    let end = accounts.sessions.how_ended(&headers).await?;
    let now = accounts.clock.now();
    let title = match &end {
        Some(end) => texts.device_news.out_of(&label_of(texts, &end.session)),
        None => texts.device_news.out_title.to_owned(),
    };
    let why = match end {
        Some(SessionEnd { by: Some(EndedBy::Administrator), .. }) => texts.device_news.out_by_administrator.to_owned(),
        Some(SessionEnd { by: Some(EndedBy::Owner(_)), device, session }) => {
            let ago = texts.ago(now.since(session.ends_at));
            texts.device_news.out_by(&label_of(texts, &SessionRow { device, ..session }), &ago)
        }
        Some(SessionEnd { by: None, .. }) | None => texts.device_news.out_over.to_owned(),
    };
    let sign_in = next.link_via("/signin", &[]);
    let chooser = Sessions::has_aside(&headers).then(|| next.link_via(CHOOSER, &[]));
    let page = Page { class: "turn", ..Page::new(texts, texts.device_news.out_title) };
    Ok(accounts.site.page(page, move || {
        view! {
            <Mark/>
            <h1>{marked_text(title)}</h1>
            <p class="lead" role="status">{marked_text(why)}</p>
            <p><a class="button primary" href=sign_in>{texts.common.sign_in}</a></p>
            <p><a class="button quiet" href="/login">{texts.home.by_scan}</a></p>
            {chooser.map(|path| view! { <p><a class="quiet" href=path>{texts.chooser.title}</a></p> })}
        }
    }))
}
