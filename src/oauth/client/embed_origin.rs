//! Checks the origins whose pages may show an app's code in a frame. They are compared with the origins that
//! browsers send, and named in `frame-ancestors` of the frame's page.

use super::redirect_uri::{RedirectUri, host_of};

/// Returns whether a text is an origin as browsers write it, in lower case and without a path: `https` with
/// any host, or `http` with a loopback host.
pub fn is_origin(text: &str) -> bool {
    let is_plain = text.parse::<RedirectUri>().is_ok() && !text.bytes().any(|byte| byte.is_ascii_uppercase());
    is_plain && text.split_once("://").is_some_and(|(_, rest)| host_of(text) == rest)
}

/// Returns whether `frame-ancestors` can name this origin: its host has only letters, digits, hyphens and
/// dots.
pub fn fits_a_policy(origin: &str) -> bool {
    let host = host_of(origin);
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    host.split('.')
        .all(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embed_origin_is_as_browsers_write_it() {
        for right in ["https://shop.example", "https://shop.example:8443", "http://localhost:3000", "http://[::1]:80"] {
            assert!(is_origin(right), "{right}");
        }
        for named in ["https://shop.example", "https://shop.example:8443", "http://localhost:3000", "https://192.0.2.7"]
        {
            assert!(fits_a_policy(named), "{named}");
        }
        for unnamed in ["http://[::1]:80", "https://[2001:db8::7]", "https://my_shop.example", "https://shop.example."]
        {
            assert!(is_origin(unnamed) && !fits_a_policy(unnamed), "{unnamed}");
        }
        for wrong in [
            "",
            "shop.example",
            "https://",
            "https://shop.example/",
            "https://Shop.example",
            "https://shop.example?",
            "https://shop.example#",
            "https://*.shop.example",
            "https://a@shop.example",
            "https://shop.example;script-src",
            "https://shop.example,https://evil.example",
            "https://shop.example https://evil.example",
            "http://shop.example",
            "'none'",
        ] {
            assert!(!is_origin(wrong), "{wrong}");
        }
    }
}
