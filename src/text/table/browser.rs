//! The texts of the page with the QR code, in the browser that is to be signed in.

texts! {
    /// The texts of the page around the QR code.
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
    /// The texts of the panel with the QR code, in each of its states.
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
        digits,
        digits_again,
        digits_label,
        wrong_number,
        wrong_typed,
        lost,
        start_over,
        code_label,
        press_continue;
        number(number: &str),
        or_type(link: &str),
        scanned_by(name: &str),
        approved_by(name: &str),
        onward(host: &str, hours: u64),
        onward_for_visit(host: &str),
    }
}
