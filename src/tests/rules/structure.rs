//! The structure of the code: no file and no folder uses itself by way of others, and the core compiles alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

use super::house_rules::sources;

/// The names of a module from the crate's root down; the root has none.
type Module = Vec<String>;
/// What is named in code: modules, then perhaps an item of the last one.
type Named = Vec<String>;

/// What one file names.
#[derive(Default)]
struct Names {
    /// How many modules are open within the file.
    depth: usize,
    used: Vec<(String, Named)>,
    /// What it makes known under another path. That is no use by itself: who names the other path uses the item.
    passed_on: Vec<(String, Named)>,
    /// Paths in code and in macros, as they are written.
    written: Vec<Named>,
}

impl Names {
    fn of(text: &str) -> Self {
        let mut names = Self::default();
        names.visit_file(&syn::parse_file(text).expect("a file that compiles"));
        names
    }

    fn tree(&mut self, before: &[String], tree: &UseTree, is_passed_on: bool) {
        let with = |name: &str| before.iter().cloned().chain([name.to_owned()]).collect::<Vec<_>>();
        let (name, path) = match tree {
            UseTree::Path(path) => return self.tree(&with(&path.ident.to_string()), &path.tree, is_passed_on),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.tree(before, tree, is_passed_on));
            }
            UseTree::Name(name) if name.ident == "self" => {
                (before.last().cloned().unwrap_or_default(), before.to_vec())
            }
            UseTree::Name(name) => (name.ident.to_string(), with(&name.ident.to_string())),
            UseTree::Rename(rename) => (rename.rename.to_string(), with(&rename.ident.to_string())),
            UseTree::Glob(_) => (String::new(), with("*")),
        };
        if is_passed_on { &mut self.passed_on } else { &mut self.used }.push((name, path));
    }

    /// Paths among the tokens of a macro, which only the macro itself can parse.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if colons == 2 && !path.is_empty() => path.push(ident.to_string()),
                TokenTree::Ident(ident) => {
                    self.written.push(std::mem::take(&mut path));
                    path = vec![ident.to_string()];
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => self.written.push(std::mem::take(&mut path)),
            }
            colons = 0;
        }
        self.written.push(path);
    }
}

fn is_for_tests(item: &ItemMod) -> bool {
    item.attrs.iter().any(|attribute| {
        let list = attribute.path().is_ident("cfg").then(|| attribute.meta.require_list().ok()).flatten();
        list.is_some_and(|list| {
            list.tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|word| word == "test")
        })
    })
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if is_for_tests(item) {
            return;
        }
        self.depth += 1;
        visit::visit_item_mod(self, item);
        self.depth -= 1;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let is_passed_on = self.depth == 0 && !matches!(item.vis, Visibility::Inherited);
        // From a module within the file, `super` is the file itself.
        let mut tree = &item.tree;
        let mut before = Vec::new();
        for _ in 0..self.depth {
            if let UseTree::Path(path) = tree
                && path.ident == "super"
            {
                tree = &path.tree;
                before = vec!["self".to_owned()];
            }
        }
        self.tree(&before, tree, is_passed_on);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.written.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        if let Item::Macro(item) = item {
            self.tokens(item.mac.tokens.clone());
        }
        visit::visit_item(self, item);
    }
}

/// All modules, and which of them use which.
struct Structure {
    names: BTreeMap<Module, Names>,
    passed_on: BTreeMap<(Module, String), Named>,
}

impl Structure {
    fn read() -> Self {
        let is_code = |path: &str| {
            !["src/tests/", "src/bench/", "src/main.rs"].iter().any(|not| path.starts_with(not))
                && !path.contains("/contract/")
                && !path.ends_with("tests.rs")
        };
        let mut names = BTreeMap::new();
        for source in sources().into_iter().filter(|source| is_code(&source.path)) {
            let path = source.path.trim_start_matches("src/").trim_end_matches(".rs");
            let module: Module =
                path.split('/').filter(|part| !["mod", "lib"].contains(part)).map(str::to_owned).collect();
            names.insert(module, Names::of(&source.text));
        }
        let mut structure = Self { names, passed_on: BTreeMap::new() };
        let mut passed_on = BTreeMap::new();
        for (module, names) in &structure.names {
            for (name, path) in &names.passed_on {
                if let Some(named) = structure.absolute(module, path) {
                    passed_on.insert((module.clone(), name.clone()), named);
                }
            }
        }
        structure.passed_on = passed_on;
        structure
    }

    /// A path of this crate from its root, if it is one.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Named> {
        let (mut base, mut rest) = (module.clone(), path);
        match path.first()?.as_str() {
            "crate" => return Some(path[1..].to_vec()),
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|part| part == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            child => {
                let mut inner = base.clone();
                inner.push(child.to_owned());
                self.names.get(&inner)?;
            }
        }
        Some([&base[..], rest].concat())
    }

    /// The module in which what is named so is written.
    fn home(&self, named: &[String], hops: usize) -> Option<Module> {
        let most = (0..=named.len()).rev().find(|length| self.names.contains_key(&named[..*length]))?;
        let (module, rest) = named.split_at(most);
        match rest.first() {
            // A module that is named without an item: what is used of it is written elsewhere.
            None => None,
            Some(item) => match self.passed_on.get(&(module.to_vec(), item.clone())) {
                Some(target) if hops > 0 => self.home(&[&target[..], &rest[1..]].concat(), hops - 1),
                _ => Some(module.to_vec()),
            },
        }
    }

    /// Each module with those that it uses.
    fn edges(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let mut edges = BTreeMap::new();
        for (module, names) in &self.names {
            let mut named: Vec<Named> = Vec::new();
            let mut known: BTreeMap<&str, Named> = BTreeMap::new();
            for (name, path) in &names.used {
                if let Some(path) = self.absolute(module, path) {
                    known.insert(name, path.clone());
                    named.push(path);
                }
            }
            for path in &names.written {
                let Some(first) = path.first() else { continue };
                let written = match known.get(first.as_str()) {
                    Some(known) => Some([&known[..], &path[1..]].concat()),
                    None => self.absolute(module, path),
                };
                named.extend(written);
            }
            let used = named.iter().filter_map(|named| self.home(named, 8)).filter(|home| home != module);
            edges.insert(module.clone(), used.collect());
        }
        edges
    }
}

