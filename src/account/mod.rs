//! Accounts: passwords, sessions, and the pages on which a person signs in and out.
//!
//! | request | what |
//! |---|---|
//! | `GET /` | who is signed in; signs out |
//! | `GET`, `POST /signin` | user name and password |
//! | `POST /signout` | ends this session |
//! | `GET`, `POST /account/profile` | what its owner tells of themselves: [`profile`] |
//! | `POST /account/profile/picture`, `…/remove` | their picture |
//! | `GET`, `POST /account/devices` | where this account is signed in; ends that: [`devices`] |
//! | `GET`, `POST /account/password` | another password: [`new_password`] |
//! | `GET`, `POST /setup?token=…` | the first account, once |

pub mod setup_link;
mod state;
mod routes;
mod new_password;
mod devices;
mod home;
mod name;
pub mod password;
pub mod phone_token;
mod profile;
pub mod session;
pub mod setup;
mod signin;

pub use devices::PATH as DEVICES;
pub use name::{DisplayName, TypedName, Username, told_of_name};
pub use routes::{routes, uploads};
pub use signin::password_first;
pub use state::Accounts;
