//! English: the pages of the phone that approves or denies a sign-in.

use super::times::counted;
use crate::text::table::phone::{Confirm, Facts, Link, Opening, Outcome, Scanner};

pub(super) const OPENING: Opening = Opening {
    title: "You scanned a code",
    lead: "Continue to see who is asking. The other screen then shows your name. This does not approve anything yet.",
    go_on: "Continue",
};

pub(super) const CONFIRM: Confirm = Confirm {
    title: "Confirm a sign-in",
    warning: "Only approve if you are looking at that screen right now. We never send codes by message; if someone sent you this one, deny it.",
    second_account: "Someone else scanned this code too. Only approve if you are looking at that screen right now and know who that was. If not, deny it.",
    question: |host| naming!("Sign in another device to {host}?", host),
};

pub(super) const FACTS: Facts = Facts {
    site: "Site",
    device: "Device",
    device_unknown: "Unknown device",
    address: "Network",
    same_network: "the same as this phone's",
    other_network: "different from this phone's",
    unknown_network: "may be different from this phone's",
    same_network_here: "the same as this browser's",
    other_network_here: "different from this browser's",
    unknown_network_here: "may be different from this browser's",
    place: "Place",
    age: "Requested",
    account: "Account",
    effect: "Effect",
    code: "Compare the code",
    learns: "Shares",
    learns_id: "An ID for you, but no personal details",
    learns_id_always: "An ID for you, even when you are not using it",
    learns_groups: "An ID for you, and the groups you are in",
    learns_groups_always: "An ID for you, and the groups you are in, even when you are not using it",
    learns_ticked: "An ID for you, plus what you tick",
    learns_ticked_always: "An ID for you, plus what you tick, even when you are not using it",
    learns_ticked_groups: "An ID for you, the groups you are in, plus what you tick",
    learns_ticked_groups_always: "An ID for you, the groups you are in, plus what you tick, even when you are not using it",
    groups: "Your groups",
    no_groups: "You are in none",
    field_name: "Name",
    field_username: "Username",
    field_fullname: "Given and family name",
    field_picture: "Picture",
    field_language: "Language",
    field_email: "Email address",
    field_gender: "Gender",
    field_place: "Place",
    field_zone: "Time zone",
    device_both: |browser, system| naming!("{browser} on {system}", browser, system),
    effect_here: |host, hours| {
        let hours = counted(hours, "hour", "hours");
        naming!("Also signed in to {host}, for up to {hours}", host)
    },
    effect_hours: |hours| format!("That device stays signed in for up to {}", counted(hours, "hour", "hours")),
};

pub(super) const OUTCOME: Outcome = Outcome {
    approved_title: "Approved",
    approved_lead: "The other device is being signed in…",
    approved_no_page: "Keep the other device's page open. If it shows Continue, press it.",
    done_title: "Signed in",
    denied_title: "Denied",
    denied_lead: "The other device was not signed in. If you did not start this, someone may have tried to use your account.",
    gone_title: "The other page is gone",
    gone_lead: "You approved, but the other device did not finish in time, so it was not signed in. Open its sign-in page again and scan the new code.",
    not_me: "This was not me: sign it out",
    done_lead: |device, host| naming!("{device} is signed in to {host}.", host),
};

pub(super) const LINK: Link = Link {
    title: "Type a code",
    lead: "You'll find it below the QR code on the device you want to sign in. That device then shows your name.",
    code: "Code",
    go: "Continue",
    malformed: "A code has eight letters and no vowels, like \u{2068}BCDF-GHJK\u{2069}. Check it and try again.",
    unknown: "This code is no longer valid. Type the one on the screen now.",
};

pub(super) const SCANNER: Scanner = Scanner {
    title: "Scan a code",
    lead: "Point the camera of this device at the code on the other screen. That screen then shows your name.",
    view: "What the camera sees",
    open: "Open the camera",
    stop: "Stop",
    light: "Light",
    choose: "Choose a picture of the code",
    starting: "If your browser asks, allow the camera.",
    looking: "Looking for a code…",
    found: "Found it.",
    reading: "Looking at the picture…",
    foreign: "This is not a code of this site.",
    none: "There is no camera here that this browser can use. Choose a picture of the code, or type its letters.",
    insecure: "Browsers open the camera on https pages only. Use the camera app of your phone, or type the letters.",
    refused: "The camera is blocked for this site.",
    allow_ios: "To allow it, open the page menu beside the address, tap Website Settings, and choose Allow for the camera. If that is not there, open Settings, tap Apps, then your browser, and turn on the camera. Then try again.",
    allow_android: "To allow it, tap the icon beside the address, then Permissions, and turn on the camera. If that is not there, open Settings, tap Apps, then your browser, then Permissions. Then try again.",
    allow_computer: "To allow it, click the icon beside the address, and choose Allow for the camera. Then try again.",
    busy: "Another app or tab is using the camera. Close it there, then try again.",
    failed: "The camera did not start. Try again, or choose another way below.",
    unloaded: "A part of the scanner could not be loaded. Check your connection, reload this page, and try again.",
    nothing: "There is no code in this picture that can be read. Try a sharper one.",
    unreadable: "This file is not a picture that your browser can open. Choose another one.",
    needs_script: "To scan with the camera on this page, turn on JavaScript. The camera app of your phone reads the code, too.",
    or_type: "Or type the letters",
};
