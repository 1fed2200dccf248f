//! The table of a language, [`Texts`], with one struct for each subject.

/// Declares the texts of one subject: a struct with a `&'static str` for each plain text, and after the
/// semicolon a function for each text with arguments, together with a method of the same name. `in` names the
/// field of [`Texts`].
macro_rules! texts {
    (
        $(#[$doc:meta])*
        $subject:ident in $place:ident {
            $($text:ident),* $(,)?
            $(; $($function:ident($($part:ident: $kind:ty),+)),* $(,)?)?
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
                #[doc = concat!("The text `", stringify!($function), "`, as a function of what it contains.")]
                pub $function: fn($($kind),+) -> String,
            )*)?
        }

        impl $subject {
            $($(
                #[doc = concat!("The text `", stringify!($function), "`.")]
                pub fn $function(&self, $($part: $kind),+) -> String {
                    (self.$function)($($part),+)
                }
            )*)?

            /// Adds each text of this subject to a list: its path in the table, and the text, with `samples` in the places of
            /// names and numbers.
            #[cfg(test)]
            pub(super) fn list(&self, samples: $crate::text::samples::Samples, into: &mut Vec<(String, String)>) {
                let mut add = |name: &str, text: String| {
                    into.push((concat!(stringify!($place), ".").to_owned() + name, text));
                };
                let _ = samples;
                $(add(stringify!($text), self.$text.to_owned());)*
                $($(
                    $(let $part = <$kind as $crate::text::samples::Sample>::sample(samples, stringify!($part));)+
                    add(stringify!($function), self.$function($($part),+));
                )*)?
            }

            /// Makes the texts of this subject in the mirrored test language from those of the table in `SOURCE`, which
            /// must be set.
            pub(super) fn mirrored() -> Self {
                use $crate::text::mirrored;
                use $crate::text::table::source;
                Self {
                    $($text: mirrored::for_good(source().$place.$text),)*
                    $($($function: |$($part),+| mirrored::text(&source().$place.$function($($part),+)),)*)?
                }
            }
        }
    };
}

pub mod account;
pub mod admin;
pub mod app_form;
pub mod app_requests;
pub mod browser;
pub mod links;
pub mod mail;
pub mod operator;
pub mod devices;
pub mod own;
pub mod people;
pub mod phone;
pub mod problems;
pub mod signing_in;
pub mod sites;
pub mod times;

use std::sync::OnceLock;

/// Declares [`Texts`], and the function that makes the mirrored one.
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
            /// Whether names begin with the family, and addresses with the country.
            pub is_family_first: bool,
            $($(#[$doc])* pub $place: $subject,)*
        }

        impl Texts {
            /// Lists each text of the table with its path, such as `login.title`, with `samples` in the places of names and
            /// numbers.
            #[cfg(test)]
            pub(super) fn list(&self, samples: super::samples::Samples) -> Vec<(String, String)> {
                let mut all = Vec::new();
                $(self.$place.list(samples, &mut all);)*
                all
            }

            /// Makes the table of the mirrored test language from this one. At the first call it also stores this table
            /// in [`SOURCE`], from which the texts of all calls are made.
            pub(super) fn mirrored(&'static self) -> Self {
                SOURCE.get_or_init(|| self);
                Self {
                    tag: "ar-XA",
                    name: super::mirrored::for_good("Mirrored"),
                    is_right_to_left: true,
                    is_family_first: false,
                    $($place: <$subject>::mirrored(),)*
                }
            }
        }
    };
}

