//! Registers apps from a file, for servers that are set up automatically: `[oauth] apps_file`, and `tessera
//! app apply FILE`. An app is changed to what the file says of it. Apps that are not in the file are left
//! alone, and no app is disabled or enabled by it.
//!
//! ```toml
//! [[app]]
//! id = "ts0123456789abcdef"
//! name = "Shop"
//! redirect_uris = ["https://shop.example/signed-in"]
//! secret_file = "/run/secrets/shop"    # 32 random bytes in base64url; only their hash is kept
//! allow = ["group:staff"]              # who may use it; "everyone" for all; if it is missing, that stays
//! logo_file = "shop.png"               # PNG, JPEG or WebP; "" for none; if it is missing, the logo stays
//! options = { subject_type = "pairwise" } # the options as `tessera app list --json` names them
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use serde::Deserialize;
use serde_json::Value;

use super::allow::Allow;
use super::registration::{NewApp, NotAnApp};
use super::secret::AppSecret;
use crate::cause::caused;
use crate::clock::Clock;
use crate::crypto::hash::sha256_half;
use crate::crypto::random::random;
use crate::picture::{NotTaken, Pictures};
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::app_log::{Alike, By, Revised};
use crate::store::records::app_options::AppOptions;
use crate::store::records::apps::{App, Dialects};
use crate::store::records::people::Audience;
use crate::store::records::pictures::PictureId;
use crate::ticket::ids::AppId;
use crate::ticket::time::Timestamp;
use crate::web::bounds::UPLOAD_BYTES;

/// The content of an apps file as it is parsed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    app: Vec<Entry>,
}

/// One `[[app]]` of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    redirect_uris: Vec<String>,
    #[serde(default)]
    dialect: Option<String>,
    /// Whether the app is a public client, which has no secret and no `secret_file`.
    #[serde(default)]
    public: bool,
    #[serde(default)]
    secret_file: Option<PathBuf>,
    #[serde(default)]
    logo_file: Option<PathBuf>,
    #[serde(default)]
    options: BTreeMap<String, Value>,
    /// Who may use the app; if it is missing, everyone may use an app that is added, and of another app it stays as it is.
    #[serde(default)]
    allow: Option<AllowEntry>,
}

/// Who may use an app: one word, or a list of words.
#[derive(Deserialize)]
#[serde(untagged)]
enum AllowEntry {
    One(String),
    All(Vec<String>),
}

/// The apps of an apps file, all of them checked and none of them stored yet.
#[derive(Debug)]
pub struct AppsFile {
    path: PathBuf,
    apps: Vec<ReadApp>,
}

/// A checked entry of an apps file: its registration data, the app made of them, the logo if the entry names one, and
/// who may use it if the entry says so.
#[derive(Debug)]
struct ReadApp {
    given: NewApp,
    app: App,
    logo: Option<Logo>,
    allow: Option<Vec<Allow>>,
}

/// The logo that an entry of the file asks for: none, or a picture.
#[derive(Debug)]
enum Logo {
    None,
    /// A picture. Its id is derived from the app and the file, so the same file is the same logo at every
    /// start.
    File(PictureId, Bytes),
}

/// How many apps of a file were added, changed, or left as they were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Apps that were added.
    pub added: usize,
    /// Apps that were changed.
    pub changed: usize,
    /// Apps that were as the file says already.
    pub same: usize,
}

impl AppsFile {
    /// Reads an apps file and the secrets and logos that it names, and checks all entries before any app is
    /// changed. Whether a logo is a valid picture is checked later, by [`apply`](Self::apply).
    ///
    /// # Errors
    /// Returns one line that names the file or the entry and says what is wrong with it.
    pub fn read(path: &Path, now: Timestamp) -> Result<Self, String> {
        let shown = path.display();
        let text = fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
        let file: File =
            toml::from_str(&text).map_err(|error| format!("{shown}: {}", crate::settings::one_line(&error)))?;
        let mut apps: Vec<ReadApp> = Vec::new();
        for entry in file.app {
            let id = entry.id.clone();
            let wrong = |why: String| format!("{shown}: app {id}: {why}");
            let read = entry.read(now).map_err(wrong)?;
            if apps.iter().any(|before| before.app.id == read.app.id) {
                return Err(wrong("it is there twice".to_owned()));
            }
            apps.push(read);
        }
        Ok(Self { path: path.to_owned(), apps })
    }

