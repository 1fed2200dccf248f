//! Renders the page with the one-time links of an account.

use axum::response::Response;
use leptos::prelude::*;

use super::linked::path;
use crate::crypto::random::random;
use crate::mail::NotQueued;
use crate::store::records::Account;
use crate::store::records::links::{Link, LinkPurpose, LinkState};
use crate::store::records::mails::{MailEnd, MailRecord};
use crate::store::records::people::Email;
use crate::text::Texts;
use crate::ticket::ids::Attempt;
use crate::ticket::time::Timestamp;
use crate::web::document::{Page, Site};
use crate::web::marked_text::marked_text;

/// The script of the buttons that copy the text of an element.
const COPY: &str = include_str!("../copies.js");

/// The value of the button that sends the link by mail.
pub const BY_MAIL: &str = "mail";

/// The value of the box by which somebody says that they are sure of an address that nobody has confirmed.
pub const SURE: &str = "yes";

/// The word for a link that was not made because that box was not ticked.
pub const UNPROVEN_FIRST: &str = "unproven-first";

/// What the page shows.
pub struct Shown {
    /// The account whose links are listed.
    pub account: Account,
    /// Whether the owner of the account can sign in, so that they are let back in and not invited.
    pub has_way_in: bool,
    /// The links of the account, the newest first.
    pub links: Vec<Link>,
    /// The mails to the account, the newest first.
    pub mails: Vec<MailRecord>,
    /// Whether a mail server is configured.
    pub has_mail: bool,
    /// The link that was just made, which is shown once.
    pub fresh: Option<String>,
    /// The word for what was done last; empty if nothing was.
    pub done: String,
    /// The present time.
    pub now: Timestamp,
}

