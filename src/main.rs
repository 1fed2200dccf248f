//! The binary: the command line of the library, with the site's files inside.
//!
//! The files are here and not in the library, so that after a change of a style sheet only these few lines
//! are compiled and linked again.

use std::process::ExitCode;

use rust_embed::RustEmbed;
use tessera::cli;
use tessera::web::assets::Assets;

/// The files of the site (WebAssembly, style sheets and the like), which `make site` or cargo-leptos made in
/// `target/site`. An optimised binary contains them; a debug build reads them from the folder.
#[derive(RustEmbed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

fn main() -> ExitCode {
    cli::run(&Assets::new(|name| Site::get(name).map(|file| file.data)))
}
