//! From the app's request to the answer that the browser brings back.

mod anew;
mod choice;
mod endpoint;
mod hint;
mod native;
mod policies;
mod state;
mod way_back;
