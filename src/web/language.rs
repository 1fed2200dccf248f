//! The language of a request. A layer chooses it and stores it in the request; handlers extract `&'static
//! Texts`.
//!
//! The first of these that names an offered language decides: the person's cookie, which says what they chose on the page
//! of languages (`web/document/languages.rs`); `ui_locales` (OpenID Connect Core §3.1.2.1) and `lang` (the dialect of
//! WeChat) in the query; `Accept-Language`. Otherwise the language is English.
//!
//! The pages of an app's request have addresses of their own, without that query. Their handlers extract a
//! [`Language`] and change it to the one that was kept with the app's request ([`wanted_by`]), in which error pages are
//! rendered from then on too. What the person chose is not changed.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

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

/// How long the person's choice is kept. Browsers keep no cookie for longer than 400 days.
const KEPT_FOR: Duration = Duration::from_secs(400 * 24 * 60 * 60);
/// Largest number of language tags that are kept of an app's request; further ones are ignored.
const KEPT_TAGS: usize = 8;
/// Largest number of characters of a language tag that is kept; a longer one is ignored (RFC 5646 §4.4.1).
const TAG_CHARS: usize = 35;

/// The languages that this server offers.
#[derive(Clone, Copy, Debug)]
pub struct Languages {
    offered: &'static [Lang],
}

/// All translated languages.
impl Default for Languages {
    fn default() -> Self {
        Self::new(false)
    }
}

impl Languages {
    /// Makes the set of all translated languages; with `has_test_language`, also of the mirrored language of
    /// the tests.
    pub fn new(has_test_language: bool) -> Self {
        Self { offered: if has_test_language { Lang::WITH_TEST_LANGUAGE } else { Lang::TRANSLATED } }
    }

    /// Returns the language that the person chose in this browser; `None` if they chose none that is offered.
    pub fn chosen(self, headers: &HeaderMap) -> Option<Lang> {
        cookie::read(headers, cookie::LANGUAGE).and_then(|tag| of_list(tag, self.offered))
    }

    /// Returns the offered language that an app asks for in the query of its request, or that the browser accepts; English
    /// if there is none.
    fn asked(self, query: Option<&str>, headers: &HeaderMap) -> Lang {
        let accepted = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
        let accepted = accepted.collect::<Vec<_>>().join(",");
        let asked = [
            parameter(query, "ui_locales").map(|tags| tags.replace(' ', ",")),
            parameter(query, "lang").map(|lang| tag_of(&lang).to_owned()),
            Some(accepted),
        ];
        asked.into_iter().flatten().find_map(|list| of_list(&list, self.offered)).unwrap_or_default()
    }

    /// Returns the `Set-Cookie` value that keeps this language as the person's choice; `None` if it is not offered.
    pub fn cookie_for(self, tag: &str) -> Option<HeaderValue> {
        let lang = of_list(tag, self.offered)?;
        Some(cookie::set(cookie::LANGUAGE, lang.texts().tag, KEPT_FOR))
    }

    /// Returns the languages that are offered.
    pub fn offered(self) -> &'static [Lang] {
        self.offered
    }
}

/// Returns the decoded value of the first parameter of this name in a query; `None` if there is none, or if it
/// is not UTF-8.
fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, _)| *known == name)?;
    Some(percent_decode_str(&value.replace('+', " ")).decode_utf8().ok()?.into_owned())
}

/// Returns the language tag that a value of the parameter `lang` stands for: in the dialect of WeChat `cn` is Chinese
/// in simplified characters.
fn tag_of(lang: &str) -> &str {
    if lang == "cn" { "zh-Hans" } else { lang }
}

/// Returns the `Set-Cookie` value by which the pages of a browser, in which its person chose no language, are in the one that
/// an account names; it is kept until the browser is closed. `None` if the person chose one, if the pages are in that language
/// anyway, or if it is not offered.
pub fn of_account(language: Option<&str>, headers: &HeaderMap) -> Option<HeaderValue> {
    let languages = Languages::default();
    let lang = of_list(language?, languages.offered)?;
    let is_shown = languages.chosen(headers).is_some() || languages.asked(None, headers) == lang;
    (!is_shown).then(|| cookie::set_for_visit(cookie::LANGUAGE, lang.texts().tag))
}

/// Returns the language tags that an app asks for with `ui_locales` (OpenID Connect Core §3.1.2.1) or `lang` (the
/// dialect of WeChat), as they are kept with its request: in their order, separated by commas, at most [`KEPT_TAGS`].
/// What is not a language tag is left out. `None` if none is left.
pub fn wanted_by(ui_locales: Option<&str>, lang: Option<&str>) -> Option<String> {
    let is_tag = |tag: &&str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=TAG_CHARS).contains(&tag.len()) && tag.bytes().all(is_part)
    };
    let tags = ui_locales.into_iter().flat_map(|tags| tags.split([' ', ','])).chain(lang.map(tag_of));
    let kept: Vec<&str> = tags.filter(is_tag).take(KEPT_TAGS).collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

