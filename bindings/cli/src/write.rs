//! A directory as text: YAML for people, JSON, or JSON Lines, by the name of the file.

use std::io::{self, Write};
use std::path::Path;

use bailiwick::document::{
    AccessRule, App, Cluster, DenyRule, Document, Field, Group, Literal, Role, Scope, Table, User,
};
use bailiwick::{format_rfc3339, parse_rfc3339};
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

use crate::failure::Failure;

/// How a directory is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    /// One entry a line, quotes where they are needed.
    Yaml,
    /// One entry a line, in lists.
    Json,
    /// One entry a line, each with its tenant.
    Lines,
}

impl Form {
    /// Returns the form that the name of a file asks for.
    pub(crate) fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("jsonl") => Self::Lines,
            Some("json") => Self::Json,
            _ => Self::Yaml,
        }
    }
}

/// Returns a directory as text. What a document says beside its directory is not written.
pub(crate) fn render(document: &Document, form: Form) -> Result<String, Failure> {
    let tenant = cell(&document.tenant, form)?;
    let sections = sections(document, form)?;
    Ok(match form {
        Form::Yaml => yaml(&tenant, &sections),
        Form::Json => json(&tenant, &sections),
        Form::Lines => lines(&tenant, &sections),
    })
}

/// A key of a directory and what stands under it.
struct Section {
    key: &'static str,
    /// What one item is called in JSON Lines.
    item: &'static str,
    items: Items,
}

/// Items as text, each on a line of its own.
enum Items {
    /// One mapping at most.
    One(Vec<String>),
    /// A list.
    Many(Vec<String>),
    /// A list that is short enough for one line.
    Row(Vec<String>),
    /// A mapping; in JSON Lines each item tells its name itself.
    Named(Vec<(String, String)>),
}

impl Items {
    fn is_empty(&self) -> bool {
        match self {
            Self::One(items) | Self::Many(items) | Self::Row(items) => items.is_empty(),
            Self::Named(items) => items.is_empty(),
        }
    }
}

/// Returns what a directory says, in the order of docs/format.md.
fn sections(document: &Document, form: Form) -> Result<Vec<Section>, Failure> {
    let cluster = |it: &Cluster| item(it, &it.name, &Cluster { name: it.name.clone(), ..Cluster::default() }, form);
    let scope = |it: &Scope| item(it, &it.path, &Scope { path: it.path.clone(), ..Scope::default() }, form);
    let user = |it: &User| item(it, &it.name, &User { name: it.name.clone(), ..User::default() }, form);
    let app = |it: &App| item(it, &it.name, &App { name: it.name.clone(), ..App::default() }, form);
    let group = |it: &Group| item(it, &it.name, &Group { name: it.name.clone(), ..Group::default() }, form);
    let allow = |it: &AccessRule| {
        let (from, until) = (time(&it.from, form), time(&it.until, form));
        cell(&AccessRule { from, until, ..it.clone() }, form)
    };
    let deny = |it: &DenyRule| {
        let (from, until) = (time(&it.from, form), time(&it.until, form));
        cell(&DenyRule { from, until, ..it.clone() }, form)
    };
    // Every part by name, so that a part that is added is not forgotten here. The policy's stay where they are.
    let Document {
        is_feed: _,
        number: _,
        unreadable: _,
        ids_of_bad: _,
        withdrawn: _,
        bailiwick: _,
        policy: _,
        scope_kinds: _,
        axes: _,
        actions: _,
        kinds: _,
        attributes: _,
        roles: _,
        matrix: _,
        table: _,
        qualifiers: _,
        delegation: _,
        restrictions: _,
        tenant: _,
        facts,
        clusters,
        scopes,
        users,
        apps,
        groups,
        deleted_subjects,
        custom_roles,
        disabled_roles,
        access_rules,
        deny_rules,
    } = document;
    let facts: Vec<String> = facts.value().map(|facts| cell(facts, form)).transpose()?.into_iter().collect();
    let name = |it: &String| cell(it, form);
    let found = [
        ("facts", "facts", Items::One(facts)),
        ("clusters", "cluster", Items::Many(list(clusters, cluster)?)),
        ("scopes", "scope", Items::Many(list(scopes, scope)?)),
        ("users", "user", Items::Many(list(users, user)?)),
        ("apps", "app", Items::Many(list(apps, app)?)),
        ("groups", "group", Items::Many(list(groups, group)?)),
        ("deleted_subjects", "deleted_subject", Items::Many(list(deleted_subjects, name)?)),
        ("custom_roles", "custom_role", Items::Named(named_roles(custom_roles, form)?)),
        ("disabled_roles", "disabled_role", Items::Row(list(disabled_roles, name)?)),
        ("access_rules", "access_rule", Items::Many(list(access_rules, allow)?)),
        ("deny_rules", "deny_rule", Items::Many(list(deny_rules, deny)?)),
    ];
    let section = |(key, item, items)| Section { key, item, items };
    Ok(found.into_iter().map(section).filter(|section| !section.items.is_empty()).collect())
}

