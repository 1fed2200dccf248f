//! Lines of `X-Forwarded-For`, one a line: of an untrusted peer they count for nothing, and of a trusted one what is read is
//! the address furthest to the right that is no proxy of ours.
#![no_main]

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use tessera::web::client::TrustedProxies;

fuzz_target!(|data: &[u8]| {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        let Ok(value) = HeaderValue::from_bytes(line) else { return };
        headers.append("x-forwarded-for", value);
    }
    let trusted = ["127.0.0.0/8", "10.0.0.0/8", "2001:db8:1::/48"].map(|network| network.parse().expect("a network"));
    let (none, some) = (TrustedProxies::new(&[]), TrustedProxies::new(&trusted));
    for peer in ["127.0.0.1", "10.1.2.3", "::ffff:10.1.2.3", "192.0.2.1", "2001:db8:1::1"] {
        let peer: IpAddr = peer.parse().expect("an address");
        assert_eq!(none.resolve(peer, &headers).0, peer.to_canonical());
        let seen = some.resolve(peer, &headers).0;
        assert_eq!(seen, seen.to_canonical(), "one address has one name");
        let is_ours = |address: IpAddr| trusted.iter().any(|network: &ipnet::IpNet| network.contains(&address));
        if !is_ours(peer.to_canonical()) {
            assert_eq!(seen, peer.to_canonical());
        }
        let last = headers.get_all("x-forwarded-for").iter().next_back().expect("a line");
        let last = last.as_bytes().rsplit(|byte| *byte == b',').next().unwrap_or_default();
        let last = std::str::from_utf8(last.trim_ascii()).ok().and_then(|text| text.parse::<IpAddr>().ok());
        if let Some(last) = last.map(|last| last.to_canonical()).filter(|last| !is_ours(*last))
            && is_ours(peer.to_canonical())
        {
            assert_eq!(seen, last, "what is left of it is somebody's invention");
        }
    }
});
