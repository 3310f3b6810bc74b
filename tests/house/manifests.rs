//! The manifests: one version, every feature explained, every dependency excused.

use super::{File, assert_none, files};

#[test]
fn packages_share_the_version_of_the_workspace() {
    check(versions);
}

#[test]
fn every_feature_says_what_it_is_for() {
    check(silent_features);
}

#[test]
fn every_dependency_says_why_it_is_here() {
    check(silent_dependencies);
}

#[test]
fn planted_breaches_are_caught() {
    let root = |text: &str| File::new("Cargo.toml", &format!("[workspace.package]\nversion = \"0.2.0\"\n{text}"));
    let planted: [(Rule, File); 6] = [
        (versions, File::new("xtask/Cargo.toml", "[package]\nversion = \"0.1.0\"")),
        (versions, File::new("xtask/Cargo.toml", "[package]\nname = \"xtask\"")),
        (
            versions,
            File::new(
                "xtask/Cargo.toml",
                "[package]\nversion.workspace = true\n[dependencies]\nours = { path = \"..\", version = \"0.1.0\" }",
            ),
        ),
        (silent_features, root("[features]\n# Why.\na = []\nb = []")),
        (silent_dependencies, root("[dependencies]\n# Why.\na = \"1\"\nb = \"1\"")),
        (silent_dependencies, root("[dev-dependencies.a]\nversion = \"1\"")),
    ];
    for (rule, file) in planted {
        let tree = [root(""), file];
        assert_eq!(tree.iter().flat_map(|file| rule(file, "0.2.0")).count(), 1, "{}", tree[1].text);
    }
}

#[test]
fn what_is_explained_is_no_breach() {
    let text = "[package]\nversion.workspace = true\n[features]\n# Why.\na = [\n  \"x\",\n]\n[dependencies]\n# Two\n# lines.\nb = \"1\"\nours = { path = \"..\" }\n[dependencies.c]\n# Why.\nversion = \"1\"\n";
    let file = File::new("xtask/Cargo.toml", text);
    for rule in [versions, silent_features, silent_dependencies] {
        assert_none(&rule(&file, "0.2.0"));
    }
}

/// What a rule finds wrong with a manifest, given the version of the workspace.
type Rule = fn(&File, &str) -> Vec<String>;

fn check(rule: Rule) {
    let manifests: Vec<File> = files().into_iter().filter(|file| file.name() == "Cargo.toml").collect();
    let root = manifests.iter().find(|file| file.path == "Cargo.toml").unwrap();
    let version =
        entries(root).find(|entry| entry.section == "workspace.package" && entry.key == "version").unwrap().value;
    assert_none(&manifests.iter().flat_map(|file| rule(file, version.trim_matches('"'))).collect::<Vec<_>>());
}

/// A `key = value` of a manifest.
struct Entry<'a> {
    section: &'a str,
    key: &'a str,
    value: &'a str,
    line: usize,
    /// Whether a comment stands directly above the key, or below the header of its section for a table of its own.
    is_explained: bool,
}

/// Returns the entries of a manifest; lines inside lists are none.
fn entries(file: &File) -> impl Iterator<Item = Entry<'_>> {
    let mut section = "";
    let mut before = "";
    let mut depth = 0_i32;
    file.text.lines().zip(1..).filter_map(move |(line, at)| {
        let above = std::mem::replace(&mut before, line);
        let is_inside = 0 < depth;
        depth += i32::try_from(line.matches('[').count()).unwrap() - i32::try_from(line.matches(']').count()).unwrap();
        if is_inside || line.starts_with('#') {
            return None;
        }
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']');
            return None;
        }
        let (key, value) = line.split_once('=')?;
        let is_explained = above.starts_with('#');
        Some(Entry { section, key: key.trim(), value: value.trim(), line: at, is_explained })
    })
}

fn versions(file: &File, version: &str) -> Vec<String> {
    let own = entries(file).filter(|entry| entry.section == "package").find(|entry| entry.key.starts_with("version"));
    let is_shared = own.is_some_and(|entry| entry.key == "version.workspace" || entry.value == format!("{version:?}"));
    let has_package = file.text.lines().any(|line| line == "[package]");
    let mut found = Vec::new();
    if has_package && !is_shared {
        found.push(format!("{}: the version is not that of the workspace, {version}", file.path));
    }
    let ours = entries(file).filter(|entry| entry.value.contains("path =") && entry.value.contains("version ="));
    let wrong = ours.filter(|entry| !entry.value.contains(&format!("version = {version:?}")));
    found.extend(wrong.map(|entry| format!("{}:{}: `{}` is of another version", file.path, entry.line, entry.key)));
    found
}

fn silent_features(file: &File, _: &str) -> Vec<String> {
    let silent =
        entries(file).filter(|entry| entry.section == "features" && entry.key != "default" && !entry.is_explained);
    silent.map(|entry| format!("{}:{}: feature `{}` has no comment", file.path, entry.line, entry.key)).collect()
}

fn silent_dependencies(file: &File, _: &str) -> Vec<String> {
    let is_dependency = |section: &str| section.ends_with("dependencies");
    let is_table = |section: &str| section.rsplit_once('.').is_some_and(|(outer, _)| is_dependency(outer));
    let is_ours = |entry: &Entry<'_>| entry.value.contains("path =");
    let silent = entries(file).filter(|entry| {
        let stands_alone = is_dependency(entry.section) && !is_ours(entry);
        let opens_table = is_table(entry.section) && entry.key == "version";
        (stands_alone || opens_table) && !entry.is_explained
    });
    silent.map(|entry| format!("{}:{}: `{}` has no comment that says why", file.path, entry.line, entry.key)).collect()
}
