//! The texts of the pages on which administrators manage apps.

texts! {
    /// The texts of the list of apps, and of the page of one app.
    Apps in apps {
        title,
        lead,
        none,
        app,
        add,
        add_lead,
        add_submit,
        not_saved,
        outdated,
        is_disabled,
        more,
        fresh_secret,
        fresh_hint,
        connect,
        id,
        issuer,
        snippets_hint,
        settings,
        secret,
        rotate,
        rotate_hint,
        disable_title,
        disable,
        disable_hint,
        enable_title,
        enable,
        enable_hint,
        done_added,
        done_disabled,
        done_enabled,
        done_logo,
        done_no_logo;
        disabled_since(date: &str),
    }
}

texts! {
    /// The texts of the trial of an app by an administrator.
    Trial in trial {
        start,
        hint,
        oidc,
        wechat,
        title,
        received,
        refused,
        over,
        ended,
        again,
        mend_denied,
        mend_again,
        answer,
        token,
        access_token,
        id_token,
        userinfo,
    }
}

texts! {
    /// The texts of the form for the logo of an app.
    Logo in logo {
        title,
        hint,
        file,
        upload,
        replace,
        remove,
    }
}

texts! {
    /// The texts of the change log of the apps.
    Log in log {
        title,
        lead,
        none,
        no_more,
        older,
        newest,
        all,
        of_app,
        added,
        changed,
        rotated,
        disabled,
        enabled,
        tried,
        by_command,
        by_file;
        by(name: &str, address: &str),
        by_owner(name: &str, address: &str),
    }
}

texts! {
    /// The texts of the page with the sign-ins that people reported.
    Reports in reports {
        title,
        lead,
        none;
        to_app(app: &str),
    }
}
