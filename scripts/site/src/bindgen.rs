//! From the WebAssembly that the compiler made to the one that browsers load, with the script beside it.

use anyhow::{Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// WebAssembly, and the script that loads it.
pub struct Bound {
    pub wasm: Vec<u8>,
    pub script: Vec<u8>,
}

/// What the script beside the WebAssembly is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A module, which the scripts of pages import: `wasm-bindgen --target web`.
    Module,
    /// A plain script, with more of it behind it in the same file: `wasm-bindgen --target no-modules`.
    Plain,
}

/// Does what the command line of wasm-bindgen does.
pub fn bind(name: &str, kind: Kind, wasm: Vec<u8>) -> Result<Bound> {
    let mut output = Bindgen::new()
        .input_bytes(name, wasm)
        .web(kind == Kind::Module)?
        .no_modules(kind == Kind::Plain)?
        .typescript(false)
        // Pages say where the WebAssembly is.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .generate_output()?;
    // Each would be a file of its own beside the script, and pages would have to allow and compress it.
    if !(output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty()) {
        bail!("a dependency brings script files of its own, which this site does not serve");
    }
    let script = output.js().as_bytes().to_vec();
    Ok(Bound { wasm: output.wasm_mut().emit_wasm(), script })
}
