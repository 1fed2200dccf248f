//! What is kept: over several instances, through faults, power cuts, clocks that jump, backups.

mod backup;
mod clock;
mod faults;
mod files;
mod instances;
mod outage;
#[cfg(target_os = "linux")]
mod power;
mod processes;
#[cfg(target_os = "linux")]
pub mod synced;
mod tickets_in_memory;
