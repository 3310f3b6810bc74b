//! Worlds and questions as JSON Lines.

use std::io::{self, Write};

use crate::asks::Ask;
use crate::matrix::ROLES;
use crate::world::{Limit, NOW, Place, Rule, Subject, World};

/// Writes the directory of a world, for the shipped policy of release 2.13: an entry a line.
///
/// A rule at a cluster is written as one at the tenant that is limited to that cluster. Users and groups are known by
/// their rules and not listed.
///
/// # Errors
///
/// Fails where `out` does.
pub fn write_directory(world: &World, out: &mut impl Write) -> io::Result<()> {
    let mut lines = Lines { tenant: quoted(&world.scopes[0].name), out };
    writeln!(lines.out, "{{\"bailiwick\":1}}")?;
    lines.entry("facts", "{\"version\":\"2.13\",\"modules\":[\"inference\"]}")?;
    let paths: Vec<String> = world.paths().iter().map(|path| quoted(path)).collect();
    for (scope, path) in world.scopes.iter().zip(&paths) {
        match scope.place {
            Place::Tenant => {}
            Place::Cluster => {
                let name = quoted(&scope.name);
                lines.entry("cluster", &format!("{{\"name\":{name},\"version\":\"2.13\",\"connected\":true}}"))?;
            }
            Place::Department | Place::Project => lines.entry("scope", &format!("{{\"path\":{path}}}"))?,
        }
    }
    for rule in &world.rules {
        let entry = if rule.is_deny { "deny_rule" } else { "access_rule" };
        lines.entry(entry, &rule_text(world, &paths, rule))?;
    }
    Ok(())
}

/// Writes questions as cases, an object a line: what is asked, and `expect`.
///
/// They bring what the restrictions of the shipped policy ask for, and so are decided by roles alone.
///
/// # Errors
///
/// Fails where `out` does.
pub fn write_requests(world: &World, asks: &[Ask], out: &mut impl Write) -> io::Result<()> {
    let paths: Vec<String> = world.paths().iter().map(|path| quoted(path)).collect();
    for ask in asks {
        let user = &world.users[ask.user as usize];
        let name = quoted(&format!("user:{}", user.name));
        let groups: Vec<String> = user.groups.iter().map(|group| quoted(&world.groups[*group as usize])).collect();
        let cluster = world.cluster_of(ask.scope).unwrap_or(0);
        writeln!(
            out,
            "{{\"subject\":{name},\"groups\":[{}],\"action\":\"{}\",\"kind\":\"{}\",\"scope\":{},\"cluster\":{},\
             \"context\":{{\"network\":\"corporate\"}},\"resource\":{{\"owner\":{name}}},\"at\":{NOW},\"expect\":\"{}\"}}",
            groups.join(","),
            ask.permission.action_name(),
            ask.permission.kind_name(),
            paths[ask.scope as usize],
            quoted(&world.scopes[cluster as usize].name),
            if ask.is_allow { "allow" } else { "deny" },
        )?;
    }
    Ok(())
}

struct Lines<'o, W> {
    tenant: String,
    out: &'o mut W,
}

impl<W: Write> Lines<'_, W> {
    fn entry(&mut self, key: &str, value: &str) -> io::Result<()> {
        writeln!(self.out, "{{\"tenant\":{},\"{key}\":{value}}}", self.tenant)
    }
}

fn rule_text(world: &World, paths: &[String], rule: &Rule) -> String {
    let subject = match rule.subject {
        Subject::User(user) => format!("user:{}", world.users[user as usize].name),
        Subject::Group(group) => format!("group:{}", world.groups[group as usize]),
    };
    let is_cluster = world.scopes[rule.scope as usize].place == Place::Cluster;
    let scope = if is_cluster { 0 } else { rule.scope };
    let cluster = match rule.limit {
        Limit::Cluster(cluster) => Some(cluster),
        _ => is_cluster.then_some(rule.scope),
    };
    let clusters = cluster
        .map(|cluster| format!(",\"clusters\":[{}]", quoted(&world.scopes[cluster as usize].name)))
        .unwrap_or_default();
    let limit = match rule.limit {
        Limit::None | Limit::Cluster(_) => String::new(),
        Limit::Window { is_open } => {
            let until = if is_open { NOW + WEEK } else { NOW - WEEK };
            format!(",\"from\":{},\"until\":{until}", NOW - 2 * WEEK)
        }
        Limit::Network { is_corporate } => {
            let network = if is_corporate { "corporate" } else { "guest" };
            format!(",\"when\":{{\"equals\":{{\"context.network\":\"{network}\"}}}}")
        }
    };
    let (subject, role, path) = (quoted(&subject), ROLES[usize::from(rule.role)], &paths[scope as usize]);
    format!("{{\"subject\":{subject},\"role\":\"{role}\",\"scope\":{path}{clusters}{limit}}}")
}

/// Returns a text as JSON; names have no control characters.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        if char == '"' || char == '\\' {
            quoted.push('\\');
        }
        quoted.push(char);
    }
    quoted.push('"');
    quoted
}

const WEEK: i64 = 7 * 24 * 60 * 60;
