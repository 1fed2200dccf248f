//! The pages of a person's own passkeys, and the options that the script of passkeys fetches.
//!
//! | request | what |
//! |---|---|
//! | `POST /passkey/options/sign-in` | the options to sign in: [`options`] |
//! | `POST /passkey/options/prove` | the options for a fresh proof, of a signed-in person |
//! | `POST /passkey/options/add` | the options for a new passkey, of a person with a fresh proof |
//! | `POST /passkey/options/link`, `…/set-up` | the options for a new passkey with a one-time link, or for the first account |
//! | `POST /passkey/options/sign-up` | the options for the passkey of somebody who makes an account: [`signup`](super::signup) |
//! | `GET`, `POST /account/passkeys` | lists the passkeys, and adds one: [`page`], [`add`] |
//! | `POST /account/passkeys/{name}` | renames or removes one: [`one`] |
//! | `POST /account/passkeys/offer` | answers the offer on the start page: [`offer`] |
//! | `POST /account/passkeys/approvals` | has every approval ask for a passkey, or not: [`approvals`] |
//! | `GET /.well-known/webauthn`, `…/passkey-endpoints` | what browsers and password managers ask: [`well_known`] |

pub mod add;
mod approvals;
mod approvals_switch;
pub mod offer;
pub mod one;
pub mod options;
pub mod page;
mod routes;
pub mod well_known;

pub use self::page::PATH;
pub use self::routes::routes;
