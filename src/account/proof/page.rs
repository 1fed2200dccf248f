//! `/account/proof`: the page on which a person uses a passkey or gives their password once more. It leads back to where they were, or sends
//! the form that waited for the proof.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::carried::CarriedForm;
use crate::account::Accounts;
use crate::account::activity::Whence;
use crate::account::passkey::view::{self, Offer};
use crate::account::passkey::{PasskeyRefusal, Step};
use crate::account::password::{BUSY_FOR, Password, Requester, VerifyError};
use crate::account::session::SignedIn;
use crate::measure;
use crate::store::records::activity::ActivityKind;
use crate::text::Texts;
use crate::ticket::ids::SessionTokenHash;
use crate::web::client::ClientAddress;
use crate::web::document::{Mark, Page, Site};
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// URL path of the page on which a person proves themselves once more.
pub const PATH: &str = "/account/proof";

/// The query of the page: where the proof leads. A form that waits is never read from a query, because any link could
/// have one.
#[derive(Deserialize)]
pub struct Proof {
    #[serde(default)]
    next: String,
}

/// Returns the path that the proof leads to; the home page if `next` is not a path of this site.
fn path(next: &str) -> NextPath {
    NextPath::parse(next).unwrap_or_else(NextPath::home)
}

/// What the form of the page sent.
struct Sent {
    password: Password,
    /// The JSON of the browser's `PublicKeyCredential` if the person uses a passkey; otherwise empty.
    credential: String,
    next: NextPath,
    /// The form that waits for the proof, if there is one.
    form: Option<CarriedForm>,
}

impl Sent {
    fn read(mut fields: Vec<(String, String)>) -> Result<Self, Problem> {
        let mut one = |name: &str| {
            let field = fields.iter_mut().find(|(key, _)| key == name);
            field.map(|(_, value)| std::mem::take(value)).unwrap_or_default()
        };
        let (password, next) = (Password::typed(one("password")), path(&one("next")));
        Ok(Self { password, credential: one("credential"), next, form: CarriedForm::take(fields)? })
    }
}

/// `GET /account/proof`: asks for a passkey or the password. A person with a fresh proof is led on at once. Fails with 403
/// for an account that has neither.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(proof): Query<Proof>,
    texts: &'static Texts,
    who: SignedIn,
) -> Result<Response, Problem> {
    let next = path(&proof.next);
    if who.has_fresh_proof(accounts.clock.now()) {
        return Ok(Redirect::to(next.as_str()).into_response());
    }
    let ways = ways(&accounts, &who).await?;
    Ok(form_page(&accounts.site, texts, &ways, &next, None, None))
}

/// Renders the page that asks for a passkey or the password as the answer to a form that waits for it, with status 403.
/// `back` is the page of the form, for a person who gives neither. Fails with 403 for an account that has neither.
pub(super) async fn asked(
    accounts: &Accounts,
    who: &SignedIn,
    texts: &'static Texts,
    back: &NextPath,
    form: CarriedForm,
) -> Result<Response, Problem> {
    let ways = ways(accounts, who).await?;
    Ok((StatusCode::FORBIDDEN, form_page(&accounts.site, texts, &ways, back, Some(form), None)).into_response())
}

/// `POST /account/proof`: if the passkey or the password is right, stores the time of the proof in the session, and sends the form that
/// waited for it, or leads back. Otherwise the page is shown again with the reason, and still carries the form. Wrong
/// passwords are limited as guesses are.
pub async fn prove(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    texts: &'static Texts,
    headers: HeaderMap,
    who: SignedIn,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let Sent { password, credential, next, form } = Sent::read(sent)?;
    let ways = ways(&accounts, &who).await?;
    let Some(session) = who.session_hash() else { return Err(no_password()) };
    let again = |why: String| form_page(&accounts.site, texts, &ways, &next, form.clone(), Some(why));
    // Wrong passwords of somebody in another session do not keep the owner from proving themselves with a passkey.
    let counted = if credential.is_empty() {
        accounts.limits.own_password(who.account.id)
    } else {
        accounts.limits.decision(who.account.id)
    };
    if let Err(too_many) = counted {
        return Ok(too_many.beside_form(&headers, texts, again));
    }
    let now = accounts.clock.now();
    let from = Whence::of(&headers, from);
    let on = || match form.clone() {
        Some(form) => form.going_on(&accounts.site, texts),
        None => accounts.site.after_form(texts, next.as_str()),
    };
    if !credential.is_empty() {
        return match by_passkey(&accounts, &who, session, &headers, &from, &credential).await? {
            Ok(()) => Ok(on()),
            Err(why) => Ok((StatusCode::UNPROCESSABLE_ENTITY, again(why.text(texts).to_owned())).into_response()),
        };
    }
    let Some(username) = &ways.password_of else {
        say_refused("no_password");
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again(texts.proof.passkey_only.to_owned())).into_response());
    };
    let known = Requester::Known(who.account.id);
    let is_proven = match accounts.passwords.verify(&accounts.records, username, password, known).await {
        // Refused if the password was changed, or everything was ended, while this one was checked.
        Ok(verified) => accounts.records.prove_session(verified.proves(session, now)).await?,
        Err(VerifyError::Wrong) => false,
        Err(VerifyError::Busy) => {
            say_refused("busy");
            return Ok(Problem::queue_full(BUSY_FOR).beside_form(&headers, texts, again));
        }
        Err(VerifyError::Fault(fault)) => return Err(fault.into()),
    };
    if !is_proven {
        say_refused("wrong_credentials");
        accounts.activity.refused(&who.account, &from, "own password");
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again(texts.proof.wrong.to_owned())).into_response());
    }
    tracing::info!("a person gave their password once more");
    accounts.activity.tell(ActivityKind::Proved, &who.account, &from, "password").await;
    Ok(on())
}

