//! What is printed: a line a figure, beside its floor and its target. A missed target is marked and nothing else
//! comes of it: what a shared machine measures is for people to judge.

use std::fmt::{self, Display};

/// A ratio is left out when others kept more than this many cores busy: it would be of their making.
const OTHERS_MOST: f64 = 1.0;

/// One figure.
pub struct Row {
    figure: String,
    ours: f64,
    floor: Option<f64>,
    most: Option<f64>,
    decimals: usize,
}

impl Row {
    /// A figure of ours.
    pub fn new(figure: impl Into<String>, ours: f64) -> Self {
        Self { figure: figure.into(), ours, floor: None, most: None, decimals: 0 }
    }

    /// Beside it, the floor's.
    pub fn floor(mut self, floor: f64) -> Self {
        self.floor = Some(floor);
        self
    }

    /// It should be this at most.
    pub fn at_most(mut self, most: f64) -> Self {
        self.most = Some(most);
        self
    }

    /// Shown with this many digits after the point.
    pub fn decimals(mut self, decimals: usize) -> Self {
        self.decimals = decimals;
        self
    }

    fn target(&self) -> String {
        match self.most {
            None => String::new(),
            Some(most) if self.ours <= most => format!("target {}: met", number(most, 0)),
            Some(most) => format!("target {}: missed", number(most, 0)),
        }
    }
}

/// The whole table.
pub struct Table {
    /// The lines.
    pub rows: Vec<Row>,
    /// How many cores others kept busy during the run.
    pub others: f64,
}

impl Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.figure.chars().count()).max().unwrap_or(0);
        let ours = "measured";
        writeln!(out, "{:width$} {ours:>12} {:>12} {:>9}", "figure", "floor", "ratio")?;
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

/// A number as people read it: thousands apart.
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

/// The middle one, by size.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    percentile(&values, 50)
}

/// The value that so many per cent of the sorted `values` do not exceed.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let at = (values.len() * percent).div_ceil(100).saturating_sub(1);
    values.get(at).copied().unwrap_or(f64::NAN)
}
