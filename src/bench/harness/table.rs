//! Prints the figures: one line for each, with its floor or peer, and its target. A missed target is only
//! marked, because people have to judge figures of a shared machine.

use std::fmt::{self, Display};

/// A ratio is left out if other programs kept more than this many cores busy, because they would have
/// affected it.
const OTHERS_MOST: f64 = 1.0;

/// A figure.
pub struct Row {
    figure: String,
    ours: f64,
    floor: Option<f64>,
    target: Option<Target>,
    decimals: usize,
}

/// The target of a figure.
#[derive(Clone, Copy)]
enum Target {
    AtMost(f64),
    AtLeast(f64),
}

impl Row {
    /// Makes the line of a figure of this server.
    pub fn new(figure: impl Into<String>, ours: f64) -> Self {
        Self { figure: figure.into(), ours, floor: None, target: None, decimals: 0 }
    }

    /// Adds the figure of the floor.
    pub fn floor(mut self, floor: f64) -> Self {
        self.floor = Some(floor);
        self
    }

    /// Adds the figure of a peer; `None` if it could not be measured.
    pub fn peer(mut self, peer: Option<f64>) -> Self {
        self.floor = peer;
        self
    }

    /// Sets the greatest value that meets the target.
    pub fn at_most(mut self, most: f64) -> Self {
        self.target = Some(Target::AtMost(most));
        self
    }

    /// Sets the target to at least this many times the floor or peer.
    pub fn at_least_times(mut self, times: f64) -> Self {
        self.target = self.floor.map(|floor| Target::AtLeast(times * floor));
        self
    }

    /// Sets the number of digits after the point.
    pub fn decimals(mut self, decimals: usize) -> Self {
        self.decimals = decimals;
        self
    }

    fn target(&self) -> String {
        let (words, is_met) = match self.target {
            None => return String::new(),
            Some(Target::AtMost(most)) => (format!("target {}", number(most, 0)), self.ours <= most),
            Some(Target::AtLeast(least)) => (format!("target {} or more", number(least, 0)), self.ours >= least),
        };
        format!("{words}: {}", if is_met { "met" } else { "missed" })
    }
}

/// The table of all figures.
pub struct Table {
    /// The lines of the table.
    pub rows: Vec<Row>,
    /// How many cores other programs kept busy during the run.
    pub others: f64,
}

impl Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.figure.chars().count()).max().unwrap_or(0);
        let ours = "measured";
        writeln!(out, "{:width$} {ours:>12} {:>12} {:>9}", "figure", "floor/peer", "ratio")?;
        for row in &self.rows {
            let value = number(row.ours, row.decimals);
            let floor = row.floor.map(|floor| number(floor, row.decimals)).unwrap_or_default();
            let ratio = match row.floor {
                Some(floor) if floor > 0.0 && self.others <= OTHERS_MOST => format!("{:.3}", row.ours / floor),
                Some(_) => "-".to_owned(),
                None => String::new(),
            };
            let line = format!("{:width$} {value:>12} {floor:>12} {ratio:>9}  {}", row.figure, row.target());
            writeln!(out, "{}", line.trim_end())?;
        }
        if self.others > OTHERS_MOST {
            writeln!(out, "No ratios: others kept more than {OTHERS_MOST:.0} core busy.")?;
        }
        Ok(())
    }
}

/// Writes a number with its thousands grouped.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}{grouped}{rest}")
}

/// Returns the median.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    percentile(&values, 50)
}

/// Returns the value that this percentage of the sorted `values` does not exceed.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let at = (values.len() * percent).div_ceil(100).saturating_sub(1);
    values.get(at).copied().unwrap_or(f64::NAN)
}