    /// Adds the apps of the file to the records, or changes them there to what the file says. Returns how many
    /// were added, changed, or left as they were.
    ///
    /// # Errors
    /// One line that names the app that could not be added or changed. If it names a group that does not exist, no app of
    /// the file is changed. Otherwise the apps before it stay changed, and this app may be changed in part.
    pub async fn apply(self, records: &Records, by: &By) -> Result<Applied, String> {
        let mut applied = Applied::default();
        let pictures = Pictures::new(records.clone(), Clock::system());
        let audiences = self.audiences(records).await?;
        for (ReadApp { mut given, mut app, logo, .. }, audience) in self.apps.into_iter().zip(audiences) {
            let id = app.id;
            let wrong = |why: String| format!("{}: app {id}: {why}", self.path.display());
            if let Some(audience) = &audience {
                given.audience.clone_from(audience);
                app.audience.clone_from(audience);
            }
            let broken = |fault: Fault| wrong(caused(&fault));
            let taken = |alike: Alike| wrong(NotAnApp::Taken(alike).to_string());
            let known = records.app(id).await.map_err(broken)?.and_then(|known| known.options.logo);
            let logo = match logo {
                // The app has this logo already.
                Some(Logo::File(named, _)) if known == Some(named) => None,
                Some(Logo::File(named, file)) => {
                    Some(Some(pictures.make(named, file, by.now).await.map_err(|why| wrong(not_taken(&why)))?))
                }
                Some(Logo::None) => Some(None),
                None => None,
            };
            // Of two instances that start together, one adds the app and the other finds it.
            let added = match logo.clone().flatten() {
                Some(logo) => records.add_app_with_logo(app.clone(), logo, by.clone()).await,
                None => records.add_app(app.clone(), by.clone()).await,
            };
            if added.map_err(broken)?.map_err(taken)? {
                applied.added += 1;
                continue;
            }
            let revise = |known: App| {
                if known.secrets.is_empty() != app.secrets.is_empty() {
                    return Err("whether it has a secret cannot change".to_owned());
                }
                // Who may use it stays if the file does not say so: an administrator may have narrowed it on a page.
                let audience = audience.clone().unwrap_or_else(|| known.audience.clone());
                NewApp { audience, ..given.clone() }.change(known).map_err(|why| why.to_string())
            };
            let (before, after) = match records.revise_app(id, by, revise).await.map_err(broken)? {
                Revised::Done { before, after } => (before, after),
                Revised::Unknown => return Err(wrong("it is not there".to_owned())),
                Revised::Refused(why) => return Err(wrong(why)),
                Revised::Alike(alike) => return Err(taken(alike)),
            };
            let has_other_logo = match logo {
                Some(logo) => {
                    let named = logo.as_ref().map(|logo| logo.id);
                    let before = records.set_app_logo(id, logo, by.clone()).await.map_err(broken)?;
                    before.is_some_and(|before| before.options.logo != named)
                }
                None => false,
            };
            // A secret that is valid already, perhaps beside a newer one, is left as it is.
            let fresh = app.secrets.first().filter(|secret| !before.secrets.contains(secret));
            if let Some(secret) = fresh {
                records.rotate_app_secret(id, *secret, None, by.clone()).await.map_err(broken)?;
            }
            if before != after || has_other_logo || fresh.is_some() {
                applied.changed += 1;
            } else {
                applied.same += 1;
            }
        }
        Ok(applied)
    }

    /// Returns who may use each app of the file, by the groups that there are; `None` for an app of which the file does
    /// not say it.
    async fn audiences(&self, records: &Records) -> Result<Vec<Option<Audience>>, String> {
        let path = self.path.display();
        let groups = if self.apps.iter().any(|read| read.allow.is_some()) {
            records.groups().await.map_err(|fault| format!("{path}: {}", caused(&fault)))?
        } else {
            Vec::new()
        };
        let audience = |read: &ReadApp| {
            let words = read.allow.as_deref().map(|words| Allow::audience(words, &groups));
            words.transpose().map_err(|why| format!("{path}: app {}: allow: {why}", read.app.id))
        };
        self.apps.iter().map(audience).collect()
    }
}

