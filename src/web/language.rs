//! The language of a request. A layer chooses it and stores it in the request; handlers extract `&'static
//! Texts`.
//!
//! The first of these that names an offered language decides: `ui_locales` (OpenID Connect Core §3.1.2.1) and
//! `lang` (the dialect of WeChat) in the query, the person's cookie, `Accept-Language`. Otherwise the
//! language is English.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, COOKIE, VARY};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use percent_encoding::percent_decode_str;

use super::cookie;
use crate::text::negotiation::of_list;
use crate::text::{Lang, Texts};

/// The languages that this server offers.
#[derive(Clone, Copy, Debug)]
pub struct Languages {
    offered: &'static [Lang],
}

impl Languages {
    /// Makes the set of all translated languages; with `has_test_language`, also of the mirrored language of
    /// the tests.
    pub fn new(has_test_language: bool) -> Self {
        Self { offered: if has_test_language { Lang::WITH_TEST_LANGUAGE } else { Lang::TRANSLATED } }
    }

    /// Chooses the language of a request by its query and its headers; English if they name no offered one.
    pub fn choose(self, query: Option<&str>, headers: &HeaderMap) -> Lang {
        let accepted = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
        let accepted = accepted.collect::<Vec<_>>().join(",");
        let asked = [
            parameter(query, "ui_locales").map(|tags| tags.replace(' ', ",")),
            parameter(query, "lang").map(|tag| if tag == "cn" { "zh-Hans".to_owned() } else { tag }),
            cookie::read(headers, cookie::LANGUAGE).map(str::to_owned),
            Some(accepted),
        ];
        asked.into_iter().flatten().find_map(|list| of_list(&list, self.offered)).unwrap_or_default()
    }
}

/// Returns the decoded value of the first parameter of this name in a query; `None` if there is none, or if it
/// is not UTF-8.
fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, _)| *known == name)?;
    Some(percent_decode_str(&value.replace('+', " ")).decode_utf8().ok()?.into_owned())
}

/// The language that was chosen for a request, as an extension of the request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Language(Lang);

impl Language {
    /// Returns the language that was chosen for the request with these extensions; English if none was.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get::<Self>().copied().unwrap_or_default()
    }

    /// Returns the texts in this language.
    pub fn texts(self) -> &'static Texts {
        self.0.texts()
    }
}

/// The layer that chooses the language of each request and stores it in the request. Handlers extract it as
/// `&'static Texts`.
pub async fn choose(State(languages): State<Languages>, mut request: Request, next: Next) -> Response {
    let lang = languages.choose(request.uri().query(), request.headers());
    request.extensions_mut().insert(Language(lang));
    next.run(request).await
}

/// Extracts the texts in the language of the request, for handlers.
impl<S: Sync> FromRequestParts<S> for &'static Texts {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Language::of(&parts.extensions).texts())
    }
}

/// Sets `Content-Language` of an answer, and adds the request headers on which the language depends to `Vary`.
pub fn varies(headers: &mut HeaderMap, texts: &Texts) {
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(texts.tag));
    for name in [ACCEPT_LANGUAGE, COOKIE] {
        headers.append(VARY, HeaderValue::from(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_comes_before_the_cookie_and_the_cookie_before_the_header() {
        let chosen = |has_test_language, query: Option<&str>, cookie: Option<&str>, accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            if let Some(tag) = cookie {
                let line = format!("a=b; {}={tag}", cookie::LANGUAGE);
                headers.insert(COOKIE, HeaderValue::try_from(line).expect("a header"));
            }
            Languages::new(has_test_language).choose(query, &headers)
        };
        let test = |query, cookie, accepted| chosen(true, query, cookie, accepted);
        assert_eq!(test(None, None, ""), Lang::En);
        assert_eq!(test(None, None, "ar-XA"), Lang::Mirrored);
        assert_eq!(test(None, Some("en"), "ar-XA"), Lang::En);
        assert_eq!(test(None, Some("ar-XA"), "en"), Lang::Mirrored);
        assert_eq!(test(None, Some("it"), "ar-XA"), Lang::Mirrored);
        assert_eq!(test(Some("a=b&ui_locales=it+ar-XA%20en"), Some("en"), "en"), Lang::Mirrored);
        assert_eq!(test(Some("lang=en"), Some("ar-XA"), "ar-XA"), Lang::En);
        assert_eq!(test(Some("lang=cn"), None, "ar-XA"), Lang::Mirrored);
        assert_eq!(chosen(false, Some("ui_locales=ar-XA"), Some("ar-XA"), "ar-XA"), Lang::En);
    }
}
