//! `/account/passkeys`: the passkeys of the signed-in person.

use axum::extract::{Query, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leptos::prelude::*;

use super::approvals_switch::switch;
use crate::account::own::paths::{PASSKEYS, SECURITY};
use crate::account::passkey::maker_of;
use crate::account::passkey::view::{self, Offer};
use crate::account::proof;
use crate::account::session::SignedIn;
use crate::account::state::Accounts;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::passkeys::{CredentialId, Passkey};
use crate::text::Texts;
use crate::ticket::time::Timestamp;
use crate::web::bounds::PASSKEY_NAME_CHARS;
use crate::web::document::Page;
use crate::web::form::DoneQuery;
use crate::web::marked_text::marked_text;
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// URL path of the page.
pub const PATH: &str = PASSKEYS;

/// Returns the name of a passkey in the paths of its forms.
pub fn path_name(id: &CredentialId) -> String {
    URL_SAFE_NO_PAD.encode(id.short())
}

/// `GET /account/passkeys`: lists the passkeys, and shows the form for another one to a person with a fresh proof; any
/// other is led to the proof first.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
    who: SignedIn,
) -> Result<Response, Problem> {
    let words = &texts.passkeys;
    let notice = match &*after.done {
        "added" => Some(words.added),
        "renamed" => Some(words.renamed),
        "removed" => Some(words.removed),
        "gone" => Some(words.gone),
        "approvals" => Some(words.approvals_changed),
        _ => None,
    };
    Ok(shown(&accounts, texts, &who, notice, None).await?)
}

/// What the page shows.
struct Shown {
    texts: &'static Texts,
    account: Account,
    /// All passkeys of the account, each with whether browsers offer it here.
    passkeys: Vec<(Passkey, bool)>,
    has_password: bool,
    offer: Offer,
    now: Timestamp,
}

impl Shown {
    /// Returns the number of the passkeys with which the person can sign in here.
    fn offered(&self) -> usize {
        self.passkeys.iter().filter(|(_, is_offered)| *is_offered).count()
    }
}