/// Verifies a passkey of the person, and stores the time of the proof in the session. The inner error says why the passkey
/// is refused.
async fn by_passkey(
    accounts: &Accounts,
    who: &SignedIn,
    session: SessionTokenHash,
    headers: &HeaderMap,
    from: &Whence,
    credential: &str,
) -> Result<Result<(), PasskeyRefusal>, Problem> {
    let now = accounts.clock.now();
    let proof = match accounts.passkeys.verify(headers, Step::Prove(who.account.id), credential).await {
        Ok(proof) => proof,
        Err(why) => {
            let why = why.noted("proof", &accounts.activity, from, Some(&who.account))?;
            // If the form was sent twice, the first request stored the proof.
            return Ok(if why == PasskeyRefusal::Replayed && who.has_fresh_proof(now) { Ok(()) } else { Err(why) });
        }
    };
    proof.tell(&accounts.activity, from).await;
    // Refused if everything was ended, or the passkey removed, while it was checked.
    if !accounts.records.prove_session(proof.proves(session, now)).await? {
        PasskeyRefusal::Wrong.note("proof");
        return Ok(Err(PasskeyRefusal::Wrong));
    }
    tracing::info!("a person used a passkey once more");
    accounts.activity.tell(ActivityKind::Proved, &who.account, from, "passkey").await;
    Ok(Ok(()))
}

fn say_refused(code: &'static str) {
    tracing::info!(code, "a fresh proof was refused");
    measure::refused("proof", code);
}

/// How a person can prove themselves.
struct Ways {
    /// The user name whose password may be given; `None` if the account has no password, or the site takes none.
    password_of: Option<String>,
    /// What the form offers beside it. It offers a passkey only to an account that has one.
    offer: Offer,
    has_passkey: bool,
}

/// Returns how the person can prove themselves; fails with 403 if the account has neither a password nor a passkey.
async fn ways(accounts: &Accounts, who: &SignedIn) -> Result<Ways, Problem> {
    let offer = accounts.passkeys.offer();
    let has_password = accounts.takes_password_of(who.account.id).await?;
    let has_passkey = !accounts.passkeys.offered_of(who.account.id).await?.is_empty();
    let password_of = who.account.username.clone().filter(|_| has_password);
    if password_of.is_none() && !has_passkey {
        return Err(no_password());
    }
    let offer = Offer { takes_passwords: password_of.is_some(), ..offer };
    Ok(Ways { password_of, offer, has_passkey })
}

fn no_password() -> Problem {
    say_refused("no_password");
    Problem::saying(StatusCode::FORBIDDEN, "no_password", |texts| {
        (texts.proof.no_password_title, texts.proof.no_password_advice)
    })
    .leading(|texts| texts.common.to_account, "/account")
}

/// Renders the form that asks for a passkey or the password, with the message `wrong` if it was refused, and with the fields of the form
/// that waits for it, if there is one. The user name is included for password managers.
fn form_page(
    site: &Site,
    texts: &'static Texts,
    ways: &Ways,
    next: &NextPath,
    form: Option<CarriedForm>,
    wrong: Option<String>,
) -> Response {
    let (password_of, next) = (ways.password_of.clone(), next.as_str().to_owned());
    let (offer, has_passkey) = (ways.offer, ways.has_passkey);
    site.page(Page { class: "form", ..Page::new(texts, texts.proof.title) }, move || {
        let back = next.clone();
        let hint = if form.is_some() { texts.proof.carried_hint } else { texts.proof.hint };
        view! {
            <Mark/>
            <h1>{texts.proof.title}</h1>
            <p class="lead">{if has_passkey { texts.proof.lead_passkey } else { texts.proof.lead }}</p>
            {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <form method="post" action=PATH data-passkey="get" data-options="/passkey/options/prove">
                <input type="hidden" name="next" value=next/>
                {form.map(CarriedForm::hidden)}
                {has_passkey.then(|| view::button(texts, offer, texts.passkeys.prove))}
                {password_of.map(|username| view! {
                    <input type="hidden" name="username" value=username autocomplete="username"/>
                    <label for="password">{texts.common.password}</label>
                    <input id="password" name="password" type="password" autocomplete="current-password" required=true
                        autofocus=!has_passkey aria-describedby="password-hint"/>
                    <p id="password-hint" class="hint">{hint}</p>
                    <button type="submit" class:primary=!has_passkey>{texts.common.go_on}</button>
                })}
            </form>
            {has_passkey.then(view::script)}
            <p class="foot"><a class="quiet" href=back>{texts.proof.back}</a></p>
        }
    })
}
