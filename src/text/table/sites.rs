//! The texts of the pages on which people decide about apps.

texts! {
    /// The texts of the question whether an app may sign a person in.
    Consent in consent {
        going_back,
        title,
        warning,
        allow,
        another;
        question(app: &str),
    }
}

texts! {
    /// The texts of sign-out at the request of an app (OpenID Connect RP-Initiated Logout).
    Logout in logout {
        signed_out_title,
        signed_out_lead,
        title,
        lead,
        stay;
        question(host: &str),
    }
}

texts! {
    /// The texts of the page with the apps that a person has allowed.
    Allowed in allowed {
        outdated,
        title,
        none,
        lead,
        withdraw,
        change_hint,
        withdraw_hint;
        since(date: &str),
        withdraw_from(app: &str),
        save_for(app: &str),
    }
}
