//! The texts of the pages on the phone that decides.

texts! {
    /// The page that a phone opens first.
    Opening in opening {
        title,
        lead,
        go_on,
    }
}

texts! {
    /// The question whether another device is to be signed in.
    Confirm in confirm {
        title,
        warning,
        second_account;
        question(host: &str),
    }
}

texts! {
    /// The facts about a sign-in that the phone shows.
    Facts in facts {
        site,
        device,
        device_unknown,
        address,
        same_network,
        other_network,
        unknown_network,
        place,
        age,
        account,
        effect,
        code,
        learns,
        learns_id,
        learns_id_always,
        learns_ticked,
        learns_ticked_always,
        field_name,
        field_picture,
        field_language,
        field_gender,
        field_place;
        device_both(browser: &str, system: &str),
        effect_here(host: &str, hours: u64),
        effect_hours(hours: u64),
    }
}

texts! {
    /// The result of a sign-in, on the phone.
    Outcome in outcome {
        approved_title,
        approved_lead,
        approved_no_page,
        done_title,
        denied_title,
        denied_lead,
        gone_title,
        gone_lead,
        not_me;
        done_lead(device: &str, host: &str),
    }
}

texts! {
    /// The page on which a code is typed.
    Link in link {
        title,
        lead,
        code,
        go,
        malformed,
        unknown,
    }
}
