//! English: refused requests, what happened and what to do.

use super::times::counted;
use crate::text::table::problems::{Problems, Programs, Refusals, Theme};

pub(super) const REFUSALS: Refusals = Refusals {
    full_title: "Too many people are signing in",
    malformed_title: "This is not a code",
    malformed_advice: "The link is incomplete. Scan the code again, a little closer.",
    forged_title: "This code is not from here",
    forged_advice: "It looks like one of our codes, but it is not. Do not use it, and be wary of whoever showed it to you.",
    expired_title: "This code has expired",
    expired_advice: "Nobody was signed in. Scan the code that is on the screen now. If there is none, ask for a new one there.",
    outdated_title: "A newer code is on the screen",
    outdated_advice: "You scanned an older one. If someone sent it to you, they may be trying to sign in as you, so do nothing. If the screen is in front of you, scan the code that it shows now.",
    used_title: "This code was already used",
    used_advice: "A code works once. To sign in another device, scan the code on its screen.",
    denied_title: "This sign-in was denied",
    denied_advice: "It was denied on the phone. To sign in after all, get a new code on the other screen.",
    cancelled_title: "The other screen started over",
    cancelled_advice: "The other screen shows a new code now. Scan that one.",
    taken_title: "Someone else scanned this first",
    taken_advice: "Another account is deciding about this code. If you do not know who that is, choose Start over on the other screen and scan its new code.",
    not_scanned_title: "Scan the code first",
    not_scanned_advice: "You can decide once your account has scanned the code.",
    decided_title: "This was already decided",
    decided_advice: "A decision counts once. Look at the other screen to see what happened.",
    not_approved_title: "Not approved yet",
    not_approved_advice: "The phone has not approved this sign-in.",
    rested_title: "This page has expired",
    rested_advice: "It does not show new codes any more. Open it again for a new one.",
    other_browser_title: "This sign-in belongs to another browser",
    other_browser_advice: "Only the browser that showed the code can be signed in with it. If that was this browser, its cookies may be switched off.",
    wrong_account_title: "This code is for another account",
    wrong_account_advice: "It was made for the account whose name was typed first. If you typed it, scan the code on a phone where that account is signed in. If not, someone may have sent you their code.",
    another_account_title: "The site asked for another account",
    another_account_advice: "The site wants the account you used before to sign in again. Scan the code on a phone where that account is signed in.",
    same_browser_title: "This is the browser to be signed in",
    same_browser_advice: "You are already signed in here. A code is for another device: scan it with your phone.",
};

pub(super) const PROBLEMS: Problems = Problems {
    unknown_app_title: "This site is not known here",
    unknown_app_advice: "A site sent you here to sign in, but it is not registered here. Tell the site's owner.",
    unknown_redirect_title: "This site's sign-in link is not allowed",
    request_over_title: "This sign-in is over",
    request_over_advice: "It took too long, or was already finished. Go back to the site where you started and sign in again.",
    not_signed_in_title: "You did not sign in",
    not_signed_in_advice: "Nothing was sent to the site that you came from. To sign in after all, go back and start again.",
    broken_title: "Something here is not working",
    broken_advice: "This is not your fault. Try again in a moment.",
    wrong_address_title: "This site has another address",
    wrong_address_step: "Open it there",
    not_found_title: "There is nothing here",
    not_found_advice: "The address may be mistyped, or the page has moved.",
    malformed_title: "This request was not understood",
    malformed_advice: "Go back, reload the page, and try again.",
    too_many_title: "Too many tries",
    cross_site_title: "This came from another site",
    wrong_address_advice: |opened, origin| {
        naming!("You opened {opened}, but people sign in at {origin}. Open that address instead.", opened, origin)
    },
    cross_site_advice: |origin| naming!("Blocked for your safety. Open {origin} and try again.", origin),
    unknown_redirect_advice: |app| {
        naming!(
            "{app} tried to send you to an unregistered address. Its operator has to register this address here.",
            app
        )
    },
    unknown_origin_advice: |app, origin| {
        naming!(
            "{app} shows its code on a page that is not registered: {origin}. Its operator has to register this origin here.",
            app,
            origin
        )
    },
    other_dialect_advice: |app| {
        naming!("{app} is registered here for another sign-in protocol. Its operator can change that here.", app)
    },
    malformed_by_app: |why| format!("The site's developer needs to fix this: {why}."),
    wait_seconds: |seconds| match seconds {
        1 => "Wait a second, then try again.".to_owned(),
        _ => format!("Wait {seconds} seconds, then try again."),
    },
    wait_minutes: |minutes| format!("Wait {}, then try again.", counted(minutes, "minute", "minutes")),
};

pub(super) const THEME: Theme = Theme {
    title: "This look of the frame is not allowed",
    value: "Colours are #rrggbb, the radius is a number of pixels up to 24, the font is system, sans, serif, rounded or mono, and the scheme light, dark or auto.",
    auto: "With scheme=auto a frame has no colours of its own, because one colour cannot be read on light and on dark. Choose scheme=light or scheme=dark.",
    contrast: "Text and accent need a contrast of 4.5:1 with the background. Choose darker or lighter ones, or the other scheme.",
};

pub(super) const PROGRAMS: Programs = Programs {
    title: "The token was not accepted",
    off: "This server does not accept tokens of mobile apps. Its operator can turn that on with [phone] in the configuration.",
    missing: "Send Authorization: Bearer with a token.",
    invalid: "Get a fresh token for this server and try again.",
    too_large: "The request is too large for this server.",
    length: "Send a body with a Content-Length.",
    socket: "A WebSocket begins here with Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key.",
    host: "Send one Host header: the host of the address, and its port where it has one.",
    parameter: "This call does not take that parameter. The code belongs in the address, and the account is the token's; only scan takes pressed, and only approve takes fields.",
};
