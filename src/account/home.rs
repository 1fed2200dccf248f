//! The home page at `/`: the links of a signed-in person, or the ways to sign in.

use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

use super::Accounts;
use crate::account::session::SignedIn;
use crate::picture::avatar::{Size, avatar};
use crate::text::Texts;
use crate::web::document::{Mark, Page};
use crate::web::marked_text::marked_text;
use crate::web::problem::Problem;

/// `GET /`: shows a signed-in person their name and links to the account's pages. Others are shown the ways to sign
/// in or, if no account exists yet, that the server is to be set up.
pub async fn page(
    State(accounts): State<Accounts>,
    texts: &'static Texts,
    who: Option<SignedIn>,
) -> Result<Response, Problem> {
    let account = who.map(|who| who.account);
    let first_start = account.is_none() && !accounts.records.has_accounts().await?;
    let site_name = accounts.site.name().to_owned();
    let title = if account.is_some() { texts.home.signed_in_title } else { texts.home.title };
    Ok(accounts.site.page(Page { class: "home", ..Page::new(texts, title) }, move || match account {
        Some(account) => {
            let has_password = account.username.is_some();
            let is_admin = account.is_admin();
            let may_ask = accounts.takes_app_requests && has_password;
            let (name, picture) = (account.display_name, account.profile.picture);
            view! {
                {avatar(&name, picture, Size::Usual)}
                <h1 translate="no">{name}</h1>
                <p class="lead">{marked_text(texts.home.signed_in(&site_name))}</p>
                <p><a class="button" href="/link">{texts.home.type_a_code}</a></p>
                <nav>
                    <a class="quiet" href="/account/profile">{texts.home.profile}</a>
                    <a class="quiet" href="/account/apps">{texts.home.apps}</a>
                    <a class="quiet" href=super::devices::PATH>{texts.home.devices}</a>
                    {has_password.then(|| view! { <a class="quiet" href=super::new_password::PATH>{texts.home.password_change}</a> })}
                    {may_ask.then(|| view! { <a class="quiet" href="/apps/mine">{texts.home.own_apps}</a> })}
                    {is_admin.then(|| view! { <a class="quiet" href="/admin/apps">{texts.home.admin_apps}</a> })}
                </nav>
                <form method="post" action="/signout">
                    <button type="submit" class="quiet">{texts.common.sign_out}</button>
                </form>
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
        }
        .into_any(),
    }))
}
