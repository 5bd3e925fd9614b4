//! The public items of the library, as a list that is kept (`docs/api/waytrace.txt`): a change of it is seen, and needs a
//! step of the version as `docs/api/README.md` says. Nothing of a parser, of arguments or of archives is in it.

use quote::ToTokens;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use syn::{Fields, ImplItem, Item, TraitItem, UseTree, Visibility};

/// The crates whose items the library gives out.
const CRATES: [&str; 5] = ["analysis", "bundle", "evidence", "logparse", "signatures"];
/// Crates of which no type may be given out.
const NEVER: [&str; 14] = [
    "nom",
    "clap",
    "tar",
    "zip",
    "flate2",
    "bzip2",
    "lzma_rust2",
    "ruzstd",
    "maud",
    "toml",
    "regex",
    "chrono_tz",
    "x509_parser",
    "pcap_parser",
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates/").to_owned()
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
            out.push(path);
        }
    }
    out.sort();
}

fn items(file: &Path) -> Vec<Item> {
    syn::parse_file(&fs::read_to_string(file).expect("a source")).expect("Rust").items
}

fn public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn text(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}

/// The last names of a `use`, as others write them.
fn names(tree: &UseTree, out: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => names(&path.tree, out),
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, out)),
        UseTree::Name(name) => {
            out.insert(name.ident.to_string());
        }
        // Known by the name it has where it is written.
        UseTree::Rename(rename) => {
            out.insert(rename.ident.to_string());
        }
        UseTree::Glob(_) => panic!("nothing is given out without its name"),
    }
}

/// What the library's root gives out: names, and public modules.
fn given_out() -> (BTreeSet<String>, Vec<String>) {
    let (mut known, mut modules) = (BTreeSet::new(), Vec::new());
    for item in items(&crates().join("analysis/src/lib.rs")) {
        match item {
            Item::Use(one) if public(&one.vis) => names(&one.tree, &mut known),
            Item::Mod(one) if public(&one.vis) => modules.push(one.ident.to_string()),
            _ => {}
        }
    }
    (known, modules)
}

fn fields(of: &str, fields: &Fields, always: bool, out: &mut BTreeSet<String>) {
    for (at, field) in fields.iter().enumerate().filter(|(_, field)| always || public(&field.vis)) {
        let name = field.ident.as_ref().map_or_else(|| at.to_string(), ToString::to_string);
        out.insert(format!("{of}.{name}: {}", text(&field.ty)));
    }
}

/// Lines for an item and what belongs to it.
fn list(item: &Item, wanted: &dyn Fn(&str) -> bool, out: &mut BTreeSet<String>) {
    let grows = |attributes: &[syn::Attribute]| {
        if attributes.iter().any(|one| one.path().is_ident("non_exhaustive")) {
            "non_exhaustive "
        } else {
            ""
        }
    };
    match item {
        Item::Struct(one) if public(&one.vis) && wanted(&one.ident.to_string()) => {
            out.insert(format!("{}struct {}{}", grows(&one.attrs), one.ident, text(&one.generics)));
            fields(&one.ident.to_string(), &one.fields, false, out);
        }
        Item::Enum(one) if public(&one.vis) && wanted(&one.ident.to_string()) => {
            out.insert(format!("{}enum {}{}", grows(&one.attrs), one.ident, text(&one.generics)));
            for variant in &one.variants {
                let name = format!("{}::{}", one.ident, variant.ident);
                out.insert(name.clone());
                fields(&name, &variant.fields, true, out);
            }
        }
        Item::Trait(one) if public(&one.vis) && wanted(&one.ident.to_string()) => {
            for item in &one.items {
                if let TraitItem::Fn(function) = item {
                    out.insert(format!("trait {}: {}", one.ident, text(&function.sig)));
                }
            }
        }
        Item::Type(one) if public(&one.vis) && wanted(&one.ident.to_string()) => {
            out.insert(format!("type {} = {}", one.ident, text(&one.ty)));
        }
        Item::Fn(one) if public(&one.vis) && wanted(&one.sig.ident.to_string()) => {
            out.insert(text(&one.sig));
        }
        Item::Const(one) if public(&one.vis) && wanted(&one.ident.to_string()) => {
            out.insert(format!("const {}: {}", one.ident, text(&one.ty)));
        }
        Item::Impl(one) => {
            let of = text(&one.self_ty);
            let name = of.split([' ', '<']).next().unwrap_or_default();
            if let Some((path, _)) = one.trait_.as_ref().filter(|_| wanted(name)) {
                out.insert(format!("impl {} for {of}", text(path)));
            }
            for item in one.items.iter().filter(|_| one.trait_.is_none() && wanted(name)) {
                if let ImplItem::Fn(function) = item
                    && public(&function.vis)
                {
                    out.insert(format!("{name}::{}", text(&function.sig)));
                }
            }
        }
        _ => {}
    }
}

/// Every public item, a line each.
fn listing() -> String {
    let (known, modules) = given_out();
    let mut out = BTreeSet::new();
    for of in CRATES {
        let folder = crates().join(of).join("src");
        let mut files = Vec::new();
        sources(&folder, &mut files);
        for file in files {
            let inner = file.strip_prefix(&folder).expect("below").with_extension("");
            let inner = inner.to_string_lossy().into_owned();
            // A public module of the library gives out all its public items.
            let whole = of == "analysis" && modules.iter().any(|name| inner.split('/').next() == Some(name));
            for item in items(&file) {
                list(&item, &|name| whole || known.contains(name), &mut out);
            }
        }
    }
    out.into_iter().map(|line| line + "\n").collect()
}

#[test]
fn the_list_of_public_items_is_current() {
    let file = crates().join("../docs/api/waytrace.txt");
    let now = listing();
    if std::env::var("WAYTRACE_API").is_ok_and(|wish| wish == "write") {
        fs::write(&file, &now).expect("the folder is there");
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (kept.lines().collect(), now.lines().collect());
    let gone: Vec<_> = old.difference(&new).collect();
    let added: Vec<_> = new.difference(&old).collect();
    assert!(
        gone.is_empty() && added.is_empty(),
        "the public items of the library have changed: docs/api/README.md says what that needs.\ngone: {gone:#?}\nadded: {added:#?}"
    );
}

#[test]
fn nothing_of_a_parser_or_an_archive_is_given_out() {
    let listing = listing();
    assert!(
        listing.contains("Analyzer::fn analyze (") && listing.contains("Session::fn push ("),
        "the list is a list"
    );
    for line in listing.lines() {
        let words: Vec<_> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let found = NEVER.iter().find(|name| words.contains(name) && line.contains(&format!("{name} ::")));
        assert!(found.is_none(), "{line} names {found:?}");
    }
    // Imported types stand without their path: what the sources of public items import counts too.
    let mut files = Vec::new();
    sources(&crates().join("analysis/src"), &mut files);
    for file in files {
        for item in items(&file) {
            let Item::Use(one) = item else { continue };
            let path = text(&one.tree);
            let Some(name) = NEVER.iter().find(|name| path.split(' ').next() == Some(name)) else { continue };
            let mut imported = BTreeSet::new();
            names(&one.tree, &mut imported);
            for line in listing.lines().filter(|line| !line.starts_with("impl ")) {
                let words: BTreeSet<_> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
                let own = |word: &String| {
                    words.contains(word.as_str()) && !line.starts_with(&format!("struct {word}"))
                };
                let found = imported.iter().find(|word| own(word));
                assert!(found.is_none(), "{}: {line} gives out {found:?} of {name}", file.display());
            }
        }
    }
}
