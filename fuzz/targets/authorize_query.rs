//! Whatever an app, or whoever calls itself one, asks in a query: nobody is led anywhere but to the one address that the
//! app is registered with, or on within this server.
#![no_main]

use axum::http::Method;
use libfuzzer_sys::fuzz_target;
use tessera_fuzz::{BACK, house};

fuzz_target!(|data: &[u8]| {
    let Ok(query) = std::str::from_utf8(data) else { return };
    for path in ["/oauth/authorize", "/connect/qrconnect", "/oauth/logout"] {
        let html: [(&str, &[u8]); 1] = [("accept", b"text/html")];
        let Some(answer) = house().ask(Method::GET, &format!("{path}?{query}"), &html, Vec::new()) else { return };
        let to = answer.location();
        let is_back = to.strip_prefix(BACK).is_some_and(|rest| rest.starts_with('?'));
        let is_ours = to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\");
        assert!(to.is_empty() || is_back || is_ours, "{path}?{query} leads to {to}");
        // The same as a form.
        let form: [(&str, &[u8]); 2] = [("accept", b"text/html"), ("content-type", b"application/x-www-form-urlencoded")];
        let posted = house().ask(Method::POST, path, &form, data.to_vec());
        let to = posted.as_ref().map_or("", |answer| answer.location());
        assert!(to.is_empty() || to.starts_with(BACK) || to.starts_with('/'), "{path} {query} leads to {to}");
    }
});
