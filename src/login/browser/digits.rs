//! The digits of the phone that are typed in the browser (RFC 10027 §6.1.16).

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Redirect;
use serde::Deserialize;

use super::page::{path_of, ticket_and_key};
use crate::login::Login;
use crate::ticket::ladder::Digits;
use crate::web::client::ClientAddress;
use crate::web::problem::Problem;

/// The form of `POST /login/{ticket}/digits`.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    digits: String,
    /// The `seq` of the state that the page showed.
    #[serde(default)]
    seq: u32,
}

/// `POST /login/{ticket}/digits`: approves the sign-in if the digits are those that the phone shows, and redirects to the page
/// of the ticket, which shows what came of it. What is not four digits is not counted.
pub async fn type_digits(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    uri: Uri,
    from: ClientAddress,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Redirect, Problem> {
    let (id, key) = ticket_and_key(&uri, &ticket, &headers)?;
    if let Ok(digits) = typed.digits.parse::<Digits>() {
        login.limits.new_sign_in(from)?;
        let decided = login.flow.type_own_digits(id, key, digits, typed.seq).await?;
        login.note_typed_decision(&decided).await;
    }
    Ok(Redirect::to(&path_of(&uri, id)))
}
