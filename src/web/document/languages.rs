//! The page on which a person chooses the language of the pages. Every page links to it, except those in frames of other
//! sites. The choice is kept in a cookie of the browser, so that it also holds for people who are not signed in.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::header::{REFERER, SET_COOKIE};
use axum::http::{HeaderMap, Uri};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::{LANGUAGES, Mark, Page, Site};
use crate::text::Lang;
use crate::web::language::Language;
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// The query of `GET /language`: `?next=`.
#[derive(Debug, Deserialize)]
pub struct PageQuery {
    /// Path of the page to return to; without it, the page that linked here.
    #[serde(default)]
    next: Option<String>,
}

/// The form of `POST /language`.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    /// The tag of the language, as the page has it.
    lang: String,
    /// Path of the page to return to.
    #[serde(default)]
    next: String,
}

/// `GET /language`: lists the languages, each by its own name.
pub async fn page(
    State(site): State<Site>,
    Query(query): Query<PageQuery>,
    language: Language,
    headers: HeaderMap,
) -> Response {
    let next = match query.next {
        Some(next) => NextPath::parse(&next),
        None => came_from(&site, &headers),
    };
    let next = next.unwrap_or_else(NextPath::home);
    let (texts, offered) = (language.texts(), language.languages().offered());
    site.page(Page::new(texts, texts.profile.language), move || {
        let buttons = offered.iter().map(|lang| button(*lang, texts.tag)).collect_view();
        view! {
            <Mark/>
            <h1>{texts.profile.language}</h1>
            <form class="languages" method="post" action=LANGUAGES>
                <input type="hidden" name="next" value=next.as_str().to_owned()/>
                {buttons}
            </form>
            <p><a class="quiet" href=next.as_str().to_owned()>{texts.people_rights.back}</a></p>
        }
    })
}

/// `POST /language`: keeps the choice in this browser, and returns to the page that the person came from.
///
/// # Errors
/// 400 if the language is not offered.
pub async fn choose(language: Language, Form(chosen): Form<Chosen>) -> Result<Response, Problem> {
    let cookie = language.languages().cookie_for(&chosen.lang).ok_or_else(Problem::malformed)?;
    let next = NextPath::parse(&chosen.next).unwrap_or_else(NextPath::home);
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(next.as_str())).into_response())
}

fn button(lang: Lang, present: &'static str) -> impl IntoView {
    let texts = lang.texts();
    let is_present = texts.tag == present;
    view! {
        <button
            type="submit"
            name="lang"
            value=texts.tag
            lang=texts.tag
            dir=texts.dir()
            class="quiet"
            translate="no"
            aria-current=is_present.then_some("true")
        >
            {texts.name}
        </button>
    }
}

/// Returns the page of this site on which the person followed the link; `None` if the browser does not say it. Answers to
/// forms are not pages to return to, but the address of one is most often a page too.
fn came_from(site: &Site, headers: &HeaderMap) -> Option<NextPath> {
    let from: Uri = headers.get(REFERER)?.to_str().ok()?.parse().ok()?;
    let origin = format!("{}://{}", from.scheme_str()?, from.authority()?);
    let path = from.path_and_query()?.as_str();
    let is_page = origin == site.origin() && from.path() != LANGUAGES;
    is_page.then(|| NextPath::parse(path)).flatten()
}
