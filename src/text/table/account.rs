//! The texts of the pages on which people manage their own account.

texts! {
    /// The texts of the page with the devices on which an account is signed in.
    Devices in devices {
        title,
        lead,
        ended,
        gone,
        this,
        by_password,
        by_passkey,
        by_scan,
        by_link,
        end,
        end_others,
        end_others_hint,
        known_title,
        forget,
        forgotten;
        by_scan_on(device: &str),
        known(browsers: u64),
        times(opened: &str, used: &str),
    }
}

texts! {
    /// The texts of the page on which a person changes their password.
    NewPassword in new_password {
        title,
        lead,
        old,
        new,
        others,
        save,
        done,
        wrong,
    }
}

texts! {
    /// The texts of the page on which a person edits their profile.
    Profile in profile {
        title,
        lead,
        not_saved,
        outdated,
        about,
        gender,
        city,
        province,
        country,
        language,
        none,
        female,
        male,
        other_gender,
        name_told,
        wrong_place,
        wrong_choice,
        picture,
        picture_file,
        picture_hint,
        picture_told,
        picture_upload,
        picture_remove,
        picture_saved,
        picture_removed,
        shown,
        shown_hint,
        shown_name,
        shown_letter,
        shown_nothing,
    }
}

texts! {
    /// The texts that say why an uploaded picture was refused.
    Picture in picture {
        none_chosen,
        not_one,
        too_large,
        lossless,
        moves,
        busy,
    }
}
