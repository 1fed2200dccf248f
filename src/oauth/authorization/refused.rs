//! The page for a person who is signed in here and may not use the app that sent them. It says which app, why, and whom
//! to ask, and leads back to the app or to another account.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use leptos::prelude::*;

use super::requests::{OpenRequest, Requests, path_of};
use crate::account::session::SignedIn;
use crate::login::note_refusal;
use crate::oauth::client::display::logo_path;
use crate::oauth::client::redirect_uri::host_of;
use crate::picture::logo::logo;
use crate::store::records::people::Audience;
use crate::text::Texts;
use crate::web::client::ClientAddress;
use crate::web::document::{Page, Site};
use crate::web::marked_text::marked_text;

/// The HTML id of the form on the page.
const FORM: &str = "refused";

impl Requests {
    /// Notes that this person may not use the app of a request.
    pub async fn note_refused(&self, open: &OpenRequest, who: &SignedIn, from: ClientAddress) {
        let app = &open.app;
        note_refusal(&self.activity, app.id, &app.name, who.account.id, Some(from)).await;
    }

    /// Notes that this person may not use the app of a request, and returns the page that tells them. Its buttons send
    /// the decisions of the consent page: to deny, which leads back to the app with an error, and to use another account,
    /// unless the request is for this account only.
    pub async fn refused_page(
        &self,
        site: &Site,
        texts: &'static Texts,
        open: &OpenRequest,
        who: &SignedIn,
        from: ClientAddress,
    ) -> Response {
        self.note_refused(open, who, from).await;
        let OpenRequest { id, app, request } = open;
        let page = Page { class: "turn", ..Page::new(texts, texts.audience.refused_title) };
        let (action, name, shown) = (path_of(*id), app.name.clone(), logo_path(app));
        let asked = self.tokens.subjects.sub(app, who.account.id);
        let is_closed = app.audience == Audience::NOBODY;
        let why = if is_closed {
            texts.audience.nobody_yet(&name)
        } else {
            texts.audience.in_no_group(&name, &who.account.display_name)
        };
        let (ask, back) = (texts.audience.whom_to_ask(site.name()), texts.audience.back_to(host_of(&request.back.uri)));
        let may_be_another = request.known_sub.is_none() && !is_closed;
        let page = site.page(page, move || {
            view! {
                <p class="brand">{logo(&name, shown)}</p>
                <h1>{marked_text(texts.audience.refused(&name))}</h1>
                <p class="lead" role="status">{marked_text(why)}</p>
                <p>{marked_text(ask)}</p>
                <form id=FORM method="post" action=action>
                    <input type="hidden" name="account" value=asked/>
                    <button type="submit" name="decision" value="deny" class="primary"><span>{marked_text(back)}</span></button>
                </form>
                {may_be_another.then(|| view! {
                    <p class="foot">
                        <button type="submit" form=FORM name="decision" value="another" class="quiet">{texts.consent.another}</button>
                    </p>
                })}
            }
        });
        (StatusCode::FORBIDDEN, page).into_response()
    }
}
