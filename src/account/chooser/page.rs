//! The page on which a person chooses an account.

use axum::response::Response;
use leptos::prelude::*;

use crate::account::session::aside::{ASIDE, Beside, CHOOSER, SideBySide};
use crate::account::session::name_of;
use crate::picture::avatar::{Size, avatar};
use crate::store::records::Account;
use crate::text::Texts;
use crate::ticket::approval::Stay;
use crate::web::document::{Page, Site};
use crate::web::marked_text::marked_text;
use crate::web::next_path::NextPath;

/// Renders the page with the accounts that are signed in on a device. A chosen account leads to `next`.
pub(super) fn shown(site: &Site, texts: &'static Texts, all: &SideBySide, next: &NextPath) -> Response {
    let words = &texts.chooser;
    let SideBySide { active, aside, ended, .. } = all;
    let count = aside.len() + usize::from(active.is_some());
    let ended: Vec<_> = ended.iter().map(|account| over(texts, account.as_ref(), next)).collect();
    let notes = notes(texts, all);
    let first = active.iter().map(|one| row(texts, one, true, next));
    let rows: Vec<_> = first.chain(aside.iter().map(|one| row(texts, one, false, next))).collect();
    let to = next.as_str().to_owned();
    site.page(Page { class: "wide", ..Page::new(texts, words.title) }, move || {
        view! {
            <p class="way"><a href="/">{texts.common.to_start}</a></p>
            <h1>{words.title}</h1>
            {ended}
            {(count > 0).then(|| view! { <p class="lead">{words.lead}</p> <ul class="rows accounts">{rows}</ul> })}
            {notes}
            <form method="post" action=CHOOSER>
                <input type="hidden" name="next" value=to/>
                <button type="submit" name="act" value="add">{words.add}</button>
            </form>
            {(count > 1).then(|| view! {
                <form method="post" action=CHOOSER>
                    <button type="submit" name="act" value="sign_out_all" class="quiet">{words.sign_out_all}</button>
                </form>
            })}
        }
        .into_any()
    })
}

/// Renders what happens to the session in use, or to the one that was used longest ago, when another account is added.
fn notes(texts: &'static Texts, all: &SideBySide) -> Vec<AnyView> {
    let words = &texts.chooser;
    let visit = all.active.as_ref().filter(|active| active.session.stay == Stay::Visit);
    let is_full = all.aside.len() == ASIDE && visit.is_none() && all.active.is_some();
    let last = all.aside.last().filter(|_| is_full);
    let visit = visit.map(|one| words.of_this_visit(&one.account.display_name));
    let last = last.map(|one| words.full(&one.account.display_name));
    let note = |text| view! { <p class="hint">{marked_text(text)}</p> }.into_any();
    visit.into_iter().chain(last).map(note).collect()
}

/// Renders that an account was signed out meanwhile, with the button that signs in again, beside the one in use.
fn over(texts: &'static Texts, account: Option<&Account>, next: &NextPath) -> AnyView {
    let words = &texts.chooser;
    let text = account.map_or_else(|| words.one_ended.to_owned(), |account| words.ended(&account.display_name));
    let hint = account.and_then(|account| account.username.clone());
    let next = next.as_str().to_owned();
    view! {
        <div class="alert" role="alert">
            <p>{marked_text(text)}</p>
            <form method="post" action=CHOOSER>
                <input type="hidden" name="next" value=next/>
                {hint.map(|hint| view! { <input type="hidden" name="hint" value=hint/> })}
                <button type="submit" name="act" value="add">{words.sign_in_again}</button>
            </form>
        </div>
    }
    .into_any()
}

/// Renders an account with the buttons that take it into use and sign out of it.
fn row(texts: &'static Texts, one: &Beside, is_active: bool, next: &NextPath) -> AnyView {
    let words = &texts.chooser;
    let Beside { session, account, .. } = one;
    let (name, username) = (account.display_name.clone(), account.username.clone());
    let session = name_of(session.token_hash);
    // Each button is named by its word and by the account beside it.
    let [of, choose, out] = ["of", "choose", "out"].map(|part| format!("{part}-{session}"));
    let named = |button: &str| format!("{button} {of}");
    let (choose_named, out_named) = (named(&choose), named(&out));
    let label = if is_active { texts.common.go_on } else { words.choose_this };
    let (next, picture) = (next.as_str().to_owned(), account.profile.picture);
    view! {
        <li class="with-act" aria-current=is_active.then_some("true")>
            {avatar(&name, picture, Size::Small)}
            <div id=of>
                <strong translate="no">{name}</strong>
                {username.map(|username| view! { <span class="hint" translate="no">{username}</span> })}
                {is_active.then(|| view! { <span class="hint">{words.active}</span> })}
            </div>
            <form method="post" action=CHOOSER>
                <input type="hidden" name="next" value=next/>
                <input type="hidden" name="session" value=session/>
                <button type="submit" name="act" value="choose" id=choose class:primary=is_active aria-labelledby=choose_named>{label}</button>
                <button type="submit" name="act" value="sign_out" id=out class="quiet" aria-labelledby=out_named>{texts.common.sign_out}</button>
            </form>
        </li>
    }
    .into_any()
}
