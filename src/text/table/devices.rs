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
