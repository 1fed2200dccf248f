//! The first line is an address that an app is to be registered with, the second one that a request names. What is taken
//! is read by a browser's rules as it is read here, and what is allowed is the same to the letter.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reqwest::Url;
use tessera::oauth::RedirectUri;

const LOOPBACK: [&str; 3] = ["127.0.0.1", "[::1]", "localhost"];

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (registered, requested) = text.split_once('\n').unwrap_or((text, text));
    let Ok(uri) = registered.parse::<RedirectUri>() else { return };
    assert_eq!(uri.as_str(), registered);
    assert!(uri.allows(registered));
    let read = Url::parse(registered).unwrap_or_else(|error| panic!("{registered:?}: {error}"));
    if uri.is_private_use() {
        // A native app's own scheme: no host, and nothing but itself is allowed.
        assert!(read.host_str().unwrap_or_default().is_empty() && read.scheme() == uri.host(), "{registered:?}");
        assert!(read.fragment().is_none() && (requested == registered || !uri.allows(requested)), "{registered:?}");
        return;
    }
    let host = read.host_str().expect("a host");
    let shown = uri.host();
    let without_port = shown.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let without_port = without_port.map_or(shown, |(host, _)| host);
    assert!(without_port.eq_ignore_ascii_case(host), "people are shown {shown:?}, and browsers go to {host:?}");
    assert!(read.scheme() == "https" || LOOPBACK.contains(&host), "{registered:?}");
    assert!(read.username().is_empty() && read.password().is_none() && read.fragment().is_none(), "{registered:?}");
    if uri.allows(requested) && requested != registered {
        let other = Url::parse(requested).unwrap_or_else(|error| panic!("{requested:?}: {error}"));
        assert!(read.scheme() == "http" && other.scheme() == "http", "{registered:?} allows {requested:?}");
        assert_eq!((other.host_str(), other.path(), other.query()), (Some(host), read.path(), read.query()));
        assert!(LOOPBACK.contains(&host));
    }
});
