//! Files of the data folder that only their owner can read: secrets that the server makes for itself, once, and files
//! that a library writes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::crypto::random::random;

/// 32 secret bytes, which are wiped from memory when they are dropped.
pub type Secret = Zeroizing<[u8; 32]>;

/// Makes a folder and its missing parents, with access for the owner only; folders that exist are left as they are. The
/// new folders survive a power cut.
pub fn make_dir(dir: &Path) -> io::Result<()> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<&Path> = dir.ancestors().take_while(is_missing).collect();
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)?;
    missing.into_iter().try_for_each(keep_name)
}

/// Checks that files can be made in this folder, or, if it does not exist, in its nearest existing parent. It makes a
/// file for that and removes it.
pub fn may_hold_files(dir: &Path) -> io::Result<()> {
    let there = dir.ancestors().find(|folder| folder.exists()).filter(|folder| !folder.as_os_str().is_empty());
    draft_in(there.unwrap_or(Path::new("."))).map(drop)
}

/// Creates a file with a random name and mode 0600 in this folder; it is removed when the returned value is dropped.
fn draft_in(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix("tessera-draft-").tempfile_in(folder)
}

/// Syncs the folder that contains this path to the disk: on POSIX, the name of a new file survives a power cut only
/// then.
fn keep_name(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Reads the 32 secret bytes in `path`; `None` if there is no such file. It is an error if the file has another
/// length.
pub fn load(path: &Path) -> io::Result<Option<Secret>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let secret = bytes.as_slice().try_into().map(Zeroizing::new);
    secret.map(Some).map_err(|_| io::Error::other("it does not hold 32 bytes, as the key does"))
}

/// Reads the 32 secret bytes in `path`; if there is no such file, makes it with random bytes first. Two
/// processes that start together get the same bytes.
pub fn load_or_make(path: &Path) -> io::Result<Secret> {
    if let Some(secret) = load(path)? {
        return Ok(secret);
    }
    match write(path, Zeroizing::new(random::<32>()).as_slice()) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    load(path)?.ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Writes a new file with mode 0600, completely or not at all. If the file exists, it is left as it is, and the
/// error is `AlreadyExists`.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut draft = draft_in(folder_of(path))?;
    draft.write_all(bytes)?;
    draft.as_file().sync_all()?;
    // An existing file, which another process may have made meanwhile, is not replaced.
    draft.persist_noclobber(path)?;
    keep_name(path)
}

/// Makes an empty file with mode 0600 if there is none. It is called before SQLite or this server opens the file,
/// because either would make it with the mode that the umask leaves. An existing file is restricted to its owner.
pub fn claim(path: &Path) -> io::Result<()> {
    // It must be new: opening and closing a file that SQLite has open would release the locks of this process on it
    // (fcntl(2)).
    match create_new(path) {
        Ok(_) => keep_name(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => restrict(path),
        Err(error) => Err(error),
    }
}

/// Removes all permissions on a file except those of its owner to read and write. If the file is missing, or the system
/// is not a Unix, it does nothing.
pub fn restrict(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = match fs::metadata(path) {
            Ok(facts) => facts.permissions().mode(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        if mode & 0o177 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o600))?;
        }
    }
    Ok(())
}

/// Creates an empty file with mode 0600 and opens it for writing; an existing file is an error.
fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_folder_is_made_with_those_around_it() {
        let around = tempfile::tempdir().expect("a folder");
        let dir = around.path().join("far/away");
        for _ in 0..2 {
            make_dir(&dir).expect("made, or there");
            assert!(dir.is_dir());
        }
    }

    #[test]
    fn what_is_named_without_a_folder_is_in_this_one() {
        assert_eq!(folder_of(Path::new("code.key")), Path::new("."));
        assert_eq!(folder_of(Path::new("data/code.key")), Path::new("data"));
    }

    #[test]
    fn a_secret_is_made_once_and_is_for_its_owner_only() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("secret");
        let first = load_or_make(&path).expect("made");
        assert_eq!(load_or_make(&path).expect("read"), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 1, "no draft is left behind");
    }
}
