//! Who may read what the server keeps: its owner, and nobody else, whatever the folder was like before.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::TempDir;

use crate::harness::binary::{Instance, add_user, tessera};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::PASSWORD;
use crate::harness::spawn::free_port;

/// A data folder that was there before, and that everybody may look into.
fn used_before() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("made");
    for open in [folder.path(), &data] {
        fs::set_permissions(open, Permissions::from_mode(0o755)).expect("changed");
    }
    folder
}

/// The files of a data folder, each with what its owner, its group and all others may do with it.
fn rights(folder: &TempDir) -> BTreeMap<String, u32> {
    let entries = fs::read_dir(folder.path().join("data")).expect("a folder");
    let entries = entries.map(|entry| entry.expect("an entry"));
    let mode = |path: &Path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
    entries.map(|entry| (entry.file_name().into_string().expect("a name"), mode(&entry.path()))).collect()
}

/// Gives everybody every right that the usual umask leaves them, as versions before this one did.
fn open_to_all(folder: &TempDir) {
    for name in rights(folder).keys().filter(|name| name.starts_with("tessera.db")) {
        fs::set_permissions(folder.path().join("data").join(name), Permissions::from_mode(0o644)).expect("changed");
    }
}

#[track_caller]
fn are_for_their_owner_only(folder: &TempDir, names: &[&str]) {
    let rights = rights(folder);
    assert!(names.iter().all(|name| rights.contains_key(*name)), "{rights:?}");
    for (name, mode) in &rights {
        assert_eq!(*mode, 0o600, "{name} is {mode:o}");
    }
}

const ALL: [&str; 4] = ["code.key", "tessera.db", "tessera.db-shm", "tessera.db-wal"];

#[tokio::test]
async fn in_a_folder_that_was_there_before_everything_is_for_its_owner_only() {
    let folder = used_before();
    add_user(&mut tessera(&folder), "alice");
    are_for_their_owner_only(&folder, &["tessera.db"]);

    let instance = Instance::start(&mut tessera(&folder), free_port());
    let browser = Browser::at(&format!("http://localhost:{}", instance.port), instance.port, DESKTOP, "127.0.0.1");
    browser.sign_in("alice", PASSWORD, "/").await;
    assert!(browser.is_signed_in().await);
    are_for_their_owner_only(&folder, &ALL);
}

#[tokio::test]
async fn what_an_earlier_version_left_open_is_closed_at_the_next_start() {
    let folder = used_before();
    add_user(&mut tessera(&folder), "alice");
    let mut instance = Instance::start(&mut tessera(&folder), free_port());
    // As a crash leaves it, with what was written last beside the file itself.
    instance.kill();
    open_to_all(&folder);
    let _instance = Instance::start(&mut tessera(&folder), free_port());
    are_for_their_owner_only(&folder, &ALL);

    // A command beside the running server does the same.
    open_to_all(&folder);
    add_user(&mut tessera(&folder), "bob");
    are_for_their_owner_only(&folder, &ALL);
}

#[test]
fn a_server_that_is_started_first_makes_its_files_for_its_owner_only() {
    let folder = used_before();
    let _instance = Instance::start(&mut tessera(&folder), free_port());
    are_for_their_owner_only(&folder, &ALL);
}
