//! The overview of an account's sections, and its ways to sign in.

use axum::extract::{Query, State};
use axum::response::Response;
use leptos::prelude::*;

use super::banner::deletion_banner;
use super::paths::{ACTIVITY, ASK, DATA, OVERVIEW, PASSKEYS, SECURITY, TRANSFER};
use super::scan::scan_way;
use crate::account::session::SignedIn;
use crate::account::session::aside::CHOOSER;
use crate::account::state::Accounts;
use crate::text::Texts;
use crate::web::document::Page;
use crate::web::form::DoneQuery;
use crate::web::problem::Problem;

/// `GET /account`: shows links to all sections of the account of the signed-in person.
pub async fn page(State(accounts): State<Accounts>, texts: &'static Texts, who: SignedIn) -> Response {
    let own = &texts.own;
    let transfer = accounts.signs_phones_in.then_some((TRANSFER, texts.transfer.start_title, texts.transfer.hint));
    let ask = accounts.pushes.as_ref().map(|_| (ASK, texts.ask.title, texts.ask.hint));
    let first = [
        ("/account/profile", texts.home.profile, own.profile_hint),
        (SECURITY, own.security, own.security_hint),
        ("/account/devices", texts.home.devices, own.devices_hint),
    ];
    let others = [
        (ACTIVITY, texts.activity.title, own.activity_hint),
        ("/account/apps", texts.home.apps, own.apps_hint),
        (DATA, own.data, own.data_hint),
    ];
    let page = Page { class: "wide", ..Page::new(texts, own.title) };
    accounts.site.page(page, move || {
        let sections = first.into_iter().chain(ask).chain(transfer).chain(others);
        let rows: Vec<_> = sections
            .map(|(path, title, hint)| {
                view! { <li><a href=path>{title}</a><span class="hint">{hint}</span></li> }
            })
            .collect();
        view! {
            <p class="way"><a href="/">{texts.common.to_start}</a></p>
            <h1>{own.title}</h1>
            {deletion_banner(texts, &who.account)}
            <p class="lead">{own.lead}</p>
            <ul class="rows">{rows}</ul>
            <p><a class="quiet" href=CHOOSER>{texts.chooser.another}</a></p>
            <form method="post" action="/signout">
                <button type="submit" class="quiet">{texts.common.sign_out}</button>
            </form>
        }
    })
}

/// `GET /account/security`: shows the ways in which the signed-in person signs in. No page of this server removes the
/// only way in.
pub async fn security(
    State(accounts): State<Accounts>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
    who: SignedIn,
) -> Result<Response, Problem> {
    let own = &texts.own;
    let notice = (after.done == "scan").then_some(texts.security.own_done);
    let has_password = accounts.takes_password_of(who.account.id).await?;
    let passkeys = accounts.passkeys.offered_of(who.account.id).await?.len();
    let is_only = passkeys == 0;
    let page = Page { class: "wide", ..Page::new(texts, own.security) };
    Ok(accounts.site.page(page, move || {
        let passkeys = match passkeys {
            0 => texts.passkeys.none_yet.to_owned(),
            some => texts.passkeys.count(some as u64),
        };
        let password = if has_password {
            view! {
                <span class="hint">{own.password_hint}</span>
                {is_only.then(|| view! { <span class="hint">{own.only_way}</span> })}
                <a href="/account/password">{texts.home.password_change}</a>
            }
            .into_any()
        } else {
            view! { <span class="hint">{own.password_none}</span> }.into_any()
        };
        view! {
            <p class="way"><a href=OVERVIEW>{texts.common.to_account}</a></p>
            <h1>{own.security}</h1>
            {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {deletion_banner(texts, &who.account)}
            <h2>{own.ways}</h2>
            <ul class="rows">
                <li><strong>{own.password}</strong>{password}</li>
                <li><strong>{own.scan_way}</strong>{scan_way(texts, who.account.scan)}</li>
                <li><strong>{own.passkeys}</strong><span class="hint">{own.passkeys_hint}</span> <span class="hint">{passkeys}</span>
                    <a href=PASSKEYS>{own.passkeys_manage}</a></li>
            </ul>
            <p class="pages">
                <a href="/account/devices">{texts.home.devices}</a> " "
                <a href=ACTIVITY>{texts.activity.title}</a>
            </p>
        }
    }))
}
