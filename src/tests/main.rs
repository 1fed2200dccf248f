//! The whole server, booted for real on a free port with a clock that tests can move. A test whose name begins
//! with `sec_NN_` covers item NN of docs/security.md.

#![allow(
    clippy::allow_attributes,
    clippy::large_futures,
    reason = "a test waits for one thing, however large; in optimised builds alone these are"
)]

use std::alloc::System;

use peakmem_alloc::PeakMemAlloc;

mod account;
mod admin;
mod harness;
mod login;
mod mail;
mod oauth;
mod operating;
mod pictures;
mod rules;
mod stores;
mod twice;
mod watch;
mod web;
mod wechat;

/// Counts what is asked for at once, where a test wants to know.
#[global_allocator]
static ALLOCATOR: &PeakMemAlloc<System> = &peakmem_alloc::INSTRUMENTED_SYSTEM;
