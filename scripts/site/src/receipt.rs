//! A note beside the site of what it was made from, so that nothing is done again where nothing changed.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::folder::{Files, replace};
use crate::shrink::{PACKAGES, Shrinker};

/// A fingerprint of all that a site is made from. It is compared on one machine only, and protects against nothing.
pub struct Receipt {
    inputs: u64,
}

impl Receipt {
    /// The fingerprint of these inputs, of the tools, and of this program.
    pub fn of(wasm: &[u8], style: &[u8], public: &Files, shrinker: &Shrinker) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        (wasm, style, shrinker.missing()).hash(&mut hasher);
        hash_files(public, &mut hasher);
        fs::read(PACKAGES).unwrap_or_default().hash(&mut hasher);
        fs::read(env::current_exe()?)?.hash(&mut hasher);
        Ok(Self { inputs: hasher.finish() })
    }

    /// Whether the site was made from the same, and holds what was made then. `cargo leptos` writes its own there.
    pub fn holds_for(&self, site: &Path) -> Result<bool> {
        let kept = fs::read_to_string(path_of(site)).unwrap_or_default();
        Ok(kept == self.line(site)?)
    }

    /// Writes the note, once the site is there.
    pub fn keep(&self, site: &Path) -> Result<()> {
        replace(&path_of(site), self.line(site)?.as_bytes())
    }

    fn line(&self, site: &Path) -> Result<String> {
        let mut hasher = DefaultHasher::new();
        hash_files(&Files::read(site)?, &mut hasher);
        Ok(format!("{:016x} {:016x}\n", self.inputs, hasher.finish()))
    }
}

fn path_of(site: &Path) -> PathBuf {
    site.with_extension("receipt")
}

fn hash_files(files: &Files, hasher: &mut DefaultHasher) {
    for file in files.iter() {
        file.hash(hasher);
    }
}
