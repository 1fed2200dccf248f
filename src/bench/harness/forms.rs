//! The forms that a browser sends to the pages of accounts, and an account that signs in with a password.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use super::http::{Answer, Connection};
use super::server::command_line;
use super::shop::{Form, query};
use super::visit::{Site, expect_status};
use crate::Failure;

/// The password of the accounts that [`add_administrator`] adds.
const PASSWORD: &str = "correct horse battery";

/// A form that a page of this site sends.
pub struct Sent<'a> {
    /// The path to which it is sent.
    pub path: &'a str,
    /// The cookies of the browser; may be empty.
    pub cookies: &'a str,
    /// The names and values.
    pub form: &'a Form<'a>,
}

impl Sent<'_> {
    /// Sends the form and returns the answer.
    pub async fn post(&self, connection: &mut Connection, site: &Site) -> Result<Answer, Failure> {
        let Self { path, cookies, form } = self;
        let body = query(form);
        let cookies = if cookies.is_empty() { String::new() } else { format!("cookie: {cookies}\r\n") };
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\naccept: text/html\r\nsec-fetch-site: same-origin\r\n{cookies}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            site.host,
            body.len()
        );
        Ok(connection.ask(&request).await?)
    }
}

/// Adds an administrator with this user name to the records in a folder, on the command line.
pub fn add_administrator(data: &Path, username: &str) -> Result<(), Failure> {
    let mut adding = command_line(data);
    adding.args(["user", "add", username, "--admin", "--password-stdin", "--create", "--data-dir"]).arg(data);
    let mut adding = adding.stdin(Stdio::piped()).spawn()?;
    adding.stdin.take().ok_or("no standard input")?.write_all(PASSWORD.as_bytes())?;
    if adding.wait()?.success() { Ok(()) } else { Err("the administrator could not be added".into()) }
}

/// Signs this account in with its password and returns the cookies that the browser then has.
pub async fn sign_in(connection: &mut Connection, site: &Site, username: &str) -> Result<String, Failure> {
    let form = [("username", username), ("password", PASSWORD), ("next", "/")];
    let answer = Sent { path: "/signin", cookies: "", form: &form }.post(connection, site).await?;
    expect_status(303, &answer, "a sign-in")?;
    Ok(answer.cookies().join("; "))
}
