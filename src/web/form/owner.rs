//! The account for which a page was made. Where several accounts are signed in, another tab may change which one is in use;
//! so each form of a signed-in person's page names the account that the page showed, and a form that was made for another
//! account than the one in use is refused. This prevents mistakes, not attacks: a form that names no account is accepted,
//! because other sites are refused by [`guard::same_origin`](crate::web::guard::same_origin).
//!
//! Handlers and views need not know of it. Whoever finds the session of a request leaves the mark of its account here, and
//! [`marked`] writes it into all forms of the page that the request is answered with.

use std::cell::RefCell;

use axum::http::{Extensions, Uri};

tokio::task_local! {
    static MADE_FOR: RefCell<Option<String>>;
}

/// Name of the hidden field with the mark of the account. A form with a file has it in the query of its address, so that it
/// is known before the file is read.
pub const FIELD: &str = "made_for";

/// The mark of the account that a form names, as an extension of the request.
#[derive(Clone, Debug)]
pub struct MadeFor(String);

impl MadeFor {
    /// Reads the mark from the body of a form; `None` if the form names no account. The mark may follow other fields, because
    /// browsers send the fields of a form in the order of the document, and a field that belongs to a form by its attribute
    /// `form` may stand before it. A `&` in the text of a field is percent-encoded, so no text passes for the mark.
    pub fn of_body(body: &[u8]) -> Option<Self> {
        let value = body
            .split(|byte| *byte == b'&')
            .find_map(|pair| pair.strip_prefix(FIELD.as_bytes())?.strip_prefix(b"="))?;
        Some(Self(str::from_utf8(value).ok()?.to_owned()))
    }

    /// Returns the mark that a request names, in its body or in its address; `None` if it names no account.
    pub fn sent<'a>(extensions: &'a Extensions, address: &'a Uri) -> Option<&'a str> {
        let in_address = || address.query()?.split('&').find_map(|pair| pair.strip_prefix(FIELD)?.strip_prefix('='));
        extensions.get::<Self>().map(|Self(mark)| mark.as_str()).or_else(in_address)
    }
}

/// Runs the handler of a request.
pub async fn around<T>(answer: impl Future<Output = T>) -> T {
    MADE_FOR.scope(RefCell::default(), answer).await
}

/// Has the forms of the page that the current request is answered with name the account with this mark, which consists of
/// letters and digits.
pub fn made_for(mark: String) {
    let _ = MADE_FOR.try_with(|made_for| made_for.replace(Some(mark)));
}

/// Returns the mark of the account for which the page of the current request is made; `None` if no one is signed in.
pub fn mark() -> Option<String> {
    MADE_FOR.try_with(|made_for| made_for.borrow().clone()).ok().flatten()
}

/// Writes the mark of the account into each form of a rendered page that is sent by `POST`.
pub fn marked(html: String) -> String {
    match mark() {
        Some(mark) => with_mark(&html, &mark),
        None => html,
    }
}

/// Text of people cannot contain the beginning of a form, because pages escape it.
fn with_mark(html: &str, mark: &str) -> String {
    let mut parts = html.split("<form ");
    let mut marked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        marked.push_str("<form ");
        let (tag, rest) = part.split_once('>').unwrap_or((part, ""));
        if !tag.contains("method=\"post\"") {
            marked.push_str(part);
        } else if tag.contains("multipart/form-data") {
            marked.push_str(&in_address(tag, mark));
            marked.push('>');
            marked.push_str(rest);
        } else {
            marked.extend([tag, "><input type=\"hidden\" name=\"", FIELD, "\" value=\"", mark, "\">", rest]);
        }
    }
    marked
}

/// Adds the mark to the address of a form, which has no query.
fn in_address(tag: &str, mark: &str) -> String {
    let Some((before, rest)) = tag.split_once("action=\"") else { return tag.to_owned() };
    let (path, after) = rest.split_once('"').unwrap_or((rest, ""));
    format!("{before}action=\"{path}?{FIELD}={mark}\"{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_that_is_posted_names_the_account_and_no_other_form_does() {
        let field = "<input type=\"hidden\" name=\"made_for\" value=\"m-1\">";
        for (page, marked) in [
            ("<p>&lt;form method=\"post\"</p>", "<p>&lt;form method=\"post\"</p>".to_owned()),
            ("<form method=\"get\" action=\"/a\"></form>", "<form method=\"get\" action=\"/a\"></form>".to_owned()),
            (
                "a<form method=\"post\" action=\"/a\">b</form>",
                format!("a<form method=\"post\" action=\"/a\">{field}b</form>"),
            ),
            (
                "<form method=\"post\" action=\"/a\" enctype=\"multipart/form-data\">",
                "<form method=\"post\" action=\"/a?made_for=m-1\" enctype=\"multipart/form-data\">".to_owned(),
            ),
        ] {
            assert_eq!(with_mark(page, "m-1"), marked);
        }
    }

    #[test]
    fn the_mark_is_read_from_any_field_or_from_the_address() {
        let sent = |body: &str, address: &'static str| {
            let mut extensions = Extensions::new();
            if let Some(made_for) = MadeFor::of_body(body.as_bytes()) {
                extensions.insert(made_for);
            }
            MadeFor::sent(&extensions, &Uri::from_static(address)).map(str::to_owned)
        };
        assert_eq!(sent("made_for=m-1&code=x", "/a").as_deref(), Some("m-1"));
        assert_eq!(sent("made_for=m-1", "/a").as_deref(), Some("m-1"));
        assert_eq!(sent("", "/a?made_for=m-2").as_deref(), Some("m-2"));
        assert_eq!(sent("stay=longest&code=x&made_for=m-1&answer=1", "/a?made_for=m-2").as_deref(), Some("m-1"));
        assert_eq!(sent("code=made_for=m-1&made_forth=m-1&fields=%26made_for=m-1", "/a?b=c"), None);
    }
}
