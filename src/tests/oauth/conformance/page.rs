//! A page as a browser without script has it: elements by id and class, forms and what is sent with them.

use std::collections::{BTreeMap, HashMap};

/// One tag.
#[derive(Debug)]
pub struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
    at: usize,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&String> {
        self.attributes.get(name)
    }

    fn is(&self, name: &str) -> bool {
        self.name == name
    }
}

/// The tags of a page, in their order.
pub struct Page<'a> {
    html: &'a str,
    tags: Vec<Tag>,
}

impl<'a> Page<'a> {
    pub fn of(html: &'a str) -> Self {
        let mut tags = Vec::new();
        let mut at = 0;
        while let Some(begin) = html[at..].find('<').map(|found| at + found) {
            let Some(end) = html[begin..].find('>').map(|found| begin + found) else { break };
            tags.push(tag(&html[begin + 1..end], begin));
            at = end + 1;
            // What a script holds is no page.
            if tags.last().is_some_and(|tag| tag.is("script")) {
                at = html[at..].find("</script>").map_or(html.len(), |found| at + found);
            }
        }
        Self { html, tags }
    }

    /// The first element of this kind, as the suite names kinds.
    pub fn find(&self, kind: &str, target: &str) -> Option<&Tag> {
        self.tags.iter().find(|tag| match kind {
            "id" => tag.get("id").is_some_and(|id| id == target),
            "name" => tag.get("name").is_some_and(|name| name == target),
            "class" => tag.get("class").is_some_and(|classes| classes.split(' ').any(|class| class == target)),
            _ => false,
        })
    }

    /// What people read.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut is_inside = false;
        for letter in self.html.chars() {
            match letter {
                '<' => is_inside = true,
                '>' => is_inside = false,
                _ if !is_inside => text.push(letter),
                _ => {}
            }
        }
        plain(&text)
    }

    /// Where a press leads, and with which form: of a link, of a button, or of a form that sends itself.
    pub fn pressed(&self, pressed: &Tag, typed: &HashMap<String, String>) -> (String, Option<Vec<(String, String)>>) {
        if pressed.is("a") {
            return (pressed.get("href").expect("a link").clone(), None);
        }
        let form = self.tags.iter().rfind(|tag| tag.is("form") && tag.at <= pressed.at).expect("a form around it");
        assert_eq!(form.get("method").map(String::as_str), Some("post"), "{form:?}");
        let inside = self.tags.iter().skip_while(|tag| tag.at <= form.at).take_while(|tag| !tag.is("/form"));
        let mut fields = Vec::new();
        for tag in inside.filter(|tag| tag.is("input")) {
            let Some(name) = tag.get("name") else { continue };
            let is_left_out = tag.get("type").is_some_and(|kind| kind == "checkbox") && tag.get("checked").is_none();
            if !is_left_out {
                let value = typed.get(name).or_else(|| tag.get("value")).cloned().unwrap_or_default();
                fields.push((name.clone(), value));
            }
        }
        if let Some(name) = pressed.get("name").filter(|_| pressed.is("button")) {
            fields.push((name.clone(), pressed.get("value").cloned().unwrap_or_default()));
        }
        (form.get("action").expect("where it goes").clone(), Some(fields))
    }
}

/// An address as it reads on a page at another.
pub fn parsed(from: &str, to: &str) -> String {
    if to.starts_with("https://") {
        return to.to_owned();
    }
    let origin = from.split('/').take(3).collect::<Vec<_>>().join("/");
    assert!(to.starts_with('/'), "{to}");
    format!("{origin}{to}")
}

fn tag(text: &str, at: usize) -> Tag {
    let (name, mut rest) = text.split_once([' ', '\n']).unwrap_or((text, ""));
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find([' ', '=', '\n']).unwrap_or(rest.len());
        let key = rest[..end].trim_end_matches('/');
        rest = &rest[end..];
        let value = match rest.strip_prefix("=\"") {
            Some(quoted) => {
                let end = quoted.find('"').expect("a quote at its end");
                rest = &quoted[end + 1..];
                &quoted[..end]
            }
            None => "",
        };
        if !key.is_empty() {
            attributes.insert(key.to_owned(), plain(value));
        } else if rest.is_empty() {
            break;
        }
        if rest.starts_with('=') {
            rest = rest[1..].split_once(' ').map_or("", |(_, rest)| rest);
        }
    }
    Tag { name: name.trim_end_matches('/').to_owned(), attributes, at }
}

/// The letters that stand for others in a page.
fn plain(text: &str) -> String {
    let names = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    names.into_iter().fold(text.to_owned(), |text, (name, letter)| text.replace(name, letter))
}
