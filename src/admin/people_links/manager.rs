//! The person who manages people and sent the request, and the account that the request is about.

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::account::activity::Whence;
use crate::account::password_first;
use crate::account::proof::proof_first;
use crate::account::session::{Sessions, SignedIn};
use crate::admin::state::Administration;
use crate::store::records::Account;
use crate::store::records::activity::{ActivityActor, ActivityKind, NewActivity};
use crate::store::records::people::Role;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::client::ClientAddress;
use crate::web::problem::Problem;

/// A person who manages people, signed in with their password, and the account in the path of their request. As an
/// extractor it answers everyone else with 404, and a person who may not manage this account with 403.
pub struct Manager {
    /// The person who manages people.
    pub who: SignedIn,
    /// The account that the request is about.
    pub of: Account,
    from: ClientAddress,
    headers: HeaderMap,
}

impl<S> FromRequestParts<S> for Manager
where
    S: Send + Sync,
    Sessions: FromRef<S>,
    Administration: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let refused = |problem: Problem| problem.into_response();
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let from = ClientAddress::from_request_parts(parts, state).await.map_err(refused)?;
        let who = Sessions::from_ref(state).find(&parts.headers).await.map_err(|fault| refused(fault.into()))?;
        let who = who.filter(|who| who.account.manages_people()).ok_or_else(|| refused(Problem::not_found()))?;
        if !who.gave_password() {
            return Err(password_first(&parts.headers, &path(&id)));
        }
        let id = AccountId::parse(&id).ok_or_else(|| refused(Problem::not_found()))?;
        let records = Administration::from_ref(state).records;
        let of = records.account(id).await.map_err(|fault| refused(fault.into()))?;
        let of = of.ok_or_else(|| refused(Problem::not_found()))?;
        // Who makes a link for somebody can sign in as them, and has the rights that they have.
        let groups = records.groups_of(of.id).await.map_err(|fault| refused(fault.into()))?;
        let has_rights = of.is_admin() || groups.iter().any(|group| group.grants_rights);
        if has_rights && who.account.role != Role::Admin {
            tracing::info!(code = "administrators_only", "a one-time link was not made");
            return Err(refused(Problem::saying(StatusCode::FORBIDDEN, "administrators_only", |texts| {
                (texts.people_links.not_yours_title, texts.people_links.not_yours_advice)
            })));
        }
        Ok(Self { who, of, from, headers: parts.headers.clone() })
    }
}

impl Manager {
    /// Returns the answer that asks for a fresh proof, which leads back to the page with the links; `None` if the person
    /// has one.
    pub fn proof_first(&self, now: Timestamp) -> Option<Response> {
        proof_first(&self.who, &self.headers, now, &path(&self.of.id.to_string()))
    }

    /// Returns the name by which the person is known to others who manage people: the user name, which is unique.
    pub fn name(&self) -> String {
        let account = &self.who.account;
        account.username.clone().unwrap_or_else(|| account.display_name.clone())
    }

    /// Makes a line about the account that this person caused.
    pub fn line(&self, kind: ActivityKind, detail: &str, now: Timestamp) -> NewActivity {
        let actor = ActivityActor::Person { account: self.who.account.id, name: self.name() };
        let line = Whence::of(&self.headers, self.from).line(kind, self.of.id, &self.of.display_name, now);
        NewActivity { actor, detail: detail.to_owned(), ..line }
    }
}

/// Returns the path of the page with the links of the account with this id.
pub fn path(id: &str) -> String {
    format!("/admin/people/{id}/links")
}
