//! A note beside the site of what it was made from, so that nothing is done again where nothing changed.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::folder::{Files, replace};
use crate::shrink::{PACKAGES, Shrinker};

/// Fingerprints of what a site is made from. They are compared on one machine only, and protect against nothing.
#[derive(Clone, Copy, PartialEq)]
pub struct Receipt {
    /// Of what WebAssembly and the scripts that load it are made from: the compiler's output, the tools, this program.
    modules: u64,
    /// Of all the rest.
    others: u64,
}

impl Receipt {
    /// The fingerprints of these inputs.
    pub fn of(modules_of: [&[u8]; 3], style: &[u8], public: &Files, shrinker: &Shrinker) -> Result<Self> {
        let mut modules = DefaultHasher::new();
        (modules_of, shrinker.missing()).hash(&mut modules);
        fs::read(PACKAGES).unwrap_or_default().hash(&mut modules);
        fs::read(env::current_exe()?)?.hash(&mut modules);
        let mut others = DefaultHasher::new();
        style.hash(&mut others);
        hash_files(public, &mut others);
        Ok(Self { modules: modules.finish(), others: others.finish() })
    }

    /// What was noted when this site was made; `None` where the site has changed since, as `cargo leptos` writes its own
    /// files there.
    pub fn kept_of(site: &Path) -> Result<Option<Self>> {
        let noted = fs::read_to_string(path_of(site)).unwrap_or_default();
        let parts: Vec<_> = noted.split_whitespace().filter_map(|part| u64::from_str_radix(part, 16).ok()).collect();
        let &[modules, others, files] = &parts[..] else { return Ok(None) };
        Ok((files == hash_of(site)?).then_some(Self { modules, others }))
    }

    /// Whether WebAssembly and its scripts were made from the same.
    pub fn has_modules_of(self, other: Self) -> bool {
        self.modules == other.modules
    }

    /// Writes the note, once the site is there.
    pub fn keep(self, site: &Path) -> Result<()> {
        let line = format!("{:016x} {:016x} {:016x}\n", self.modules, self.others, hash_of(site)?);
        replace(&path_of(site), line.as_bytes())
    }
}

fn hash_of(site: &Path) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    hash_files(&Files::read(site)?, &mut hasher);
    Ok(hasher.finish())
}

fn path_of(site: &Path) -> PathBuf {
    site.with_extension("receipt")
}

fn hash_files(files: &Files, hasher: &mut DefaultHasher) {
    for file in files.iter() {
        file.hash(hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_that_somebody_else_wrote_to_is_made_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let site = folder.path().join("site");
        let receipt = Receipt { modules: 1, others: 2 };
        assert!(Receipt::kept_of(&site).expect("read").is_none(), "none was made");
        replace(&site.join("pkg/tessera.js"), b"ours").expect("written");
        receipt.keep(&site).expect("written");
        assert!(Receipt::kept_of(&site).expect("read") == Some(receipt));

        replace(&site.join("pkg/tessera.js"), b"cargo-leptos wrote this").expect("written");
        assert!(Receipt::kept_of(&site).expect("read").is_none());
        replace(&site.join("pkg/tessera.js"), b"ours").expect("written");
        replace(&path_of(&site), b"not a receipt").expect("written");
        assert!(Receipt::kept_of(&site).expect("read").is_none());
    }

    #[test]
    fn a_change_of_the_style_sheet_leaves_the_modules_as_they_were() {
        let (before, style) = (Receipt { modules: 1, others: 2 }, Receipt { modules: 1, others: 3 });
        assert!(before != style && style.has_modules_of(before));
        assert!(!Receipt { modules: 4, others: 2 }.has_modules_of(before));
    }
}
