//! Accounts: passwords, sessions, and the pages on which a person signs in and out.
//!
//! | request | what |
//! |---|---|
//! | `GET /` | shows who is signed in; has the button to sign out |
//! | `GET`, `POST /signin` | signs in with user name and password |
//! | `POST /signout` | ends this session |
//! | `GET`, `POST /account/profile` | shows and changes the profile: [`profile`] |
//! | `POST /account/profile/picture`, `…/remove` | changes or removes the picture |
//! | `GET`, `POST /account/devices` | lists the sessions and ends them: [`devices`] |
//! | `GET`, `POST /account/devices/{name}` | shows one session, names it and ends it |
//! | `GET /session/watch` | tells the open pages of a session when it ends |
//! | `GET /signed-out` | says to whom this happened who did it |
//! | `GET`, `POST /account/password` | changes the password: [`new_password`] |
//! | `GET`, `POST /setup?token=…` | makes the first account, once |

pub mod setup_link;
mod state;
mod routes;
mod new_password;
pub mod devices;
mod home;
mod name;
pub mod password;
pub mod phone_token;
mod profile;
pub mod session;
pub mod setup;
mod signin;

pub use name::{DisplayName, TypedName, Username, name_error_text};
pub use routes::{routes, uploads};
pub use signin::password_first;
pub use state::Accounts;
