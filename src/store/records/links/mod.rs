//! One-time links, as they are stored: they set up the first account, invite a person, or let a person back in who lost
//! their password. A link is known by a hash only, belongs to one browser once it was opened, and works once.

mod link;
pub(in crate::store) mod queries;
mod steps;

pub use self::link::{ENDED_LINK_KEPT, Link, LinkHash, LinkPurpose, LinkRefusal, LinkState, OpenerHash};
pub use self::steps::{
    Earlier, Enrolled, Enrolment, FirstAccount, LinkMade, LinkOpened, NewLink, ProvenBy, SessionProof, SetUp, WayIn,
};
