//! Who may use an app, as those who look after it say it: on its page, on the command line, in a file.

use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;
use tessera::store::records::people::Audience;
use tokio::runtime::Runtime;

use super::apps::{app, refused, said};
use super::pages::{administrator, register, saves, seen_on};
use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::{BACK, Site, decides};
use crate::oauth::audience::{group, joins};

async fn audience(server: &Server, site: &Site) -> Audience {
    server.app.records.app(site.id.parse().expect("an id")).await.expect("answers").expect("kept").audience
}

#[tokio::test]
async fn sec_71_an_app_that_is_added_on_the_page_is_open_to_nobody_until_it_is_chosen() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, page) = register(&server, &admin, "Shop").await;
    let path = format!("/admin/apps/{}", site.id);
    assert_eq!(audience(&server, &site).await, Audience::NOBODY);
    assert!(page.words().contains("No one can use this app yet. Choose who may use it"), "{}", page.body);
    assert!(page.body.contains("href=\"#allow\"") && page.body.contains("There are no groups yet."), "{}", page.body);
    assert!(admin.get("/admin/apps").await.words().contains("open to nobody"));
    let alice = Browser::signed_in(&server, "Alice").await;
    let goes = async || alice.get(alice.get(&site.sends_to(&[])).await.location()).await.status;
    assert_eq!(goes().await, StatusCode::FORBIDDEN);
    // Whoever administers it may try it all the same, and is nobody's exception beside that.
    let begun = admin.post(&format!("{path}/try"), &[("dialect", "oidc")]).await;
    let back = decides(&admin, begun.location(), "allow").await;
    let tried = admin.get(back.location().strip_prefix(&server.origin).expect("ours")).await;
    assert!(tried.words().contains("It works."), "{}", tried.words());
    assert_eq!(admin.get(admin.get(&site.sends_to(&[])).await.location()).await.status, StatusCode::FORBIDDEN);

    let (staff, guests) = (group(&server, "staff").await, group(&server, "<i>guests</i>").await);
    joins(&server, staff, "alice").await;
    let page = admin.get(&path).await;
    assert!(page.words().contains("staff, 1 member") && !page.body.contains("<i>guests"), "{}", page.body);
    let shop = [("name", "Shop"), ("redirect_uri", BACK)];
    let with = |more: &[(&'static str, String)]| -> Vec<(&'static str, String)> {
        shop.iter().map(|(name, value)| (*name, (*value).to_owned())).chain(more.iter().cloned()).collect()
    };
    let save = async |more: &[(&'static str, String)]| {
        let form = with(more);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        saves(&admin, &path, &form).await
    };
    // A form that does not have this part leaves it as it is.
    assert_eq!(save(&[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(audience(&server, &site).await, Audience::NOBODY);
    let groups = ("allow", "groups".to_owned());
    let some = [groups.clone(), ("allow_group", staff.to_string()), ("allow_group", guests.to_string())];
    assert_eq!(save(&some).await.status, StatusCode::SEE_OTHER);
    assert_eq!(audience(&server, &site).await, Audience::groups([staff, guests]));
    assert_eq!(goes().await, StatusCode::OK);
    let page = admin.get(&path).await.body;
    let is_ticked = |id: &str| {
        page.split(&format!("value=\"{id}\""))
            .nth(1)
            .is_some_and(|rest| rest.split('>').next().is_some_and(|tag| tag.contains("checked")))
    };
    assert!(is_ticked(&staff.to_string()) && is_ticked("groups") && !is_ticked("everyone"), "{page}");
    assert!(!page.contains("Choose who may use it"), "{page}");

    // A group that was deleted since the page was opened is told, and nothing is saved.
    let open = seen_on(&admin.get(&path).await);
    assert!(server.app.records.delete_group(guests).await.expect("answers"));
    let stale = with(&[groups.clone(), ("allow_group", guests.to_string()), ("seen", open)]);
    let stale: Vec<(&str, &str)> = stale.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let told = admin.post(&path, &stale).await;
    assert!(
        told.status == StatusCode::UNPROCESSABLE_ENTITY && told.words().contains("was deleted in the meantime"),
        "{told:?}"
    );
    assert_eq!(audience(&server, &site).await, Audience::groups([staff]));
    assert_eq!(save(&[("allow", "everyone".to_owned())]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(audience(&server, &site).await, Audience::Everyone);
    assert_eq!(save(&[groups]).await.status, StatusCode::SEE_OTHER);
    assert_eq!((audience(&server, &site).await, goes().await), (Audience::NOBODY, StatusCode::FORBIDDEN));
    assert!(admin.get("/admin/log").await.words().contains("changed: allow"));
}

#[tokio::test]
async fn who_saw_another_audience_does_not_undo_it_with_an_older_page() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let site = Site::register(&server).await;
    let path = format!("/admin/apps/{}", site.id);
    let open = seen_on(&admin.get(&path).await);
    server.revise_app(&site.id, |app| app.audience = Audience::NOBODY).await;
    let form = [("name", "Store"), ("redirect_uri", BACK), ("allow", "everyone"), ("seen", open.as_str())];
    let late = admin.post(&path, &form).await;
    assert_eq!((late.status, audience(&server, &site).await), (StatusCode::CONFLICT, Audience::NOBODY), "{late:?}");
}

/// Makes these groups where the command line works.
fn add_groups(folder: &TempDir, names: &[&str]) {
    let options = SqliteConnectOptions::new().filename(folder.path().join("data").join("tessera.db"));
    let add = async {
        let mut records = options.connect().await.expect("opens");
        for name in names {
            sqlx::query("INSERT INTO account_groups (id, name, skeleton, created_at) VALUES ($1, $2, $2, 0)")
                .bind(tessera::crypto::random::random::<16>().to_vec())
                .bind(*name)
                .execute(&mut records)
                .await
                .expect("written");
        }
    };
    Runtime::new().expect("a runtime").block_on(add);
}

fn allowed(folder: &TempDir) -> Vec<Value> {
    let list: Value = serde_json::from_str(&said(&app(folder, &["list", "--json"]))).expect("JSON");
    list.as_array().expect("a list").iter().map(|app| app["allow"].clone()).collect()
}

#[test]
fn the_command_line_says_who_may_use_an_app_and_names_a_group_that_is_not_there() {
    const SHOP: [&str; 4] = ["add", "Shop", "--redirect-uri", BACK];
    let folder = tempfile::tempdir().expect("a folder");
    said(&app(&folder, &["list"]));
    add_groups(&folder, &["staff", "Vertrieb: \"Süd\""]);
    let unknown = refused(&app(&folder, &[&SHOP[..], &["--allow", "group:stuff"]].concat()));
    assert!(unknown.ends_with("tessera: --allow: there is no group \"stuff\"\n"), "{unknown}");
    for (words, why) in [
        (&["--allow", "staff"][..], "is not everyone, nobody or group:<name>"),
        (&["--allow", "everyone", "--allow", "group:staff"], "everyone and nobody stand alone"),
    ] {
        assert!(refused(&app(&folder, &[&SHOP[..], words].concat())).contains(why), "{words:?}");
    }
    assert!(allowed(&folder).is_empty(), "nothing was added");
    let both = ["--allow", "group:staff", "--allow", "group:Vertrieb: \"Süd\"", "--json"];
    let added: Value = serde_json::from_str(&said(&app(&folder, &[&SHOP[..], &both].concat()))).expect("JSON");
    let id = added["app_id"].as_str().expect("an id");
    let named = json!(["group:Vertrieb: \"Süd\"", "group:staff"]);
    assert_eq!(allowed(&folder), std::slice::from_ref(&named));
    assert!(said(&app(&folder, &["list"])).contains("Shop  (oidc, confidential, for groups)"));
    said(&app(&folder, &["set", id, "--name", "Store"]));
    assert_eq!(allowed(&folder), [named], "what is not named stays");
    assert!(refused(&app(&folder, &["set", id, "--name", "Market", "--allow", "group:stuff"])).contains("\"stuff\""));
    for (word, shown, listed) in
        [("nobody", json!([]), "for nobody"), ("everyone", json!("everyone"), "(oidc, confidential)")]
    {
        said(&app(&folder, &["set", id, "--allow", word]));
        assert_eq!(allowed(&folder), [shown]);
        let list = said(&app(&folder, &["list"]));
        assert!(list.contains(listed) && list.contains("Store"), "{list}");
    }
    assert_eq!(said(&app(&folder, &["set", id, "--allow", "everyone"])), "Store is as it was.\n");
    let log: Value = serde_json::from_str(&said(&app(&folder, &["log", id, "--json"]))).expect("JSON");
    assert_eq!(log[0]["fields"], json!(["allow"]));
}

#[test]
fn a_file_says_who_may_use_an_app_and_a_group_that_is_not_there_changes_none() {
    let folder = tempfile::tempdir().expect("a folder");
    said(&app(&folder, &["list"]));
    add_groups(&folder, &["staff"]);
    let entry = |id: &str, name: &str, more: &str| {
        format!("[[app]]\nid = '{id}'\nname = '{name}'\nredirect_uris = ['{BACK}']\npublic = true\n{more}\n")
    };
    let (one, two) = ("ts0000000000000001", "ts0000000000000002");
    let apply = |first: &str, second: &str| {
        let text = format!("{}{}", entry(one, "Shop", first), entry(two, "Notes", second));
        std::fs::write(folder.path().join("apps.toml"), text).expect("written");
        app(&folder, &["apply", "apps.toml", "--json"])
    };
    for (wrong, why) in [
        ("allow = ['group:stuff']", "app ts0000000000000002: allow: there is no group \"stuff\""),
        ("allow = 'staff'", "allow: \"staff\" is not everyone, nobody or group:<name>"),
        ("allow = ['everyone', 'group:staff']", "allow: everyone and nobody stand alone"),
        ("allow = 1", "apps.toml"),
    ] {
        let told = refused(&apply("", wrong));
        assert!(told.lines().last().is_some_and(|line| line.contains(why)), "{wrong}: {told}");
        assert!(allowed(&folder).is_empty(), "{wrong}: the app before it is not added either");
    }
    said(&apply("", "allow = ['group:staff']"));
    assert_eq!(allowed(&folder), [json!("everyone"), json!(["group:staff"])]);
    assert_eq!(
        said(&apply("allow = 'everyone'", "allow = ['group:staff']")),
        "{\"added\":0,\"changed\":0,\"same\":2}\n"
    );
    // What the file does not say, it leaves: an administrator may have narrowed it.
    said(&app(&folder, &["set", one, "--allow", "nobody"]));
    said(&apply("", "allow = []"));
    assert_eq!(allowed(&folder), [json!([]), json!([])]);
    assert!(refused(&apply("allow = 'everyone'", "allow = ['group:stuff']")).contains("\"stuff\""));
    assert_eq!(allowed(&folder), [json!([]), json!([])], "no app of the file was changed");
}
