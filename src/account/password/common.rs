//! The most common passwords, which attackers try first. ASVS 6.2.4 asks for the 3,000 most common ones among
//! those that meet the other rules: this is that list, counted in published leaks.
//!
//! The list was made by Royce Williams, and is the one that Django 5.2 ships (`common-passwords.txt.gz`;
//! BSD-3-Clause, the text is in `common.LICENSE`). Of its 20,000 lines these are the first 3,000 with at
//! least eight characters, all of them ASCII.

/// The most common passwords in lower case, one per line, the most common first.
const LIST: &str = include_str!("common.txt");

/// Returns whether this password is one of the most common ones, ignoring case.
pub(super) fn is_common(password: &str) -> bool {
    let password = password.to_lowercase();
    LIST.lines().any(|common| common == password)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::web::bounds::PASSWORD_CHARS_LEAST;

    #[test]
    fn the_list_has_three_thousand_passwords_that_are_long_enough() {
        assert_eq!(LIST.lines().collect::<HashSet<_>>().len(), 3000);
        for common in LIST.lines() {
            assert!(common.chars().count() >= PASSWORD_CHARS_LEAST, "{common} is refused anyway");
            assert_eq!(common, common.to_lowercase().trim(), "{common} would never be found");
        }
    }

    #[test]
    fn a_common_password_is_found_whatever_its_capitals() {
        for common in
            ["password", "12345678", "Password1", "QWERTYUIOP", "iLoveYou", "passw0rd", "p@ssw0rd", "00000000"]
        {
            assert!(is_common(common), "{common}");
        }
        for rare in ["correct horse battery", "password of mine", "passwor", "drowssap passwd", "пароль пароль", ""]
        {
            assert!(!is_common(rare), "{rare}");
        }
    }
}