/// Every set of nodes that reach each other.
fn circles<N: Ord + Clone>(edges: &BTreeMap<N, BTreeSet<N>>) -> Vec<Vec<N>> {
    let reached = |from: &N| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(node) = next.pop() {
            for to in edges.get(&node).into_iter().flatten() {
                if seen.insert(to.clone()) {
                    next.push(to.clone());
                }
            }
        }
        seen
    };
    let all: BTreeMap<N, BTreeSet<N>> = edges.keys().map(|node| (node.clone(), reached(node))).collect();
    let mut circles = BTreeSet::new();
    for (node, reaches) in &all {
        if reaches.contains(node) {
            let back = reaches.iter().filter(|other| all.get(other).is_some_and(|reaches| reaches.contains(node)));
            circles.insert(back.cloned().collect::<Vec<_>>());
        }
    }
    circles.into_iter().collect()
}

#[test]
fn circles_are_found() {
    let edges = [("a", vec!["b"]), ("b", vec!["c"]), ("c", vec!["a", "d"]), ("d", vec![])];
    let edges = edges.into_iter().map(|(from, to)| (from, to.into_iter().collect())).collect();
    assert_eq!(circles(&edges), [["a", "b", "c"]]);
    let names = Names::of("use crate::b::{C, d::{self, E as F}}; fn g() { h!(d::i(crate::k::L)) }");
    let used: Vec<_> = names.used.iter().map(|(name, path)| format!("{name}={}", path.join("::"))).collect();
    assert_eq!(used, ["C=crate::b::C", "d=crate::b::d", "F=crate::b::d::E"]);
    let written: Vec<_> = names.written.iter().map(|path| path.join("::")).collect();
    assert!(written.contains(&"d::i".to_owned()) && written.contains(&"crate::k::L".to_owned()), "{written:?}");
}

#[test]
fn no_file_uses_itself_by_way_of_others() {
    let structure = Structure::read();
    assert!(structure.names.len() > 150, "the files are found");
    let edges = structure.edges();
    assert!(edges.values().map(BTreeSet::len).sum::<usize>() > 800, "what they use is found");
    let circles = circles(&edges);
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn no_part_of_a_folder_uses_itself_by_way_of_the_others() {
    let structure = Structure::read();
    let edges = structure.edges();
    let folders: BTreeSet<&[String]> =
        structure.names.keys().flat_map(|module| (0..module.len()).map(|length| &module[..length])).collect();
    for folder in folders {
        let part = |module: &Module| {
            let inside = module.len() >= folder.len() && module[..folder.len()] == *folder;
            inside.then(|| module.get(folder.len()).cloned().unwrap_or_else(|| "mod".to_owned()))
        };
        let mut parts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in &edges {
            let Some(from) = part(from) else { continue };
            let to = to.iter().filter_map(part).filter(|to| *to != from);
            parts.entry(from.clone()).or_default().extend(to);
        }
        let circles = circles(&parts);
        assert!(circles.is_empty(), "in {folder:?}: {circles:?}");
    }
}

#[test]
fn the_core_compiles_as_a_crate_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = |from: &str| {
        let to = folder.path().join(from);
        fs::create_dir_all(&to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.path().is_file() {
                fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
            }
        }
    };
    copy("src/ticket");
    fs::create_dir_all(folder.path().join("src/ticket/event")).expect("a folder");
    copy("src/ticket/event");
    copy("src/ticket/ladder");
    copy("src/ticket/machine");
    copy("src/consent");
    fs::write(folder.path().join("src/lib.rs"), "pub mod consent;\npub mod ticket;\n").expect("a file");
    // Nothing in this list does I/O, reads a clock or draws randomness.
    let manifest = "[package]\nname = \"core-alone\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[features]\nssr = []\n\
                    default = [\"ssr\"]\n[dependencies]\nserde = { version = \"1\", features = [\"derive\"] }\nthiserror = \"2\"\n\
                    uuid = { version = \"1\", features = [\"serde\"] }\nbase64 = \"0.22\"\ndata-encoding = \"2\"\n\
                    enumset = { version = \"1.1\", default-features = false }\n\
                    strum = { version = \"0.28\", default-features = false, features = [\"derive\"] }\n";
    fs::write(folder.path().join("Cargo.toml"), manifest).expect("a file");
    fs::copy("Cargo.lock", folder.path().join("Cargo.lock")).expect("a copy");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut check = Command::new(cargo);
    check.args(["check", "--offline", "--lib"]).current_dir(folder.path()).env_remove("CARGO_TARGET_DIR");
    let done = check.output().expect("cargo");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
