//! What people tell of themselves: the page on which they do, and who gets what of it.

mod consent;
mod dialect;
mod page;

use reqwest::StatusCode;
use tessera::store::records::Account;
use tessera::store::records::profiles::{Gender, Profile};

use crate::harness::browser::{Browser, Reply};
use crate::harness::server::Server;

/// Somebody who tells everything but a picture.
pub const EVERYTHING: [(&str, &str); 6] = [
    ("display_name", "Alice"),
    ("gender", "female"),
    ("city", "Graz"),
    ("province", "Styria"),
    ("country", "Austria"),
    ("language", "nl"),
];

/// A PNG of one colour.
pub fn png(edge: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(edge, edge, image::Rgb([200, 30, 90]));
    picture.write_to(&mut out, image::ImageFormat::Png).expect("encodes");
    out.into_inner()
}

/// Somebody sends the form of their profile, as it was shown to them just now, with these words.
pub async fn tells(person: &Browser, form: &[(&str, &str)]) -> Reply {
    let seen = seen(&person.get("/account/profile").await.body);
    person.post("/account/profile", &[form, &[("seen", &seen)]].concat()).await
}

/// What a form says that it was shown beside.
pub fn seen(page: &str) -> String {
    let value = page.split("name=\"seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_else(|| panic!("no form in {page}")).to_owned()
}

/// Somebody tells all that there is to tell, on their page.
pub async fn tells_everything(person: &Browser) {
    assert_eq!(tells(person, &EVERYTHING).await.location(), "/account/profile?done=saved");
    let uploaded = person.upload("/account/profile/picture", "picture", &png(300)).await;
    assert_eq!((uploaded.status, uploaded.location()), (StatusCode::SEE_OTHER, "/account/profile?done=picture"));
}

/// The account of this user name.
pub async fn account(server: &Server, name: &str) -> Account {
    server.app.accounts.records.account_by_username(name).await.expect("answers").expect("there").0
}

fn told(gender: Option<Gender>, words: [&str; 4]) -> Profile {
    let [city, province, country, language] = words.map(|word| Some(word.to_owned()).filter(|word| !word.is_empty()));
    Profile { gender, city, province, country, language, ..Profile::default() }
}
