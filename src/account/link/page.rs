//! The two pages of a one-time link: the one with a button, and the form.

use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Response};
use leptos::prelude::*;

use super::{LinkToken, Opener};
use crate::account::passkey::view::{self, Offer};
use crate::store::records::Account;
use crate::store::records::links::{Link, LinkPurpose};
use crate::text::Texts;
use crate::web::document::{Mark, Page, Site};
use crate::web::marked_text::marked_text;

/// Renders the page with the button that opens a link, with this title and this text. If the browser has no key yet,
/// the answer gives it one, so that the request that follows shows whether the browser keeps cookies.
pub fn button(
    site: &Site,
    texts: &'static Texts,
    headers: &HeaderMap,
    path: &str,
    (title, lead): (&'static str, &'static str),
) -> Response {
    let action = path.to_owned();
    let page = site.page(Page { class: "form", ..Page::new(texts, title) }, move || {
        view! {
            <Mark/>
            <h1>{title}</h1>
            <p class="lead">{lead}</p>
            <form method="post" action=action>
                <input type="hidden" name="probed" value="1"/>
                <button type="submit" class="primary">{texts.common.go_on}</button>
            </form>
            <p class="hint">{texts.links.this_browser}</p>
        }
    });
    let cookie = Opener::of(headers).is_none().then(|| (SET_COOKIE, Opener::fresh().cookie()));
    (AppendHeaders(cookie), page).into_response()
}

/// Returns whether the link invites a person; otherwise it lets one back in.
pub fn is_invited(link: &Link) -> bool {
    link.purpose == LinkPurpose::Invite
}

/// What the form of a link shows: whose account it is, and what was typed so far.
pub struct Enrol {
    action: String,
    is_invited: bool,
    username: String,
    display_name: String,
    ends_others: bool,
    token: String,
    offer: Offer,
}

impl Enrol {
    /// Makes the form of a link before anything was typed.
    pub fn of(token: &LinkToken, link: &Link, account: &Account, offer: Offer) -> Self {
        Self {
            action: format!("{}/enrol", token.path()),
            is_invited: is_invited(link),
            username: account.username.clone().unwrap_or_default(),
            display_name: account.display_name.clone(),
            ends_others: true,
            token: token.text(),
            offer,
        }
    }

    /// Returns the form with what was typed.
    pub fn typed(self, display_name: &str, ends_others: bool) -> Self {
        let display_name = if self.is_invited { display_name.to_owned() } else { self.display_name };
        Self { display_name, ends_others, ..self }
    }

    /// Renders the form, with the message `wrong` if it was refused.
    pub fn page(&self, site: &Site, texts: &'static Texts, wrong: Option<String>) -> Response {
        let title = if self.is_invited { texts.links.choose_title } else { texts.links.recover_title };
        let (action, username, is_invited) = (self.action.clone(), self.username.clone(), self.is_invited);
        let (display_name, ends_others) = (self.display_name.clone(), self.ends_others);
        let lead = texts.links.choose_lead(&username);
        let (token, offer) = (self.token.clone(), self.offer);
        let has_passkeys = offer.unavailable.is_none();
        // An invited person gives the name that others see, with a passkey too.
        let sends = if is_invited { "link display_name" } else { "link end_others" };
        site.page(Page { class: "form", ..Page::new(texts, title) }, move || {
            view! {
                <Mark/>
                <h1>{title}</h1>
                <p class="lead">{marked_text(lead)}</p>
                {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
                <form method="post" action=action data-passkey="create" data-options="/passkey/options/link" data-send=sends>
                    <input type="hidden" name="link" value=token/>
                    <input type="hidden" name="username" value=username autocomplete="username"/>
                    {is_invited.then(|| view! {
                        <label for="display_name">{texts.common.display_name}</label>
                        <input id="display_name" name="display_name" value=display_name autocomplete="name" required=true/>
                    })}
                    {view::create_button(texts, offer)}
                    {offer.takes_passwords.then(|| view! {
                        <label for="password">{texts.new_password.new}</label>
                        <input id="password" name="password" type="password" autocomplete="new-password" minlength="8"
                            required=true autofocus=!has_passkeys aria-describedby="password-hint"/>
                        <p id="password-hint" class="hint">{texts.setup.password_hint}</p>
                    })}
                    {(!is_invited).then(|| view! {
                        <div class="tick">
                            <input type="checkbox" id="end_others" name="end_others" checked=ends_others/>
                            <label for="end_others">{texts.links.end_others}</label>
                        </div>
                    })}
                    {offer.takes_passwords.then(|| view! {
                        <button type="submit" class:primary=!has_passkeys>{texts.links.finish}</button>
                    })}
                </form>
                {has_passkeys.then(view::script)}
            }
        })
    }
}
