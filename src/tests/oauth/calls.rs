//! What programs call below `/oauth`, as clients that nobody here wrote call it.

use reqwest::{Method, StatusCode};
use tessera::store::records::app_options::AppOptions;
use tessera::text::Lang;
use tessera::web::routes::Writers;

use crate::harness::browser::{Browser, Reply};
use crate::harness::server::Server;
use crate::harness::site::{Answer, BACK, Site, VERIFIER, exchange, query, said};
use crate::web::connections::say;

const FORM: &str = "application/x-www-form-urlencoded";

/// Everything below `/oauth` that programs call, by the routes that there are.
fn called(server: &Server) -> Vec<(Method, &'static str)> {
    let mut routes = server.app.routes();
    routes.retain(|route| route.writers == Writers::AnySite && route.path.starts_with("/oauth/"));
    routes.retain(|route| !["/oauth/authorize", "/oauth/logout"].contains(&route.path));
    routes.into_iter().map(|route| (route.method, route.path)).collect()
}

/// RFC 6749 §5.2: a code, a description in its letters, and nothing beside.
fn is_refusal(body: &str, code: &str) -> bool {
    let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let described = json["error_description"].as_str().unwrap_or_default();
    let is_plain = |byte: u8| matches!(byte, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    json["error"] == code && json["message"].is_null() && !described.is_empty() && described.bytes().all(is_plain)
}

#[tokio::test]
async fn whatever_refuses_the_call_of_a_program_does_so_in_the_shape_of_rfc_6749() {
    let server = Server::start().await;
    let program = Browser::new(&server, "shop/1.0", "192.0.2.80");
    let host = program.host();
    let mut seen = std::collections::BTreeSet::new();
    let called = called(&server);
    assert!(called.len() > 6, "{called:?}");
    for (method, path) in called {
        // Some HTTP libraries say that they accept pages, too.
        for accept in ["*/*", "application/json", "text/html, image/gif, */*; q=.2"] {
            let headers = [("accept", accept)];
            let wrong = if method == Method::GET { Method::DELETE } else { Method::GET };
            let wrong = program.try_send_body(wrong, path, &headers, None).await.expect("an answer");
            let large = Some((FORM, vec![b'x'; 300_000]));
            let large = program.try_send_body(Method::POST, path, &headers, large).await.expect("an answer");
            let mut replies = vec![wrong, large];
            if method == Method::POST {
                for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
                    let other = Some((kind, b"{}".to_vec()));
                    let reply = program.try_send_body(Method::POST, path, &headers, other).await.expect("an answer");
                    // Beside a token in the header a body of another kind says nothing.
                    replies.extend(Some(reply).filter(|reply| reply.status != StatusCode::UNAUTHORIZED));
                }
            }
            for reply in replies {
                seen.insert(reply.status.as_u16());
                let about = format!("{method} {path} {accept}: {reply:?}");
                assert!(
                    reply.status.is_client_error() && reply.header("content-type") == "application/json",
                    "{about}"
                );
                assert!(is_refusal(&reply.body, "invalid_request"), "{about}");
            }
            let chunked = format!("host: {host}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n");
            for (status, rest) in [
                ("411", chunked),
                ("400", format!("host: {host}\r\nhost: {host}\r\nconnection: close\r\n\r\n")),
                ("400", "host: a b\r\nconnection: close\r\n\r\n".to_owned()),
            ] {
                let ask = format!("POST {path} HTTP/1.1\r\naccept: {accept}\r\n{rest}");
                let answer = say(&server, ask).await;
                let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
                assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
                assert!(is_refusal(body, "invalid_request"), "{path}: {answer}");
            }
        }
    }
    for status in [400, 405, 413] {
        assert!(seen.contains(&status), "{status}: {seen:?}");
    }
}

#[tokio::test]
async fn a_program_that_calls_too_often_is_told_so_in_the_same_shape() {
    let server = Server::start_with(|settings| settings.limits.requests_per_minute = 3).await;
    let program = Browser::new(&server, "shop/1.0", "192.0.2.80");
    for path in ["/oauth/token", "/oauth/userinfo", "/oauth/jwks", "/oauth/nothing"] {
        let mut reply = program.fetch(Method::GET, path).await;
        while reply.status != StatusCode::TOO_MANY_REQUESTS {
            reply = program.fetch(Method::GET, path).await;
        }
        assert!(is_refusal(&reply.body, "temporarily_unavailable"), "{path}: {reply:?}");
        assert!(reply.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0), "{path}: {reply:?}");
    }
}

