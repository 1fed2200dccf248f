//! A file that somebody uploads as their picture: made a small square, or refused, within the memory that the fuzzer is
//! told to allow (`make fuzz`).
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera::store::records::pictures::PictureId;
use tessera_fuzz::{NOW, house};

fuzz_target!(|data: &[u8]| {
    let house = house();
    let id = PictureId::from_random([1; 16]);
    let _ = house.runtime.block_on(house.app.pictures.make(id, data.to_vec().into(), NOW));
});
