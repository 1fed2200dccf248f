//! `tessera doctor` finds what was planted, and nothing where nothing is the matter.

use std::process::Command;
use std::sync::Arc;

use tessera::listen::tls;
use tessera::settings;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::pair::Pair;
use crate::harness::proxy::Wire;
use crate::harness::server::Server;
use crate::harness::spawn::{Redis, free_port};

/// What a bad proxy does to the bytes that pass it.
#[derive(Clone, Copy)]
struct Proxy {
    request: fn(String) -> String,
    answer: fn(String) -> String,
    /// Holds an answer back until it is whole.
    holds_back: bool,
}

const HONEST: Proxy = Proxy { request: |text| text, answer: |text| text, holds_back: false };

/// Starts a proxy before a server; one request a connection.
async fn proxy(server: &Server, proxy: Proxy) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let target = server.address.clone();
    tokio::spawn(async move {
        loop {
            let (mut near, _) = listener.accept().await.expect("accepts");
            let target = target.clone();
            tokio::spawn(async move {
                let mut far = TcpStream::connect(target).await.expect("connects");
                let (mut near_read, mut near_write) = near.split();
                let (mut far_read, mut far_write) = far.split();
                let there = async {
                    let mut bytes = vec![0; 64 * 1024];
                    while let Ok(length @ 1..) = near_read.read(&mut bytes).await {
                        let text = (proxy.request)(String::from_utf8_lossy(&bytes[..length]).into_owned());
                        far_write.write_all(text.as_bytes()).await.expect("passes on");
                    }
                };
                let back = async {
                    let (mut bytes, mut held) = (vec![0; 64 * 1024], Vec::new());
                    while let Ok(length @ 1..) = far_read.read(&mut bytes).await {
                        let text = (proxy.answer)(String::from_utf8_lossy(&bytes[..length]).into_owned());
                        if proxy.holds_back && (text.contains("event-stream") || !held.is_empty()) {
                            held.extend_from_slice(text.as_bytes());
                        } else if near_write.write_all(text.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                    let _ = near_write.write_all(&held).await;
                };
                tokio::select! { () = there => {} () = back => {} }
            });
        }
    });
    port
}

/// What the doctor says, and whether it is content.
fn doctor(settings: &[(&str, String)]) -> (String, bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let done = Command::new(env!("CARGO_BIN_EXE_tessera"))
        .arg("doctor")
        .current_dir(folder.path())
        .env_clear()
        .envs(settings.iter().map(|(key, value)| (format!("TESSERA_{key}"), value)))
        .output()
        .expect("runs");
    let said = [done.stdout, done.stderr].concat();
    (String::from_utf8_lossy(&said).into_owned(), done.status.success())
}

pub async fn examined(settings: Vec<(&'static str, String)>) -> (String, bool) {
    tokio::task::spawn_blocking(move || doctor(&settings)).await.expect("examined")
}

fn url(port: u16) -> String {
    format!("http://localhost:{port}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_healthy_house_is_told_so() {
    let pair = Pair::start().await;
    let (redis, postgres) = &pair.stores;
    let (said, content) = examined(vec![
        ("SERVER__ADDR", pair.first.address.clone()),
        ("LIMITS__CONNECTIONS", "1000".to_owned()),
        ("STORE__TICKETS", redis.address()),
        ("STORE__RECORDS", postgres.address()),
    ])
    .await;
    assert!(content, "{said}");
    for good in [
        "Redis answers after",
        "agree on the time",
        "Redis is version",
        "throws nothing away",
        "PostgreSQL is version",
        "takes writes",
        "Tessera answers at",
        "all their flags",
        "WebSockets get through",
        "get through at once",
    ] {
        assert!(said.contains(good), "{good} is missing in:\n{said}");
    }
    assert!(!said.contains("WRONG"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_planted_misconfiguration_is_found() {
    let (lru, replica) =
        (Redis::with(&["--maxmemory-policy", "allkeys-lru"]), Redis::with(&["--replicaof", "127.0.0.1", "1"]));
    let secret = Redis::with(&["--requirepass", "hunter2"]);
    let silent = Redis::with(&["--rename-command", "CONFIG", ""]);
    // The server behind a proxy believes that it is reached where it listens itself.
    let through = async |by: Proxy| {
        let server = Server::start().await;
        let port = proxy(&server, by).await;
        examined(vec![("SERVER__PUBLIC_URL", url(port))]).await
    };
    let planted = [
        ("server.adress", examined(vec![("SERVER__ADRESS", "x".to_owned())]).await),
        ("is refused: nobody listens there", examined(vec![("SERVER__PUBLIC_URL", url(free_port()))]).await),
        (
            "does not know the name nobody.invalid",
            examined(vec![("SERVER__PUBLIC_URL", "https://nobody.invalid".to_owned())]).await,
        ),
        ("is not Tessera", through(Proxy { answer: |text| text.replace("\r\n\r\nok", "\r\n\r\nno"), ..HONEST }).await),
        ("without TLS", examined(vec![("SERVER__PUBLIC_URL", "http://127.0.0.2:9".to_owned())]).await),
        ("believes everybody", examined(vec![("SERVER__TRUSTED_PROXIES", "[\"0.0.0.0/0\"]".to_owned())]).await),
        ("a proxy stands between", examined(vec![("SERVER__PUBLIC_URL", "https://a.example".to_owned())]).await),
        ("open files", examined(vec![("LIMITS__CONNECTIONS", "9000000".to_owned())]).await),
        ("does not say what it does when it is full", examined(vec![("STORE__TICKETS", silent.address())]).await),
        ("allkeys-lru", examined(vec![("STORE__TICKETS", lru.address())]).await),
        ("does not answer as a master", examined(vec![("STORE__TICKETS", replica.address())]).await),
        ("does not answer as a master", examined(vec![("STORE__TICKETS", secret.address())]).await),
        (
            "replicas that follow the master",
            examined(vec![("STORE__TICKETS", lru.address()), ("STORE__REPLICAS", "1".to_owned())]).await,
        ),
        (
            "PostgreSQL does not let us in",
            examined(vec![("STORE__RECORDS", format!("postgres://a@127.0.0.1:{}/b", free_port()))]).await,
        ),
        ("does not say for whom it asks", through(HONEST).await),
        ("Host or Origin is changed", through(HONEST).await),
    ];
    for (finding, (said, _)) in &planted {
        assert!(said.contains(finding), "{finding} is not found in:\n{said}");
    }
    // On the very port that people reach, so that only what the proxy does is wrong.
    for (finding, by) in [
        (
            "WebSockets do not get through",
            Proxy { request: |text| text.replace("upgrade: websocket\r\n", ""), ..HONEST },
        ),
        ("held back on the way", Proxy { holds_back: true, ..HONEST }),
        ("cookies are changed", Proxy { answer: |text| text.replace("; Secure", ""), ..HONEST }),
        (
            "policy of the pages is changed",
            Proxy { answer: |text| text.replace("content-security-policy", "x-policy"), ..HONEST },
        ),
    ] {
        let own = free_port();
        let reached: Arc<str> = url(own).into();
        let server = Server::start_with(|settings| settings.public_url = reached).await;
        let _wire = Wire::between(own, proxy(&server, by).await).await;
        let (said, _) = examined(vec![("SERVER__PUBLIC_URL", url(own))]).await;
        assert!(said.contains(finding), "{finding} is not found in:\n{said}");
    }
}

/// Speaks TLS by this certificate, and leads to the server.
async fn tls_before(server: &Server, names: &[&str]) -> u16 {
    let pair = rcgen::KeyPair::generate().expect("a key");
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let params = rcgen::CertificateParams::new(names).expect("names");
    let signed = params.self_signed(&pair).expect("a certificate");
    let folder = tempfile::tempdir().expect("a folder");
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert, signed.pem()).expect("written");
    std::fs::write(&key, pair.serialize_pem()).expect("written");
    let settings = settings::Server { tls_cert: Some(cert), tls_key: Some(key), ..settings::Server::default() };
    let acceptor = tls::configured(&settings).expect("right").expect("configured");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let target = server.address.clone();
    tokio::spawn(async move {
        loop {
            let (near, _) = listener.accept().await.expect("accepts");
            let (acceptor, target) = (acceptor.clone(), target.clone());
            tokio::spawn(async move {
                let Ok(mut near) = acceptor.accept(near).await else { return };
                let mut far = TcpStream::connect(target).await.expect("connects");
                let _ = copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_a_refusal_and_tls_are_told_apart_and_what_follows_is_looked_at() {
    let server = Server::start().await;
    let _ = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider().install_default();
    let https = |port: u16| vec![("SERVER__PUBLIC_URL", format!("https://localhost:{port}"))];
    let (said, content) = examined(https(tls_before(&server, &["localhost"]).await)).await;
    assert!(!content && said.contains("phones do not trust the certificate of https://localhost"), "{said}");
    assert!(said.contains("Tessera answers at"), "the rest is looked at all the same:\n{said}");
    let elsewhere = tls_before(&server, &["elsewhere.example"]).await;
    assert!(examined(https(elsewhere)).await.0.contains("phones do not trust the certificate"));
    // Plain HTTP where https is said.
    let (said, _) = examined(https(server.port())).await;
    assert!(said.contains("does not speak TLS as browsers do"), "{said}");
    let (said, _) = examined(https(free_port())).await;
    assert!(said.contains("is refused") && !said.contains("TLS as browsers"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_of_the_configuration_is_told_from_another_that_answers_in_its_place() {
    let (own, other) = (Server::start().await, Server::start().await);
    let looks_at = async |server: &Server| {
        let folder = own.folder.path().to_string_lossy().into_owned();
        examined(vec![("SERVER__DATA_DIR", folder), ("SERVER__ADDR", server.address.clone())]).await
    };
    let (said, _) = looks_at(&own).await;
    assert!(said.contains("Tessera answers at") && !said.contains("another Tessera"), "{said}");
    assert!(said.contains("the key that they were made with are both there"), "{said}");
    let (said, content) = looks_at(&other).await;
    assert!(!content && said.contains("another Tessera answers at"), "{said}");
    // Where there are no records yet there is nothing to tell it by.
    let (said, _) = examined(vec![("SERVER__ADDR", other.address.clone())]).await;
    assert!(said.contains("Tessera answers at") && !said.contains("another Tessera"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_folder_without_records_it_is_not_content() {
    let server = Server::start().await;
    let nowhere = tempfile::tempdir().expect("a folder");
    let missing = nowhere.path().join("nowhere").to_string_lossy().into_owned();
    let settings = vec![("SERVER__DATA_DIR", missing.clone()), ("SERVER__ADDR", server.address.clone())];
    let (said, content) = examined(settings).await;
    assert!(!content && said.contains(&format!("there are no records: {missing}/tessera.db")), "{said}");
    assert!(said.contains("--data-dir") && said.contains("--config"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_a_start_fails_at_are_named_as_the_check_of_the_configuration_names_them() {
    for (settings, named) in [
        (
            &[("SERVER__TLS_CERT", "/no/c.pem"), ("SERVER__TLS_KEY", "/no/k.pem")][..],
            "server.tls_cert: /no/c.pem: No such",
        ),
        (&[("LOGIN__PLACE_DATABASE", "/no/p.mmdb")], "login.place_database: /no/p.mmdb"),
        (&[("OAUTH__APPS_FILE", "/no/apps.toml")], "oauth.apps_file: /no/apps.toml: No such"),
    ] {
        let settings: Vec<_> = settings.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        let (said, content) = examined(settings).await;
        assert!(!content && said.contains(&format!("WRONG     {named}")), "{named}: {said}");
        assert!(said.contains("the server does not start so"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_names_visitors_and_is_not_trusted_is_found() {
    let server = Server::start_with(|settings| settings.server.trusted_proxies = Vec::new()).await;
    let adds = Proxy { request: |text| text.replacen("\r\n", "\r\nx-forwarded-for: 198.51.100.1\r\n", 1), ..HONEST };
    let (said, _) = examined(vec![("SERVER__PUBLIC_URL", url(proxy(&server, adds).await))]).await;
    assert!(said.contains("and is not trusted: all visitors count as one"), "{said}");
    for (networks, counted) in [
        ("[]", "no proxy is trusted"),
        (r#"["10.0.0.0/8"]"#, "one network of proxies is trusted"),
        (r#"["10.0.0.0/8", "192.0.2.7/32"]"#, "2 networks of proxies are trusted"),
    ] {
        let (said, _) = examined(vec![("SERVER__TRUSTED_PROXIES", networks.to_owned())]).await;
        assert!(said.contains(counted), "{counted} is not in:\n{said}");
    }
}
