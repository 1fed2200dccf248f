//! The authorization response: it reaches the app in the query of the redirect URI, or in a form that the
//! browser posts there (OAuth 2.0 Form Post Response Mode). In OpenID Connect it always has `iss` (RFC 9207),
//! so that no app takes the response of one server for that of another.

use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use serde::{Deserialize, Serialize};

use crate::measure;
use crate::oauth::error::OAuthError;
use crate::oauth::params::AppState;
use crate::store::records::apps::Dialect;
use crate::text::Texts;
use crate::web::document::{Mark, Page, Site};
use crate::web::problem::Problem;

/// Where and how the response to a request goes: the redirect URI, which was checked before, the response mode, the
/// `state`, the protocol, and whether the app receives errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    /// The redirect URI, as the app wrote it.
    pub uri: String,
    /// Whether the response is a form (`response_mode=form_post`) and not in the query.
    pub is_form_post: bool,
    /// The `state` of the app, which is returned byte for byte.
    pub state: Option<AppState>,
    /// The protocol of the response.
    pub dialect: Dialect,
    /// Whether the app receives errors; always so in OpenID Connect.
    pub is_told_of_refusals: bool,
}

/// How a browser is sent on to a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// By a redirect, if the browser came by a link, by a script or from another site.
    ByRedirect,
    /// By a page that goes on by itself, if the browser came by a form of this server ([`Site::going_on`]).
    ByPage,
}

impl Back {
    /// Makes a `Back` to this redirect URI for an app that receives errors. The response is in the query,
    /// and there is no `state`.
    pub fn new(uri: &str, dialect: Dialect) -> Self {
        Self { uri: uri.to_owned(), is_form_post: false, state: None, dialect, is_told_of_refusals: true }
    }

    /// Returns the redirect URI with these pairs of name and value added to its query; the values are
    /// percent-encoded.
    pub fn with(&self, pairs: &[(&str, &[u8])]) -> String {
        let mut link = self.uri.clone();
        for (name, value) in pairs {
            link.push(if link.contains('?') { '&' } else { '?' });
            link.push_str(name);
            link.push('=');
            link.extend(percent_encode(value, NON_ALPHANUMERIC));
        }
        link
    }

    /// Returns the response that sends the person back to the app with an authorization code.
    pub fn answer(&self, site: &Site, texts: &'static Texts, code: &str, leads: Leads) -> Response {
        self.send(site, texts, &[("code", code)], leads)
    }

    /// Returns the redirect URI with the code, the `state` and, in OpenID Connect, the `iss` in its query.
    /// It is for a frame that goes there itself or tells the embedding page to.
    pub fn address_with(&self, site: &Site, code: &str) -> String {
        self.with(&self.pairs(site, &[("code", code)]))
    }

    /// Logs and counts a refused request, and returns the response that sends the person back to the app with the
    /// error. In WeChat's dialect the app receives no error but only its `state`. If the app has not chosen to receive
    /// errors, the person sees a page of this server instead.
    pub fn refuse(&self, site: &Site, texts: &'static Texts, why: &OAuthError, leads: Leads) -> Response {
        tracing::info!(code = why.code(), %why, "an authorization request was refused");
        measure::refused("authorize", why.code());
        if !self.is_told_of_refusals {
            return Problem::not_signed_in().into_response();
        }
        if self.dialect == Dialect::WeChat {
            return self.send(site, texts, &[], leads);
        }
        self.send(site, texts, &[("error", why.code()), ("error_description", &why.to_string())], leads)
    }

    fn send(&self, site: &Site, texts: &'static Texts, params: &[(&str, &str)], leads: Leads) -> Response {
        let pairs = self.pairs(site, params);
        if self.is_form_post { self.form(site, texts, &pairs) } else { lead(site, texts, &self.with(&pairs), leads) }
    }

    fn pairs<'a>(&'a self, site: &'a Site, params: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a [u8])> {
        let mut pairs: Vec<_> = params.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        pairs.extend(self.state.as_ref().map(|state| ("state", state.as_bytes())));
        if self.dialect == Dialect::Oidc {
            pairs.push(("iss", site.origin().as_bytes()));
        }
        pairs
    }

    fn form(&self, site: &Site, texts: &'static Texts, pairs: &[(&str, &[u8])]) -> Response {
        let page = Page { class: "turn", posts_to_a_site: true, ..Page::new(texts, texts.consent.going_back) };
        // A page is UTF-8. A state that is not was refused when the request was read.
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect();
        let action = self.uri.clone();
        site.page(page, move || {
            let nonce = leptos::nonce::use_nonce();
            let fields = pairs.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
            view! {
                <Mark/>
                <h1>{texts.consent.going_back}</h1>
                <form id="back" method="post" action=action>
                    {fields.collect_view()}
                    <button type="submit" class="primary">{texts.opening.go_on}</button>
                </form>
                <script nonce=nonce>"document.getElementById('back').submit()"</script>
            }
        })
    }
}

/// Returns the response that sends a browser to an address of a site, by a redirect or by a page.
pub fn lead(site: &Site, texts: &'static Texts, address: &str, leads: Leads) -> Response {
    match leads {
        // RFC 9110 §10.2.2: a redirect without a fragment inherits that of the requested URL, so an empty one
        // is added.
        Leads::ByRedirect => Redirect::to(&format!("{address}#")).into_response(),
        Leads::ByPage => site.going_on(texts, address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_stands_behind_what_the_address_says_already() {
        let back = |uri: &str| Back::new(uri, Dialect::Oidc);
        assert_eq!(back("https://shop.example").with(&[("code", b"a/b")]), "https://shop.example?code=a%2Fb");
        let more =
            back("https://shop.example/?from=here").with(&[("state", &b"a b&c\xe9"[..]), ("iss", "ü".as_bytes())]);
        assert_eq!(more, "https://shop.example/?from=here&state=a%20b%26c%E9&iss=%C3%BC");
    }
}
