//! The samples that stand in the places of names and numbers where each text is checked.

/// The values that stand in the places of names and numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Samples {
    /// The number for each number.
    pub number: u64,
}

/// A kind of argument of a text.
pub(super) trait Sample {
    /// Makes the value of the argument with this name.
    fn sample(samples: Samples, name: &'static str) -> Self;
}

impl Sample for &str {
    fn sample(_: Samples, name: &'static str) -> Self {
        format!("\u{2039}{name}\u{203a}").leak()
    }
}

impl Sample for u64 {
    fn sample(samples: Samples, _: &'static str) -> Self {
        samples.number
    }
}

impl Sample for usize {
    /// The only such number is that of a month.
    fn sample(_: Samples, _: &'static str) -> Self {
        2
    }
}
