//! The handshake of a WebSocket (RFC 6455 §4.2).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::UPGRADE;
use axum::http::request::Parts;
use axum::http::{Request, Response};
use hyper::upgrade::OnUpgrade;
use tungstenite::error::ProtocolError;
use tungstenite::handshake::server::create_response;

/// The WebSocket that a request asks for.
pub enum Upgrade {
    /// The handshake is valid (RFC 6455 §4.2.1): this is its answer, and the connection after that.
    Socket(Box<Response<()>>, OnUpgrade),
    /// The handshake is of another version or has no key.
    Unknown,
    /// The request does not ask for a WebSocket.
    None,
}

impl<S: Sync> FromRequestParts<S> for Upgrade {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        if !parts.headers.contains_key(UPGRADE) {
            return Ok(Self::None);
        }
        let request = Request::from_parts(parts.clone(), ());
        Ok(match (create_response(&request), parts.extensions.remove::<OnUpgrade>()) {
            (Ok(answer), Some(upgrade)) => Self::Socket(Box::new(answer), upgrade),
            (
                Err(tungstenite::Error::Protocol(
                    ProtocolError::MissingSecWebSocketVersionHeader | ProtocolError::MissingSecWebSocketKey,
                )),
                _,
            ) => Self::Unknown,
            _ => Self::None,
        })
    }
}
