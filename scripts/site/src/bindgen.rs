//! From the WebAssembly that the compiler made to the one that browsers load, with the script beside it.

use anyhow::{Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// WebAssembly, and the script that loads it.
pub struct Bound {
    pub wasm: Vec<u8>,
    pub script: Vec<u8>,
}

/// Does what `wasm-bindgen --target web` does.
pub fn bind(wasm: Vec<u8>) -> Result<Bound> {
    let mut output = Bindgen::new()
        .input_bytes("tessera", wasm)
        .web(true)?
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
