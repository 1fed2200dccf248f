//! Makes the site: the files that browsers download, with their compressed forms, in one folder.
//!
//! ```text
//! site <tessera.wasm as cargo built it> <folder of the site>
//! ```
//!
//! It is called in the root of the project, where it finds `style/main.css`, `public/` and the tools of npm. A file is
//! written only if its content changed, so that what cargo built from the site stays fresh. Where npm's tools are not
//! installed the site is complete and works, but is larger; one line says so.

mod bindgen;
mod compress;
mod folder;
mod receipt;
mod shrink;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::folder::Files;
use crate::receipt::Receipt;
use crate::shrink::Shrinker;

/// The style sheet of every page.
const STYLE: &str = "style/main.css";
/// Files that are served as they are, by their name.
const PUBLIC: &str = "public";
/// What is made from the compiler's output; their compressed forms begin with the same names.
const MODULE: [&str; 2] = ["pkg/tessera.wasm", "pkg/tessera.js"];

fn main() -> ExitCode {
    match run(&env::args_os().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[OsString]) -> Result<()> {
    let [wasm, site] = arguments else { bail!("usage: site <WebAssembly file> <folder of the site>") };
    let site = Path::new(site);
    let wasm = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let style = fs::read(STYLE).with_context(|| format!("cannot read {STYLE}"))?;
    let public = Files::read(Path::new(PUBLIC))?;
    let shrinker = Shrinker::find()?;

    let receipt = Receipt::of(&wasm, &style, &public, &shrinker)?;
    let kept = Receipt::kept_of(site)?;
    if kept == Some(receipt) {
        return Ok(());
    }
    let mut files = public;
    files.add("pkg/tessera.css", shrinker.style(style)?);
    if kept.is_some_and(|kept| kept.has_module_of(receipt)) {
        files.take(Files::read(site)?, |name| MODULE.iter().any(|of_module| name.starts_with(of_module)));
    } else {
        let missing = shrinker.missing();
        if !missing.is_empty() {
            say(&format!("without {}, which npm installs, what browsers download is larger", missing.join(", ")));
        }
        let bound = bindgen::bind(wasm)?;
        files.add(MODULE[0], shrinker.wasm(bound.wasm)?);
        files.add(MODULE[1], shrinker.script(bound.script)?);
    }
    compress::add_to(&mut files)?;
    files.write(site)?;
    receipt.keep(site)
}

fn say(line: &str) {
    let _ = writeln!(io::stderr(), "site: {line}");
}
