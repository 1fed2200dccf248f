//! The state of the pages of an authorization request.

use super::requests::Requests;
use crate::login::Consents;
use crate::oauth::grant::grants::Grants;
use crate::web::document::Site;
use crate::web::limits::Limits;

/// What the pages of an authorization request work with.
#[derive(Clone, Debug)]
pub struct AuthorizationPages {
    /// The requests that are under way.
    pub requests: Requests,
    /// The grants that answer them.
    pub grants: Grants,
    /// What people allow apps to know.
    pub consents: Consents,
    /// Address, name and document of this site.
    pub site: Site,
    /// The rate limits.
    pub limits: Limits,
}
