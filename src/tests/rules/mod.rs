//! Rules that the code and the documentation keep.

mod checklist;
mod documentation;
pub mod house_rules;
mod structure;
mod threat_model;