/// Returns the items of a list.
fn list<T>(list: &Field<Vec<Field<T>>>, write: impl Fn(&T) -> Result<String, Failure>) -> Result<Vec<String>, Failure> {
    let malformed = || Failure::Message("the directory cannot be written: an entry is malformed".to_owned());
    let items = list.value().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| write(item.value().ok_or_else(malformed)?)).collect()
}

/// Returns an item; for people by its name, where it says no more than that.
fn item<T: PartialEq + Serialize>(item: &T, name: &Field<String>, named: &T, form: Form) -> Result<String, Failure> {
    if form == Form::Yaml && item == named { cell(name, form) } else { cell(item, form) }
}

/// Returns an instant; for people as RFC 3339.
fn time(time: &Field<Literal>, form: Form) -> Field<Literal> {
    let Some(Literal::Integer(seconds)) = time.value().filter(|_| form == Form::Yaml) else { return time.clone() };
    let spelt = format_rfc3339(*seconds);
    if parse_rfc3339(&spelt) == Some(*seconds) { Field::from(Literal::Text(spelt)) } else { time.clone() }
}

/// Returns the roles by name.
fn named_roles(table: &Field<Table<Role>>, form: Form) -> Result<Vec<(String, String)>, Failure> {
    /// A role as a feed writes it.
    #[derive(Serialize)]
    struct Named<'a> {
        name: &'a Field<String>,
        #[serde(flatten)]
        role: &'a Role,
    }

    let Some(Table(roles)) = table.value() else { return Ok(Vec::new()) };
    let mut written = Vec::with_capacity(roles.len());
    for (name, role) in roles {
        let body = match (form, role.value()) {
            (Form::Lines, Some(role)) => cell(&Named { name, role }, form)?,
            _ => cell(role, form)?,
        };
        written.push((cell(name, form)?, body));
    }
    Ok(written)
}

fn yaml(tenant: &str, sections: &[Section]) -> String {
    let mut text = format!("bailiwick: 1\ntenant: {tenant}\n");
    for Section { key, items, .. } in sections {
        match items {
            Items::One(items) => text.push_str(&format!("{key}: {}\n", items.concat())),
            Items::Row(items) => text.push_str(&format!("\n{key}: [{}]\n", items.join(", "))),
            Items::Many(items) => {
                text.push_str(&format!("\n{key}:\n"));
                items.iter().for_each(|item| text.push_str(&format!("  - {item}\n")));
            }
            Items::Named(items) => {
                text.push_str(&format!("\n{key}:\n"));
                items.iter().for_each(|(name, item)| text.push_str(&format!("  {name}: {item}\n")));
            }
        }
    }
    text
}

fn json(tenant: &str, sections: &[Section]) -> String {
    let mut parts = vec!["  \"bailiwick\": 1".to_owned(), format!("  \"tenant\": {tenant}")];
    for Section { key, items, .. } in sections {
        let body = match items {
            Items::One(items) => items.concat(),
            Items::Row(items) => format!("[{}]", items.join(", ")),
            Items::Many(items) => format!("[\n    {}\n  ]", items.join(",\n    ")),
            Items::Named(items) => {
                let items: Vec<String> = items.iter().map(|(name, item)| format!("{name}: {item}")).collect();
                format!("{{\n    {}\n  }}", items.join(",\n    "))
            }
        };
        parts.push(format!("  \"{key}\": {body}"));
    }
    format!("{{\n{}\n}}\n", parts.join(",\n"))
}

