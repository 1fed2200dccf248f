//! The WebSocket protocol (RFC 6455) for pages that seldom say anything: the handshake, the frames, and the connection
//! outside the runtime.

pub mod handshake;
pub mod stream;
pub mod frame;
