//! Questions as the texts in which they arrive.

use crate::asks::Ask;
use crate::world::World;

/// A question in names. The texts of one question lie beside each other in memory, as those of a request do.
#[derive(Clone, Copy, Debug)]
pub struct TextAsk {
    /// Who asks, with `user:`.
    pub user: &'static str,
    /// The groups of the token, without `group:`.
    pub groups: &'static [&'static str],
    /// The action.
    pub action: &'static str,
    /// The resource kind.
    pub kind: &'static str,
    /// The path of the project.
    pub scope: &'static str,
    /// The name of the cluster in which it lies.
    pub cluster: &'static str,
    /// The right answer.
    pub is_allow: bool,
}

/// Writes questions out. The texts are never freed: a run measures one list of them, and ends.
#[must_use]
pub fn texts(world: &World, asks: &[Ask]) -> Vec<TextAsk> {
    let paths = world.paths();
    let text = |ask: &Ask| {
        let user = &world.users[ask.user as usize];
        let cluster = world.cluster_of(ask.scope).unwrap_or(0);
        let mut all = format!("user:{}", user.name);
        let mut ends = vec![all.len()];
        let groups = user.groups.iter().map(|group| world.groups[*group as usize].as_str());
        let rest = [paths[ask.scope as usize].as_str(), world.scopes[cluster as usize].name.as_str()];
        for part in rest.into_iter().chain(groups) {
            all.push_str(part);
            ends.push(all.len());
        }
        let all: &'static str = all.leak();
        let parts: Vec<&'static str> = ends.windows(2).map(|ends| &all[ends[0]..ends[1]]).collect();
        let parts: &'static [&'static str] = parts.leak();
        TextAsk {
            user: &all[..ends[0]],
            groups: &parts[2..],
            action: ask.permission.action_name(),
            kind: ask.permission.kind_name(),
            scope: parts[0],
            cluster: parts[1],
            is_allow: ask.is_allow,
        }
    };
    asks.iter().map(text).collect()
}
