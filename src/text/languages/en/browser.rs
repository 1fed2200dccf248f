//! English: the page with the QR code, in the browser that is to be signed in.

use super::times::counted;
use crate::text::table::browser::{Login, Panel};

pub(super) const LOGIN: Login = Login {
    title: "Sign in with your phone",
    name_first: "Enter your username first. The code will work for that account only.",
    show_code: "Show a code",
    here_instead: "Sign in on this device instead",
    on_phone: "You are on a phone, so you can sign in right here.",
    on_phone_here: "Sign in on this phone",
    on_phone_code: "Show a code for another phone",
    heading: |site| naming!("Sign in to {site}", site),
    leave: |app| naming!("Back to {app} without signing in", app),
    scan_only: |app| naming!("{app} asks you to sign in by a scan.", app),
};

pub(super) const PANEL: Panel = Panel {
    qr: "QR code: scan it with your phone's camera to sign in here",
    qr_over: "QR code that cannot be scanned any more",
    waiting: "Scan with your phone's camera",
    steps: "Open the link, then tap Approve.",
    scanned: "Scanned. Confirm on your phone.",
    scanned_title: "Confirm on your phone",
    claimed: "Signing you in…",
    denied: "The sign-in was denied on the phone.",
    over: "This code has expired.",
    outdated: "Someone just scanned an older code from this page. If that was you, scan this one. If not, someone may have copied it.",
    second_account: "A second account scanned this code and was refused. If you did not scan it first, start over.",
    digits: "Type the four digits that your phone shows.",
    digits_again: "Those digits don't match. Check your phone and type them again.",
    digits_label: "Digits on your phone",
    wrong_number: "The number chosen on the phone is not the one on this screen, so the sign-in was stopped. If that was you, show a new code and try again.",
    wrong_typed: "Something wrong was typed too often, so the sign-in was stopped. If that was you, show a new code and try again.",
    lost: "Connection lost. Trying again…",
    start_over: "Not you? Start over",
    code_label: "Code for typing",
    press_continue: "Press Continue to finish.",
    number: |number| naming!("Tap {number} on your phone.", number),
    or_type: |link| naming!("No camera? Type this at {link}", link),
    scanned_by: |name| naming!("{name}: Confirm on your phone", name),
    approved_by: |name| naming!("Approved. {name}", name),
    onward: |host, hours| {
        let hours = counted(hours, "hour", "hours");
        naming!("You continue to {host}. This browser stays signed in for up to {hours}.", host)
    },
    onward_for_visit: |host| naming!("You continue to {host}. This browser stays signed in for this visit.", host),
};
