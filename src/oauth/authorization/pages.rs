//! The shared state of the pages of an authorization request.

use super::requests::Requests;
use crate::login::Consents;
use crate::oauth::grant::grants::Grants;
use crate::web::document::Site;
use crate::web::limits::Limits;

/// The shared state of the handlers of `/oauth/authorize/{id}`, the pages on which a person signs in for an
/// app and consents; cheap to clone.
#[derive(Clone, Debug)]
pub struct AuthorizationPages {
    /// Finds the kept authorization requests, and answers them.
    pub requests: Requests,
    /// Makes the authorization codes.
    pub grants: Grants,
    /// Reads and stores what people allow apps to know.
    pub consents: Consents,
    /// The name and the address of this site, with which the pages are rendered.
    pub site: Site,
    /// Limits how many requests are kept for one address.
    pub limits: Limits,
}
