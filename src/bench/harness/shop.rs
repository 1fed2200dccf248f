//! A third-party site: an app that is registered with the server, and the requests of its backend. The app
//! has a secret, signs its tokens with ES256, and may sign devices in.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::http::Connection;
use super::visit::{Site, expect};
use crate::Failure;

/// The identifier of the app.
pub const ID: &str = "ts0123456789abcdef";
/// The redirect URI of the app.
pub const BACK: &str = "https://shop.example/signed-in";
/// The byte that the app's secret consists of.
const SECRET_BYTE: u8 = 7;
/// The names of the file of apps and of the file with the secret, in the data folder.
const APPS_FILE: &str = "apps.toml";
const SECRET_FILE: &str = "shop.secret";

/// Returns the app's secret.
pub fn secret() -> String {
    URL_SAFE_NO_PAD.encode([SECRET_BYTE; 32])
}

/// Registers the app with the server that `command` starts.
pub fn register(command: &mut Command, folder: &Path) -> Result<(), Failure> {
    let (file, secret_file) = (folder.join(APPS_FILE), folder.join(SECRET_FILE));
    fs::write(&secret_file, secret())?;
    let text = format!(
        "[[app]]\nid = {ID:?}\nname = \"Shop\"\nredirect_uris = [{BACK:?}]\nsecret_file = {:?}\n\
         options = {{ device_grant = true, id_token_signed_response_alg = \"ES256\" }}\n",
        secret_file.display().to_string()
    );
    fs::write(&file, text)?;
    command.env("TESSERA_OAUTH__APPS_FILE", &file);
    Ok(())
}

/// Posts a form as the app's backend does, with its secret in the header. Returns the answer.
pub async fn post(connection: &mut Connection, site: &Site, path: &str, form: &Form<'_>) -> Result<Value, Failure> {
    let (body, basic) = (query(form), STANDARD.encode(format!("{ID}:{}", secret())));
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\nuser-agent: shop/1.0\r\naccept: application/json\r\n\
         authorization: Basic {basic}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        site.host,
        body.len()
    );
    let answer = connection.ask(&request).await?;
    expect(&answer, path)?;
    Ok(serde_json::from_slice(&answer.body)?)
}

/// The names and values of a form.
pub type Form<'a> = [(&'a str, &'a str)];

/// Encodes a form or a query.
pub fn query(form: &Form<'_>) -> String {
    let quoted = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    form.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect::<Vec<_>>().join("&")
}

/// Returns a text of an answer; fails if it is missing.
pub fn text<'a>(told: &'a Value, name: &str) -> Result<&'a str, Failure> {
    told[name].as_str().ok_or_else(|| format!("an answer has no {name}").into())
}