table! {
    /// Words that several pages use.
    common: signing_in::Common,
    /// The texts of the page for signing in with a user name and a password.
    signin: signing_in::SignIn,
    /// The texts about passkeys.
    passkeys: signing_in::Passkeys,
    /// The texts of the page on which people make an account for themselves.
    signup: signing_in::SignUp,
    /// The texts of the start page.
    home: signing_in::Home,
    /// The texts of the page on which the first account is made.
    setup: signing_in::Setup,
    /// The texts of the pages of a one-time link.
    links: links::Links,
    /// The texts of the page that asks for a fresh proof.
    proof: links::Proof,
    /// The texts of the page with the one-time links of an account.
    people_links: links::PeopleLinks,
    /// The texts of mails.
    mails: mail::Mails,
    /// The texts of the pages that send mails.
    mail_pages: mail::MailPages,
    /// The texts of the page around the QR code.
    login: browser::Login,
    /// The texts of the panel with the QR code, in each of its states.
    panel: browser::Panel,
    /// The texts of the page that a phone opens first, after a scan.
    opening: phone::Opening,
    /// The texts of the question whether another device is to be signed in.
    confirm: phone::Confirm,
    /// The texts about what an approval asks of the phone, and why.
    ladder: phone::Ladder,
    /// The texts of the facts about a sign-in that the phone shows before the decision.
    facts: phone::Facts,
    /// The texts that say on the phone how a sign-in ended.
    outcome: phone::Outcome,
    /// The texts of the page on which a code is typed instead of scanned.
    link: phone::Link,
    /// The texts of the page that scans a code with the camera.
    scanner: phone::Scanner,
    /// The texts for people who cannot sign in by scanning because it is switched off.
    scan_off: operator::ScanOff,
    /// The texts of the switches of the sign-in by scan, and of the administrators' page about security.
    security: operator::Security,
    /// What the report about security says of each measure of RFC 10027.
    bcp247: operator::Bcp247,
    /// The texts that say why a code or a decision was refused.
    refusals: problems::Refusals,
    /// The texts that say why a request was refused.
    problems: problems::Problems,
    /// The texts that say why the colours that an app gave its embedded frame were refused.
    theme: problems::Theme,
    /// The texts that say why a request of a program was refused.
    programs: problems::Programs,
    /// The texts of the page with the devices on which an account is signed in.
    devices: account::Devices,
    /// The texts of what a page says of another device.
    device_news: devices::DeviceNews,
    /// The texts of the page about one device.
    device_page: devices::DevicePage,
    /// The texts about phones that a browser asks for an approval.
    ask: devices::Ask,
    /// The texts of the pages with which a signed-in browser signs a phone in.
    transfer: devices::Transfer,
    /// The texts of the page on which a person chooses between the accounts that are signed in on a device.
    chooser: devices::Chooser,
    /// The texts of the page on which a person changes their password.
    new_password: account::NewPassword,
    /// The texts of the page on which a person edits their profile.
    profile: account::Profile,
    /// The texts of the pages with what happened to accounts.
    activity: own::Activity,
    /// The texts about the receipts of approvals.
    receipts: own::Receipts,
    /// The texts of the pages of a person's own account.
    own: own::Own,
    /// The texts that say why an uploaded picture was refused.
    picture: account::Picture,
    /// The texts of the question whether an app may sign a person in.
    consent: sites::Consent,
    /// The texts of sign-out at the request of an app (OpenID Connect RP-Initiated Logout).
    logout: sites::Logout,
    /// The texts of the page with the apps that a person has allowed.
    allowed: sites::Allowed,
    /// The texts of the list of apps, and of the page of one app.
    apps: admin::Apps,
    /// The texts of the trial of an app by an administrator.
    trial: admin::Trial,
    /// The texts of the form for the logo of an app.
    logo: admin::Logo,
    /// The texts of the change log of the apps.
    log: admin::Log,
    /// The texts of the page with the sign-ins that people reported.
    reports: admin::Reports,
    /// The texts of the list of people.
    people: people::People,
    /// The texts of the page of one person.
    person: people::Person,
    /// The texts of the pages of groups.
    groups: people::Groups,
    /// The texts that say why somebody who manages people may not do something.
    people_rights: people::PeopleRights,
    /// The texts of the pages on which administrators decide on requests for apps.
    app_requests: app_requests::AppRequests,
    /// The texts of the pages of a person who asks for apps and looks after them.
    own_apps: app_requests::OwnApps,
    /// The labels and hints of the fields of an app's form.
    app_form: app_form::AppForm,
    /// The texts that say why a field of an app's form was refused.
    app_wrong: app_form::AppWrong,
    /// The texts about who may use an app.
    audience: people::Audience,
    /// The texts for dates, numbers and lengths of time.
    times: times::Times,
}

/// The table from which the mirrored one is made. The functions of a table cannot capture a value, so they read it from
/// this static.
static SOURCE: OnceLock<&'static Texts> = OnceLock::new();

fn source() -> &'static Texts {
    SOURCE.get().expect("set before the mirrored table is made")
}

impl Texts {
    /// Returns the value of `<html dir>`, which is the direction of writing: `ltr` or `rtl`.
    pub fn dir(&self) -> &'static str {
        if self.is_right_to_left { "rtl" } else { "ltr" }
    }
}
