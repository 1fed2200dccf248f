//! The crowds of a run, one process for each instance, as the run itself sees them: it gives all of them the
//! same orders and adds their answers.

pub mod crowd;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use self::crowd::{Answer, Orders};
use super::hang::HANG;
use super::taps::Tapped;
use crate::{CROWD, Failure};

/// The time between two counts of the pages that have ended.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The longest time that the taps of one order take.
const TAP_SECONDS: u32 = 5;

/// A process with the people at one instance.
pub struct Crowd {
    child: Child,
    tell: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl Crowd {
    /// Starts the process; nobody has arrived yet.
    pub fn start(orders: &Orders) -> Result<Self, Failure> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([CROWD, &serde_json::to_string(orders)?])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (tell, hear) = (child.stdin.take(), child.stdout.take());
        let (tell, hear) = tell.zip(hear).ok_or("a crowd has no input or output")?;
        Ok(Self { child, tell, hear: BufReader::new(hear) })
    }

    /// Sends a line.
    pub fn tell(&mut self, line: &str) -> Result<(), Failure> {
        Ok(writeln!(self.tell, "{line}")?)
    }

    /// Reads an answer.
    pub fn hear(&mut self) -> Result<Answer, Failure> {
        let mut line = String::new();
        self.hear.read_line(&mut line)?;
        serde_json::from_str(&line).map_err(|_| "a crowd ended; its reason stands above".into())
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends the same line to all crowds, and reads all answers.
fn all(crowds: &mut [Crowd], line: &str) -> Result<Vec<Answer>, Failure> {
    for crowd in &mut *crowds {
        crowd.tell(line)?;
    }
    crowds.iter_mut().map(Crowd::hear).collect()
}

/// Lets all people arrive, `rate` of them a second at all instances together, and returns how many watch.
pub fn arrive(crowds: &mut [Crowd], rate: u32) -> Result<u32, Failure> {
    let rate = rate / u32::try_from(crowds.len())?;
    Ok(all(crowds, &format!("arrive {rate}"))?.iter().map(|answer| answer.watching).sum())
}

/// Returns how many pages watch, and how many codes were renewed so far.
pub fn count(crowds: &mut [Crowd]) -> Result<(u32, u32), Failure> {
    let answers = all(crowds, "count")?;
    let sum = |of: fn(&Answer) -> u32| answers.iter().map(of).sum();
    Ok((sum(|answer| answer.watching), sum(|answer| answer.renewed)))
}

/// Taps for pages that were not tapped for, `rate` a second at all instances together.
pub fn tap(crowds: &mut [Crowd], rate: u32) -> Result<Tapped, Failure> {
    let rate = (rate / u32::try_from(crowds.len())?).max(1);
    let answers = all(crowds, &format!("tap {} {rate}", TAP_SECONDS * rate))?;
    let kept_up = answers.iter().all(|answer| answer.kept_up);
    let others = answers.iter().map(|answer| answer.others).fold(0.0, f64::max);
    let mut delays: Vec<f64> = answers.into_iter().flat_map(|answer| answer.delays).collect();
    delays.sort_by(f64::total_cmp);
    if delays.is_empty() { Err("all pages were tapped for".into()) } else { Ok(Tapped { delays, kept_up, others }) }
}

/// Waits until at most this many pages watch.
pub async fn until_watching(crowds: &mut [Crowd], most: u32) -> Result<(), Failure> {
    let began = Instant::now();
    while count(crowds)?.0 > most {
        if began.elapsed() > HANG {
            return Err("pages that were approved do not end".into());
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}
