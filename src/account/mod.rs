//! Accounts: passwords, sessions, and the pages on which a person signs in and out.
//!
//! | request | what |
//! |---|---|
//! | `GET /` | shows who is signed in, the codes that they can scan and type, and their apps: [`home`] |
//! | `GET /account`, `/account/security`, `/account/activity`, `/account/data` … | the pages of the own account: [`own`] |
//! | `GET`, `POST /signin` | signs in with a passkey or a password: [`signin`] |
//! | `POST /passkey/options/…`, `GET`, `POST /account/passkeys` | passkeys: [`passkey_pages`] |
//! | `POST /signout` | ends this session |
//! | `GET`, `POST /accounts` | chooses between the accounts that are signed in on the device: [`chooser`] |
//! | `GET`, `POST /signup` | makes an account for whoever asks, if that is open: [`signup`] |
//! | `GET`, `POST /account/profile` | shows and changes the profile: [`profile`] |
//! | `POST /account/profile/picture`, `…/remove`, `…/email` | changes or removes the picture or the e-mail address |
//! | `GET`, `POST /account/devices` | lists the sessions and ends them: [`devices`] |
//! | `GET`, `POST /account/devices/{name}` | shows one session, names it and ends it |
//! | `GET /session/watch` | tells the open pages of a session when it ends |
//! | `GET /signed-out` | says to whom this happened who did it |
//! | `GET`, `POST /account/ask`, `…/off` | lets browsers ask this phone: [`ask`] |
//! | `GET`, `POST /account/password` | changes the password: [`new_password`] |
//! | `GET`, `POST /account/proof` | asks for a passkey or the password before a step that needs a fresh proof: [`proof`] |
//! | `POST /account/profile/email/prove`, `/address/{token}`, `/forgot` | what people do by mail: [`mail`] |
//! | `GET`, `POST /setup?token=…` | makes the first account, once |
//! | `GET`, `POST /welcome/{token}`, `POST …/enrol` | invites a person, or lets one back in: [`link`] |

pub mod activity;
mod ask;
pub mod setup_link;
mod state;
mod routes;
mod chooser;
mod new_password;
pub mod devices;
mod home;
pub mod link;
mod mail;
mod name;
mod own;
pub mod passkey;
pub mod password;
pub mod phone_token;
mod passkey_pages;
mod profile;
pub mod proof;
pub mod receipt_heads;
pub mod session;
pub mod setup;
mod signin;
mod signup;

pub use name::{DisplayName, TypedName, Username, name_error_text};
pub use own::{ASKED, SCAN, SECURITY, TRANSFER};
pub use routes::{proofs, routes, uploads};
pub use signin::password_first;
pub use state::Accounts;
