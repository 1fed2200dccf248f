//! A third-party site: an app that is registered with the server, and what its backend asks. It has a secret, signs its
//! tokens with ES256, and may sign devices in.

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

/// Its id.
pub const ID: &str = "ts0123456789abcdef";
/// Where it has people sent back to.
pub const BACK: &str = "https://shop.example/signed-in";
/// Of a secret, 32 times.
const SECRET_BYTE: u8 = 7;
/// The file of apps, and the one with the secret, in the data folder.
const APPS_FILE: &str = "apps.toml";
const SECRET_FILE: &str = "shop.secret";

/// Its secret.
pub fn secret() -> String {
    URL_SAFE_NO_PAD.encode([SECRET_BYTE; 32])
}

/// Has the server that `command` starts know the app.
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

/// Posts a form as the app's backend does, with its secret in the header; returns what it is told.
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

/// Names and values.
pub type Form<'a> = [(&'a str, &'a str)];

/// A form, or a query, as it is sent.
pub fn query(form: &Form<'_>) -> String {
    let quoted = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    form.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect::<Vec<_>>().join("&")
}

/// A text out of an answer.
pub fn text<'a>(told: &'a Value, name: &str) -> Result<&'a str, Failure> {
    told[name].as_str().ok_or_else(|| format!("an answer has no {name}").into())
}
