//! What administrators do: apps, their logos, and trials of them.

mod activity;
pub mod apps;
mod audience;
mod form;
pub mod logo;
mod outdated;
pub mod pages;
pub mod people;
mod proofs;
mod requests;
mod slow;
mod trial;
