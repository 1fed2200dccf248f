//! A small site that signs people in through Tessera.
//!
//! ```sh
//! CLIENT_ID=… CLIENT_SECRET=… cargo run
//! ```
//!
//! `ISSUER` is where Tessera is (`http://localhost:3000`), `PORT` where this site is (4000). Tessera knows the site as
//! `tessera app add Forum --redirect-uri http://localhost:4000/signed-in --post-logout-redirect-uri http://localhost:4000/`.

mod site;

use std::env::var;

use site::{Failure, Site};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let issuer = var("ISSUER").unwrap_or_else(|_| "http://localhost:3000".to_owned());
    let port = var("PORT").unwrap_or_else(|_| "4000".to_owned());
    let origin = format!("http://localhost:{port}");
    let site = Site::discover(issuer, var("CLIENT_ID")?, var("CLIENT_SECRET")?, origin.clone()).await?;
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("The site is at {origin}");
    Ok(axum::serve(listener, site.router()).await?)
}
