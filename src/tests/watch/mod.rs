//! The waiting page is told what happens: its carriers, frames, bounds, and peers that mean harm.

pub mod carriers;
mod frames;
mod full;
mod hostile;
mod late;
mod renewals;
mod talkers;
