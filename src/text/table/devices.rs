//! The texts about the devices on which an account is signed in, beside the list of them.

texts! {
    /// The texts of what a page says of another device: that it is new, or is signed in now, or was signed out.
    DeviceNews in device_news {
        was_me,
        end_it,
        out_title,
        out_by_administrator,
        out_over,
        is_out,
        is_out_title;
        new_from(device: &str, from: &str, ago: &str),
        new_device(device: &str, ago: &str),
        out_of(device: &str),
        out_by(device: &str, ago: &str),
        since(ago: &str),
        since_at(place: &str, ago: &str),
    }
}

texts! {
    /// The texts of the page about one device.
    DevicePage in device_page {
        title,
        how,
        address,
        signed_in,
        last_used,
        known,
        renamed,
        name,
        name_label,
        name_hint,
        name_wrong,
        what,
        what_none,
        what_approved,
        end,
        end_lead,
        end_with,
        end_with_hint,
        end_only,
        end_only_hint,
        back;
        more(device: &str),
    }
}

texts! {
    /// The texts about phones that a browser asks for an approval: of the page that turns it on, of the login page, of the page
    /// that a notification leads to, and of the notification.
    Ask in ask {
        title,
        hint,
        lead,
        lead_number,
        turn_on,
        starting,
        is_on,
        turned_on,
        turned_off,
        unsupported,
        ios_first,
        insecure,
        refused,
        allow_ios,
        allow_android,
        allow_computer,
        failed,
        full,
        service_wrong,
        needs_script,
        phones,
        none,
        turn_off,
        line_on,
        line_off,
        approve_on_phone,
        asked,
        asked_hint,
        too_often_title,
        too_often_advice,
        cannot_title,
        cannot_advice,
        to_code,
        one_title,
        one_lead,
        many_title,
        many_lead,
        none_title,
        none_lead,
        see,
        push_title,
        push_body,
        go_on_unnamed;
        go_on_as(name: &str),
        turned_on_ago(ago: &str),
        for_site(host: &str, ago: &str),
    }
}

texts! {
    /// The texts of the pages with which a signed-in browser signs a phone in.
    Transfer in transfer {
        start_title,
        start_lead,
        start_hint,
        start,
        code_title,
        code_lead,
        qr,
        code_hint,
        cancel,
        digits_title,
        digits_label,
        digits_hint,
        digits_go,
        phone,
        wrong_once,
        wrong,
        malformed,
        finishing_title,
        finishing_lead,
        done_title,
        denied_title,
        declined,
        too_wrong,
        over_title,
        over_lead,
        again,
        take_title,
        take_warning,
        offered_on,
        shown_title,
        shown_hint,
        decline,
        claim_title,
        claim_lead,
        here_already_title,
        ended_lead,
        taken_title,
        taken_advice,
        for_phones_title,
        for_phones_advice,
        for_screens_title,
        for_screens_advice,
        off_title,
        off_advice,
        same_title,
        same_advice,
        ended_title,
        ended_advice,
        hint;
        by(device: &str),
        question(account: &str),
        replaces(other: &str),
        shown_lead(device: &str),
        here_already(account: &str),
    }
}

texts! {
    /// The texts of the page on which a person chooses between the accounts that are signed in on a device.
    Chooser in chooser {
        title,
        lead,
        active,
        choose,
        choose_this,
        add,
        another,
        sign_out_all,
        one_ended,
        sign_in_again,
        switched_title,
        switched_advice;
        ended(account: &str),
        full(account: &str),
        of_this_visit(account: &str),
        you_are(account: &str),
    }
}
