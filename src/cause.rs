//! Errors with their cause, for whoever runs the server: at its start and on the command line. What is answered to anybody
//! else never tells a cause.

use std::error::Error;

/// What went wrong, and why.
pub fn caused(error: &dyn Error) -> String {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
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
    fn an_error_tells_its_cause_whatever_it_is_wrapped_in() {
        let fault = || Failed::Store(io::Error::other("the disk is full"));
        assert_eq!(caused(&fault()), "the store failed: the disk is full");
        assert_eq!(caused(&Failed::Within(fault().into())), "the store failed: the disk is full");
        assert_eq!(caused(&Failed::Alone), "for no reason");
    }
}
