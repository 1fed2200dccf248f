//! Uses a one-time link: sets the password or adds the passkey that its person chose, and signs them in.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::open::{open_here, parsed};
use super::refusal::say_refused;
use super::{Opener, page, refused};
use crate::about;
use crate::account::activity::Whence;
use crate::account::passkey::{PasskeyRefusal, Step};
use crate::account::password::{BUSY_FOR, ChosenPassword, Password};
use crate::account::session::{Choice, NotEnrolled, Sent, SignedInCookies};
use crate::account::{Accounts, DisplayName, name_error_text};
use crate::measure;
use crate::store::records::OpenedBy;
use crate::store::records::activity::ActivityKind;
use crate::store::records::links::{LinkPurpose, LinkRefusal, WayIn};
use crate::store::records::mails::{MailFacts, MailKind};
use crate::text::Texts;
use crate::web::client::ClientAddress;
use crate::web::problem::Problem;

/// The form of `POST /welcome/{token}/enrol`: what the person chose.
#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    password: String,
    /// The JSON of the browser's `PublicKeyCredential` if the person chose a passkey; otherwise empty.
    #[serde(default)]
    credential: String,
    /// Present if everything ends that the account has open.
    #[serde(default)]
    end_others: Option<String>,
}

/// The code of a reason for the log, and the sentence that the person is shown.
type Wrong = (&'static str, &'static str);

impl Chosen {
    /// Returns the identity of this form.
    fn sent(&self, opener: &Opener, token: &super::LinkToken) -> Sent {
        let ticked = self.end_others.as_deref().unwrap_or_default();
        Sent::of(opener.attempt(token), &[&self.display_name, &self.password, &self.credential, ticked])
    }

    /// Checks the display name and returns it, if the form asks for one. The error is the code of the reason for the log,
    /// and the sentence that the person is shown.
    fn display_name(&self, purpose: LinkPurpose, texts: &'static Texts) -> Result<Option<String>, Wrong> {
        if purpose != LinkPurpose::Invite {
            return Ok(None);
        }
        let name = self.display_name.parse::<DisplayName>();
        let name = name.map_err(|why| (why.code(), name_error_text(texts, why, texts.setup.wrong_display_name)))?;
        Ok(Some(name.as_str().to_owned()))
    }

    /// Checks the password and returns it.
    fn chosen_password(&self, texts: &'static Texts) -> Result<ChosenPassword, Wrong> {
        Password::typed(self.password.clone()).chosen().map_err(|why| why.said(texts))
    }
}

/// Returns the line of activity and the notice by mail about the way in that a person chose.
fn told(way: &WayIn, whence: &Whence) -> (ActivityKind, MailKind, MailFacts) {
    let facts = whence.mail_facts();
    match way {
        WayIn::Password(_) => (ActivityKind::PasswordChanged, MailKind::PasswordChanged, facts),
        WayIn::Passkey(new) => {
            let facts = MailFacts { passkey: Some(new.name.clone()), ..facts };
            (ActivityKind::PasskeyAdded, MailKind::PasskeyAdded, facts)
        }
    }
}

