//! The table of Portuguese, as it is written in Brazil.

mod account;
mod admin;
mod app_form;
mod app_requests;
mod browser;
mod links;
mod mail;
mod operator;
mod devices;
mod own;
mod people;
mod phone;
mod problems;
mod signing_in;
mod sites;
mod times;

use crate::text::Texts;

/// The texts in Portuguese.
pub static PT_BR: Texts = Texts {
    tag: "pt-BR",
    name: "Português (Brasil)",
    is_right_to_left: false,
    is_family_first: false,
    common: signing_in::COMMON,
    signin: signing_in::SIGNIN,
    passkeys: signing_in::PASSKEYS,
    signup: signing_in::SIGN_UP,
    home: signing_in::HOME,
    setup: signing_in::SETUP,
    links: links::LINKS,
    proof: links::PROOF,
    people_links: links::PEOPLE_LINKS,
    mails: mail::MAILS,
    mail_pages: mail::MAIL_PAGES,
    login: browser::LOGIN,
    panel: browser::PANEL,
    opening: phone::OPENING,
    confirm: phone::CONFIRM,
    ladder: phone::LADDER,
    facts: phone::FACTS,
    outcome: phone::OUTCOME,
    link: phone::LINK,
    scanner: phone::SCANNER,
    scan_off: operator::SCAN_OFF,
    security: operator::SECURITY,
    bcp247: operator::bcp247::BCP_247,
    refusals: problems::REFUSALS,
    problems: problems::PROBLEMS,
    theme: problems::THEME,
    programs: problems::PROGRAMS,
    devices: account::DEVICES,
    device_news: devices::DEVICE_NEWS,
    device_page: devices::DEVICE_PAGE,
    ask: devices::ASK,
    transfer: devices::TRANSFER,
    chooser: devices::CHOOSER,
    new_password: account::NEW_PASSWORD,
    profile: account::PROFILE,
    activity: own::ACTIVITY,
    receipts: own::RECEIPTS,
    own: own::OWN,
    picture: account::PICTURE,
    consent: sites::CONSENT,
    logout: sites::LOGOUT,
    allowed: sites::ALLOWED,
    apps: admin::APPS,
    trial: admin::TRIAL,
    logo: admin::LOGO,
    log: admin::LOG,
    reports: admin::REPORTS,
    people: people::PEOPLE,
    person: people::PERSON,
    groups: people::GROUPS,
    people_rights: people::PEOPLE_RIGHTS,
    app_requests: app_requests::APP_REQUESTS,
    own_apps: app_requests::OWN_APPS,
    app_form: app_form::APP_FORM,
    app_wrong: app_form::APP_WRONG,
    audience: people::AUDIENCE,
    times: times::TIMES,
};
