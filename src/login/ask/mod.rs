//! A browser that an account made known asks the phones of that account, instead of having its code scanned: [`whom`] says
//! which accounts it may ask, [`buttons`] is what the login page shows of that, and [`phone`] is the page to which the
//! notification on the phone leads. The press of a button is handled in `login/browser/ask.rs`.
//!
//! | request | who | what |
//! |---|---|---|
//! | `POST /login/{ticket}/ask` | browser | has the ticket wait for the phones of an account, and a message sent to them |
//! | `GET /account/asked` | phone | shows what waits for the account that is signed in |
//! | `POST /account/asked` | phone | scans one of it, and leads to its page |
//!
//! What a phone approves so asks for the number that the browser shows, at least: nothing was scanned, so nothing else shows
//! that the person who approves is in front of the browser.

pub(super) mod buttons;
pub(super) mod phone;
pub(super) mod whom;
