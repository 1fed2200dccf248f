//! Somebody's picture on our own pages; where there is none, their initials. Beside their name, so it says nothing to
//! who hears the page.

use leptos::prelude::*;

use super::path;
use crate::shown_names::initials;
use crate::store::records::pictures::PictureId;

/// How large it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Above a page that is about the person.
    Usual,
    /// Above a question.
    Small,
}

/// The picture, in twice the pixels of the page that it takes, or the initials.
pub fn avatar(name: &str, picture: Option<PictureId>, size: Size) -> impl IntoView + use<> {
    let (class, side, pixels) = match size {
        Size::Usual => ("avatar", "64", 132),
        Size::Small => ("avatar small", "40", 96),
    };
    match picture {
        Some(id) => view! { <img class=class src=path(id, pixels) alt="" width=side height=side/> }.into_any(),
        None => view! { <p class=class aria-hidden="true" translate="no">{initials(name)}</p> }.into_any(),
    }
}
