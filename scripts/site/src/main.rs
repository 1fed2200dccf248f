//! Makes the site: the files that browsers download, with their compressed forms, in one folder.
//!
//! ```text
//! site <tessera.wasm as cargo built it> <decoder.wasm as cargo built it> <folder of the site>
//! ```
//!
//! It is called in the root of the project, where it finds `style/main.css`, `public/`, `src/decoder/worker.js` and the tools of npm. A file is
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

use crate::bindgen::Kind;
use crate::folder::Files;
use crate::receipt::Receipt;
use crate::shrink::{Aim, Shrinker};

/// The style sheet of every page.
const STYLE: &str = "style/main.css";
/// Files that are served as they are, by their name.
const PUBLIC: &str = "public";
/// The script that calls the decoder in a worker. It is put behind the script that loads the decoder.
const WORKER: &str = "src/decoder/worker.js";
/// What is made from the compiler's output; their compressed forms begin with the same names.
const MODULES: [&str; 4] = ["pkg/tessera.wasm", "pkg/tessera.js", "pkg/decoder.wasm", "pkg/decoder.js"];

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
    let [wasm, decoder, site] = arguments else {
        bail!("usage: site <WebAssembly of the pages> <WebAssembly of the decoder> <folder of the site>")
    };
    let site = Path::new(site);
    let (wasm, decoder, worker) = (read(wasm)?, read(decoder)?, read(WORKER)?);
    let style = read(STYLE)?;
    let public = Files::read(Path::new(PUBLIC))?;
    let shrinker = Shrinker::find()?;

    let receipt = Receipt::of([&wasm, &decoder, &worker], &style, &public, &shrinker)?;
    let kept = Receipt::kept_of(site)?;
    if kept == Some(receipt) {
        return Ok(());
    }
    let mut files = public;
    files.add("pkg/tessera.css", shrinker.style(style)?);
    if kept.is_some_and(|kept| kept.has_modules_of(receipt)) {
        files.take(Files::read(site)?, |name| MODULES.iter().any(|module| name.starts_with(module)));
    } else {
        let missing = shrinker.missing();
        if !missing.is_empty() {
            say(&format!("without {}, which npm installs, what browsers download is larger", missing.join(", ")));
        }
        let pages = bindgen::bind("tessera", Kind::Module, wasm)?;
        files.add(MODULES[0], shrinker.wasm(pages.wasm, &Aim::SMALL)?);
        files.add(MODULES[1], shrinker.script(pages.script)?);
        let decoder = bindgen::bind("decoder", Kind::Plain, decoder)?;
        files.add(MODULES[2], shrinker.wasm(decoder.wasm, &Aim::FAST)?);
        files.add(MODULES[3], shrinker.script([decoder.script, worker].concat())?);
    }
    compress::add_to(&mut files)?;
    files.write(site)?;
    receipt.keep(site)
}

fn read(path: impl AsRef<Path>) -> Result<Vec<u8>> {
    let path = path.as_ref();
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn say(line: &str) {
    let _ = writeln!(io::stderr(), "site: {line}");
}
