//! What the tests stand on: the real server on a free port, browsers and phones, stores of their own, a disk that can
//! be cut, and ways to wait for a state.

pub mod binary;
pub mod browser;
pub mod crowd;
pub mod described;
#[cfg(target_os = "linux")]
pub mod disk;
pub mod hang;
#[cfg(target_os = "linux")]
pub mod machine;
pub mod pair;
pub mod proxy;
pub mod server;
pub mod site;
pub mod spawn;
