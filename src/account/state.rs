//! What the pages of this feature work with.

use super::password::Passwords;
use super::session::Sessions;
use super::setup_link::Setup;
use crate::clock::Clock;
use crate::crypto::hash::Keyed;
use crate::picture::Pictures;
use crate::store::records::Records;
use crate::web::document::Site;
use crate::web::limits::Limits;

/// What the pages of this feature work with.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// Where accounts and sessions are kept.
    pub records: Records,
    /// Password hashing.
    pub passwords: Passwords,
    /// Sessions.
    pub sessions: Sessions,
    /// The first account.
    pub setup: Setup,
    /// Where their pictures are taken in.
    pub pictures: Pictures,
    /// Names that nobody has, as the log has them.
    pub unknown_names: Keyed,
    /// The site.
    pub site: Site,
    /// How often somebody may guess.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
}
