//! Prints the figures: one line for each, with its floor or peer, and its target. A missed target is only
//! marked, because people have to judge figures of a shared machine. What other programs have affected is
//! refused: a time by the clock as a whole, and of a figure of CPU time the ratio and the verdict.

use std::fmt::{self, Display};

/// The number of cores that other programs may keep busy. With more, a figure says something about them: on
/// two cores this is a tenth of the machine.
pub const OTHERS_MOST: f64 = 0.2;

/// A figure.
pub struct Row {
    figure: String,
    ours: f64,
    floor: Option<f64>,
    target: Option<Target>,
    decimals: usize,
    depends: Dependence,
}

/// How a figure depends on the machine's other work.
#[derive(Clone, Copy)]
enum Dependence {
    /// The figure is CPU time or a rate of it, and other programs during the group affect it a little.
    Group,
    /// The figure is a time by the clock, and other programs kept this many cores busy while it was measured.
    Clock(f64),
    /// The figure is a count of bytes or of connections.
    Nothing,
}

/// The target of a figure.
#[derive(Clone, Copy)]
enum Target {
    AtMost(f64),
    OfFloor(f64),
    AtLeast(f64),
}

impl Row {
    /// Makes the line of a figure of this server.
    pub fn new(figure: impl Into<String>, ours: f64) -> Self {
        Self { figure: figure.into(), ours, floor: None, target: None, decimals: 0, depends: Dependence::Group }
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

    /// Sets the target to at most this many times the floor.
    pub fn at_most_times(mut self, times: f64) -> Self {
        self.target = Some(Target::OfFloor(times));
        self
    }

    /// Says that the figure is a time by the clock, and how many cores other programs kept busy meanwhile.
    pub fn by_clock(mut self, others: f64) -> Self {
        self.depends = Dependence::Clock(others);
        self
    }

    /// Says that the figure is a count that other programs do not affect.
    pub fn counted(mut self) -> Self {
        self.depends = Dependence::Nothing;
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

    /// Returns how many cores other programs kept busy, if this is too much for the figure.
    fn disturbed(&self, during_group: f64) -> Option<f64> {
        let others = match self.depends {
            Dependence::Group => during_group,
            Dependence::Clock(others) => others,
            Dependence::Nothing => 0.0,
        };
        (others > OTHERS_MOST).then_some(others)
    }

    /// Returns what is printed of the figure after its name.
    fn cells(&self, during_group: f64) -> [String; 4] {
        let value = number(self.ours, self.decimals);
        let floor = self.floor.map(|floor| number(floor, self.decimals)).unwrap_or_default();
        let Some(others) = self.disturbed(during_group) else {
            let ratio = self.floor.filter(|floor| *floor > 0.0).map(|floor| format!("{:.3}", self.ours / floor));
            return [value, floor, ratio.unwrap_or_default(), self.target()];
        };
        let refused = format!("refused: other processes kept {others:.2} cores busy");
        match self.depends {
            Dependence::Clock(_) => [String::new(), String::new(), String::new(), refused],
            _ if self.floor.is_some() || self.target.is_some() => {
                [value, floor, "-".to_owned(), format!("ratio and target {refused}")]
            }
            _ => [value, floor, String::new(), String::new()],
        }
    }

    fn target(&self) -> String {
        let (words, is_met) = match self.target {
            None => return String::new(),
            Some(Target::AtMost(most)) => (format!("target {}", number(most, 0)), self.ours <= most),
            Some(Target::OfFloor(times)) => {
                let is_met = self.floor.is_some_and(|floor| self.ours <= times * floor);
                (format!("target {times:.1} of the floor"), is_met)
            }
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
            let [value, floor, ratio, verdict] = row.cells(self.others);
            let line = format!("{:width$} {value:>12} {floor:>12} {ratio:>9}  {verdict}", row.figure);
            writeln!(out, "{}", line.trim_end())?;
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