impl Entry {
    fn read(self, now: Timestamp) -> Result<ReadApp, String> {
        let id: AppId = self.id.parse().map_err(|_| "an id is ts and 16 digits of 0-9 and a-f".to_owned())?;
        let dialects = match &self.dialect {
            Some(word) => Dialects::of(word).ok_or("its dialect is oidc, wechat or both")?,
            None => Dialects::Oidc,
        };
        let secret = match &self.secret_file {
            Some(_) if self.public => return Err("it is public and has no secret_file therefore".to_owned()),
            Some(path) => secret_in(path)?,
            None if self.public => AppSecret::from_random(random()),
            None => return Err("it needs a secret_file, or public = true".to_owned()),
        };
        let given = NewApp {
            name: self.name,
            redirect_uris: self.redirect_uris,
            dialects,
            has_secret: !self.public,
            options: options(self.options)?,
            audience: Audience::Everyone,
        };
        let allow = self.allow.map(AllowEntry::read).transpose()?;
        let logo = self.logo_file.map(|path| logo_in(id, &path)).transpose()?;
        let (app, _) = given.clone().register(id, secret, now).map_err(|why| why.to_string())?;
        Ok(ReadApp { given, app, logo, allow })
    }
}

impl AllowEntry {
    fn read(self) -> Result<Vec<Allow>, String> {
        let words = match self {
            Self::One(word) => vec![word],
            Self::All(words) => words,
        };
        let words = words.iter().map(|word| word.parse::<Allow>());
        words.collect::<Result<_, _>>().map_err(|why| format!("allow: {why}"))
    }
}

fn logo_in(app: AppId, path: &Path) -> Result<Logo, String> {
    if path.as_os_str().is_empty() {
        return Ok(Logo::None);
    }
    let file = fs::read(path).map_err(|error| format!("logo_file: {}: {error}", path.display()))?;
    if file.len() > UPLOAD_BYTES {
        return Err(format!("logo_file: {} has more than {UPLOAD_BYTES} bytes", path.display()));
    }
    let name = sha256_half(&[b"logo", app.to_string().as_bytes(), &file]);
    Ok(Logo::File(PictureId::from_random(name), file.into()))
}

fn not_taken(why: &NotTaken) -> String {
    match why {
        NotTaken::TooLarge => "logo_file: the picture is too large".to_owned(),
        NotTaken::Lossless => "logo_file: this WebP without loss is too large; save it as a PNG".to_owned(),
        NotTaken::Moves => "logo_file: the picture moves; save one that does not".to_owned(),
        NotTaken::NotAPicture(why) => {
            format!("logo_file: this is no PNG, JPEG or WebP picture, or a broken one: {why}")
        }
        _ => "logo_file: this is no PNG, JPEG or WebP picture".to_owned(),
    }
}

fn secret_in(path: &Path) -> Result<AppSecret, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("secret_file: {}: {error}", path.display()))?;
    let secret = AppSecret::parse(text.trim());
    secret.ok_or_else(|| format!("secret_file: {} does not hold 32 bytes in base64url (43 letters)", path.display()))
}

/// Reads the options of an entry. An unknown option is an error here, but not in the records, where another version
/// of the server may have written it. A `logo` is an error too, because it is given as `logo_file`.
fn options(written: BTreeMap<String, Value>) -> Result<AppOptions, String> {
    if written.contains_key("logo") {
        return Err("options: a logo is given as logo_file, beside the options".to_owned());
    }
    let known = serde_json::to_value(AppOptions::default()).expect("options are JSON");
    if let Some(name) = written.keys().find(|name| known.get(name.as_str()).is_none()) {
        return Err(format!("options: there is no {name}"));
    }
    serde_json::from_value(Value::Object(written.into_iter().collect()))
        .map_err(|error| format!("options: {}", one_line(&error.to_string())))
}

fn one_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
