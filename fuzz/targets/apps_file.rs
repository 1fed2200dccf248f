//! A file of apps: refused in one line, or applied; and applied twice it changes nothing the second time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera::oauth::AppsFile;
use tessera_fuzz::{NOW, file_of, house, operator};

fuzz_target!(|data: &[u8]| {
    let (_folder, path) = file_of(data);
    let read = || AppsFile::read(&path, NOW);
    let file = match read() {
        Ok(file) => file,
        Err(line) => {
            assert!(!line.is_empty() && line.contains("file"), "it names the file: {line}");
            return;
        }
    };
    let house = house();
    let records = &house.app.records;
    house.runtime.block_on(async {
        if file.apply(records, &operator()).await.is_ok() {
            let again = read().expect("the same file").apply(records, &operator()).await.expect("applied before");
            assert_eq!((again.added, again.changed), (0, 0), "{}", String::from_utf8_lossy(data));
        }
    });
});
