//! Rounds of taps of several servers in turn, A B C A B C, so that what the machine does meanwhile affects
//! each of them. All servers have the same rate of taps: as many as the slowest of them can be given on this
//! machine. A figure is the median of the rounds.

use super::table::{Row, median, percentile};
use super::taps::Tapped;
use crate::{Failure, ROUNDS, say};

/// The rate that is tried first, in taps a second, and the least that is tried.
const RATES: [u32; 2] = [400, 25];
/// The least and the greatest number of taps of a round, which lasts 2.5 seconds between them.
const TAPS: [u32; 2] = [400, 1_000];

/// A round that other programs disturb is measured so often at most.
pub const ATTEMPTS: usize = 3;

/// How the taps of a round are made.
#[derive(Clone, Copy)]
pub struct Pace {
    /// The number of taps a second.
    pub rate: u32,
}

impl Pace {
    /// Returns the number of pages that are tapped for in a round.
    pub fn taps(self) -> u32 {
        let [least, most] = TAPS;
        (self.rate * 5 / 2).clamp(least, most)
    }

    /// Returns half of the pace.
    fn slower(self) -> Result<Self, Failure> {
        let rate = self.rate / 2;
        if rate < RATES[1] {
            return Err(format!("this machine does not keep up with {} taps a second", self.rate).into());
        }
        Ok(Self { rate })
    }
}

/// What one round gave: its taps, and what else was measured in it.
pub struct Round<T> {
    /// The result of the taps.
    pub tapped: Tapped,
    /// The other figures.
    pub more: T,
}

/// The rounds of all servers.
pub struct Rounds<P, T> {
    /// The number of taps a second of all rounds.
    pub rate: u32,
    of: Vec<(P, Vec<Round<T>>)>,
}

/// Returns a pace that this machine keeps up with for all servers. `measure` is a short round.
pub async fn calibrate<P: Copy>(
    servers: &[P],
    mut measure: impl AsyncFnMut(P, Pace) -> Result<Tapped, Failure>,
) -> Result<Pace, Failure> {
    let mut pace = Pace { rate: RATES[0] };
    for server in servers {
        while !measure(*server, pace).await?.kept_up {
            pace = pace.slower()?;
        }
    }
    Ok(pace)
}

/// Measures rounds of all servers in turn. If one of them does not keep up, all rounds begin again at half the
/// pace.
pub async fn interleaved<P: Copy, T>(
    servers: &[P],
    mut pace: Pace,
    mut measure: impl AsyncFnMut(P, Pace) -> Result<Round<T>, Failure>,
) -> Result<Rounds<P, T>, Failure> {
    'pace: loop {
        let mut of: Vec<(P, Vec<Round<T>>)> = servers.iter().map(|server| (*server, Vec::new())).collect();
        for _ in 0..ROUNDS {
            for (server, rounds) in &mut of {
                let round = measure(*server, pace).await?;
                if !round.tapped.kept_up {
                    pace = pace.slower()?;
                    say(&format!("a round fell behind its taps: all begin again with {} a second", pace.rate))?;
                    continue 'pace;
                }
                rounds.push(round);
            }
        }
        return Ok(Rounds { rate: pace.rate, of });
    }
}

/// Measures taps until other programs leave the machine to them, and returns the least disturbed. `measure` is
/// told which attempt it is.
pub async fn least_disturbed(
    mut measure: impl AsyncFnMut(usize) -> Result<Tapped, Failure>,
) -> Result<Tapped, Failure> {
    let mut least = measure(0).await?;
    for attempt in 1..ATTEMPTS {
        if least.is_undisturbed() {
            break;
        }
        let again = measure(attempt).await?;
        if again.others < least.others {
            least = again;
        }
    }
    Ok(least)
}

impl<P: Copy + PartialEq, T> Rounds<P, T> {
    fn of(&self, server: P) -> &[Round<T>] {
        self.of.iter().find(|(of, _)| *of == server).map_or(&[], |(_, rounds)| rounds)
    }

    /// Returns the median over a server's rounds.
    pub fn median(&self, server: P, figure: impl Fn(&T) -> f64) -> f64 {
        median(self.of(server).iter().map(|round| figure(&round.more)).collect())
    }

    /// Returns the row of a percentile of a server's delays beside that of a floor. It is refused if any of
    /// their rounds was disturbed.
    pub fn delay(&self, figure: &str, percent: usize, [server, floor]: [P; 2]) -> Row {
        let [ours, base] = [server, floor]
            .map(|of| median(self.of(of).iter().map(|round| percentile(&round.tapped.delays, percent)).collect()));
        let others = [server, floor].into_iter().flat_map(|of| self.of(of)).map(|round| round.tapped.others);
        Row::new(format!("{figure}, p{percent}"), ours).floor(base).by_clock(others.fold(0.0, f64::max))
    }
}
