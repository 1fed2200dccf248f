//! Extracts the person who is signed in, for handlers: `who: SignedIn` where a page needs one, and
//! `who: Option<SignedIn>` where it does not.

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};

use super::{Sessions, SignedIn};
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

impl<S> FromRequestParts<S> for SignedIn
where
    S: Send + Sync,
    Sessions: FromRef<S>,
{
    /// A redirect to the sign-in form, which leads back to the page; or 503 if the records are unavailable.
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match Sessions::from_ref(state).find(&parts.headers).await {
            Ok(Some(who)) => Ok(who),
            Ok(None) => Err(sign_in_first(page_of(&parts.method, parts.uri.path()))),
            Err(fault) => Err(Problem::from(fault).into_response()),
        }
    }
}

impl<S> OptionalFromRequestParts<S> for SignedIn
where
    S: Send + Sync,
    Sessions: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        Ok(Sessions::from_ref(state).find(&parts.headers).await?)
    }
}

/// Redirects to the sign-in form, which leads back to this page.
pub fn sign_in_first(page: &str) -> Response {
    let back = NextPath::parse(page).unwrap_or_else(NextPath::home);
    Redirect::to(&back.behind("/signin", &[])).into_response()
}

/// Returns the page to which a person comes back after signing in. Where a form was sent it is the page with the form,
/// so that coming back repeats nothing: `/account/<page>` or `/admin/apps/<app>`.
pub fn page_of<'a>(method: &Method, path: &'a str) -> &'a str {
    let segments = match path.split('/').nth(1) {
        Some("account") => 2,
        Some("admin") => 3,
        _ => return path,
    };
    if *method == Method::GET {
        return path;
    }
    path.match_indices('/').nth(segments).map_or(path, |(end, _)| &path[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_its_page() {
        for (method, path, page) in [
            (Method::GET, "/account/profile", "/account/profile"),
            (Method::POST, "/account/profile", "/account/profile"),
            (Method::POST, "/account/profile/picture/remove", "/account/profile"),
            (Method::POST, "/account/apps/ts0123456789abcdef", "/account/apps"),
            (Method::GET, "/admin/apps/ts0123456789abcdef/log", "/admin/apps/ts0123456789abcdef/log"),
            (Method::POST, "/admin/apps/ts0123456789abcdef/secret", "/admin/apps/ts0123456789abcdef"),
            (Method::POST, "/admin/apps", "/admin/apps"),
            (Method::POST, "/link", "/link"),
            (Method::GET, "/s/ABCDEFGH", "/s/ABCDEFGH"),
        ] {
            assert_eq!(page_of(&method, path), page, "{method} {path}");
        }
    }
}
