//! The texts of the pages on which people manage their own account.

texts! {
    /// The list of an account's sessions.
    Devices in devices {
        title,
        lead,
        ended,
        gone,
        this,
        by_password,
        by_scan,
        end,
        end_others;
        times(opened: &str, used: &str),
        end_one(what: &str, times: &str),
    }
}

texts! {
    /// The page on which a password is changed.
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
    /// The profile of a person.
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
    }
}

texts! {
    /// Why a picture was refused.
    Picture in picture {
        none_chosen,
        not_one,
        too_large,
        lossless,
        moves,
        busy,
    }
}
