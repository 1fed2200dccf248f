//! What this server is measured against: the same requests answered by libraries alone or by hand, and the
//! same push by servers that many sites would use.

pub mod bare;
pub mod confirmation;
pub mod floor;
pub mod socketio;
pub mod ws;
