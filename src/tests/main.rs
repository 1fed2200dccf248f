//! The whole server, booted for real on a free port with a clock that tests can move. A test whose name begins
//! with `sec_NN_` covers item NN of docs/security.md.

#![allow(
    clippy::allow_attributes,
    clippy::large_futures,
    reason = "a test waits for one thing, however large; in optimised builds alone these are"
)]

use std::alloc::System;

use peakmem_alloc::PeakMemAlloc;

mod about;
mod account;
mod address;
mod admin;
mod answers;
mod api;
mod apps;
mod backup;
mod binary;
mod browser;
mod checklist;
mod clock;
mod commands;
mod config;
mod confirm;
mod connections;
mod cookies;
mod crowd;
mod described;
mod devices;
#[cfg(target_os = "linux")]
mod disk;
mod documentation;
mod drill;
mod doctor;
mod faults;
mod forwarded;
mod files;
mod frames;
mod full;
mod fuzz_seeds;
mod generations;
mod guard;
mod hang;
mod headers;
mod health;
mod hostile;
mod house_rules;
mod instances;
mod limits;
mod login;
mod logo;
mod logs;
#[cfg(target_os = "linux")]
mod machine;
mod mirrored;
mod name_first;
mod names;
mod oauth;
mod openapi;
mod opened;
mod operated;
mod outage;
mod outdated;
mod pair;
mod phone_keys;
mod pictures;
mod place;
#[cfg(target_os = "linux")]
mod power;
mod processes;
mod profile;
mod proxies;
mod proxy;
mod races;
mod removed;
mod routes;
mod server;
#[cfg(target_os = "linux")]
mod soak;
mod spawn;
mod starts;
mod structure;
mod threat_model;
#[cfg(target_os = "linux")]
mod synced;
#[cfg(feature = "otel")]
mod traces;
mod trial;
mod turns;
mod twice;
mod users;
mod watch;
mod wechat;

/// Counts what is asked for at once, where a test wants to know.
#[global_allocator]
static ALLOCATOR: &PeakMemAlloc<System> = &peakmem_alloc::INSTRUMENTED_SYSTEM;