/// Renders the page with a notice of what was done, or with the reason why something was refused.
pub async fn shown(
    accounts: &Accounts,
    texts: &'static Texts,
    who: &SignedIn,
    notice: Option<&'static str>,
    wrong: Option<String>,
) -> Result<Response, Fault> {
    let account = who.account.clone();
    let passkeys = accounts.records.passkeys_of(account.id).await?;
    let with_offer = |passkey: Passkey| {
        let is_offered = accounts.passkeys.is_offered(&passkey);
        (passkey, is_offered)
    };
    let passkeys: Vec<_> = passkeys.into_iter().map(with_offer).collect();
    let has_password = accounts.takes_password_of(account.id).await?;
    let now = accounts.clock.now();
    let is_proven = who.has_fresh_proof(now);
    let shown = Shown { texts, account, passkeys, has_password, offer: accounts.passkeys.offer(), now };
    let asks = accounts.records.asks_passkey(who.account.id).await?;
    let domain = accounts.passkeys.domain().map(str::to_owned);
    let page = Page { class: "wide", ..Page::new(texts, texts.passkeys.title) };
    Ok(accounts.site.page(page, move || {
        let words = &texts.passkeys;
        let accepted = domain.map(|domain| {
            let offered = shown.passkeys.iter().filter(|(_, is_offered)| *is_offered).map(|(passkey, _)| passkey);
            view::accepted(&domain, &shown.account, offered)
        });
        let has_script = accepted.is_some();
        view! {
            <p class="way"><a href=SECURITY>{texts.own.security}</a></p>
            <h1>{words.title}</h1>
            {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <p class="lead">{words.lead}</p>
            {list(&shown)}
            {adding(&shown, is_proven)}
            {switch(texts, asks, shown.offered() > 0)}
            {accepted}
            {has_script.then(view::script)}
        }
    }))
}

fn list(shown: &Shown) -> AnyView {
    if shown.passkeys.is_empty() {
        return view! { <p class="hint">{shown.texts.passkeys.none_yet}</p> }.into_any();
    }
    let is_only = shown.offered() == 1 && !shown.has_password;
    let rows =
        shown.passkeys.iter().map(|(passkey, is_offered)| row(shown, passkey, *is_offered, is_only)).collect_view();
    view! { <ul class="rows">{rows}</ul> }.into_any()
}

/// Renders a passkey with its forms. Their buttons are named by their word and by the name of the passkey.
fn row(shown: &Shown, passkey: &Passkey, is_offered: bool, is_only: bool) -> impl IntoView + use<> {
    let Shown { texts, now, .. } = *shown;
    let words = &texts.passkeys;
    let name = path_name(&passkey.id);
    let action = format!("{PATH}/{name}");
    let label = if passkey.name.is_empty() { words.unnamed.to_owned() } else { passkey.name.clone() };
    let created = words.created(&texts.ago(now.since(passkey.created_at)));
    let used =
        passkey.last_used_at.map_or_else(|| words.never_used.to_owned(), |at| words.used(&texts.ago(now.since(at))));
    let backed_up = if passkey.is_backed_up { words.backed_up } else { words.not_backed_up };
    // Whoever gave it another name still finds it where it is kept.
    let made_by = maker_of(passkey.aaguid).filter(|maker| *maker != label);
    let (of, rename, remove) = (format!("of-{name}"), format!("rename-{name}"), format!("remove-{name}"));
    let (named_rename, named_remove) = (format!("{rename} {of}"), format!("{remove} {of}"));
    let field = format!("name-{name}");
    view! {
        <li>
            <strong id=of translate="no">{label}</strong>
            <span class="hint">{created} {texts.sentence_gap()} {used}</span>
            <span class="hint">{backed_up}</span>
            {made_by.map(|maker| view! { <span class="hint">{marked_text(words.made_by(maker))}</span> })}
            {(!is_offered).then(|| view! { <p class="warning">{marked_text(words.other_domain(&passkey.domain))}</p> })}
            {passkey.went_back_at.map(|_| view! { <p class="warning">{words.went_back}</p> })}
            <details class="more">
                <summary id=rename aria-labelledby=named_rename>{words.rename}</summary>
                <form method="post" action=action.clone()>
                    <input type="hidden" name="act" value="rename"/>
                    <label for=field.clone()>{words.name}</label>
                    <input id=field name="name" value=passkey.name.clone() maxlength=PASSKEY_NAME_CHARS.to_string() autocomplete="off"/>
                    <button type="submit">{texts.common.save}</button>
                </form>
            </details>
            {if is_only && is_offered {
                view! { <span class="hint">{words.remove_last}</span> }.into_any()
            } else {
                view! {
                    <form method="post" action=action>
                        <input type="hidden" name="act" value="remove"/>
                        <button type="submit" class="danger" id=remove aria-labelledby=named_remove>{words.remove}</button>
                    </form>
                }
                .into_any()
            }}
        </li>
    }
}

/// Renders the form that adds a passkey, or the link to the proof that is needed first.
fn adding(shown: &Shown, is_proven: bool) -> AnyView {
    let Shown { texts, offer, .. } = *shown;
    let words = &texts.passkeys;
    let has_way_in = shown.has_password || shown.offered() > 0;
    if !is_proven && has_way_in && offer.unavailable.is_none() {
        let here = NextPath::parse(PATH).unwrap_or_else(NextPath::home).link_via(proof::PATH, &[]);
        return view! { <p><a class="button primary" href=here>{words.add}</a></p> }.into_any();
    }
    // The form has no other field for a password, whatever the site takes.
    let only = Offer { takes_passwords: false, ..offer };
    view! {
        <section class="form">
            <h2>{words.add_title}</h2>
            <p class="hint">{marked_text(words.add_lead)}</p>
            <form method="post" action=PATH data-passkey="create" data-options="/passkey/options/add">
                <label for="name">{texts.common.optional(words.name)}</label>
                <input id="name" name="name" maxlength=PASSKEY_NAME_CHARS.to_string() autocomplete="off" aria-describedby="name-hint"/>
                <p id="name-hint" class="hint">{words.name_hint}</p>
                {view::create_button(texts, only)}
            </form>
        </section>
    }
    .into_any()
}
