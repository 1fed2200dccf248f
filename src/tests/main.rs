//! The whole server, booted for real on a free port with a clock that tests can move. A test that bears `sec_NN`
//! covers item NN of the security checklist.

mod account;
mod api;
mod browser;
mod connections;
mod crowd;
mod doctor;
mod faults;
mod frames;
mod guard;
mod health;
mod house_rules;
mod instances;
mod limits;
mod login;
mod logs;
mod pair;
mod place;
mod processes;
mod proxies;
mod proxy;
mod races;
mod server;
mod spawn;
mod turns;
mod watch;
