//! `/signup`: people make an account for themselves, where the setting `account.sign_up` is `open`. The account has no role
//! and no groups, so apps that are for some groups stay shut. Its e-mail address is not proven; where mail is sent, a link to
//! prove it is on its way at once, also if other accounts have the address and did not prove it.
//!
//! They choose a password ([`by_password`]) or a passkey ([`by_passkey`]). Whether a user name is taken is said beside the
//! field, because nobody could sign up otherwise; the attempts of an address are limited by the minute, and the accounts that
//! it makes by the hour.

mod asked;
mod by_passkey;
mod by_password;
mod form;
mod handlers;
mod reserved;

pub(super) use self::by_passkey::options;
pub(super) use self::form::PATH;
pub(super) use self::handlers::{create, page};
