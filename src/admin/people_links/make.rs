//! Makes and withdraws one-time links, and hands a new link over to the page that shows it once. In between is a
//! redirect, so that a reload of the page does not make another link.

use std::time::Duration;

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::linked::{Linked, path};
use super::page::{BY_MAIL, SURE, Shown, UNPROVEN_FIRST, links_page};
use crate::account::Accounts;
use crate::account::link::LinkToken;
use crate::admin::state::Administration;
use crate::crypto::base64url;
use crate::crypto::random::random;
use crate::mail::{LinkInMail, NotQueued};
use crate::settings::SignUp;
use crate::store::Fault;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::links::{Earlier, LinkMade, LinkPurpose, NewLink};
use crate::store::records::mails::{CausedBy, MailFacts, MailKind};
use crate::store::single_use::{Holder, Kind, OnceName, Who};
use crate::text::Texts;
use crate::ticket::ids::Attempt;
use crate::ticket::time::Timestamp;
use crate::web::problem::Problem;

/// Time for which a new link is stored, and within which a browser must follow the redirect to its page.
const SHOWN_WITHIN: Duration = Duration::from_secs(60);
/// The largest number of mails of an account of which the page tells.
const MAILS: u32 = 100;
/// The largest number of links that the page lists.
const LISTED: u32 = 20;

/// The query of the page: what was done last, and the token of a new link that is to be shown.
#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    done: String,
    #[serde(default)]
    made: String,
}

/// The form of the buttons that make a link.
#[derive(Deserialize)]
pub struct Make {
    /// Identity of the page with the button: the same button pressed twice makes one link.
    #[serde(default)]
    attempt: String,
    /// [`BY_MAIL`] if the link is to be sent and not to be shown.
    #[serde(default)]
    how: String,
    /// [`SURE`] if the person is sure that an address is the owner's which nobody has confirmed.
    #[serde(default)]
    sure: String,
}

/// `GET /admin/people/{id}/links`: shows the links of an account, and once the link that was just made.
pub async fn page(
    State(admin): State<Administration>,
    Query(after): Query<After>,
    texts: &'static Texts,
    linked: Linked,
) -> Result<Response, Problem> {
    let fresh = match base64url::decode::<32>(&after.made) {
        Some(token) => take(&admin, &linked, &token).await?,
        None => None,
    };
    let shown = Shown {
        links: admin.records.links_of(linked.of.id, LISTED).await?,
        has_way_in: admin.records.has_way_in(linked.of.id).await?,
        mails: admin.records.mails_of(linked.of.id, MAILS).await?,
        has_mail: admin.mailer.is_set_up(),
        account: linked.of,
        fresh,
        done: after.done,
        now: admin.now(),
    };
    Ok(links_page(&admin.site, texts, shown))
}

/// `POST /admin/people/{id}/invite`: makes a link by which a new person chooses how they sign in. Where the setting
/// `account.sign_up` is `closed`, it makes none and says so.
pub async fn invite(
    State(admin): State<Administration>,
    State(accounts): State<Accounts>,
    texts: &'static Texts,
    linked: Linked,
    Form(form): Form<Make>,
) -> Result<Response, Problem> {
    if accounts.sign_up == SignUp::Closed {
        return Ok(not_invited(&linked));
    }
    make(&admin, &linked, LinkPurpose::Invite, (&form, texts)).await
}

/// `POST /admin/people/{id}/recover`: makes a link by which a person chooses again how they sign in.
pub async fn recover(
    State(admin): State<Administration>,
    State(accounts): State<Accounts>,
    texts: &'static Texts,
    linked: Linked,
    Form(form): Form<Make>,
) -> Result<Response, Problem> {
    // For an account whose owner cannot sign in yet it would be an invitation.
    if accounts.sign_up == SignUp::Closed && !admin.records.has_way_in(linked.of.id).await? {
        return Ok(not_invited(&linked));
    }
    make(&admin, &linked, LinkPurpose::Recover, (&form, texts)).await
}

fn not_invited(linked: &Linked) -> Response {
    tracing::info!(code = "invitations_off", "an invitation was refused: account.sign_up is closed");
    back(linked, "done=invitations-off")
}

/// `POST /admin/people/{id}/links/withdraw`: withdraws the links of the account that still work.
pub async fn withdraw(State(admin): State<Administration>, linked: Linked) -> Result<Response, Problem> {
    let (now, account) = (admin.now(), linked.of.id);
    let withdrawn = admin.records.withdraw_links(account, now).await?;
    if withdrawn > 0 {
        tracing::info!(of = %account, "one-time links were withdrawn");
        admin.records.add_activity(line(&linked, ActivityKind::LinkWithdrawn, "", now)).await?;
    }
    Ok(back(&linked, "done=withdrawn"))
}

