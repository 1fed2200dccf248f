//! The binary: the command line of the library, with the site inside.
//!
//! The site is here and not in the library, so that a change of a style sheet compiles these few lines and links, and
//! the server as it was compiled before serves it.

use std::process::ExitCode;

use rust_embed::RustEmbed;
use tessera::cli;
use tessera::web::assets::Assets;

/// What `make site` or cargo-leptos made: inside of an optimised binary, and read from the folder by a debug build.
#[derive(RustEmbed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

fn main() -> ExitCode {
    cli::run(&Assets::new(|name| Site::get(name).map(|file| file.data)))
}
