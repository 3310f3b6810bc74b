//! The first code that applies to the edits that are not about rules.

use crate::changes::desk::{Answer, Desk};
use crate::changes::faults::ChangeFault;
use crate::changes::step::Act;
use crate::locate::cluster_around;
use crate::names::{is_name, is_path, is_subject};
use crate::plain::{Scope, Tenant, Topology, covers};

impl Desk<'_> {
    pub(crate) fn other(&self, act: &Act) -> Answer {
        match act {
            Act::MoveScope { scope, to } => self.move_scope(scope, to),
            Act::CreateScope { path, id, kind } => self.create_scope(path, id.as_deref(), kind.as_deref()),
            Act::RenameScope { scope, name } => self.rename_scope(scope, name),
            Act::DeleteScope(scope) => named(is_path(scope)).and_then(|()| self.scope(scope)).map(drop),
            Act::CreateCluster { name, id } => self.create_cluster(name, id.as_deref()),
            Act::RenameCluster { cluster, name } => {
                named(is_name(cluster) && is_name(name))?;
                self.cluster(cluster)?;
                unless_taken(self.tenant.clusters.iter().any(|it| it.name == *name))
            }
            Act::DeleteCluster(cluster) => named(is_name(cluster)).and_then(|()| self.cluster(cluster)),
            Act::CreateSubject { subject, is_internal } => {
                named(is_subject(subject) && subject != "group:everyone")?;
                if *is_internal && !subject.starts_with("user:") {
                    return Err("invalid_request");
                }
                unless_taken(is_listed(self.tenant, subject))
            }
            Act::DeleteSubject(subject) => {
                named(is_subject(subject) && subject != "group:everyone")?;
                if self.tenant.names(subject) { Ok(()) } else { Err("unknown_subject") }
            }
            Act::AddMember { group, member } => self.member(true, group, member),
            Act::RemoveMember { group, member } => self.member(false, group, member),
            Act::DisableRole(role) => self.able_role(true, role),
            Act::EnableRole(role) => self.able_role(false, role),
            _ => Err("invalid_request"),
        }
    }

    fn create_scope(&self, path: &str, id: Option<&str>, kind: Option<&str>) -> Answer {
        named(is_path(path) && id.is_none_or(is_name) && kind.is_none_or(is_name))?;
        let Some((above, _)) = path.rsplit_once('/') else {
            self.scope(path)?;
            return Err("duplicate");
        };
        let above = self.scope(above)?;
        let kinds = self.world.policy.scope_kinds.iter().filter(|(_, it)| it.as_ref() == Some(&above.kind));
        let possible: Vec<&str> = kinds.map(|(name, _)| name.as_str()).collect();
        let kind = match kind {
            Some(kind) if possible.contains(&kind) => kind,
            None if possible.len() == 1 => possible[0],
            _ => return Err("wrong_place"),
        };
        let id = id.unwrap_or(path);
        let is_taken = self.tenant.scopes.iter().any(|it| it.path == path || it.id == id);
        unless_taken(is_taken || (kind == "cluster" && self.is_cluster_name(path)))
    }

    /// In the nested topology a tenant has each name of a cluster once, wherever the scope stands.
    fn is_cluster_name(&self, path: &str) -> bool {
        let own_name = path.rsplit('/').next().unwrap_or_default();
        self.world.policy.topology == Topology::Nested && self.tenant.clusters.iter().any(|it| it.name == own_name)
    }

    fn rename_scope(&self, path: &str, name: &str) -> Answer {
        named(is_path(path) && is_name(name) && !name.contains('/'))?;
        let scope = self.scope(path)?;
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        let is_taken = self.tenant.scope(&format!("{above}/{name}")).is_some();
        unless_taken(is_taken || (scope.kind == "cluster" && self.is_cluster_name(name)))
    }

    fn move_scope(&self, path: &str, to: &str) -> Answer {
        named(is_path(path) && is_path(to))?;
        let first = self.scope(path);
        let second = self.scope(to);
        // Either may be another tenant's, which is told before either is told unknown.
        let foreign = [&first, &second].into_iter().any(|it| it.is_err_and(|code| code == "other_tenant"));
        if foreign {
            return Err("other_tenant");
        }
        let (scope, to) = (first?, second?);
        let above = self.scope(scope.path.rsplit_once('/').map_or("", |(above, _)| above))?;
        if above.kind != to.kind {
            return Err("wrong_place");
        }
        let new = format!("{}/{}", to.path, scope.path.rsplit('/').next().unwrap_or_default());
        self.clusters_at(scope, to)?;
        if let Some(office) = self.office {
            if !office.may_move(above) && !self.has(ChangeFault::MoveAsksNewParentOnly) {
                return Err("may_not_displace");
            }
            if !office.may_move(to) && !self.has(ChangeFault::MoveAsksOldParentOnly) {
                return Err("may_not_place");
            }
        }
        unless_taken(self.tenant.scope(&new).is_some())
    }

    /// In the nested topology no rule of what is moved may name another cluster than the one into which it is moved.
    fn clusters_at(&self, scope: &Scope, to: &Scope) -> Answer {
        let Some(around) = cluster_around(self.world, self.tenant, &to.path) else { return Ok(()) };
        let mut rules = self.tenant.access_rules.iter().chain(&self.tenant.deny_rules);
        let is_elsewhere = rules.any(|rule| {
            covers(&scope.path, &rule.scope) && rule.clusters.iter().flatten().any(|it| *it != around.name)
        });
        if is_elsewhere { Err("cluster_mismatch") } else { Ok(()) }
    }

    fn create_cluster(&self, name: &str, id: Option<&str>) -> Answer {
        named(is_name(name) && id.is_none_or(is_name))?;
        if self.world.policy.topology != Topology::Axis {
            return Err("wrong_place");
        }
        let id = id.unwrap_or(name);
        unless_taken(self.tenant.clusters.iter().any(|it| it.name == name || it.id == id))
    }

    fn cluster(&self, name: &str) -> Answer {
        if self.world.policy.topology != Topology::Axis {
            return Err("wrong_place");
        }
        if self.tenant.clusters.iter().any(|it| it.name == name) { Ok(()) } else { Err("unknown_cluster") }
    }

    fn member(&self, is_added: bool, group: &str, member: &str) -> Answer {
        let is_group = member.starts_with("group:");
        named(is_name(group) && group != "everyone" && is_subject(member) && !is_group)?;
        let name = format!("group:{group}");
        let declared = self.tenant.groups.iter().find(|(it, _)| *it == name);
        let (_, members) = declared.ok_or("unknown_subject")?;
        let is_member = members.iter().any(|it| it == member);
        match is_added {
            true => self.subject(member).and_then(|()| unless_taken(is_member)),
            false if is_member => Ok(()),
            false => Err("unknown_subject"),
        }
    }

    fn able_role(&self, is_disabled: bool, name: &str) -> Answer {
        named(is_name(name))?;
        self.role(name)?;
        unless_taken(self.tenant.disabled_roles.iter().any(|it| it == name) == is_disabled)
    }
}

/// Returns whether a user, an app or a group is listed.
pub(crate) fn is_listed(tenant: &Tenant, subject: &str) -> bool {
    tenant.listed.iter().any(|it| it.name == subject) || tenant.groups.iter().any(|(name, _)| name == subject)
}

fn named(is_named: bool) -> Answer {
    if is_named { Ok(()) } else { Err("invalid_name") }
}

fn unless_taken(is_taken: bool) -> Answer {
    if is_taken { Err("duplicate") } else { Ok(()) }
}
