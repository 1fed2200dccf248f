//! Health and files.

use reqwest::StatusCode;

use super::browser::Browser;
use super::server::Server;

#[tokio::test]
async fn it_says_that_it_lives_and_that_it_is_ready() {
    let server = Server::start().await;
    let probe = Browser::desktop(&server);
    assert_eq!(
        (probe.get("/healthz").await.status, probe.get("/readyz").await.status),
        (StatusCode::OK, StatusCode::OK)
    );
    server.stopping.cancel();
    let stopping = probe.get("/readyz").await;
    assert_eq!((stopping.status, stopping.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"));
    assert_eq!(probe.get("/healthz").await.status, StatusCode::OK, "alive to the end");
}

#[tokio::test]
async fn a_page_is_compressed_and_a_program_s_answer_is_not() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let page = browser.send(reqwest::Method::GET, "/healthz", &[("accept-encoding", "br")], None).await;
    assert_eq!(page.header("content-encoding"), "");
    let headers = [("accept-encoding", "br, gzip"), ("accept", "text/html")];
    let client = reqwest::Client::new();
    let mut request = client.get(format!("{}/login", server.origin));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let page = request.send().await.expect("an answer");
    assert_eq!(page.headers()["content-encoding"], "br");
    assert!(page.bytes().await.expect("a body").len() <= 4096, "the whole page in three packets");
}
