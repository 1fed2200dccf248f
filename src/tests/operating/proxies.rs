//! The proxies of `docs/deploying.md`, configured as it says: the doctor is content with each.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::StatusCode;

use super::doctor::examined;
use crate::harness::browser::plain_client;
use crate::harness::hang::until;
use crate::harness::pair::Pair;
use crate::harness::spawn::free_port;

/// Ends with its owner, by the signal at which it waits for no connection, and ends its own children first.
struct Proxy {
    child: Child,
    end: &'static str,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-s", self.end, &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// The block of `docs/deploying.md` in this language.
fn snippet(language: &str) -> String {
    let document = std::fs::read_to_string("docs/deploying.md").expect("a text");
    let block = document.split(&format!("```{language}\n")).nth(1).expect("a block").split("```").next();
    block.expect("its end").to_owned()
}

fn start(command: &mut Command, end: &'static str) -> Proxy {
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let child = child.unwrap_or_else(|error| panic!("a proxy cannot be started ({error}); scripts/setup installs it"));
    Proxy { child, end }
}

/// Runs a proxy before two instances, and asks the doctor.
async fn content(language: &str, run: impl FnOnce(&Path, &str) -> Proxy) {
    let port = free_port();
    let pair = Pair::reached_at(&format!("http://localhost:{port}")).await;
    let text = snippet(language)
        .replace("127.0.0.1:3000", &pair.first.address)
        .replace("127.0.0.1:3001", &pair.second.address)
        .replace(":8080", &format!(":{port}"))
        .replace("listen 8080", &format!("listen {port}"));
    let folder = tempfile::tempdir().expect("a folder");
    let _proxy = run(folder.path(), &text);
    let client = plain_client().build().expect("a client");
    let ready = async || match client.get(format!("http://127.0.0.1:{port}/readyz")).send().await {
        Ok(answer) => answer.status() == StatusCode::OK,
        Err(_) => false,
    };
    until("a proxy that leads to the server", ready).await;
    let (said, is_content) = examined(vec![
        ("SERVER__PUBLIC_URL", format!("http://localhost:{port}")),
        ("SERVER__TRUSTED_PROXIES", "[\"127.0.0.0/8\"]".to_owned()),
        ("LIMITS__CONNECTIONS", "1000".to_owned()),
        ("STORE__TICKETS", pair.stores.0.address()),
        ("STORE__RECORDS", pair.stores.1.address()),
    ])
    .await;
    // How fast a store answers on this machine is not the proxy's.
    let has_doubts = said.lines().any(|line| line.starts_with("doubtful") && !line.contains("answers after"));
    assert!(is_content && !has_doubts, "{language}:\n{said}");
    for good in ["Tessera answers", "WebSockets get through", "get through at once", "all their flags"] {
        assert!(said.contains(good), "{good} is missing with {language}:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_as_the_documentation_has_it_passes_everything() {
    content("nginx", |folder, text| {
        let file = folder.join("nginx.conf");
        let at = folder.display();
        let whole = format!(
            "daemon off;\npid {at}/pid;\nerror_log {at}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n\
             client_body_temp_path {at};\nproxy_temp_path {at};\nfastcgi_temp_path {at};\nuwsgi_temp_path {at};\n\
             scgi_temp_path {at};\n{text}\n}}\n"
        );
        std::fs::write(&file, whole).expect("written");
        start(
            Command::new("nginx").arg("-p").arg(folder).arg("-c").arg(&file).arg("-e").arg(folder.join("error.log")),
            "TERM",
        )
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn haproxy_as_the_documentation_has_it_passes_everything() {
    content("haproxy", |folder, text| {
        let file = folder.join("haproxy.cfg");
        std::fs::write(&file, text).expect("written");
        start(Command::new("haproxy").arg("-f").arg(&file), "TERM")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn caddy_as_the_documentation_has_it_passes_everything() {
    content("caddy", |folder, text| {
        let file = folder.join("Caddyfile");
        std::fs::write(&file, format!("{{\n    admin off\n    auto_https off\n}}\n{text}")).expect("written");
        start(
            Command::new("caddy").args(["run", "--adapter", "caddyfile", "--config"]).arg(&file).env("HOME", folder),
            "QUIT",
        )
    })
    .await;
}