#[tokio::test]
async fn a_token_may_come_in_a_form_and_never_in_two_ways_or_in_an_address() {
    let server = Server::start().await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    let tokens = site.exchanges(&site.code(&Browser::desktop(&server), &phone, &[]).await).await;
    let token = tokens.text("access_token");
    let bearer = format!("Bearer {token}");
    let ask = async |headers: &[(&str, &str)], form: Option<&[(&str, &str)]>| {
        Answer::of(site.backend.send(Method::POST, "/oauth/userinfo", headers, form).await)
    };
    let by_form = ask(&[], Some(&[("access_token", &token)])).await;
    assert_eq!((by_form.status, by_form.text("name")), (StatusCode::OK, "Alice".to_owned()), "{by_form:?}");
    assert_eq!(by_form.json, site.userinfo(&token).await.json);
    assert_eq!(ask(&[("authorization", &bearer)], None).await.json, by_form.json);
    assert_eq!(ask(&[("authorization", &bearer)], Some(&[])).await.json, by_form.json);
    // A library that sends JSON with every POST.
    let headers = [("authorization", bearer.as_str())];
    let json = Some(("application/json", b"{}".to_vec()));
    let beside = site.backend.try_send_body(Method::POST, "/oauth/userinfo", &headers, json).await.expect("an answer");
    assert_eq!(Answer::of(beside).json, by_form.json);

    let both = ask(&[("authorization", &bearer)], Some(&[("access_token", &token)])).await;
    assert_eq!((both.status, both.error()), (StatusCode::BAD_REQUEST, "invalid_request".to_owned()), "RFC 6750 §2");
    let twice = format!("access_token={token}&access_token={token}").into_bytes();
    let twice = site.backend.try_send_body(Method::POST, "/oauth/userinfo", &[], Some((FORM, twice))).await;
    assert_eq!(Answer::of(twice.expect("an answer")).error(), "invalid_request");
    let wrong = ask(&[], Some(&[("access_token", "x")])).await;
    assert_eq!((wrong.status, wrong.error()), (StatusCode::UNAUTHORIZED, "invalid_token".to_owned()));
    assert_eq!(ask(&[], Some(&[])).await.reply.header("www-authenticate"), "Bearer realm=\"tessera\"");
    for method in [Method::GET, Method::POST] {
        let address = format!("/oauth/userinfo?access_token={token}");
        let reply = site.backend.try_send_body(method, &address, &[], None).await.expect("an answer");
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "an address ends up in logs (RFC 6750 §2.3)");
    }
}

/// `Authorization: Basic`, as these two halves make it.
async fn proves(site: &Site, id: &str, secret: &str, form: &[(&str, &str)]) -> Answer {
    use base64::Engine as _;
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
    let headers = [("authorization", format!("Basic {basic}"))];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    Answer::of(site.backend.send(Method::POST, "/oauth/token", &headers, Some(form)).await)
}

#[tokio::test]
async fn a_public_app_may_send_the_secret_that_it_does_not_have_as_an_empty_one() {
    let server = Server::start().await;
    let (public, site) = (Site::public(&server).await, Site::register(&server).await);
    let phone = Browser::signed_in(&server, "Alice").await;
    let code = async |site: &Site| site.code(&Browser::desktop(&server), &phone, &[]).await;
    let by_header = code(&public).await;
    let told = proves(&public, &public.id, "", &exchange(&by_header)).await;
    assert_eq!(told.status, StatusCode::OK, "{told:?}");
    let in_body = code(&public).await;
    let form = [exchange(&in_body), vec![("client_id", public.id.as_str()), ("client_secret", "")]].concat();
    let told = public.backend.send(Method::POST, "/oauth/token", &[], Some(&form)).await;
    assert_eq!(told.status, StatusCode::OK, "{told:?}");
    let by_name = code(&public).await;
    let form = [exchange(&by_name), vec![("client_id", public.id.as_str())]].concat();
    assert_eq!(proves(&public, &public.id, "", &form).await.status, StatusCode::OK);

    // A secret that it does not have is none of its own; and what has a secret needs it.
    let refused = (StatusCode::UNAUTHORIZED, "invalid_client".to_owned());
    let fresh = code(&public).await;
    let guessed = proves(&public, &public.id, "x", &exchange(&fresh)).await;
    assert_eq!((guessed.status, guessed.error()), refused);
    let fresh = code(&site).await;
    for id in [site.id.as_str(), "ts0000000000000000", ""] {
        let without = proves(&site, id, "", &exchange(&fresh)).await;
        assert_eq!((without.status, without.error()), refused, "{id}");
    }
    let keys = serde_json::json!({ "keys": [] });
    let keyed = Site::register_with(&server, |app| {
        app.secrets.clear();
        app.options = AppOptions { jwks: Some(keys), ..AppOptions::default() };
    });
    let keyed = keyed.await;
    let without = proves(&keyed, &keyed.id, "", &exchange("x")).await;
    assert_eq!((without.status, without.error()), refused, "it has keys to prove itself by");
}

