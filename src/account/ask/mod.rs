//! `/account/ask`: a person turns on, for this phone, that browsers which they had remembered may ask it for an approval. It is
//! off until they do, for each account and each phone ([`crate::push`]).
//!
//! | request | what |
//! |---|---|
//! | `GET /account/ask` | shows whether it is on here, and the phones for which it is: [`page`] |
//! | `POST /account/ask` | stores the subscription that the script of the page made, or the service worker renewed: [`forms`] |
//! | `POST /account/ask/off` | turns it off for one phone: [`forms`] |
//!
//! The script `public/ask.js` asks the browser for the subscription, and `public/worker.js` is the service worker that shows
//! the notifications.

pub mod forms;
pub mod page;
