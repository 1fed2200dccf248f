//! What an operator has to do with: the command line, the configuration, the log, health, traces.

mod about;
mod brand;
mod commands;
mod config;
mod doctor;
pub mod health;
pub mod logs;
mod operated;
mod proxies;
#[cfg(target_os = "linux")]
mod soak;
mod starts;
#[cfg(feature = "otel")]
mod traces;
