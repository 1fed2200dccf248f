//! Smaller files by npm's tools, where they are installed: binaryen's wasm-opt for WebAssembly, terser for the script,
//! esbuild for the style sheet.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// Where npm puts the commands of its packages.
const COMMANDS: &str = "end2end/node_modules/.bin";
/// Names the versions of all of npm's packages.
pub const PACKAGES: &str = "end2end/package-lock.json";

/// Debug builds of Rust use both, so every browser of today has them.
const FEATURES: [&str; 2] = ["--enable-bulk-memory", "--enable-nontrapping-float-to-int"];

/// What a WebAssembly is to become, as passes of wasm-opt.
pub struct Aim(&'static [&'static str]);

impl Aim {
    /// What makes the file smallest as it is sent, found by trying. A large function is not put into its only caller, because
    /// functions that are alike compress better apart; between the rounds the blocks of each function are ordered anew.
    pub const SMALL: Self =
        Self(&["--one-caller-inline-max-function-size=32", "-Oz", "--flatten", "--rereloop", "-Oz", "-Oz"]);
    /// What makes it run fastest, without growing for that.
    pub const FAST: Self = Self(&["-O3", "-Os"]);
}

/// The tools that were found.
pub struct Shrinker {
    wasm_opt: Option<PathBuf>,
    terser: Option<PathBuf>,
    esbuild: Option<PathBuf>,
}

impl Shrinker {
    /// Looks where npm installed the tools.
    pub fn find() -> Result<Self> {
        let folder = env::current_dir()?.join(COMMANDS);
        let tool = |name: &str| Some(folder.join(name)).filter(|path| path.exists());
        Ok(Self { wasm_opt: tool("wasm-opt"), terser: tool("terser"), esbuild: tool("esbuild") })
    }

    /// The names of the tools that were not found.
    pub fn missing(&self) -> Vec<&'static str> {
        let tools = [("wasm-opt", &self.wasm_opt), ("terser", &self.terser), ("esbuild", &self.esbuild)];
        tools.into_iter().filter_map(|(name, path)| path.is_none().then_some(name)).collect()
    }

    /// WebAssembly of the same behaviour.
    pub fn wasm(&self, wasm: Vec<u8>, aim: &Aim) -> Result<Vec<u8>> {
        let Some(tool) = &self.wasm_opt else { return Ok(wasm) };
        // wasm-opt reads and writes files.
        let folder = TempFolder::make()?;
        let (from, to) = (folder.0.join("from.wasm"), folder.0.join("to.wasm"));
        fs::write(&from, wasm)?;
        let mut command = Command::new(tool);
        command.args(FEATURES).args(aim.0).arg("-o").arg(&to).arg(&from);
        run(command, &[])?;
        Ok(fs::read(&to)?)
    }

    /// A script that shares nothing with others, without what only people need to read.
    pub fn script(&self, script: Vec<u8>) -> Result<Vec<u8>> {
        let options = ["--module", "--ecma=2020", "--compress=passes=3", "--mangle"];
        filter(self.terser.as_deref(), &options, script)
    }

    /// A style sheet, written for browsers of the last years: what is newer in it is expressed in older words.
    pub fn style(&self, style: Vec<u8>) -> Result<Vec<u8>> {
        let options = ["--minify", "--loader=css", "--log-level=warning", "--target=chrome111,firefox115,safari16.4"];
        filter(self.esbuild.as_deref(), &options, style)
    }
}

/// What a tool makes of a content; without the tool the content itself.
fn filter(tool: Option<&Path>, options: &[&str], content: Vec<u8>) -> Result<Vec<u8>> {
    let Some(tool) = tool else { return Ok(content) };
    let mut command = Command::new(tool);
    command.args(options);
    run(command, &content)
}

/// Runs a command with this input; returns what it printed.
fn run(mut command: Command, input: &[u8]) -> Result<Vec<u8>> {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().with_context(|| format!("cannot run {name}"))?;
    // The tools read all of their input before they write anything.
    let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input));
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("{name} failed: {}", output.status);
    }
    written.with_context(|| format!("{name} did not read its input"))?;
    Ok(output.stdout)
}

/// A folder that ends with its owner.
struct TempFolder(PathBuf);

impl TempFolder {
    fn make() -> Result<Self> {
        let path = env::temp_dir().join(format!("tessera-site-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
