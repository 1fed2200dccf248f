//! Extracts the person who is signed in, for handlers: `who: SignedIn` where a page needs one, and
//! `who: Option<SignedIn>` where it does not.

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use super::aside::{CHOOSER, chooser_from};
use super::{Sessions, SignedIn};
use crate::web::form::owner::MadeFor;
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

impl<S> FromRequestParts<S> for SignedIn
where
    S: Send + Sync,
    Sessions: FromRef<S>,
{
    /// The answer to a request of a person who is not signed in: a redirect to the sign-in form, which leads
    /// back to the page; 412 if a form was made for another account; or 503 if the records are unavailable.
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match find(&Sessions::from_ref(state), parts).await {
            Ok(Some(who)) => Ok(who),
            Ok(None) => Err(sign_in_first(&page_of(&parts.method, &parts.uri))),
            Err(problem) => Err(problem.into_response()),
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
        find(&Sessions::from_ref(state), parts).await
    }
}

/// Finds the person who sent a request.
async fn find(sessions: &Sessions, parts: &Parts) -> Result<Option<SignedIn>, Problem> {
    let found = sessions.find_for(&parts.headers, MadeFor::sent(&parts.extensions, &parts.uri)).await;
    found.map_err(|problem| leading_back(problem, &page_of(&parts.method, &parts.uri)))
}

/// The code of the refusal of a form that was made for another account than the one in use.
pub const ACCOUNT_SWITCHED: &str = "account_switched";

/// Returns that refusal.
pub fn account_switched() -> Problem {
    Problem::saying(StatusCode::PRECONDITION_FAILED, ACCOUNT_SWITCHED, |texts| {
        (texts.chooser.switched_title, texts.chooser.switched_advice)
    })
    .leading(|texts| texts.chooser.choose, CHOOSER)
}

/// Makes that refusal, if `problem` is it, lead back to the path `page` once an account was chosen.
pub fn leading_back(problem: Problem, page: &str) -> Problem {
    if problem.code != ACCOUNT_SWITCHED {
        return problem;
    }
    problem.leading(|texts| texts.chooser.choose, chooser_from(page))
}

/// Returns a redirect to the sign-in form, from which the person comes back to the path `page`; or to the home
/// page if `page` is not a path of this site.
pub fn sign_in_first(page: &str) -> Response {
    let back = NextPath::parse(page).unwrap_or_else(NextPath::home);
    Redirect::to(&back.link_via("/signin", &[])).into_response()
}

/// Returns the path to which a person comes back who must sign in for this request. For a `GET` it is the same
/// address, without a query that begins with `done=`. For a sent form it is the page with the form: the path cut to
/// `/account/<page>`, `/admin/apps/<app>` or `/apps/mine/<app>`, or any other path whole.
pub fn page_of(method: &Method, address: &Uri) -> String {
    let path = address.path();
    if *method == Method::GET {
        // What a page said of a step that was done is not said again.
        let query = address.query().filter(|query| !query.starts_with("done="));
        return query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    }
    let segments = match path.split('/').nth(1) {
        Some("account") => 3,
        Some("admin" | "apps") => 4,
        _ => usize::MAX,
    };
    path.split('/').take(segments).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_its_page() {
        for (method, path, page) in [
            (Method::GET, "/account/profile", "/account/profile"),
            (Method::GET, "/account/profile?done=saved", "/account/profile"),
            (Method::GET, "/admin/log?app=ts0123456789abcdef", "/admin/log?app=ts0123456789abcdef"),
            (Method::POST, "/account/profile", "/account/profile"),
            (Method::POST, "/account/profile/picture/remove", "/account/profile"),
            (Method::POST, "/account/apps/ts0123456789abcdef", "/account/apps"),
            (Method::GET, "/admin/apps/ts0123456789abcdef/log", "/admin/apps/ts0123456789abcdef/log"),
            (Method::POST, "/admin/apps/ts0123456789abcdef/secret", "/admin/apps/ts0123456789abcdef"),
            (Method::POST, "/admin/apps", "/admin/apps"),
            (Method::POST, "/apps/mine/ts0123456789abcdef/rotate", "/apps/mine/ts0123456789abcdef"),
            (Method::POST, "/apps/request", "/apps/request"),
            (Method::POST, "/link", "/link"),
            (Method::GET, "/s/ABCDEFGH", "/s/ABCDEFGH"),
        ] {
            assert_eq!(page_of(&method, &Uri::from_static(path)), page, "{method} {path}");
        }
    }
}