#[tokio::test]
async fn what_an_app_may_sign_its_proof_with_is_said_of_every_endpoint_that_takes_one() {
    let server = Server::start().await;
    let program = Browser::new(&server, "shop/1.0", "192.0.2.80");
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let metadata = Answer::of(program.send(Method::GET, path, &[], None).await).json;
        let methods =
            metadata.as_object().expect("an object").keys().filter(|key| key.ends_with("_auth_methods_supported"));
        let mut seen = 0;
        for key in methods {
            // RFC 8414 §2: where `private_key_jwt` is listed, the algorithms are required.
            let algorithms = key.replace("_auth_methods_", "_auth_signing_alg_values_");
            let takes_proofs =
                metadata[key].as_array().is_some_and(|all| all.iter().any(|one| one == "private_key_jwt"));
            let has_some = metadata[&algorithms].as_array().is_some_and(|all| !all.is_empty());
            assert_eq!(takes_proofs, has_some, "{key} and {algorithms}: {metadata}");
            assert!(!metadata[&algorithms].to_string().contains("none"), "{metadata}");
            seen += 1;
        }
        assert_eq!(seen, 3, "token, introspection and revocation");
    }
}

#[tokio::test]
async fn the_metadata_names_every_language_into_which_the_pages_are_translated() {
    let server = Server::start().await;
    let program = Browser::new(&server, "shop/1.0", "192.0.2.80");
    let metadata = Answer::of(program.send(Method::GET, "/.well-known/openid-configuration", &[], None).await).json;
    let named = metadata["ui_locales_supported"].as_array().expect("a list");
    let named: Vec<&str> = named.iter().filter_map(serde_json::Value::as_str).collect();
    assert_eq!(named, Lang::TRANSLATED.iter().map(|lang| lang.texts().tag).collect::<Vec<_>>());
    assert!(named.contains(&"en") && !named.contains(&Lang::Mirrored.texts().tag), "{named:?}");
}

#[tokio::test]
async fn what_is_not_known_may_come_twice_and_what_is_known_is_told_to_the_app_where_it_may_be() {
    let server = Server::start().await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    let browser = Browser::desktop(&server);
    let asks = async |more: &str| browser.get(&format!("{}&{more}", site.sends_to(&[]))).await;
    for ignored in [
        "resource=https://a.example&resource=https://b.example",
        "utm_source=x&utm_source=y",
        "audience=a&audience=b&audience=c",
        "%FF=1&%FF=2",
    ] {
        let begun = asks(ignored).await;
        assert!(begun.location().starts_with("/oauth/authorize/"), "{ignored}: {begun:?}");
    }
    for told in ["scope=openid", "nonce=n1", "prompt=none&prompt=none", "max_age=1&max_age=1", "login_hint=%E9"] {
        let back = asks(told).await;
        let said = ["error", "state", "iss"].map(|name| said(back.location(), name));
        assert!(back.location().starts_with(BACK), "{told}: {back:?}");
        assert_eq!(said, ["invalid_request", "s1", server.origin.as_str()], "{told}");
    }
    for shown in
        ["state=s2", "client_id=x", "redirect_uri=https://evil.example/", "response_mode=query&response_mode=query"]
    {
        let page = asks(shown).await;
        assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, ""), "{shown}: {page:?}");
    }
    // The same at the token endpoint.
    let code = site.code(&Browser::desktop(&server), &phone, &[]).await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", BACK)];
    let form = [&form[..], &[("code_verifier", VERIFIER), ("resource", "https://a.example")]].concat();
    let twice = [form.clone(), vec![("code", &code)]].concat();
    assert_eq!(site.calls("/oauth/token", &twice).await.error(), "invalid_request");
    let many = query(&[form, vec![("resource", "https://b.example"), ("client_id", &site.id)]].concat());
    let body = Some((FORM, format!("{many}&client_secret={}", site.secret).into_bytes()));
    let told: Reply = site.backend.try_send_body(Method::POST, "/oauth/token", &[], body).await.expect("an answer");
    assert_eq!(told.status, StatusCode::OK, "{told:?}");
}
