//! The user names that nobody may take by signing up, because people would believe that whoever has such a name speaks for
//! the site or for its machines. Administrators and the command line may give them.

use crate::names::skeleton;
use crate::web::document::Site;

/// The reserved names. A name that looks like one of them is reserved too.
const RESERVED: &[&str] = &[
    "abuse",
    "account",
    "accounts",
    "admin",
    "administrator",
    "admins",
    "anonymous",
    "api",
    "app",
    "apps",
    "auth",
    "billing",
    "bot",
    "contact",
    "daemon",
    "dns",
    "everyone",
    "ftp",
    "guest",
    "help",
    "helpdesk",
    "host",
    "hostmaster",
    "imap",
    "info",
    "it",
    "localhost",
    "login",
    "mail",
    "mailer-daemon",
    "marketing",
    "me",
    "moderator",
    "news",
    "nobody",
    "noc",
    "no-reply",
    "noreply",
    "null",
    "oauth",
    "operator",
    "owner",
    "password",
    "pop",
    "postmaster",
    "privacy",
    "register",
    "root",
    "sales",
    "security",
    "self",
    "server",
    "setup",
    "signin",
    "signup",
    "smtp",
    "ssl",
    "staff",
    "status",
    "sudo",
    "support",
    "sysadmin",
    "system",
    "team",
    "tessera",
    "undefined",
    "user",
    "users",
    "usenet",
    "uucp",
    "webmaster",
    "wpad",
    "www",
];

/// Returns whether a user name is reserved: it looks like one of [`RESERVED`], like the name of this site or like a part of
/// its host, or it is like an e-mail address, which nobody has proven.
pub(super) fn is_reserved(username: &str, site: &Site) -> bool {
    let looks = skeleton(username);
    let is_like = |name: &str| skeleton(&name.to_lowercase()) == looks;
    let joined = |by: &str| site.name().split_whitespace().collect::<Vec<_>>().join(by);
    let host = site.host().split(':').next().unwrap_or_default();
    username.contains('@')
        || RESERVED.iter().any(|name| is_like(name))
        || ["", "-", "_", "."].iter().any(|by| is_like(&joined(by)))
        || is_like(host)
        || host.split('.').any(is_like)
}
