//! A text where a code is read, and a form with any fields at every route that takes one: refused, or led on within this
//! server. The first byte says which route.
#![no_main]

use std::sync::LazyLock;

use axum::http::Method;
use libfuzzer_sys::fuzz_target;
use tessera_fuzz::{BACK, house};

/// Every path that takes a form, with something in the place of each name in it.
static PATHS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let routes = house().app.routes().into_iter().filter(|route| route.method == Method::POST);
    let filled = |part: &'static str| if part.starts_with('{') { "x" } else { part };
    let mut paths: Vec<String> =
        routes.map(|route| route.path.split('/').map(filled).collect::<Vec<_>>().join("/")).collect();
    paths.extend(["/api/scan", "/api/approve", "/api/deny"].map(str::to_owned));
    paths
});

fuzz_target!(|data: &[u8]| {
    let Some((which, form)) = data.split_first() else { return };
    let path = &PATHS[usize::from(*which) % PATHS.len()];
    let own: [(&str, &[u8]); 3] = [
        ("accept", b"text/html"),
        ("sec-fetch-site", b"same-origin"),
        ("content-type", b"application/x-www-form-urlencoded"),
    ];
    if let Some(answer) = house().ask(Method::POST, path, &own, form.to_vec()) {
        let to = answer.location();
        let is_ours = to.starts_with('/') && !to.starts_with("//");
        assert!(to.is_empty() || is_ours || to.starts_with(BACK), "{path} leads to {to}");
        assert!(answer.headers.get("set-cookie").is_none_or(|cookie| cookie.as_bytes().ends_with(b"SameSite=Lax")));
    }
    if let Ok(code) = std::str::from_utf8(form) {
        let flow = &house().app.login.flow;
        if let Ok(known) = flow.parse_scan_code(code) {
            assert!(flow.link_text(known).eq_ignore_ascii_case(code), "one code has one text: {code}");
        }
        let _ = house().ask(Method::GET, &format!("/s/{code}"), &own[..1], Vec::new());
    }
});
