//! The table of a language, [`Texts`], with one struct for each subject.

/// Declares the texts of one subject: a struct with a `&'static str` for each plain text, and after the
/// semicolon a function for each text with parameters, and a method of the same name. `in` names the field of
/// [`Texts`].
macro_rules! texts {
    (
        $(#[$doc:meta])*
        $subject:ident in $place:ident {
            $($text:ident),* $(,)?
            $(; $($said:ident($($part:ident: $kind:ty),+)),* $(,)?)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $subject {
            $(
                #[doc = concat!("The text `", stringify!($text), "`.")]
                pub $text: &'static str,
            )*
            $($(
                #[doc = concat!("The text `", stringify!($said), "`, as a function of what it contains.")]
                pub $said: fn($($kind),+) -> String,
            )*)?
        }

        impl $subject {
            $($(
                #[doc = concat!("The text `", stringify!($said), "`.")]
                pub fn $said(&self, $($part: $kind),+) -> String {
                    (self.$said)($($part),+)
                }
            )*)?

            /// Returns these texts in the mirrored test language.
            pub(super) fn mirrored() -> Self {
                use $crate::text::mirrored;
                use $crate::text::table::source;
                Self {
                    $($text: mirrored::for_good(source().$place.$text),)*
                    $($($said: |$($part),+| mirrored::text(&source().$place.$said($($part),+)),)*)?
                }
            }
        }
    };
}

pub mod account;
pub mod admin;
pub mod app_form;
pub mod browser;
pub mod phone;
pub mod problems;
pub mod signing_in;
pub mod sites;
pub mod times;

use std::sync::OnceLock;

/// Declares [`Texts`] and how it is mirrored.
macro_rules! table {
    ($($(#[$doc:meta])* $place:ident: $subject:path,)*) => {
        /// Every text of one language, by subject.
        #[derive(Debug)]
        pub struct Texts {
            /// The tag of the language (BCP 47), for `<html lang>` and `Content-Language`.
            pub tag: &'static str,
            /// The name of the language in the language itself.
            pub name: &'static str,
            /// Whether the language is written from right to left.
            pub is_right_to_left: bool,
            $($(#[$doc])* pub $place: $subject,)*
        }

        impl Texts {
            /// Returns the table of the mirrored test language, made from this table.
            pub(super) fn mirrored(&'static self) -> Self {
                SOURCE.get_or_init(|| self);
                Self {
                    tag: "ar-XA",
                    name: super::mirrored::for_good("Mirrored"),
                    is_right_to_left: true,
                    $($place: <$subject>::mirrored(),)*
                }
            }
        }
    };
}

table! {
    /// Words that several pages use.
    common: signing_in::Common,
    /// Signing in with a user name and a password.
    signin: signing_in::SignIn,
    /// The start page.
    home: signing_in::Home,
    /// The page on which the first account is made.
    setup: signing_in::Setup,
    /// The page around the code.
    login: browser::Login,
    /// The panel with the code.
    panel: browser::Panel,
    /// The page that a phone opens first.
    opening: phone::Opening,
    /// The question whether another device is to be signed in.
    confirm: phone::Confirm,
    /// The facts about a sign-in that the phone shows.
    facts: phone::Facts,
    /// The result of a sign-in, on the phone.
    outcome: phone::Outcome,
    /// The page on which a code is typed.
    link: phone::Link,
    /// Why a code or a decision was refused.
    refusals: problems::Refusals,
    /// Why a request was refused.
    problems: problems::Problems,
    /// Errors in the look that an app gives its frame.
    theme: problems::Theme,
    /// Errors in the requests of programs.
    programs: problems::Programs,
    /// The list of an account's sessions.
    devices: account::Devices,
    /// The page on which a password is changed.
    new_password: account::NewPassword,
    /// The profile of a person.
    profile: account::Profile,
    /// Why a picture was refused.
    picture: account::Picture,
    /// The question whether an app may sign a person in.
    consent: sites::Consent,
    /// Signing out because an app asks for it.
    logout: sites::Logout,
    /// The apps that a person allowed.
    allowed: sites::Allowed,
    /// The list of apps, and the page of one.
    apps: admin::Apps,
    /// The trial of an app.
    trial: admin::Trial,
    /// The logo of an app.
    logo: admin::Logo,
    /// The change log of the apps.
    log: admin::Log,
    /// The fields of an app.
    app_form: app_form::AppForm,
    /// Errors in the fields of an app.
    app_wrong: app_form::AppWrong,
    /// Dates, numbers and lengths of time.
    times: times::Times,
}

/// The table that the mirrored one is made from. It is stored here because the functions of a table cannot
/// capture it.
static SOURCE: OnceLock<&'static Texts> = OnceLock::new();

fn source() -> &'static Texts {
    SOURCE.get().expect("set before the mirrored table is made")
}

impl Texts {
    /// Returns the value of `<html dir>`.
    pub fn dir(&self) -> &'static str {
        if self.is_right_to_left { "rtl" } else { "ltr" }
    }
}
