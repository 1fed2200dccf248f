//! The paths of the pages and forms of a person's own account.

/// The overview of an account.
pub const OVERVIEW: &str = "/account";
/// The ways to sign in.
pub const SECURITY: &str = "/account/security";
/// The form that switches the sign-in by scan of the own account.
pub const SCAN_SWITCH: &str = "/account/security/scan";
/// The phones that browsers may ask for an approval.
pub const ASK: &str = "/account/ask";
/// The form that turns it off for a phone.
pub const ASK_OFF: &str = "/account/ask/off";
/// What waits for the phones of a person; its handlers are in `login/ask/phone.rs`.
pub const ASKED: &str = "/account/asked";
/// The passkeys of a person.
pub const PASSKEYS: &str = "/account/passkeys";
/// The scanner; its handler is in `login/phone/scanner.rs`.
pub const SCAN: &str = "/scan";
/// Where a signed-in browser signs a phone in; its handlers are in `login/transfer`.
pub const TRANSFER: &str = "/transfer";
/// What happened to the account.
pub const ACTIVITY: &str = "/account/activity";
/// The export of what happened.
pub const EXPORT: &str = "/account/activity/export";
/// The form that downloads the receipts of the person's approvals.
pub const RECEIPTS: &str = "/account/activity/receipts";
/// The form by which a person goes on with the receipts as they are, after a warning.
pub const RECEIPTS_ACCEPTED: &str = "/account/activity/accept";
/// The data of a person.
pub const DATA: &str = "/account/data";
/// The form that downloads all data.
pub const DOWNLOAD: &str = "/account/data/download";
/// The form that asks for the deletion of the account.
pub const DELETE: &str = "/account/data/delete";
/// The form that takes the request for the deletion back.
pub const KEEP: &str = "/account/data/keep";
