//! Answers an authorization request with an authorization code, and describes its app for the ticket of the
//! sign-in.

use axum::response::Response;

use super::request::AuthorizationRequest;
use super::requests::{OpenRequest, Requests};
use super::response::Leads;
use crate::account::session::SignedIn;
use crate::login::flow::StepError;
use crate::login::{Consents, note_refusal};
use crate::oauth::client::display;
use crate::oauth::client::redirect_uri::host_of;
use crate::oauth::grant::grants::Grants;
use crate::oauth::grant::start::Person;
use crate::store::records::apps::App;
use crate::store::single_use::Kind;
use crate::text::Texts;
use crate::ticket::ids::Purpose;
use crate::ticket::machine::{Claimed, TicketApp};
use crate::ticket::request_id::RequestId;
use crate::web::client::ClientAddress;
use crate::web::document::Site;
use crate::web::problem::Problem;

impl Requests {
    /// Returns the response that sends the person back to the app with an authorization code. The caller has checked
    /// that the person needs nothing more. If the request or the options of its app demand a new sign-in, this uses the
    /// request up: ten seconds later it cannot be answered again. Fails if a phone app's token, and not a session,
    /// authenticates `who`.
    pub async fn finish(
        &self,
        grants: &Grants,
        site: &Site,
        texts: &'static Texts,
        open: &OpenRequest,
        who: &SignedIn,
        leads: Leads,
    ) -> Result<Response, Problem> {
        let OpenRequest { id, app, request } = open;
        let Some(session) = &who.session else { return Err(Problem::broken()) };
        if request.wants_sign_in_for(app) {
            self.pending.use_up(Kind::Request, &id.to_string()).await?;
        }
        let person = Person {
            account: who.account.id,
            epoch: who.account.epoch,
            session: Some(session.token_hash),
            approved_in: None,
            opened_by: session.opened_by,
            rung: session.rung,
            signed_in_at: session.created_at,
        };
        let code = grants.code_of_step(*id, app, request.code_terms(), &person).await?;
        tracing::info!("an app was given a code");
        Ok(request.back.answer(site, texts, &code, leads))
    }

    /// Returns the authorization code for a scan that was approved on a phone, and opens no session in the
    /// browser. Stores the consent that the person gave on the phone.
    ///
    /// # Errors
    /// [`StepError::AnotherAccount`] if the request is for another account than the one that approved, and
    /// [`StepError::MayNotUse`] if that account may not use the app any more, which is noted with the address `from`.
    pub async fn code_of_claim(
        &self,
        grants: &Grants,
        consents: &Consents,
        open: &OpenRequest,
        claimed: &Claimed,
        from: ClientAddress,
    ) -> Result<String, StepError> {
        let OpenRequest { app, request, .. } = open;
        let account = claimed.account();
        if !self.is_for(app, request, account) {
            tracing::info!("another account approved than the app asked for");
            return Err(StepError::AnotherAccount);
        }
        if !self.admits(open, account).await? {
            note_refusal(&self.activity, app.id, &app.name, account, Some(from)).await;
            return Err(StepError::MayNotUse);
        }
        let (ticked, approved_at) = (claimed.ticked(), claimed.approved_at());
        consents.remember(account, app.id, &request.scopes, ticked, approved_at).await?;
        Ok(grants.code_of_claim(app, request.code_terms(), claimed).await?)
    }
}

/// Returns the description of the app for the ticket of this request's sign-in: what the login page and the phone show
/// of the app, what the browser gets once the phone has approved (`purpose`), and for a frame also the origins that may
/// embed it.
pub fn ticket_app_of_request(id: RequestId, app: &App, request: &AuthorizationRequest, purpose: Purpose) -> TicketApp {
    let embed = request.embed.as_ref().filter(|_| purpose == Purpose::Frame);
    TicketApp {
        request: Some(id),
        framed_by: embed.and_then(|embed| embed.framed_by(app)).map(Into::into),
        theme: embed.and_then(|embed| embed.theme.as_deref()).map(Into::into),
        is_scan_only: request.is_scan_only(app),
        login_hint: request.username_for_form(None).map(Into::into),
        ui_locales: request.ui_locales.as_deref().map(Into::into),
        is_told_of_refusals: request.back.is_told_of_refusals,
        is_trial: request.trial.is_some(),
        ..display::ticket_app(app, purpose, host_of(&request.back.uri), request.scopes.clone())
    }
}