/// The language of a request, as an extension of the request. Clones share it: what one of them learns of an app's
/// request holds for all of them, and so for the layer that renders error pages.
#[derive(Clone, Debug, Default)]
pub struct Language {
    /// The language of the request, by its query and its headers.
    of_request: Lang,
    /// Whether the person chose it, so that no app changes it.
    is_chosen: bool,
    /// The language that an app asked for, once a handler has found the app's request.
    of_app: Arc<OnceLock<Lang>>,
    languages: Languages,
}

impl Language {
    /// Returns the language that was chosen for the request with these extensions; English if none was.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Returns the texts in this language.
    pub fn texts(&self) -> &'static Texts {
        self.of_app.get().unwrap_or(&self.of_request).texts()
    }

    /// Changes the language to the first offered one of those that were kept with an app's request ([`wanted_by`]),
    /// for everything that is rendered from now on, and returns the texts in it. If none of them is offered, or the person
    /// chose the language, it stays as it is; so it does after it was changed once, because a request has one app.
    pub fn follow(&self, wanted: Option<&str>) -> &'static Texts {
        let wanted = wanted.filter(|_| !self.is_chosen);
        if let Some(wanted) = wanted.and_then(|tags| of_list(tags, self.languages.offered)) {
            self.of_app.get_or_init(|| wanted);
        }
        self.texts()
    }

    /// Returns the languages that this server offers.
    pub fn languages(&self) -> Languages {
        self.languages
    }
}

/// The layer that chooses the language of each request and stores it in the request. Handlers extract it as
/// `&'static Texts`.
pub async fn choose(State(languages): State<Languages>, mut request: Request, next: Next) -> Response {
    let chosen = languages.chosen(request.headers());
    let of_request = chosen.unwrap_or_else(|| languages.asked(request.uri().query(), request.headers()));
    let language = Language { of_request, is_chosen: chosen.is_some(), of_app: Arc::default(), languages };
    request.extensions_mut().insert(language);
    next.run(request).await
}

/// Extracts the language of the request, for handlers of pages that an app may want in another one.
impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
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
    fn the_cookie_comes_before_the_query_and_the_query_before_the_header() {
        let chosen = |has_test_language, query: Option<&str>, cookie: Option<&str>, accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            if let Some(tag) = cookie {
                let line = format!("a=b; {}={tag}", cookie::LANGUAGE);
                headers.insert(COOKIE, HeaderValue::try_from(line).expect("a header"));
            }
            let languages = Languages::new(has_test_language);
            languages.chosen(&headers).unwrap_or_else(|| languages.asked(query, &headers))
        };
        let test = |query, cookie, accepted| chosen(true, query, cookie, accepted);
        assert_eq!(test(None, None, ""), Lang::En);
        assert_eq!(test(None, None, "ar-XA"), Lang::Mirrored);
        assert_eq!(test(None, Some("en"), "ar-XA"), Lang::En);
        assert_eq!(test(None, Some("ar-XA"), "en"), Lang::Mirrored);
        assert_eq!(test(None, Some("it"), "ar-XA"), Lang::Mirrored);
        assert_eq!(test(Some("a=b&ui_locales=it+ar-XA%20en"), None, "en"), Lang::Mirrored);
        assert_eq!(test(Some("ui_locales=ar-XA"), Some("de"), "en"), Lang::De);
        assert_eq!(test(Some("lang=en"), Some("tlh"), "ar-XA"), Lang::En);
        assert_eq!(test(Some("lang=cn"), None, "ar-XA"), Lang::ZhHans);
        assert_eq!(chosen(false, Some("ui_locales=ar-XA"), Some("ar-XA"), "ar-XA"), Lang::En);
    }

    #[test]
    fn of_what_an_app_asks_for_a_few_language_tags_are_kept_in_their_order() {
        let long = format!("{} de", "x".repeat(36));
        let many = "fr ".repeat(20);
        for (ui_locales, lang, kept) in [
            (None, None, None),
            (Some(""), Some(""), None),
            (Some("fr-CA ar-XA"), None, Some("fr-CA,ar-XA")),
            (Some("fr-CA,ar-XA"), None, Some("fr-CA,ar-XA")),
            (None, Some("cn"), Some("zh-Hans")),
            (Some("de"), Some("en"), Some("de,en")),
            (Some("de_AT \"><script> en;q=0 \u{e9}"), None, None),
            (Some(long.as_str()), None, Some("de")),
            (Some(many.as_str()), None, Some("fr,fr,fr,fr,fr,fr,fr,fr")),
        ] {
            assert_eq!(wanted_by(ui_locales, lang).as_deref(), kept, "{ui_locales:?} {lang:?}");
        }
    }
}