/// `POST /welcome/{token}/enrol`: sets the password or adds the passkey, ends what the account has open if that is ticked, and signs the
/// person in. The same form sent twice within seconds has one effect and the same answer.
pub async fn enrol(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    Path(token): Path<String>,
    texts: &'static Texts,
    headers: HeaderMap,
    Form(form): Form<Chosen>,
) -> Result<Response, Problem> {
    let token = parsed(&token)?;
    let Some((link, Some(account))) = accounts.records.link(token.hash()).await? else {
        accounts.limits.one_time_link(from)?;
        return Err(refused(LinkRefusal::Unknown));
    };
    about::account(account.id);
    let opener = Opener::of(&headers).unwrap_or_else(Opener::fresh);
    let (now, sent) = (accounts.clock.now(), form.sent(&opener, &token));
    let shown = page::Enrol::of(&token, &link, &account, accounts.passkeys.offer())
        .typed(&form.display_name, form.end_others.is_some());
    let again = |why: String| shown.page(&accounts.site, texts, Some(why));
    if let Err(too_many) = accounts.limits.one_time_link(from) {
        return Ok(too_many.beside_form(&headers, texts, again));
    }
    // If the button was pressed twice, the first request used the link.
    let before = || accounts.sessions.enrolled_before(account.id, &headers, &sent);
    match link.over(now) {
        _ if account.is_disabled => return Err(refused(LinkRefusal::Disabled)),
        Some(LinkRefusal::Used) => {
            return before().await?.map(welcome).ok_or_else(|| refused(LinkRefusal::Used));
        }
        Some(why) => return Err(refused(why)),
        None => {}
    }
    // A link that nobody opened is opened and used in one step, so that a refused form binds it to no lost key.
    if link.bound_to.is_some() && !link.belongs_to(Some(opener.hash())) {
        open_here(&accounts, &token, &opener, &account, from, &headers).await?;
    }
    let wrong = |text: &str| (StatusCode::UNPROCESSABLE_ENTITY, again(text.to_owned())).into_response();
    let refuse = |(code, text): Wrong| {
        say_refused(code);
        Ok(wrong(text))
    };
    let display_name = match form.display_name(link.purpose, texts) {
        Ok(name) => name,
        Err(why) => return refuse(why),
    };
    let whence = Whence::of(&headers, from);
    let (way, opened_by) = if !form.credential.is_empty() {
        let step = Step::Link(token.hash(), opener.hash());
        match accounts.passkeys.register(&headers, step, &form.credential, "").await {
            Ok(made) if made.account() == account.id => {
                let opened_by = made.opened_by();
                (WayIn::Passkey(Box::new(made.new)), opened_by)
            }
            Ok(_) => return Err(Problem::broken()),
            Err(why) => {
                let why = why.noted("link", &accounts.activity, &whence, Some(&account))?;
                return match before().await? {
                    Some(cookies) if why == PasskeyRefusal::Replayed => Ok(welcome(cookies)),
                    _ => Ok(wrong(why.text(texts))),
                };
            }
        }
    } else if accounts.passkeys.takes_passwords() {
        let password = match form.chosen_password(texts) {
            Ok(password) => password,
            Err(why) => return refuse(why),
        };
        // A hash asks no store and compares nothing, so it fails only if too many requests wait.
        let Ok(hash) = accounts.passwords.hash(password).await else {
            say_refused("busy");
            return Ok(Problem::queue_full(BUSY_FOR).beside_form(&headers, texts, again));
        };
        (WayIn::Password(hash), OpenedBy::Password)
    } else {
        return refuse(("no_passwords", texts.passkeys.no_passwords));
    };
    let (kind, mail, facts) = told(&way, &whence);
    let kinds = [ActivityKind::LinkUsed, kind, ActivityKind::SignedIn];
    let choice = Choice {
        token: token.hash(),
        opener: opener.hash(),
        account: account.id,
        way,
        opened_by,
        display_name,
        // Nothing of an invited person is open.
        ends_all: link.purpose == LinkPurpose::Invite || form.end_others.is_some(),
        lines: kinds.map(|kind| accounts.activity.line(kind, &account, &whence)).into(),
    };
    match accounts.sessions.enrol(choice, &headers, from, &sent).await? {
        Ok((cookies, sessions)) => {
            tracing::info!(purpose = link.purpose.word(), sessions, "a one-time link was used");
            measure::sign_in("link");
            if link.purpose == LinkPurpose::Recover {
                accounts.mailer.notify(&account, mail, facts).await;
            }
            Ok(welcome(cookies))
        }
        Err(NotEnrolled::Link(why)) => before().await?.map(welcome).ok_or_else(|| refused(why)),
        Err(NotEnrolled::Passkey(why)) => {
            let why = PasskeyRefusal::of_added(why).unwrap_or(PasskeyRefusal::Changed);
            why.note("link");
            Ok(wrong(why.text(texts)))
        }
    }
}

/// Returns the answer after a link was used: the person goes on to the start page, with the cookies of their session.
fn welcome(cookies: SignedInCookies) -> Response {
    (AppendHeaders(cookies), Redirect::to("/")).into_response()
}
