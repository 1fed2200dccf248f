//! English: what pages say of the devices on which an account is signed in, beside the list of them.

use crate::text::table::devices::{DeviceNews, DevicePage};

pub(super) const DEVICE_NEWS: DeviceNews = DeviceNews {
    was_me: "This was me",
    end_it: "End it",
    out_title: "You were signed out",
    out_by_administrator: "An administrator signed this device out. Ask them if you do not know why.",
    out_over: "Your sign-in on this device has ended. Sign in again to continue.",
    is_out: "This device is signed out.",
    is_out_title: "Signed out",
    new_from: |device, from, ago| format!("New sign-in to your account: {device}, {from}, {ago}."),
    new_device: |device, ago| format!("New sign-in to your account: {device}, {ago}."),
    out_of: |device| format!("You were signed out on {device}"),
    out_by: |device, ago| {
        format!("That was done from {device}, {ago}. If it was not you, sign in again and change your password.")
    },
    since: |ago| format!("Signed in {ago}"),
    since_at: |place, ago| format!("{place} · signed in {ago}"),
};

pub(super) const DEVICE_PAGE: DevicePage = DevicePage {
    title: "One of your devices",
    how: "Signed in by",
    address: "Address",
    signed_in: "Signed in",
    last_used: "Last used",
    known: "Thank you. You will not be asked about this sign-in again.",
    renamed: "The name is saved.",
    name: "Name",
    name_label: "Your name for this device",
    name_hint: "Only you see it. Leave it empty to show the browser and system instead.",
    name_wrong: "Use up to 64 characters on one line.",
    what: "Devices it signed in",
    what_none: "No other device was signed in from here.",
    what_approved: "You approved these sign-ins on this device:",
    end: "Sign this device out",
    end_lead: "It is signed out at once on all its open pages, and the sites it signed in to are told.",
    end_with: "This device and everything signed in from it",
    end_with_hint: "Also every device you approved from here, and apps with long-lasting access.",
    end_only: "Only this device",
    end_only_hint: "What it signed in stays signed in.",
    back: "All your devices",
    more: |device| format!("More about {device}"),
};
