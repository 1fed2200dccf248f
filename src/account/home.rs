//! `GET /`: the home page, which shows who is signed in.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use leptos::prelude::*;

use super::Accounts;
use crate::picture::avatar::{Size, avatar};
use crate::text::Lang;
use crate::web::data::with_data;
use crate::web::document::{Mark, Page};
use crate::web::problem::Problem;

/// Renders the home page.
pub async fn page(State(accounts): State<Accounts>, headers: HeaderMap) -> Result<Response, Problem> {
    let lang = Lang::En;
    let account = accounts.sessions.find(&headers).await?.map(|who| who.account);
    let first_start = account.is_none() && !accounts.records.has_accounts().await?;
    let site_name = accounts.site.name().to_owned();
    let title = if account.is_some() { lang.home_signed_in_title() } else { lang.home_title() };
    Ok(accounts.site.page(Page { title, class: "home", ..Page::default() }, move || match account {
        Some(account) => {
            let has_password = account.username.is_some();
            let (name, is_admin, picture) = (account.display_name, account.is_admin, account.profile.picture);
            view! {
                {avatar(&name, picture, Size::Usual)}
                <h1 translate="no">{name}</h1>
                <p class="lead">{with_data(lang.home_signed_in(&site_name))}</p>
                <p><a class="button" href="/link">{lang.home_link()}</a></p>
                <nav>
                    <a class="quiet" href="/account/profile">{lang.home_profile()}</a>
                    <a class="quiet" href="/account/apps">{lang.home_apps()}</a>
                    <a class="quiet" href=super::devices::PATH>{lang.home_devices()}</a>
                    {has_password.then(|| view! { <a class="quiet" href=super::new_password::PATH>{lang.home_password_change()}</a> })}
                    {is_admin.then(|| view! { <a class="quiet" href="/admin/apps">{lang.home_admin_apps()}</a> })}
                </nav>
                <form method="post" action="/signout">
                    <button type="submit" class="quiet">{lang.sign_out()}</button>
                </form>
            }
            .into_any()
        }
        None if first_start => view! {
            <Mark/>
            <h1>{lang.home_first_title()}</h1>
            <p class="lead">{lang.home_first_lead()}</p>
        }
        .into_any(),
        None => view! {
            <Mark/>
            <h1 translate="no">{site_name}</h1>
            <p class="lead">{lang.home_lead()}</p>
            <p><a class="button primary" href="/login">{lang.home_scan()}</a></p>
            <p><a class="button quiet" href="/signin">{lang.home_password()}</a></p>
        }
        .into_any(),
    }))
}
