//! Sixty-four accounts that mean harm, all at once, against the binary that people run: what it holds above what it held
//! before, as the kernel counts it.

use std::sync::Arc;

use reqwest::{Method, StatusCode};
use tempfile::TempDir;
use tessera::account::password::{Password, Passwords};
use tessera::crypto::random::random;
use tessera::store::records::passkeys::WaysIn;
use tessera::store::records::people::Role;
use tessera::store::records::{NewAccount, Records};
use tessera::ticket::ids::AccountId;
use tessera::ticket::time::Timestamp;
use tessera::web::bounds::UPLOAD_BYTES;
use tokio::task::JoinSet;

use super::OF_PERSON;
use super::files::{
    Scans, canvas, encoded, jpeg, lossless, lossy, many_codes, plain, png_claiming, riff_chunk_claiming, segment, webp,
};
use super::uploads::{BEGINS, begins};
use crate::harness::binary::{Instance, tessera};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::PASSWORD;
use crate::harness::spawn::free_port;

/// Accounts that upload at the same time.
const CROWD: usize = 64;
/// What all their uploads may hold together, whatever they are.
const BOUND: usize = 128 * 1024 * 1024;

/// A server, and so many people who are signed in.
struct Target {
    instance: Instance,
    people: Vec<Arc<Browser>>,
    _folder: TempDir,
}

impl Target {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("made");
        let records = Records::sqlite(&data.join("tessera.db"), WaysIn::BOTH).await.expect("opens");
        // Of one password one hash is made: nobody guesses here.
        let password = Password::typed(PASSWORD.to_owned()).chosen().expect("acceptable");
        let hash = Passwords::new().hash(password).await.expect("hashes");
        for at in 0..CROWD {
            let account = NewAccount {
                id: AccountId::from_random(random()),
                username: format!("person-{at}"),
                display_name: format!("Person {at}"),
                email: None,
                email_verified_at: None,
                password_hash: Some(hash.clone()),
                role: Role::None,
                created_at: Timestamp::from_millis(1_800_000_000_000),
            };
            assert!(records.add_account(account).await.expect("answers"));
        }
        records.close().await;
        let port = free_port();
        let instance = Instance::start(&mut tessera(&folder), port);
        let origin = format!("http://localhost:{port}");
        let mut people = Vec::new();
        for at in 0..CROWD {
            let person = Browser::at(&origin, port, DESKTOP, "127.0.0.1");
            let signed_in = person.sign_in(&format!("person-{at}"), PASSWORD, "/").await;
            assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{signed_in:?}");
            people.push(Arc::new(person));
        }
        Self { instance, people, _folder: folder }
    }

    /// Everybody uploads a file at the same time; how often which status was the answer.
    async fn all_upload(&self, files: &[Arc<Vec<u8>>]) -> Vec<StatusCode> {
        let mut uploads = JoinSet::new();
        for (person, file) in self.people.iter().zip(files.iter().cycle()) {
            let (person, file) = (Arc::clone(person), Arc::clone(file));
            uploads.spawn(async move { person.upload(OF_PERSON, "picture", &file).await.status });
        }
        uploads.join_all().await
    }

    /// Everybody sends all of a file, and is gone before they hear of it; again and again.
    async fn all_hang_up(&self, file: &[u8], times: usize) {
        let body: Arc<[u8]> = [BEGINS.as_bytes(), file, b"\r\n--tile--\r\n"].concat().into();
        let mut gone = JoinSet::new();
        for person in &self.people {
            let (person, body) = (Arc::clone(person), Arc::clone(&body));
            gone.spawn(async move {
                for _ in 0..times {
                    drop(begins(&person, OF_PERSON, body.len(), &body).await);
                }
            });
        }
        gone.join_all().await;
    }
}

/// The same file, as long as a body may be: behind its picture stands nothing that is one.
fn padded(mut file: Vec<u8>) -> Arc<Vec<u8>> {
    file.resize(UPLOAD_BYTES - 4096, 0);
    Arc::new(file)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_67_sixty_four_hostile_uploads_at_once_hold_less_than_128_mib() {
    let target = Target::start().await;
    let four = [0x11; 3];
    let small = plain(300, image::ImageFormat::Png);
    let taken = target.all_upload(&[Arc::new(small.clone())]).await;
    assert_eq!(taken, [StatusCode::SEE_OTHER; CROWD], "as people upload");
    let idle = target.instance.resident();
    target.instance.forget_most_resident();

    let exif = webp(&[canvas(8, 8, 8), lossless(8), riff_chunk_claiming(*b"EXIF", 0xffff_fffe, b"MM")]);
    let large = segment(0xe1, &vec![0; 65_000]);
    let refused = [
        Arc::new(exif),
        padded(webp(&[canvas(0, 1, 1), lossy(16_383, 16_383)])),
        Arc::new(webp(&[many_codes(50_000)])),
        padded(jpeg(Scans::Progressive, 16_000, 16_000, &four, &[])),
        padded(png_claiming(&small, 16_384, 16_384)),
        Arc::new(vec![b'-'; UPLOAD_BYTES - 4096]),
    ];
    for file in &refused {
        for status in target.all_upload(std::slice::from_ref(file)).await {
            assert!(status.is_client_error() || status == StatusCode::SERVICE_UNAVAILABLE, "{status}");
        }
    }
    target.all_upload(&refused).await;
    let after_refusals = target.instance.most_resident();

    // What is decoded is the largest that is taken, in a body that is the largest that is read.
    let photo = padded(jpeg(Scans::Baseline, 5_712, 4_284, &[0x22, 0x11, 0x11], std::slice::from_ref(&large)));
    let decoded = [
        Arc::clone(&photo),
        padded(jpeg(Scans::Progressive, 2_900, 2_900, &four, &[large])),
        padded(encoded(&image::RgbaImage::new(4_400, 4_400).into(), image::ImageFormat::Png)),
        Arc::new(webp(&[many_codes(800)])),
    ];
    target.all_upload(&decoded).await;
    target.all_hang_up(&photo, 2).await;
    // And who comes then is served, and sees others' pictures.
    let person = &target.people[0];
    assert_eq!(person.upload(OF_PERSON, "picture", &small).await.status, StatusCode::SEE_OTHER);
    let home = person.get("/").await.body;
    let path = home.split("<img src=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a picture");
    let shown = person.send(Method::GET, path, &[], None).await;
    assert_eq!(shown.status, StatusCode::OK);
    let above = target.instance.most_resident().saturating_sub(idle);
    let said = format!(
        "{} MiB above {} MiB at rest; {} MiB after what was refused",
        above >> 20,
        idle >> 20,
        after_refusals.saturating_sub(idle) >> 20,
    );
    eprintln!("{said}");
    assert!(above < BOUND, "{said}");
}
