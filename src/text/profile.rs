//! Texts about what people tell of themselves. No island says any of them.

use super::Lang;

catalogue! {
    home_profile { En: "Your profile" }
    saved { En: "Saved." }
    profile_title { En: "Your profile" }
    profile_lead { En: "Only a name is required. A site gets what it asks for and you allow, item by item:" }
    profile_not_saved { En: "Not saved. Check the marked field." }
    profile_outdated { En: "Not saved. Your profile was changed elsewhere since you opened this page. Save again to keep what you typed here." }
    profile_about { En: "About you" }
    profile_gender { En: "Gender" }
    profile_city { En: "City" }
    profile_province { En: "Province or state" }
    profile_country { En: "Country" }
    profile_language { En: "Language" }
    profile_none { En: "Not specified" }
    gender_female { En: "Female" }
    gender_male { En: "Male" }
    gender_other { En: "Another" }
    profile_name_told { En: "Your name comes from the app that you sign in with. Change it there, and it changes here too." }
    profile_wrong_place { En: "Use up to 64 characters on one line." }
    profile_wrong_choice { En: "Choose one of the options in the list." }

    profile_picture { En: "Picture" }
    profile_picture_file { En: "Picture file" }
    profile_picture_hint { En: "JPEG, PNG or WebP, up to 8 MB. We keep a small square from its middle and nothing else of the file. Without a picture, your initials are shown." }
    profile_picture_told { En: "The app that you sign in with has a picture of you. Sites that may see your picture get that one until you upload another." }
    profile_picture_upload { En: "Upload" }
    profile_picture_remove { En: "Remove picture" }
    picture_none_chosen { En: "Choose a file first, then upload it." }
    picture_not_one { En: "This file is not a picture that we can read. Choose a JPEG, PNG or WebP file." }
    picture_too_large { En: "This picture is too large. Choose one of up to 8 MB and 8 million pixels." }
    picture_lossless { En: "This WebP file is lossless and too large. Save the picture as a JPEG or PNG file." }
    picture_moves { En: "This picture is animated. Choose one that is not." }
    picture_busy { En: "Many pictures are being uploaded right now. Try again in a moment." }
}

/// Texts with something in them.
#[expect(missing_docs, reason = "the text says it")]
impl Lang {
    pub fn optional(self, label: &str) -> String {
        match self {
            Self::En => format!("{label} (optional)"),
        }
    }

    /// What was done, by its word in the address; any other word says nothing.
    pub fn profile_done(self, done: &str) -> Option<&'static str> {
        match (self, done) {
            (Self::En, "saved") => Some("Saved."),
            (Self::En, "picture") => Some("Your picture is saved."),
            (Self::En, "removed") => Some("Your picture is removed."),
            _ => None,
        }
    }
}
