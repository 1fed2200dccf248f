//! Redis, which any number of instances share: the link to it ([`link`], over `servers`), and what several stores use
//! (`books`: an index of entries per holder; `replicas`; `time`). Tickets, announcements and single-use
//! objects use the same link (`store::tickets`, `store::single_use`). The keys are:
//!
//! ```text
//! tessera:ticket:{<id>}    hash: seq, ticket (JSON), attempt, account once approved; browser, phone: who watches
//! tessera:ticket-books:{ticket}:… index of tickets per subscriber: books like those below
//! tessera:typed:<code>     "<until> <round> <ticket>"
//! tessera:once:{<kind>}:<hash>  hash: value (sealed), until, by which attempt it was kept, attempt once taken
//! tessera:once-books:{<kind>}:… index of objects per holder: `lines` of all objects and their bytes together, their
//!                          `ends`, the weight of `holders`, of each holder its `apps/`, and its objects by `ages/`
//! tessera:code-key         fingerprint of the key that all instances make their codes with
//! tessera:instance:<id>    exists while the instance lives; also the channel of its announcements:
//!                          a ticket (JSON) that was changed, or the id of one whose watchers came or went
//! ```

pub(in crate::store) mod books;
pub(super) mod link;
pub(in crate::store) mod replicas;
mod servers;
mod time;

pub use link::Link;
pub(super) use servers::DEADLINE;
pub use time::share_time;
