//! The home page at `/`: the codes that a signed-in person can scan and type, their apps, and links to their account; or
//! the ways to sign in.

use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

use super::Accounts;
use super::mail::proof_card;
use super::own::deletion_banner;
use super::own::paths::{OVERVIEW, SCAN};
use super::passkey;
use super::passkey_pages::offer;
use crate::account::session::SignedIn;
use crate::picture;
use crate::picture::avatar::{Size, avatar};
use crate::picture::logo::logo;
use crate::settings::SignUp;
use crate::store::records::Account;
use crate::store::records::apps::App;
use crate::text::Texts;
use crate::web::document::{Mark, Page};
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// `GET /`: shows a signed-in person how to sign another device in, the apps that they may use, and links to their
/// account. Others are shown the ways to sign in or, if no account exists yet, that the server is to be set up.
pub async fn page(
    State(accounts): State<Accounts>,
    texts: &'static Texts,
    who: Option<SignedIn>,
) -> Result<Response, Problem> {
    let passkeys = match (&who, accounts.passkeys.domain()) {
        (Some(who), Some(domain)) => Some((domain.to_owned(), accounts.passkeys.offered_of(who.account.id).await?)),
        _ => None,
    };
    let is_offered = match (&who, &passkeys) {
        (Some(who), Some((_, own))) if own.is_empty() => offer::is_due(&accounts, who).await?,
        _ => false,
    };
    let account = who.map(|who| who.account);
    let proof = match &account {
        Some(account) => proof_card(&accounts, texts, account).await?,
        None => None,
    };
    let first_start = account.is_none() && !accounts.records.has_accounts().await?;
    let site_name = accounts.site.name().to_owned();
    let apps = match &account {
        Some(account) => accounts.records.apps_for(account.id).await?,
        None => Vec::new(),
    };
    let is_open = accounts.sign_up == SignUp::Open;
    let title = if account.is_some() { texts.home.signed_in_title } else { texts.home.title };
    Ok(accounts.site.page(Page { class: "home", ..Page::new(texts, title) }, move || match account {
        Some(account) => {
            // The browser's password manager hears which passkeys there are.
            let accepted = passkeys.map(|(domain, passkeys)| passkey::view::accepted(&domain, &account, &passkeys));
            let has_script = accepted.is_some();
            view! {
                {proof}
                {signed_in(texts, account, &site_name, apps, accounts.takes_app_requests)}
                {is_offered.then(|| offer::card(texts))}
                {accepted}
                {has_script.then(passkey::view::script)}
            }
            .into_any()
        }
        None if first_start => view! {
            <Mark/>
            <h1>{texts.home.first_title}</h1>
            <p class="lead">{texts.home.first_lead}</p>
        }
        .into_any(),
        None => view! {
            <Mark/>
            <h1 translate="no">{site_name}</h1>
            <p class="lead">{texts.home.lead}</p>
            <p><a class="button primary" href="/login">{texts.home.by_scan}</a></p>
            <p><a class="button quiet" href="/signin">{texts.home.by_password}</a></p>
            {is_open.then(|| view! { <p><a class="quiet" href="/signup">{texts.signup.offer}</a></p> })}
        }
        .into_any(),
    }))
}

/// Renders the home page of a signed-in person, with the links that their role allows.
fn signed_in(
    texts: &'static Texts,
    account: Account,
    site_name: &str,
    apps: Vec<App>,
    takes_app_requests: bool,
) -> impl IntoView + use<> {
    let banner = deletion_banner(texts, &account);
    let (is_admin, manages_people) = (account.is_admin(), account.manages_people());
    let may_ask_for_apps = takes_app_requests && account.username.is_some();
    let (name, picture) = (account.display_name, account.profile.picture);
    let administration = manages_people.then(|| {
        view! {
            <h2 class="unseen">{texts.own.administration}</h2>
            {is_admin.then(|| view! { <a class="quiet" href="/admin/apps">{texts.home.admin_apps}</a> })}
            <a class="quiet" href="/admin/people">{texts.home.admin_people}</a>
            {is_admin.then(|| view! { <a class="quiet" href="/admin/activity">{texts.activity.admin_title}</a> })}
        }
    });
    view! {
        {banner}
        {avatar(&name, picture, Size::Usual)}
        <h1 translate="no">{name}</h1>
        <p class="lead">{marked_text(texts.home.signed_in(site_name))}</p>
        <p class="first">
            <a class="button primary" href=SCAN>{texts.own.scan}</a> " "
            <a class="button" href="/link">{texts.home.type_a_code}</a>
        </p>
        {tiles(texts, apps)}
        <nav>
            <a class="quiet" href=OVERVIEW>{texts.own.title}</a>
            {may_ask_for_apps.then(|| view! { <a class="quiet" href="/apps/mine">{texts.home.own_apps}</a> })}
            {administration}
        </nav>
        <form method="post" action="/signout">
            <button type="submit" class="quiet">{texts.common.sign_out}</button>
        </form>
    }
}

/// Renders a tile for each app that has an address to start from: its logo and its name, as a link to that address.
fn tiles(texts: &'static Texts, apps: Vec<App>) -> impl IntoView {
    let tiles: Vec<_> = apps
        .into_iter()
        .filter_map(|app| {
            let start = app.start_address()?;
            let logo = logo(&app.name, app.options.logo.map(|logo| picture::path(logo, 96)));
            Some(view! { <li><a href=start>{logo} " " <span translate="no">{app.name}</span></a></li> })
        })
        .collect();
    let is_empty = tiles.is_empty();
    view! {
        <section class="apps">
            <h2>{texts.own.tiles}</h2>
            {is_empty.then(|| view! { <p class="hint">{texts.own.tiles_none}</p> })}
            {(!is_empty).then(|| view! { <ul class="tiles">{tiles}</ul> })}
        </section>
    }
}
