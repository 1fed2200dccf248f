//! The files of a folder in memory, and the folder made equal to them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Contents by their path below the folder, whose parts are separated by `/`.
#[derive(Default)]
pub struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Reads every file below a folder; a folder that does not exist has none.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut files = Self::default();
        files.read_below(folder, "")?;
        Ok(files)
    }

    fn read_below(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            entries => entries.with_context(|| format!("cannot read {}", folder.display()))?,
        };
        for entry in entries {
            let path = entry?.path();
            let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
            if path.is_dir() {
                self.read_below(&path, &format!("{name}/"))?;
            } else {
                let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                self.add(&name, content);
            }
        }
        Ok(())
    }

    /// Adds a file, or replaces the one of this name.
    pub fn add(&mut self, name: &str, content: Vec<u8>) {
        self.0.insert(name.to_owned(), content);
    }

    /// Adds those of other files whose name is asked for.
    pub fn take(&mut self, others: Self, asked: impl Fn(&str) -> bool) {
        self.0.extend(others.0.into_iter().filter(|(name, _)| asked(name)));
    }

    /// Whether there is a file of this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Names and contents, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, content)| (name.as_str(), content.as_slice()))
    }

    /// Makes a folder hold these files and no others. A file whose content is right already is not touched: its time
    /// stays, and with it what cargo built from it.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let before = Self::read(folder)?;
        for name in before.0.keys().filter(|name| !self.0.contains_key(*name)) {
            let path = folder.join(name);
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
        for (name, content) in &self.0 {
            if before.0.get(name) != Some(content) {
                replace(&folder.join(name), content)?;
            }
        }
        Ok(())
    }
}

/// Writes a file under another name first, so that whoever reads meanwhile sees the old content or the new.
pub fn replace(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let mut fresh = PathBuf::from(path).into_os_string();
    fresh.push(".new");
    fs::write(&fresh, content)
        .and_then(|()| fs::rename(&fresh, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(contents: &[(&str, &str)]) -> Files {
        let mut files = Files::default();
        for (name, content) in contents {
            files.add(name, content.as_bytes().to_vec());
        }
        files
    }

    #[test]
    fn a_file_is_written_only_where_its_content_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| fs::metadata(folder.path().join(name)).and_then(|file| file.modified()).expect("a time");
        files(&[("same", "1"), ("pkg/other", "2"), ("gone", "3")]).write(folder.path()).expect("written");
        let (same, other) = (at("same"), at("pkg/other"));

        let fresh = files(&[("same", "1"), ("pkg/other", "4")]);
        fresh.write(folder.path()).expect("written");
        assert_eq!(at("same"), same);
        assert_ne!(at("pkg/other"), other);
        assert_eq!(Files::read(folder.path()).expect("read").0, fresh.0, "and what is of no use is gone");
    }

    #[test]
    fn a_folder_that_is_not_there_has_no_files() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(Files::read(&folder.path().join("nothing")).expect("read").0.is_empty());
    }
}
