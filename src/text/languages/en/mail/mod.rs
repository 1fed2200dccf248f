//! English: mails, and the pages about them.

use crate::text::table::mail::{MailPages, Mails};

pub(super) const MAILS: Mails = Mails {
    confirm: "Confirm address",
    choose: "Choose how you sign in",
    devices: "See your devices",
    security: "See how you sign in",
    sign_in: "Sign in",
    ignore: "If this was not you, ignore this email. Nothing changes.",
    new_device_advice: "If this was you, there is nothing to do. If not, sign out that device and change your password.",
    passkey_added_advice: "If this was not you, remove the passkey and change your password.",
    passkey_removed_advice: "If this was not you, sign out your other devices and change your password.",
    password_advice: "If this was you, there is nothing to do. If not, ask the administrator of this site for a recovery link at once.",
    profile: "See your profile",
    address_advice: "If you know of this, there is nothing to do. If not, sign in, change your password and put your address back. If you cannot sign in, ask the administrator of this site for help at once.",
    test_lead: "This is a test. Email from this server arrives.",
    prove_subject: |site| naming!("Confirm your email address for {site}", site),
    prove_lead: |username, site| {
        naming!("{username} wants to use this address at {site}. If that is you, confirm the address.", username, site)
    },
    prove_until: |until| format!("The link works once, until {until}."),
    invite_subject: |site| naming!("You are invited to {site}", site),
    invite_lead: |username, site| {
        naming!(
            "There is an account for you at {site}. Your username is {username}. Choose how you sign in, and you can start.",
            username,
            site
        )
    },
    invite_lead_by: |name, username, site| {
        naming!(
            "{name} made an account for you at {site}. Your username is {username}. Choose how you sign in, and you can start.",
            name,
            username,
            site
        )
    },
    invite_until: |until| format!("The link works once, in the browser that opens it first, until {until}."),
    recover_subject: |site| naming!("Sign in to {site} again", site),
    recover_lead: |username, site| {
        naming!(
            "Someone asked for help to sign in as {username} at {site}. If that was you, choose a new way to sign in.",
            username,
            site
        )
    },
    recover_lead_by: |name, username, site| {
        naming!(
            "{name} sends you a link to sign in as {username} at {site} again. It lets you choose a new way to sign in.",
            name,
            username,
            site
        )
    },
    recover_until: |until| {
        format!(
            "The link works once, in the browser that opens it first, until {until}. Nothing changes until you use it."
        )
    },
    new_device_subject: |site| naming!("New sign-in to your account at {site}", site),
    new_device_lead: |username, device, at| {
        naming!("{username} was signed in on a new device or network: ", username) + &format!("{device}, {at}.")
    },
    new_device_lead_from: |username, device, place, at| {
        naming!("{username} was signed in on a new device or network: ", username)
            + &format!("{device}, ")
            + &naming!("{place}", place)
            + &format!(", {at}.")
    },
    passkey_added_subject: |site| naming!("A passkey was added to your account at {site}", site),
    passkey_added_lead: |passkey, username, at| {
        naming!("The passkey {passkey} can now sign in as {username}", passkey, username)
            + &format!(". It was added on {at}.")
    },
    passkey_removed_subject: |site| naming!("A passkey was removed from your account at {site}", site),
    passkey_removed_lead: |passkey, username, at| {
        naming!("The passkey {passkey} no longer signs in as {username}", passkey, username)
            + &format!(". It was removed on {at}.")
    },
    password_subject: |site| naming!("Your password at {site} was changed", site),
    password_lead: |username, device, at| {
        naming!("The password of {username} was changed: ", username) + &format!("{device}, {at}.")
    },
    address_subject: |site| naming!("Your email address at {site} was changed", site),
    address_lead: |username, device, at| {
        naming!("Emails about the account {username} no longer come to this address. It was changed: ", username)
            + &format!("{device}, {at}.")
    },
    address_lead_by: |name, username, at| {
        naming!("Emails about the account {username} no longer come to this address. {name} changed it", username, name)
            + &format!(" on {at}.")
    },
    test_subject: |site| naming!("Test email from {site}", site),
    footer: |username, site| {
        naming!(
            "You received this email because of your account {username} at {site}. We never ask for your password by email, and never send QR codes.",
            username,
            site
        )
    },
};

pub(super) const MAIL_PAGES: MailPages = MailPages {
    send: "Send by email",
    of_prove: "Confirming the email address",
    of_passkey: "A passkey was added or removed",
    of_address: "The email address was changed",
    too_many: "Too many emails of this kind went to this account today. Make a link and pass it on yourself, or try again tomorrow.",
    full: "Too many emails are waiting to be sent. Make a link and pass it on yourself, or try again later.",
    no_address: "This account has no email address. Make a link and pass it on yourself.",
    waits: "Too many emails are waiting to be sent. Try again later.",
    prove_hint: "We send a link to this address. Open it to confirm that the address is yours.",
    prove: "Send a link to confirm it",
    prove_sent: "The email is on its way. Open the link in it within 24 hours. If nothing arrives, check your spam folder, or try again tomorrow: we send only so many of these emails to one address.",
    prove_not_needed: "There is no address to confirm.",
    prove_too_many: "We sent ten links within a day. Use one of them, or try again tomorrow.",
    prove_title: "Confirm your email address",
    prove_confirm: "Confirm address",
    proven_title: "Your address is confirmed",
    proven: "You can close this page.",
    over_title: "This link does not work",
    unknown: "Check that you copied all of it. If there is a newer email, use the link in that one, or send another from your profile.",
    expired: "It was not used in time. Send another one from your profile.",
    other_address: "The account has another address by now. Send a link to that one from your profile.",
    disabled: "This account is disabled. Ask this site's administrator to enable it again.",
    taken: "This address cannot be used here. Use another one, or ask the administrator of this site.",
    forgot: "Forgot your password?",
    forgot_title: "Choose a new password",
    forgot_lead: "Enter your username or your email address. We send a link to your confirmed address.",
    forgot_name: "Username or email address",
    forgot_send: "Send a link",
    forgot_sent_title: "Check your email",
    forgot_sent: "If that account exists and its address is confirmed, a link is on its way. It works for an hour. If you asked a moment ago, use the link that you got then: we send no other within ten minutes. If nothing arrives, check your spam folder and what you typed, or ask this site's administrator.",
    unproven_first: "Nothing was made. Nobody has confirmed this address: tick the box if you are sure that it is the owner's.",
    unproven_sure: "I am sure that the address is the owner's",
    unproven_hint: |address| {
        naming!("Nobody has confirmed {address}. Whoever reads that mailbox gets into this account.", address)
    },
    proof_sent: |address| {
        naming!("We sent a link to {address}. Open it within 24 hours to confirm that the address is yours.", address)
    },
    send_hint: |address| naming!("“Send by email” sends the link to {address} and does not show it here.", address),
    sent: |address| naming!("The email is on its way to {address}.", address),
    sent_at: |at| format!("Sent by email on {at}."),
    refused_at: |at| {
        format!("The mail server refused the email on {at}. Check the address, or make a link and pass it on yourself.")
    },
    expired_at: |at| format!("The email could not be delivered within a day, and was given up on {at}."),
    waits_since: |at| format!("The email has been waiting to be sent since {at}."),
    prove_sent_at: |at| format!("The last link was sent on {at}."),
    prove_refused_at: |at| format!("The mail server refused the email on {at}. Check the address."),
    prove_lead: |address, username| {
        naming!("Does {address} belong to the account {username}? Then confirm it.", address, username)
    },
};
