//! The texts for refused requests: what happened and what to do.

texts! {
    /// The texts that say why a code or a decision was refused.
    Refusals in refusals {
        full_title,
        malformed_title,
        malformed_advice,
        forged_title,
        forged_advice,
        expired_title,
        expired_advice,
        outdated_title,
        outdated_advice,
        used_title,
        used_advice,
        denied_title,
        denied_advice,
        cancelled_title,
        cancelled_advice,
        taken_title,
        taken_advice,
        not_scanned_title,
        not_scanned_advice,
        decided_title,
        decided_advice,
        not_approved_title,
        not_approved_advice,
        rested_title,
        rested_advice,
        other_browser_title,
        other_browser_advice,
        wrong_account_title,
        wrong_account_advice,
        another_account_title,
        another_account_advice,
        same_browser_title,
        same_browser_advice,
    }
}

texts! {
    /// The texts that say why a request was refused.
    Problems in problems {
        unknown_app_title,
        unknown_app_advice,
        unknown_redirect_title,
        request_over_title,
        request_over_advice,
        not_signed_in_title,
        not_signed_in_advice,
        broken_title,
        broken_advice,
        wrong_address_title,
        wrong_address_step,
        not_found_title,
        not_found_advice,
        malformed_title,
        malformed_advice,
        too_many_title,
        cross_site_title;
        wrong_address_advice(opened: &str, origin: &str),
        cross_site_advice(origin: &str),
        unknown_redirect_advice(app: &str),
        unknown_origin_advice(app: &str, origin: &str),
        other_dialect_advice(app: &str),
        malformed_by_app(why: &str),
        wait_seconds(seconds: u64),
        wait_minutes(minutes: u64),
    }
}

texts! {
    /// The texts that say why the colours that an app gave its embedded frame were refused.
    Theme in theme {
        title,
        value,
        auto,
        contrast,
    }
}

texts! {
    /// The texts that say why a request of a program was refused.
    Programs in programs {
        title,
        off,
        missing,
        invalid,
        too_large,
        length,
        socket,
        host,
        parameter,
    }
}
