//! The texts of the pages of the phone that approves or denies a sign-in.

texts! {
    /// The texts of the page that a phone opens first, after a scan.
    Opening in opening {
        title,
        lead,
        lead_letter,
        lead_nothing,
        go_on,
    }
}

texts! {
    /// The texts of the question whether another device is to be signed in.
    Confirm in confirm {
        title,
        warning,
        second_account;
        question(host: &str),
    }
}

texts! {
    /// The texts of the facts about a sign-in that the phone shows before the decision.
    Facts in facts {
        site,
        device,
        device_unknown,
        address,
        same_network,
        other_network,
        unknown_network,
        same_network_here,
        other_network_here,
        unknown_network_here,
        place,
        age,
        account,
        effect,
        code,
        learns,
        learns_id,
        learns_id_always,
        learns_groups,
        learns_groups_always,
        learns_ticked,
        learns_ticked_always,
        learns_ticked_groups,
        learns_ticked_groups_always,
        groups,
        no_groups,
        field_name,
        field_username,
        field_fullname,
        field_picture,
        field_language,
        field_email,
        field_gender,
        field_place,
        field_zone;
        device_both(browser: &str, system: &str),
        effect_here(host: &str, hours: u64),
        effect_hours(hours: u64),
    }
}

texts! {
    /// The texts that say on the phone how a sign-in ended.
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
    /// The texts of the page on which a code is typed instead of scanned.
    Link in link {
        title,
        lead,
        code,
        go,
        malformed,
        unknown,
    }
}

texts! {
    /// The texts about what an approval asks of the phone, and why.
    Ladder in ladder {
        required_title,
        required_advice,
        refused_title,
        refused_advice,
        refused_lead,
        missing_title,
        missing_lead,
        missing_add,
        why,
        new_browser,
        every_browser,
        other_country,
        marked_network,
        typed_code,
        asked,
        outdated_code,
        second_account,
        app,
        account,
        administrator,
        reported,
        reported_browser,
        refused_browser,
        blocked_network,
        no_passkey,
        number_question,
        number_hint,
        digits_hint,
        digits_title,
        digits_lead,
        code_label,
        code_hint,
        code_wrong,
        code_malformed,
        passkey_go,
        passkey_failed,
        remember,
        remember_hint,
        stay,
        stay_visit,
        stay_today,
        stay_longest,
        wrong_number,
        wrong_typed,
        report_question,
        report_go,
        report_hint,
        report_done,
    }
}

texts! {
    /// The texts of the page that scans a code with the camera.
    Scanner in scanner {
        title,
        lead,
        view,
        open,
        stop,
        light,
        choose,
        starting,
        looking,
        found,
        reading,
        foreign,
        none,
        insecure,
        refused,
        allow_ios,
        allow_android,
        allow_computer,
        busy,
        failed,
        unloaded,
        nothing,
        unreadable,
        needs_script,
        or_type,
    }
}