/// Makes a link, and sends it by mail if that is wanted. A recovery link opens an account that is in use, so it is sent to
/// an address that nobody has proven only if the person who makes it is sure, and otherwise none is made. If it cannot be
/// sent, it is shown like any other, with the reason.
async fn make(
    admin: &Administration,
    linked: &Linked,
    purpose: LinkPurpose,
    (form, texts): (&Make, &'static Texts),
) -> Result<Response, Problem> {
    let is_unproven = linked.of.email.is_some() && linked.of.email_verified_at.is_none();
    if purpose == LinkPurpose::Recover && form.how == BY_MAIL && is_unproven && form.sure != SURE {
        tracing::info!(of = %linked.of.id, code = UNPROVEN_FIRST, "a one-time link was not made");
        return Ok(back(linked, &format!("done={UNPROVEN_FIRST}")));
    }
    let now = admin.now();
    let attempt = form.attempt.parse().unwrap_or_else(|_| Attempt::from_random(random()));
    let (by, of) = (linked.by.account, linked.of.id);
    let parts = [b"a link", purpose.word().as_bytes(), by.as_bytes(), of.as_bytes(), attempt.as_bytes()];
    let token = LinkToken::from_random(admin.attempts.of(&parts));
    let link = NewLink {
        token: token.hash(),
        purpose,
        account: of,
        made_by: Some((by, linked.by.signed_in.account.display_name.clone())),
        earlier: Earlier::Withdrawn,
        now,
        line: line(linked, ActivityKind::LinkMade, purpose.word(), now),
    };
    let done = match admin.records.make_link(link).await? {
        LinkMade::Done { .. } => {
            tracing::info!(%of, purpose = purpose.word(), "a one-time link was made");
            let not_sent = if form.how == BY_MAIL {
                match mail(admin, linked, purpose, (&token, texts)).await? {
                    Ok(()) => return Ok(back(linked, "done=mailed")),
                    Err(why) => format!("&done={}", why.word()),
                }
            } else {
                String::new()
            };
            let shown = admin.attempts.of(&[b"shown", token.as_bytes()]);
            keep(admin, linked, &shown, &token).await?;
            return Ok(back(linked, &format!("made={}{not_sent}", URL_SAFE_NO_PAD.encode(shown))));
        }
        LinkMade::Unknown => return Err(Problem::not_found()),
        LinkMade::Disabled => "disabled",
        LinkMade::NoUsername => "no-username",
        LinkMade::HasWayIn => "has-way-in",
    };
    tracing::info!(%of, code = done, "a one-time link was not made");
    Ok(back(linked, &format!("done={done}")))
}

/// Puts a mail with the link into the queue. The inner error says why it was not.
async fn mail(
    admin: &Administration,
    linked: &Linked,
    purpose: LinkPurpose,
    (token, texts): (&LinkToken, &'static Texts),
) -> Result<Result<(), NotQueued>, Fault> {
    let kind = if purpose == LinkPurpose::Invite { MailKind::Invite } else { MailKind::Recover };
    let made_by = Some(linked.by.signed_in.account.display_name.clone());
    let path = token.path();
    let link = LinkInMail { hash: token.hash(), path: &path, texts, caused_by: CausedBy::Known };
    admin.mailer.send_link(&linked.of, kind, MailFacts { made_by, ..MailFacts::default() }, link).await
}

fn back(linked: &Linked, query: &str) -> Response {
    Redirect::to(&format!("{}?{query}", path(linked.of.id))).into_response()
}

/// Makes a line of activity about the account that this person caused.
fn line(linked: &Linked, kind: ActivityKind, detail: &str, now: Timestamp) -> NewActivity {
    linked.by.by(now).line(kind, Some(linked.of.id), &linked.of.display_name, detail.to_owned())
}

/// Stores the new link for a minute. Only [`take`] with the same account, person and token returns it.
async fn keep(admin: &Administration, linked: &Linked, shown: &[u8; 32], token: &LinkToken) -> Result<(), Fault> {
    let (holder, now) = (Holder { who: Who::Account(linked.by.account), app: None }, admin.now());
    let link = token.link(admin.site.origin()).into_bytes();
    admin.once.keep(&name(linked, shown), holder, link, now, now + SHOWN_WITHIN).await?;
    Ok(())
}

/// Returns the link that is stored under the token, and removes it; a request that is repeated within ten seconds gets
/// it again. `None` if it was taken earlier, has expired, or was made by another person.
async fn take(admin: &Administration, linked: &Linked, shown: &[u8; 32]) -> Result<Option<String>, Fault> {
    let link = admin.once.take_or_repeat(&name(linked, shown), admin.now()).await?;
    Ok(link.and_then(|link| String::from_utf8(link).ok()))
}

fn name(linked: &Linked, shown: &[u8; 32]) -> OnceName {
    let (by, of) = (linked.by.account, linked.of.id);
    OnceName::of(Kind::FreshSecret, &[b"a link", of.as_bytes(), by.as_bytes(), shown])
}
