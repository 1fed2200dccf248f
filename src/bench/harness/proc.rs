//! Figures of the kernel: the CPU time and memory of a process, and the other work of the machine.

use std::collections::HashSet;
use std::fs;
use std::time::{Duration, Instant};

use crate::Failure;

/// The milliseconds of one unit of the times in `/proc/…/stat`: hundredths of a second on Linux, whatever its
/// own tick is.
const TICK_MS: u64 = 10;
/// The parent of all threads of the kernel.
const KERNEL_THREADS: u32 = 2;

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

/// The CPU time of the machine's other work so far.
pub struct Work {
    at: Instant,
    others: Duration,
}

impl Work {
    /// Reads the present values. This program is all of the run: its servers, floors, peers and crowds as well,
    /// whichever of these processes asks.
    pub fn now() -> Result<Self, Failure> {
        let processes = processes()?;
        let family = family(&processes)?;
        let others = processes.iter().filter(|process| !family.contains(&process.id)).map(|process| process.ticks);
        Ok(Self { at: Instant::now(), others: Duration::from_millis(TICK_MS * (others.sum::<u64>() + stolen()?)) })
    }

    /// Returns how many cores other programs have kept busy since.
    pub fn others_since(&self) -> Result<f64, Failure> {
        let now = Self::now()?;
        Ok(now.others.saturating_sub(self.others).as_secs_f64() / self.at.elapsed().as_secs_f64())
    }
}

/// A process as the kernel lists it.
struct Process {
    id: u32,
    parent: u32,
    /// Its CPU time, and that of its children that have ended.
    ticks: u64,
}

/// Reads the list of processes. Threads of the kernel are left out, because they work for whoever asks; so are
/// processes of other containers, which cannot be seen from inside one.
fn processes() -> Result<Vec<Process>, Failure> {
    let ids = fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let all = ids.filter_map(process);
    Ok(all.filter(|process| process.id != KERNEL_THREADS && process.parent != KERNEL_THREADS).collect())
}

/// Returns `None` for a process that has ended in the meantime; its time is then that of its parent.
fn process(id: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program in parentheses may contain anything. After it there are numbers, from the third
    // field on: the state, the parent, and as fields 14 to 17 the times.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let ticks = fields.get(11..15)?.iter().filter_map(|time| time.parse::<u64>().ok()).sum();
    Some(Process { id, parent: fields.get(1)?.parse().ok()?, ticks })
}

/// Returns the processes of this run: the first of them and all that it has started.
fn family(processes: &[Process]) -> Result<HashSet<u32>, Failure> {
    let program = |id: u32| fs::read_link(format!("/proc/{id}/exe"));
    let own = program(std::process::id())?;
    let parent_of = |id: u32| processes.iter().find(|process| process.id == id).map(|process| process.parent);
    let mut first = std::process::id();
    while let Some(parent) = parent_of(first).filter(|parent| program(*parent).is_ok_and(|program| program == own)) {
        first = parent;
    }
    let mut family = HashSet::from([first]);
    let mut before = 0;
    while family.len() > before {
        before = family.len();
        let children = processes.iter().filter(|process| family.contains(&process.parent)).map(|process| process.id);
        let children: Vec<u32> = children.collect();
        family.extend(children);
    }
    Ok(family)
}

/// Returns the ticks in which a hypervisor ran something else, while this machine had work to do.
fn stolen() -> Result<u64, Failure> {
    let stat = fs::read_to_string("/proc/stat")?;
    // The fields are cpu user nice system idle iowait irq softirq steal.
    let stolen = stat.lines().next().and_then(|line| line.split_ascii_whitespace().nth(8));
    Ok(stolen.and_then(|ticks| ticks.parse().ok()).unwrap_or(0))
}
