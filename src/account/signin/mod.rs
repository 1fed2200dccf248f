//! Signing in with a passkey or with user name and password, and signing out. The pages are plain forms; with a password
//! they work without script.

mod by_passkey;
mod form;
mod handlers;
mod onward;

pub use self::handlers::{page, password_first, sign_in, sign_out};
