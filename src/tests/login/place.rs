//! The coarse place on the confirm page, out of a database that the test writes.

use std::net::Ipv4Addr;

use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::Server;

/// Where in such a file the description begins.
const MARKER: &[u8] = b"\xAB\xCD\xEFMaxMind.com";

fn text(value: &str) -> Vec<u8> {
    let length = u8::try_from(value.len()).expect("short");
    assert!(length < 29, "one byte says the length");
    [&[2 << 5 | length], value.as_bytes()].concat()
}

fn map(fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let count = u8::try_from(fields.len()).expect("few");
    fields.iter().fold(vec![7 << 5 | count], |map, (name, value)| [map, text(name), value.clone()].concat())
}

fn number(value: u16) -> Vec<u8> {
    [&[5 << 5 | 2], value.to_be_bytes().as_slice()].concat()
}

/// A database in the MaxMind DB format 2.0 that knows one /24.
fn database(network: Ipv4Addr, place: &[u8]) -> Vec<u8> {
    const NODES: u32 = 24;
    let bits = network.to_bits();
    let mut file = Vec::new();
    for node in 0..NODES {
        // On the way on, or behind the tree and the 16 bytes after it, where the data begins; else nowhere.
        let on = if node + 1 < NODES { node + 1 } else { NODES + 16 };
        let is_right = bits >> (31 - node) & 1 == 1;
        for record in if is_right { [NODES, on] } else { [on, NODES] } {
            file.extend_from_slice(&record.to_be_bytes()[1..]);
        }
    }
    file.extend_from_slice(&[0; 16]);
    file.extend_from_slice(place);
    file.extend_from_slice(MARKER);
    file.extend(map(&[
        ("node_count", [&[6 << 5 | 4], NODES.to_be_bytes().as_slice()].concat()),
        ("record_size", number(24)),
        ("ip_version", number(4)),
        ("database_type", text("Test-City")),
        ("languages", vec![0, 4]),
        ("binary_format_major_version", number(2)),
        ("binary_format_minor_version", number(0)),
        ("build_epoch", vec![1, 2, 1]),
        ("description", map(&[])),
    ]));
    file
}

#[tokio::test]
async fn sec_08_the_confirm_page_names_the_place_where_a_database_knows_it() {
    let named = |name| map(&[("names", map(&[("en", text(name))]))]);
    let place = map(&[("city", named("Vienna")), ("country", named("Austria"))]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("places.mmdb");
    std::fs::write(&file, database(Ipv4Addr::new(198, 51, 100, 0), &place)).expect("written");
    let server = Server::start_with(|settings| settings.login.place_database = Some(file)).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for (address, place) in [("198.51.100.7", Some("Vienna, Austria")), ("203.0.113.7", None), ("2001:db8::1", None)] {
        let shown = Browser::new(&server, DESKTOP, address).show_code().await;
        let code = phone.scan(&shown).await;
        let page = phone.get(&format!("/s/{code}")).await.body;
        assert!(page.contains(address), "{page}");
        assert_eq!(page.contains("<dt>Place</dt>"), place.is_some(), "{address}: {page}");
        assert!(place.is_none_or(|place| page.contains(place)), "{address}: {page}");
    }
}

#[tokio::test]
async fn a_database_that_is_none_stops_the_start_with_a_line_that_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("places.mmdb");
    std::fs::write(&file, "not a database").expect("written");
    let error = tessera::places::Places::open(Some(&file)).expect_err("no database");
    assert!(error.starts_with("login.place_database: ") && error.contains("places.mmdb"), "{error}");
}
