//! The form that waits for a fresh proof. It was sent without one, so nothing of it was done; the page that asks for the
//! proof carries it in hidden fields, and after the proof the browser sends it to its own path again. So nothing that was
//! typed is lost.
//!
//! The hidden fields are plain, not encrypted or signed by the server. A signature would show that this server wrote the
//! fields for this session. Whoever can make this browser send the page with the password could as well make it send the
//! form itself, and get the signed fields: both requests pass the same check that a page of this site sends them
//! ([`guard::same_origin`](crate::web::guard::same_origin)). So a signature would keep nobody out. What protects is that
//! check; that only the body of a `POST` has such fields, never an address that a link could lead to; that the form leads
//! only to paths that take a fresh proof ([`FormPath`]), each of which checks the session and the proof again; and that a
//! person proves themselves in between. No carried form has a password.

use axum::Form;
use axum::body::HttpBody as _;
use axum::extract::{FromRequest as _, Request};
use axum::http::Method;
use axum::response::Response;
use leptos::prelude::*;

use crate::text::Texts;
use crate::web::bounds::{ADMIN_BODY_BYTES, CARRIED_FIELDS, NEXT_PATH_CHARS};
use crate::web::document::{Page, Site};
use crate::web::problem::Problem;

/// Name of the hidden field with the path that the form leads to.
const PATH: &str = "form";
/// What the names of the hidden fields with the fields of the form begin with.
const BEGINS: &str = "f.";

/// The forms of a person's own account that take a fresh proof, and the passkeys, each of which has a form below this path.
const OWN: [&str; 3] = ["/account/data/delete", "/account/profile/email", PASSKEYS];
const PASSKEYS: &str = "/account/passkeys";

/// The path that a form leads to, below `/admin/` or one of a person's own account: letters, digits, `-`, `_` and single
/// slashes. Without dots and percent signs, no browser takes it for another path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FormPath(String);

impl FormPath {
    fn parse(text: &str) -> Option<Self> {
        let is_plain = |part: &str| !part.is_empty() && part.bytes().all(is_plain);
        let is_whole = |below: &str| below.split('/').all(is_plain);
        let is_ours = OWN.contains(&text)
            || text.strip_prefix("/admin/").is_some_and(is_whole)
            || text.strip_prefix(PASSKEYS).and_then(|below| below.strip_prefix('/')).is_some_and(is_plain);
        (text.len() <= NEXT_PATH_CHARS && is_ours).then(|| Self(text.to_owned()))
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// A form that waits for a fresh proof: its path and its fields.
#[derive(Clone)]
pub(super) struct CarriedForm {
    path: FormPath,
    fields: Vec<(String, String)>,
}

impl CarriedForm {
    /// Reads the form that a request sends. `None` if it sends none that can be carried: if it uploads a file, is too
    /// large, has more than [`CARRIED_FIELDS`] fields, or does not lead to a path that takes a fresh proof.
    pub async fn of(request: Request) -> Option<Self> {
        /// Largest size in bytes of a body that is read as a form.
        const MOST: u64 = ADMIN_BODY_BYTES as u64;
        let path = FormPath::parse(request.uri().path())?;
        if *request.method() != Method::POST || request.body().size_hint().upper()? > MOST {
            return None;
        }
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, &()).await.ok()?;
        (fields.len() <= CARRIED_FIELDS).then_some(Self { path, fields })
    }

    /// Makes a form with these fields that leads to `path`; `None` if that path takes no fresh proof.
    pub fn to(path: &str, fields: &[(&str, &str)]) -> Option<Self> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Some(Self { path: FormPath::parse(path)?, fields: fields.iter().map(owned).collect() })
    }

    /// Takes the carried form out of the fields that the page with the password sent; `None` if it carried none.
    ///
    /// # Errors
    /// 400 if the form leads to anything else than a path that takes a fresh proof, or has too many fields.
    pub fn take(sent: Vec<(String, String)>) -> Result<Option<Self>, Problem> {
        let Some((_, path)) = sent.iter().find(|(name, _)| name == PATH) else { return Ok(None) };
        let path = FormPath::parse(path).ok_or_else(Problem::malformed)?;
        let fields = sent.into_iter().filter_map(|(name, value)| Some((name.strip_prefix(BEGINS)?.to_owned(), value)));
        let fields: Vec<_> = fields.collect();
        if fields.len() > CARRIED_FIELDS {
            return Err(Problem::malformed());
        }
        Ok(Some(Self { path, fields }))
    }

    /// Renders the hidden fields with which the page with the password carries this form.
    pub fn hidden(self) -> impl IntoView {
        let fields = self.fields.into_iter().map(|(name, value)| (format!("{BEGINS}{name}"), value));
        view! {
            <input type="hidden" name=PATH value=self.path.0/>
            {inputs(fields)}
        }
    }

    /// Renders the page that sends this form to its path: by itself, or without script by a button.
    pub fn going_on(self, site: &Site, texts: &'static Texts) -> Response {
        // A field of the form may have the name `submit`, so the method is called by its prototype.
        const SENDS: &str = "HTMLFormElement.prototype.submit.call(document.getElementById('carried'))";
        site.page(Page { class: "turn", ..Page::new(texts, texts.proof.carried_title) }, move || {
            view! {
                <h1>{texts.proof.carried_title}</h1>
                <form id="carried" method="post" action=self.path.0>
                    {inputs(self.fields)}
                    <button type="submit" class="primary">{texts.common.go_on}</button>
                </form>
                <script nonce=leptos::nonce::use_nonce()>{SENDS}</script>
            }
        })
    }
}

fn inputs(fields: impl IntoIterator<Item = (String, String)>) -> impl IntoView {
    let input = |(name, value)| view! { <input type="hidden" name=name value=value/> };
    fields.into_iter().map(input).collect_view()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_carried_only_to_paths_that_take_a_fresh_proof() {
        for ours in [
            "/admin/people/new",
            "/admin/people/0123abcd/role",
            "/admin/requests/01-ab_c/approve",
            "/account/data/delete",
            "/account/profile/email",
            "/account/passkeys",
            "/account/passkeys/abc-_1",
        ] {
            assert_eq!(FormPath::parse(ours), Some(FormPath(ours.to_owned())));
        }
        for other in [
            "",
            "/admin",
            "/admin/",
            "/admin//people",
            "/admin/people/",
            "/administration",
            "/account/password",
            "/account/devices",
            "/account/passkeys/",
            "/account/passkeys/a/b",
            "/account/passkeys/..",
            "/account/passkeysabc",
            "/account/data/delete/",
            "/account/profile/email/prove",
            "/admin/../account/password",
            "/admin/%2e%2e/account/password",
            "/admin/people?role=admin",
            "/admin/people#a",
            "//evil.example/admin/people",
            "https://evil.example/admin/people",
            "/admin\\people",
            " /admin/people",
            "/admin/people\n",
            "javascript:alert(1)//admin/people",
        ] {
            assert_eq!(FormPath::parse(other), None, "{other:?}");
        }
        assert_eq!(FormPath::parse(&format!("/admin/{}", "a".repeat(NEXT_PATH_CHARS))), None);
    }
}
