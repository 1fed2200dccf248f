//! The text of errors with their cause, for the operator: at the start, on the command line and in the log.
//! An answer to a client must never contain a cause.

use std::error::Error;

use parking_lot::Mutex;

/// Returns the text of an error, followed by a colon and the text of its direct cause if it has one.
pub fn caused(error: &dyn Error) -> String {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}

/// The last state of something that may fail repeatedly. With it, a caller logs only changes of the state.
#[derive(Debug, Default)]
pub struct Logged(Mutex<&'static str>);

impl Logged {
    /// Returns whether this state differs from the one of the last call, and stores it. Before the first call the
    /// stored state is the empty text, which means that nothing is wrong.
    pub fn is_new(&self, word: &'static str) -> bool {
        let mut last = self.0.lock();
        std::mem::replace(&mut *last, word) != word
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use thiserror::Error;

    use super::*;

    #[derive(Debug, Error)]
    enum Failed {
        #[error("the store failed")]
        Store(#[source] io::Error),
        #[error(transparent)]
        Within(Box<Self>),
        #[error("for no reason")]
        Alone,
    }

    #[test]
    fn what_goes_on_is_logged_once_and_so_is_its_end() {
        let logged = Logged::default();
        let words = ["", "records", "records", "records tickets", "tickets", "", ""];
        assert_eq!(words.map(|word| logged.is_new(word)), [false, true, false, true, true, true, false]);
    }

    #[test]
    fn an_error_tells_its_cause_whatever_it_is_wrapped_in() {
        let fault = || Failed::Store(io::Error::other("the disk is full"));
        assert_eq!(caused(&fault()), "the store failed: the disk is full");
        assert_eq!(caused(&Failed::Within(fault().into())), "the store failed: the disk is full");
        assert_eq!(caused(&Failed::Alone), "for no reason");
    }
}
