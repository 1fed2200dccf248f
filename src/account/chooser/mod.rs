//! `/accounts`: where a person chooses between the accounts that are signed in on their device, signs out of one of them, or
//! adds another. `handlers` does what the forms ask, and `page` renders the page.

mod handlers;
mod page;

pub use self::handlers::{act, show};
