//! The page with the sign-in form.

use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Response};
use leptos::prelude::*;

use super::onward::{Onward, PASSWORD_FIRST};
use crate::account::Accounts;
use crate::account::mail::forgot;
use crate::account::passkey::view;
use crate::account::session::Sessions;
use crate::account::session::aside::CHOOSER;
use crate::account::signup;
use crate::settings::SignUp;
use crate::text::Texts;
use crate::web::cookie;
use crate::web::document::{Mark, Page};
use crate::web::language::wanted_by;
use crate::web::marked_text::marked_text;

/// What the page with the sign-in form shows.
pub struct FormPage<'a> {
    /// The site, and which ways to sign in are offered.
    pub accounts: &'a Accounts,
    /// The texts in the language of the page.
    pub texts: &'static Texts,
    /// The headers of the request.
    pub headers: &'a HeaderMap,
    /// Where the sign-in leads.
    pub onward: &'a Onward,
    /// The user name in its field.
    pub username: String,
    /// Why the sign-in was refused.
    pub wrong: Option<String>,
    /// The answer of the browser with a passkey that no account has.
    pub unknown: Option<&'a str>,
}

impl<'a> FormPage<'a> {
    /// Makes the page before anything was typed, as the answer to a request with these headers.
    pub fn of(accounts: &'a Accounts, texts: &'static Texts, headers: &'a HeaderMap, onward: &'a Onward) -> Self {
        Self { accounts, texts, headers, onward, username: String::new(), wrong: None, unknown: None }
    }

    /// Renders the page. If the request has no cookie of this site, the answer sets one, so that the request that sends
    /// the form shows whether the browser keeps cookies. The field for the password has the focus if the user name is
    /// filled in.
    pub fn render(self) -> Response {
        let Self { accounts, texts, headers, onward, username, wrong, unknown } = self;
        let (site, has_mail) = (&accounts.site, accounts.mailer.is_set_up());
        let is_known = !username.is_empty();
        let (next, app, is_password_first) = (onward.path(), onward.app(), onward.is_password_first());
        let sign_up =
            (accounts.sign_up == SignUp::Open && !is_password_first).then(|| next.link_via(signup::PATH, &[]));
        // A person who is signed in may want another account of this device, or to keep this one beside the next.
        let is_signed_in = onward.anew.is_some() && cookie::read(headers, cookie::SESSION).is_some();
        let has_accounts = is_signed_in || Sessions::has_aside(headers);
        let chooser = (has_accounts && !is_password_first).then(|| next.link_via(CHOOSER, &[]));
        let by_scan = Sessions::is_adding(headers).then(|| next.link_via("/login", &[]));
        let is_on_the_way = next.as_str().starts_with("/s/");
        let (site_name, host, next) = (site.name().to_owned(), site.host().to_owned(), next.as_str().to_owned());
        let wanted = wanted_by(Some(onward.ui_locales.as_str()), None);
        let action = wanted.as_ref().map_or_else(|| "/signin".to_owned(), |tags| format!("/signin?ui_locales={tags}"));
        let offer = accounts.passkeys.offer();
        let unknown = unknown.and_then(|answer| accounts.passkeys.unknown_in(answer));
        let page = Page { class: "form", ..Page::new(texts, texts.signin.title) };
        let page = site.page(page, move || {
            let (takes_passwords, has_passkeys) = (offer.takes_passwords, offer.unavailable.is_none());
            // Browsers show passkeys among the suggestions for this field.
            let autocomplete = if has_passkeys { "username webauthn" } else { "username" };
            view! {
                <Mark/>
                <h1>{texts.signin.title}</h1>
                {if is_password_first {
                    view! { <p class="lead">{texts.signin.password_first_lead}</p> }.into_any()
                } else if is_on_the_way {
                    view! { <p class="lead">{marked_text(texts.signin.to_confirm(&host))}</p> }.into_any()
                } else {
                    view! { <p class="lead">{marked_text(texts.signin.to(&site_name))} " " <span class="host" translate="no">{host}</span></p> }.into_any()
                }}
                {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
                {unknown}
                <form method="post" action=action data-passkey="get" data-options="/passkey/options/sign-in">
                    <input type="hidden" name="next" value=next/>
                    <input type="hidden" name="probed" value="1"/>
                    {app.map(|app| view! { <input type="hidden" name="app" value=app.to_string()/> })}
                    {wanted.map(|tags| view! { <input type="hidden" name="ui_locales" value=tags/> })}
                    {is_password_first.then(|| view! { <input type="hidden" name="anew" value=PASSWORD_FIRST/> })}
                    {view::button(texts, offer, texts.passkeys.sign_in)}
                    {takes_passwords.then(|| view! {
                        <label for="username">{texts.common.username}</label>
                        <input id="username" name="username" autocomplete=autocomplete autocapitalize="none" spellcheck="false"
                            required=true value=username autofocus=!is_known/>
                        <label for="password">{texts.common.password}</label>
                        <input id="password" name="password" type="password" autocomplete="current-password" required=true
                            autofocus=is_known/>
                        <button type="submit" class:primary=!has_passkeys>{texts.common.sign_in}</button>
                    })}
                </form>
                {(takes_passwords && has_mail).then(|| view! {
                    <p><a class="button quiet" href=forgot::PATH>{texts.mail_pages.forgot}</a></p>
                })}
                {by_scan.map(|path| view! { <p class="foot"><a class="quiet" href=path>{texts.home.by_scan}</a></p> })}
                {sign_up.map(|path| view! { <p class="foot"><a class="quiet" href=path>{texts.signup.offer}</a></p> })}
                {chooser.map(|path| view! { <p class="foot"><a class="quiet" href=path>{texts.chooser.title}</a></p> })}
                {has_passkeys.then(view::script)}
            }
        });
        (AppendHeaders(cookie::probe(headers).map(|probe| (SET_COOKIE, probe))), page).into_response()
    }
}
