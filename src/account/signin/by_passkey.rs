//! Signing in with a passkey.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::form::FormPage;
use super::onward::{SignIn, say_refused};
use crate::about;
use crate::account::Accounts;
use crate::account::activity::Whence;
use crate::account::passkey::{PasskeyRefusal, Step};
use crate::account::session::Witness;
use crate::measure;
use crate::text::Texts;
use crate::web::client::ClientAddress;
use crate::web::cookie;
use crate::web::problem::Problem;

/// Verifies the passkey in the form, opens a session, and sends the browser on. If it is refused, the form is shown again
/// with the reason, and the status is 422.
pub async fn sign_in(
    accounts: &Accounts,
    from: ClientAddress,
    texts: &'static Texts,
    headers: &HeaderMap,
    form: &SignIn,
) -> Result<Response, Problem> {
    let next = form.next.path();
    let shown = || FormPage::of(accounts, texts, headers, &form.next);
    let again = |why: String| FormPage { username: form.kept(), wrong: Some(why), ..shown() }.render();
    if form.probed.is_some() && !cookie::are_kept(headers) {
        say_refused("no_cookie");
        return Ok((StatusCode::FORBIDDEN, again(texts.signin.no_cookie.to_owned())).into_response());
    }
    if let Err(too_many) = accounts.limits.passkey(from) {
        return Ok(too_many.beside_form(headers, texts, again));
    }
    let whence = Whence::of(headers, from);
    let refused = |why: PasskeyRefusal| {
        let unknown = (why == PasskeyRefusal::Unknown).then_some(form.credential.as_str());
        let page = FormPage { username: form.kept(), wrong: Some(why.text(texts).to_owned()), unknown, ..shown() };
        (StatusCode::UNPROCESSABLE_ENTITY, page.render()).into_response()
    };
    let proof = match accounts.passkeys.verify(headers, Step::SignIn, &form.credential).await {
        Ok(proof) => proof,
        Err(why) => {
            let why = why.noted("sign_in", &accounts.activity, &whence, None)?;
            // If the form was sent twice, the first request signed the person in.
            if why == PasskeyRefusal::Replayed && accounts.sessions.find(headers).await?.is_some() {
                return Ok(accounts.site.after_form(texts, next.as_str()));
            }
            return Ok(refused(why));
        }
    };
    about::account(proof.account().id);
    proof.tell(&accounts.activity, &whence).await;
    let opened = accounts.sessions.open(Witness::Passkey(Box::new(proof)), headers, from, next.as_str()).await?;
    let Some(cookies) = opened else {
        // The account was disabled or signed out while the passkey was checked.
        PasskeyRefusal::Wrong.note("sign_in");
        return Ok(refused(PasskeyRefusal::Wrong));
    };
    tracing::info!("signed in by passkey");
    measure::sign_in("passkey");
    Ok((AppendHeaders(cookies), accounts.site.after_form(texts, next.as_str())).into_response())
}
