//! The picture of a person on this server's pages, or their initials if there is none. The name always
//! follows in text, so screen readers must not read the picture.

use leptos::prelude::*;

use super::path;
use crate::shown_names::initials;
use crate::store::records::pictures::PictureId;

/// How large an avatar is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// On a page that is about the person.
    Usual,
    /// Above a question.
    Small,
}

/// Renders the person's picture, at no less than twice the resolution at which the page shows it, or, if there is no
/// picture, the initials of the name. Screen readers do not read either.
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