/// Renders the page with the links of an account, and with the buttons that make one and withdraw it.
pub fn links_page(site: &Site, texts: &'static Texts, shown: Shown) -> Response {
    let Shown { account, has_way_in, links, mails, has_mail, fresh, done, now } = shown;
    let words = &texts.people_links;
    site.page(Page { class: "wide", ..Page::new(texts, words.title) }, move || {
        let nonce = leptos::nonce::use_nonce();
        let base = format!("/admin/people/{}", account.id);
        let name = account.username.clone().unwrap_or_else(|| account.display_name.clone());
        let has_open = links.iter().any(|link| link.state(now).works());
        let may_make = account.username.is_some() && !account.is_disabled;
        let address = account.email.as_ref().filter(|_| has_mail).map(Email::to_string);
        let (refusal, notice) = said(texts, &done, address.as_deref());
        // An invitation opens nothing that is in use already.
        let asks_if_sure = has_way_in && account.email_verified_at.is_none();
        let how = (has_open, address, asks_if_sure);
        view! {
            <p class="way"><a href=base.clone() translate="no">{account.display_name.clone()}</a></p>
            <h1>{words.title}</h1>
            <p class="lead">{marked_text(words.lead(&name))}</p>
            {notice.map(|text| view! { <p class="notice" role="status">{marked_text(text)}</p> })}
            {refusal.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            {fresh.map(|link| fresh_link(texts, link))}
            {links.is_empty().then(|| view! { <p class="hint">{words.none}</p> })}
            {(!links.is_empty()).then(|| view! {
                <ul class="rows">{links.into_iter().map(|link| row(texts, &link, &mails, now)).collect_view()}</ul>
            })}
            {may_make.then(|| if has_way_in {
                make(texts, (words.recover_title, words.recover_hint), format!("{base}/recover"), words.recover, how)
            } else {
                make(texts, (words.invite_title, words.invite_hint), format!("{base}/invite"), words.invite, how)
            })}
            {(!may_make && refusal.is_none()).then(|| view! {
                <p class="hint">{if account.is_disabled { words.disabled } else { words.no_username }}</p>
            })}
            {has_open.then(|| view! {
                <section>
                    <h2>{words.withdraw_title}</h2>
                    <p class="hint">{words.withdraw_hint}</p>
                    <form method="post" action=format!("{}/withdraw", path(account.id))>
                        <button type="submit">{words.withdraw}</button>
                    </form>
                </section>
            })}
            <script nonce=nonce>{COPY}</script>
        }
    })
}

/// Returns the texts for the word of what was done: why no link was made or no mail was sent, and that links were withdrawn or
/// a mail was sent to the address `to`.
fn said(texts: &'static Texts, done: &str, to: Option<&str>) -> (Option<&'static str>, Option<String>) {
    let (words, mail) = (&texts.people_links, &texts.mail_pages);
    match done {
        "withdrawn" => (None, Some(words.withdrawn.to_owned())),
        "mailed" => (None, to.map(|to| mail.sent(to))),
        "disabled" => (Some(words.disabled), None),
        "no-username" => (Some(words.no_username), None),
        "has-way-in" => (Some(words.has_way_in), None),
        "invitations-off" => (Some(words.invitations_off), None),
        UNPROVEN_FIRST => (Some(mail.unproven_first), None),
        _ if done == NotQueued::TooMany.word() => (Some(mail.too_many), None),
        _ if done == NotQueued::Full.word() => (Some(mail.full), None),
        _ if done == NotQueued::NoAddress.word() => (Some(mail.no_address), None),
        _ => (None, None),
    }
}

fn fresh_link(texts: &'static Texts, link: String) -> impl IntoView {
    let words = &texts.people_links;
    view! {
        <section class="fresh" aria-labelledby="fresh-title">
            <h2 id="fresh-title">{words.fresh_title}</h2>
            <p>{words.fresh_hint}</p>
            <p class="value">
                <code id="fresh-link" translate="no">{link}</code>
                " "
                <button type="button" class="copy" hidden=true data-copies="fresh-link" data-done=texts.common.copied
                    aria-live="polite">{texts.common.copy}</button>
            </p>
        </section>
    }
}

/// Renders the section with the button that makes a link; where one works already, the button is a plain one. If the account
/// has an address, and a mail server is configured, another button sends the link there; `asks_if_sure` shows a box that is to
/// be ticked first.
fn make(
    texts: &'static Texts,
    (title, hint): (&'static str, &'static str),
    action: String,
    label: &'static str,
    (has_open, address, asks_if_sure): (bool, Option<String>, bool),
) -> impl IntoView {
    let words = &texts.mail_pages;
    let attempt = Attempt::from_random(random()).to_string();
    view! {
        <section>
            <h2>{title}</h2>
            <p class="hint">{hint}</p>
            <form method="post" action=action>
                <input type="hidden" name="attempt" value=attempt/>
                {address.as_deref().map(|to| view! {
                    <p class="hint" id="mail-hint">{marked_text(words.send_hint(to))}</p>
                    {asks_if_sure.then(|| view! {
                        <div class="tick">
                            <input type="checkbox" id="sure" name="sure" value=SURE aria-describedby="sure-hint"/>
                            <label for="sure">{words.unproven_sure}</label>
                            <p class="hint" id="sure-hint">{marked_text(words.unproven_hint(to))}</p>
                        </div>
                    })}
                })}
                <p class="buttons">
                    <button type="submit" class=(!has_open).then_some("primary")>{label}</button>
                    {address.is_some().then(|| view! {
                        " "
                        <button type="submit" name="how" value=BY_MAIL aria-describedby="mail-hint">{words.send}</button>
                    })}
                </p>
            </form>
        </section>
    }
}

fn row(texts: &'static Texts, link: &Link, mails: &[MailRecord], now: Timestamp) -> impl IntoView + use<> {
    let words = &texts.people_links;
    let purpose = if link.purpose == LinkPurpose::Invite { words.of_invite } else { words.of_recover };
    let when = |moment: Option<Timestamp>| moment.map(|moment| texts.date_and_time(moment)).unwrap_or_default();
    let state = match link.state(now) {
        LinkState::Open => words.is_open(&texts.date_and_time(link.expires_at)),
        LinkState::Opened => words.is_opened(&when(link.bound_at), &texts.date_and_time(link.expires_at)),
        LinkState::Used => words.is_used(&when(link.used_at)),
        LinkState::Withdrawn => words.is_withdrawn(&when(link.withdrawn_at)),
        LinkState::Expired => words.is_expired(&texts.date_and_time(link.expires_at)),
    };
    let made_at = texts.date_and_time(link.created_at);
    let made = match link.made_by_name.as_str() {
        "" => words.made_by_command(&made_at),
        name => words.made_by(name, &made_at),
    };
    let (mailed, not_mailed) = mails.iter().find(|mail| mail.link == Some(link.token)).map_or((None, None), |mail| {
        let words = &texts.mail_pages;
        match mail.ended {
            None => (Some(words.waits_since(&texts.date_and_time(mail.created_at))), None),
            Some((MailEnd::Sent, at)) => (Some(words.sent_at(&texts.date_and_time(at))), None),
            Some((MailEnd::Refused, at)) => (None, Some(words.refused_at(&texts.date_and_time(at)))),
            Some((MailEnd::Expired, at)) => (None, Some(words.expired_at(&texts.date_and_time(at)))),
            Some((MailEnd::Dropped, _)) => (None, None),
        }
    });
    let not_mailed = not_mailed.filter(|_| link.state(now).works());
    // Once the link does not work, there is nothing to do about it any more.
    let elsewhere = link.opened_elsewhere_at.filter(|_| link.state(now).works());
    let elsewhere = elsewhere.map(|at| words.tried_elsewhere(&texts.date_and_time(at)));
    view! {
        <li>
            <strong>{purpose}</strong>
            <span class="hint">{state}</span>
            <span class="hint">{marked_text(made)}</span>
            {mailed.map(|text| view! { <span class="hint">{text}</span> })}
            {not_mailed.map(|text| view! { <p class="alert">{text}</p> })}
            {elsewhere.map(|text| view! { <p class="alert">{text}</p> })}
        </li>
    }
}
