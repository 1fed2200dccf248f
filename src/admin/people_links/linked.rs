//! The account whose one-time links a request is about, and the person who sent the request.

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::admin::people::require_people::Manager;
use crate::admin::state::Administration;
use crate::store::records::Account;
use crate::ticket::ids::AccountId;
use crate::web::problem::Problem;

/// A person who manages people, and the account in the path of their request, for which they may make links. As an
/// extractor it answers with 404 if there is no such account, and with 403 if this person may not make links for it. The
/// route has to be behind [`managers`](crate::admin::people::require_people::managers).
pub struct Linked {
    /// The person who manages people.
    pub by: Manager,
    /// The account that the request is about.
    pub of: Account,
}

impl<S> FromRequestParts<S> for Linked
where
    S: Send + Sync,
    Administration: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let by = parts.extensions.get::<Manager>().cloned();
        find(by, &id, &Administration::from_ref(state)).await.map_err(IntoResponse::into_response)
    }
}

async fn find(by: Option<Manager>, id: &str, admin: &Administration) -> Result<Linked, Problem> {
    let (by, id) = by.zip(AccountId::parse(id)).ok_or_else(Problem::not_found)?;
    let of = admin.records.account(id).await?.ok_or_else(Problem::not_found)?;
    // Who makes a link for somebody can sign in as them, and has the rights that they have.
    by.may_edit(&of)?;
    by.may_stand_in(&admin.records.groups_of(of.id).await?)?;
    Ok(Linked { by, of })
}

/// Returns the path of the page with the links of this account.
pub fn path(id: AccountId) -> String {
    format!("/admin/people/{id}/links")
}
