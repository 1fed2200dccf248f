//! `tessera texts`: the texts of a language as JSON, for the tools of translators, and back into its source files.
//!
//! A language is a file and a folder of Rust source (`src/text/languages`), so that a missing text does not compile. These
//! commands read and write that source: they work in a checkout of Tessera, and need no server.

mod files;
mod literals;

use std::fs;
use std::path::PathBuf;

use clap::Subcommand;

use self::files::{Changed, exported, imported};
use crate::cli::common::say;

/// The subcommands of `tessera texts`.
#[derive(Subcommand)]
pub enum TextsCommand {
    /// Print the texts of a language as one JSON object, from the name of each text to the text.
    Export {
        /// Folder of the language's source, such as src/text/languages/de
        folder: PathBuf,
    },
    /// Write texts into the source of a language; what the JSON does not name stays as it is.
    Import {
        /// JSON file, as `export` prints it
        file: PathBuf,
        /// Folder of the language's source, such as src/text/languages/de
        folder: PathBuf,
        /// Make a new language there from the source of this one, such as src/text/languages/en
        #[arg(long, value_name = "FOLDER")]
        like: Option<PathBuf>,
    },
}

/// Runs a subcommand of `tessera texts`; the error is what to print.
pub fn run(command: &TextsCommand) -> Result<(), String> {
    match command {
        TextsCommand::Export { folder } => {
            let texts = exported(folder)?;
            say(&serde_json::to_string_pretty(&texts).map_err(|error| error.to_string())?);
        }
        TextsCommand::Import { file, folder, like } => {
            let named = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
            let json = fs::read_to_string(file).map_err(|error| named(&error))?;
            let texts = serde_json::from_str(&json).map_err(|error| named(&error))?;
            let Changed { changed, kept } = imported(&texts, like.as_ref().unwrap_or(folder), folder)?;
            say(&format!("{changed} texts were changed, {kept} stayed as they are: {}", folder.display()));
        }
    }
    Ok(())
}
