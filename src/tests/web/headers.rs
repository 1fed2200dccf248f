//! Header fields that others write into our requests: cookies of sibling domains, addresses of clients before a proxy.
//! Bytes in them that are not ASCII change nothing about what is ours.

use super::connections::say;
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::Server;

/// What a sibling domain can set for ours, one byte of which or more is not ASCII.
const SIBLINGS: [&[u8]; 6] = [
    "ort=Zürich".as_bytes(),
    b"ort=Z\xfcrich",
    b"z\xfcrich=1",
    "\u{1f36a}".as_bytes(),
    b"\xff\xfe=\xfd",
    "a=1; \u{a0}=\u{a0}; b=\"é\"".as_bytes(),
];

#[tokio::test]
async fn a_cookie_of_a_sibling_domain_signs_nobody_out() {
    let server = Server::start_with(|settings| settings.limits.requests_per_minute = 10_000).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let own = format!("__Host-tessera-session={}", phone.cookie("__Host-tessera-session").expect("a session"));
    for sibling in SIBLINGS {
        for cookies in [
            [sibling, b"; ", own.as_bytes()].concat(),
            [own.as_bytes(), b"; ", sibling].concat(),
            [sibling, b"\r\ncookie: ", own.as_bytes()].concat(),
            [own.as_bytes(), b";", sibling, b";"].concat(),
        ] {
            let head =
                format!("GET / HTTP/1.1\r\nhost: {}\r\naccept: text/html\r\nconnection: close\r\n", phone.host());
            let answer = say(&server, [head.as_bytes(), b"cookie: ", &cookies, b"\r\n\r\n"].concat()).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            assert!(answer.contains("action=\"/signout\""), "{}", String::from_utf8_lossy(&cookies));
        }
    }
    let nobody = format!("GET / HTTP/1.1\r\nhost: {}\r\naccept: text/html\r\nconnection: close\r\n\r\n", phone.host());
    assert!(!say(&server, nobody).await.contains("action=\"/signout\""));
}

#[tokio::test]
async fn a_cookie_of_a_sibling_domain_keeps_no_page_from_its_ticket() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    for cookies in [&browser, &phone] {
        cookies.set_cookie("ort", "Zürich");
        cookies.set_cookie("日本", "はい");
    }
    phone.signs_in(&browser).await;
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn sec_32_the_address_behind_a_trusted_proxy_is_seen_whatever_its_client_wrote_before_it() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for (written, address) in [
        ("198.51.100.7", "198.51.100.7"),
        ("Zürich, 198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, \u{a0}\u{1f310}, 198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, ", "198.51.100.7"),
        (", ,198.51.100.7,,", "198.51.100.7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("é, [2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
    ] {
        let browser = Browser::new(&server, DESKTOP, written);
        let code = phone.scan(&browser.show_code().await).await;
        let question = phone.get(&format!("/s/{code}")).await;
        assert!(question.body.contains(address), "{written:?}: {}", question.body);
    }
}

#[tokio::test]
async fn a_browser_is_named_however_its_maker_writes_itself() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for agent in [
        DESKTOP,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Café/1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; 小米) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; \u{a0}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
    ] {
        let browser = Browser::new(&server, agent, "198.51.100.1");
        let code = phone.scan(&browser.show_code().await).await;
        let question = phone.get(&format!("/s/{code}")).await;
        assert!(question.words().contains("Chrome on Windows"), "{agent}: {}", question.body);
    }
}
