//! What administrators do: apps, their logos, and trials of them.

pub mod apps;
mod form;
pub mod logo;
mod outdated;
pub mod pages;
mod requests;
mod trial;
