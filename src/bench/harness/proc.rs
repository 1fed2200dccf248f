//! Figures of the kernel: the CPU time and memory of a process, and the other work of the machine.

use std::fs;
use std::time::{Duration, Instant};

use crate::Failure;

/// The unit of the times in `/proc/…/stat`: hundredths of a second on Linux, whatever its own tick is.
const TICK: Duration = Duration::from_millis(10);

/// Returns the CPU time of a process in nanoseconds: that of all its threads.
pub fn cpu(process: u32) -> Result<Duration, Failure> {
    let mut sum = Duration::ZERO;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        // A thread may end while it is read; then it is left out of this sum.
        let Ok(times) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        let nanoseconds = times.split(' ').next().and_then(|first| first.parse().ok());
        sum += Duration::from_nanos(nanoseconds.ok_or("schedstat was not understood")?);
    }
    Ok(sum)
}

/// Returns the bytes of memory that a process holds.
pub fn resident(process: u32) -> Result<u64, Failure> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:")).ok_or("smaps_rollup has no Rss")?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024)
}

/// Returns the load averages of one, five and fifteen minutes as the kernel writes them.
pub fn load_average() -> Result<String, Failure> {
    let text = fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').take(3).collect::<Vec<_>>().join(" "))
}

/// Returns the version of the kernel.
pub fn kernel() -> Result<String, Failure> {
    Ok(fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned())
}

/// The CPU time of the machine so far, and the part of this program.
pub struct Work {
    at: Instant,
    all: Duration,
    ours: Duration,
}

impl Work {
    /// Reads the present values. This process and its children that have ended count as this program.
    pub fn now() -> Result<Self, Failure> {
        let stat = fs::read_to_string("/proc/stat")?;
        let times = numbers(stat.lines().next().unwrap_or_default());
        // The fields are user nice system idle iowait irq softirq; all but idle and iowait are work.
        let all = [0, 1, 2, 5, 6].into_iter().filter_map(|at| times.get(at)).sum();
        let own = fs::read_to_string("/proc/self/stat")?;
        // The name of the program in parentheses may contain anything. After it there are numbers, from the
        // third field on.
        let own = own.rsplit_once(')').map(|(_, rest)| rest).ok_or("stat was not understood")?;
        let ours = own.split_ascii_whitespace().skip(11).take(4).filter_map(|time| time.parse::<u32>().ok()).sum();
        Ok(Self { at: Instant::now(), all: ticks(all), ours: ticks(ours) })
    }

    /// Returns how many cores other programs have kept busy since.
    pub fn others_since(&self) -> Result<f64, Failure> {
        let now = Self::now()?;
        let others = (now.all.saturating_sub(self.all)).saturating_sub(now.ours.saturating_sub(self.ours));
        Ok(others.as_secs_f64() / self.at.elapsed().as_secs_f64())
    }
}

fn numbers(line: &str) -> Vec<u32> {
    line.split_ascii_whitespace().filter_map(|word| word.parse().ok()).collect()
}

fn ticks(count: u32) -> Duration {
    TICK * count
}
