//! English: the pages on which people manage their own account.

use super::times::counted;
use crate::text::table::account::{Devices, NewPassword, Picture, Profile};

pub(super) const DEVICES: Devices = Devices {
    title: "Where you are signed in",
    lead: "These devices are signed in to your account. If you do not recognise one, sign it out and change your password. Devices you approved from it are signed out too.",
    ended: "Signed out, including the sites that were reached from there.",
    gone: "That device was already signed out.",
    this: "This device",
    by_password: "Signed in with the password",
    by_passkey: "Signed in with a passkey",
    by_scan: "Signed in by an approved scan",
    by_link: "Signed in with a one-time link",
    end: "Sign out",
    end_others: "Sign out all other devices",
    end_others_hint: "Only this device stays signed in.",
    known_title: "Remembered browsers",
    forget: "Forget all",
    forgotten: "Forgotten. Your next sign-in there asks for more than a tap.",
    by_scan_on: |device| format!("Signed in by a scan, approved on: {device}"),
    known: |browsers| {
        format!(
            "Your account remembers {}. Signing in there takes one tap on your phone.",
            counted(browsers, "browser", "browsers")
        )
    },
    times: |opened, used| format!("Signed in {opened}, last used {used}"),
};

pub(super) const NEW_PASSWORD: NewPassword = NewPassword {
    title: "Change your password",
    lead: "Enter your current password, then choose a new one.",
    old: "Current password",
    new: "New password",
    others: "Sign out all other devices",
    save: "Change password",
    done: "Your password is changed.",
    wrong: "That is not your current password. Nothing was changed.",
};

pub(super) const PROFILE: Profile = Profile {
    title: "Your profile",
    lead: "Only the display name is required. A site gets what it asks for and you allow, item by item:",
    not_saved: "Not saved. Check the marked field.",
    outdated: "Not saved. Your profile was changed elsewhere since you opened this page. Save again to keep what you typed here.",
    about: "About you",
    gender: "Gender",
    city: "City",
    province: "Province or state",
    country: "Country",
    language: "Language",
    none: "Not specified",
    female: "Female",
    male: "Male",
    other_gender: "Another",
    name_told: "Your name comes from the app that you sign in with. Change it there, and it changes here too.",
    wrong_place: "Use up to 64 characters on one line.",
    wrong_choice: "Choose one of the options in the list.",
    picture: "Picture",
    picture_file: "Picture file",
    picture_hint: "JPEG, PNG or WebP, up to 8 MB. We keep a small square from its middle and nothing else of the file. Without a picture, your initials are shown.",
    picture_told: "The app that you sign in with has a picture of you. Sites that may see your picture get that one until you upload another.",
    picture_upload: "Upload",
    picture_remove: "Remove picture",
    picture_saved: "Your picture is saved.",
    picture_removed: "Your picture is removed.",
    shown: "What a screen shows of you when you scan its code",
    shown_hint: "Until you approve, and to whoever is in front of it.",
    shown_name: "Your name and picture",
    shown_letter: "The first letter of your name",
    shown_nothing: "Nothing",
};

pub(super) const PICTURE: Picture = Picture {
    none_chosen: "Choose a file first, then upload it.",
    not_one: "This file is not a picture that we can read. Choose a JPEG, PNG or WebP file.",
    too_large: "This picture is too large. Choose one of up to 8 MB and 8 million pixels.",
    lossless: "This WebP file is lossless and too large. Save the picture as a JPEG or PNG file.",
    moves: "This picture is animated. Choose one that is not.",
    busy: "Many pictures are being uploaded right now. Try again in a moment.",
};