fn lines(tenant: &str, sections: &[Section]) -> String {
    let mut text = String::from("{\"bailiwick\": 1}\n");
    for Section { item: kind, items, .. } in sections {
        let mut line = |item: &str| text.push_str(&format!("{{\"tenant\": {tenant}, \"{kind}\": {item}}}\n"));
        match items {
            Items::One(items) | Items::Row(items) | Items::Many(items) => items.iter().for_each(|item| line(item)),
            Items::Named(items) => items.iter().for_each(|(_, item)| line(item)),
        }
    }
    text
}

/// Returns a value on one line.
fn cell(value: &impl Serialize, form: Form) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    value
        .serialize(&mut Serializer::with_formatter(&mut bytes, Flow::new(form)))
        .map_err(|error| Failure::Message(format!("the directory cannot be written: {error}")))?;
    String::from_utf8(bytes).map_err(|error| Failure::Message(format!("the directory cannot be written: {error}")))
}

/// Writes values as JSON does, with blanks; in YAML without the quotes that nobody needs.
struct Flow {
    is_yaml: bool,
    /// Whether nothing was written since an object began.
    is_empty: bool,
    /// Whether the text so far must stand in quotes.
    needs_quotes: bool,
    text: String,
}

impl Flow {
    fn new(form: Form) -> Self {
        Self { is_yaml: form == Form::Yaml, is_empty: false, needs_quotes: false, text: String::new() }
    }

    fn pad(&self) -> &'static [u8] {
        if self.is_yaml { b" " } else { b"" }
    }
}

impl Formatter for Flow {
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.is_empty = true;
        writer.write_all(b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        self.is_empty = false;
        writer.write_all(if is_first { self.pad() } else { b", " })
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_empty, false) {
            writer.write_all(self.pad())?;
        }
        writer.write_all(b"}")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        writer.write_all(if is_first { b"" } else { b", " })
    }

    fn begin_string<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.text.clear();
        self.needs_quotes = !self.is_yaml;
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, _: &mut W, fragment: &str) -> io::Result<()> {
        for c in fragment.chars() {
            match u16::try_from(u32::from(c)) {
                Ok(unit) if is_unprintable(c) => {
                    self.needs_quotes = true;
                    self.text.push_str(&format!("\\u{unit:04x}"));
                }
                _ => self.text.push(c),
            }
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, _: &mut W, escape: CharEscape) -> io::Result<()> {
        self.needs_quotes = true;
        match escape {
            CharEscape::Quote => self.text.push_str("\\\""),
            CharEscape::ReverseSolidus => self.text.push_str("\\\\"),
            CharEscape::Solidus => self.text.push('/'),
            CharEscape::Backspace => self.text.push_str("\\b"),
            CharEscape::FormFeed => self.text.push_str("\\f"),
            CharEscape::LineFeed => self.text.push_str("\\n"),
            CharEscape::CarriageReturn => self.text.push_str("\\r"),
            CharEscape::Tab => self.text.push_str("\\t"),
            CharEscape::AsciiControl(byte) => self.text.push_str(&format!("\\u{byte:04x}")),
        }
        Ok(())
    }

    fn end_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let quote: &[u8] = if self.needs_quotes || !is_plain(&self.text) { b"\"" } else { b"" };
        writer.write_all(quote)?;
        writer.write_all(self.text.as_bytes())?;
        writer.write_all(quote)
    }
}

/// Returns whether every reader of YAML takes an unquoted text for the text that it is, in a block and between brackets.
fn is_plain(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | '+' | ':');
    let is_meant = |text: &str| WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    let words_are_plain = text.split(' ').all(|word| !word.is_empty() && word.chars().all(is_word));
    let has_no_key = !text.contains(": ") && !text.ends_with(':');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && words_are_plain && has_no_key && !is_meant(text)
}

/// Returns whether some reader of YAML or of lines would not take a character as it stands.
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// What some readers of YAML take for a truth value or for nothing.
const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
