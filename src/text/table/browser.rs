//! The texts of the page with the code, in the browser that is to be signed in.

texts! {
    /// The page around the code.
    Login in login {
        title,
        name_first,
        show_code,
        here_instead,
        on_phone,
        on_phone_here,
        on_phone_code;
        heading(site: &str),
        leave(app: &str),
        scan_only(app: &str),
    }
}

texts! {
    /// The panel with the code, and each state that it can be in.
    Panel in panel {
        qr,
        qr_over,
        waiting,
        steps,
        scanned,
        scanned_title,
        claimed,
        denied,
        over,
        outdated,
        second_account,
        lost,
        start_over,
        code_label,
        press_continue;
        or_type(link: &str),
        scanned_by(name: &str),
        approved_by(name: &str),
    }
}
