//! The subjects of a tenant and their rules to rows.

use std::cmp::Ordering;
use std::collections::{BTreeMap, btree_map};
use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;
use std::vec;

use super::people::{People, Roster};
use super::{boxed, condition, stored};
use crate::bits::Bits;
use crate::id::{KindId, RoleId, ScopeId, SubjectId};
use crate::model::{self, BulkSubject, Catalogue, Denied, DenyRule, Extent, Subject, Tenant, bit};
use crate::name::{EVERYONE, SubjectKind};
use crate::snapshot::{
    Account, AllowOrigin, AllowRow, Base, DeniedCell, DeniedSet, DenyOrigin, DenyRow, Limits, NO_MORE, Placement,
    RoleRow, SubjectMore, SubjectRow,
};

/// Writes the rows of one tenant.
pub(crate) struct Books<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) people: &'a People,
    pub(crate) scope_ids: &'a [ScopeId],
    pub(crate) n_permissions: usize,
    pub(crate) n_actions: usize,
    pub(crate) roles: &'a [RoleRow],
}

impl Books<'_> {
    /// Adds the subjects with all they have.
    pub(crate) fn subjects(&self, base: &mut Base) {
        let mut left = Left {
            groups: self.groups().into_iter().peekable(),
            allows: self.allows().into_iter().peekable(),
            denies: self.denies().into_iter().peekable(),
            own: Vec::new(),
            plain: Vec::new(),
            ranks: self.ranks(),
        };
        base.allows.reserve_exact(self.tenant.bulk.n_rules().saturating_add(left.allows.len()));
        base.subjects.reserve(self.people.len().saturating_add(1));
        for roster in self.people.rosters() {
            for position in 0..roster.table.len() {
                self.subject(roster, position, &mut left, base);
            }
        }
    }

    /// Adds the next subject.
    fn subject<'b>(&'b self, roster: &Roster, position: usize, left: &mut Left<'b>, base: &mut Base) {
        let id = SubjectId::new(base.subjects.len());
        let first_allow = stored(base.allows.len());
        let groups = left.groups.next_if(|(subject, _)| *subject <= id).map(|(_, groups)| groups);
        let mut more = SubjectMore {
            groups: append(&mut base.groups_of, groups.unwrap_or_default()),
            denies: end_of(&base.denies),
            limits: end_of(&base.limits),
        };
        let bulk = roster.in_bulk(position).and_then(|number| self.tenant.bulk.subject(number));
        if let Some(bulk) = bulk {
            left.bulk(self, id, bulk, base);
        }
        left.own.extend(std::iter::from_fn(|| left.allows.next_if(|allow| allow.subject <= id)));
        self.sort(&mut left.own);
        left.own.drain(..).for_each(|allow| self.allow(&allow, &mut more, base));
        while let Some(deny) = left.denies.next_if(|deny| deny.subject <= id) {
            self.deny(&deny, &mut more, base);
        }
        let has_more = !more.groups.is_empty() || !more.denies.is_empty() || !more.limits.is_empty();
        let more_at = if has_more { stored(base.more.len()) } else { NO_MORE };
        base.more.extend(has_more.then_some(more));
        let account = self.account(roster, position);
        let is_listed = account.is_listed || bulk.is_some_and(|bulk| bulk.is_listed);
        base.subjects.push(SubjectRow { first_allow, more: more_at, account: Account { is_listed, ..account } });
    }

    /// Returns the place of each role in the order of their names.
    fn ranks(&self) -> Vec<u16> {
        let mut order: Vec<usize> = (0..self.roles.len()).collect();
        order.sort_by_key(|role| self.role(*role));
        let mut ranks = vec![u16::MAX; order.len()];
        for (rank, role) in (0_u16..).zip(order) {
            ranks.get_mut(role).into_iter().for_each(|slot| *slot = rank);
        }
        ranks
    }

    /// Returns the access rules that a subject has in bulk.
    fn allows_of<'b>(&'b self, subject: SubjectId, bulk: BulkSubject<'b>) -> impl Iterator<Item = Allow<'b>> {
        (bulk.first..).zip(bulk.rules).map(move |(at, rule)| Allow {
            subject,
            scope: self.scope(rule.scope as usize),
            role: usize::from(rule.role),
            id: self.tenant.bulk.id(at),
            extent: None,
            is_made: false,
        })
    }

    /// Returns the groups of each subject in the directory, sorted.
    fn groups(&self) -> BTreeMap<SubjectId, Vec<SubjectId>> {
        let mut groups: BTreeMap<SubjectId, Vec<SubjectId>> = BTreeMap::new();
        for (name, members) in &self.tenant.groups {
            let group = self.people.id(SubjectKind::Group, name);
            for member in members {
                groups.entry(self.id(member)).or_default().push(group);
            }
        }
        for own in groups.values_mut() {
            own.sort_unstable();
            own.dedup();
        }
        groups
    }

    fn account(&self, roster: &Roster, position: usize) -> Account {
        let accounts = match roster.kind {
            SubjectKind::User => &self.tenant.users,
            SubjectKind::App => &self.tenant.apps,
            SubjectKind::Group => {
                let name = roster.table.name(position).unwrap_or_default();
                let is_listed = self.tenant.groups.contains_key(name) || name == EVERYONE;
                return Account { is_listed, ..Account::default() };
            }
        };
        if accounts.is_empty() {
            return Account::default();
        }
        let listed = roster.table.name(position).and_then(|name| accounts.get(name));
        listed.map_or(Account::default(), |account| Account {
            is_listed: true,
            is_disabled: account.is_disabled,
            is_internal: account.is_internal,
        })
    }

    /// Returns the access rules that are kept one by one, and those that roles and organizations make, by subject.
    fn allows(&self) -> Vec<Allow<'_>> {
        let rules = self.tenant.access_rules.iter();
        let mut allows: Vec<Allow<'_>> = rules
            .map(|rule| Allow {
                subject: self.id(&rule.subject),
                scope: self.scope(rule.extent.scope),
                role: rule.role,
                id: rule.id.as_deref(),
                extent: Some(&rule.extent),
                is_made: false,
            })
            .collect();
        for (subject, placement) in &self.tenant.placements {
            let subject = self.id(subject);
            allows.extend(self.made(placement).into_iter().map(|(role, scope)| Allow {
                subject,
                scope: self.scope(scope),
                role,
                id: None,
                extent: None,
                is_made: true,
            }));
        }
        allows.sort_by_key(|allow| allow.subject);
        allows
    }

    /// Sorts the access rules of a subject. At one scope, what is written comes before what is made.
    fn sort(&self, allows: &mut [Allow<'_>]) {
        let place = |allow: &Allow<'_>| (allow.scope, allow.is_made);
        allows.sort_by(|a, b| {
            let by_id = place(a).cmp(&place(b)).then_with(|| a.id.unwrap_or("").cmp(b.id.unwrap_or("")));
            let by_name = by_id.then_with(|| self.role(a.role).cmp(self.role(b.role)));
            by_name.then_with(|| match (a.extent, b.extent) {
                (Some(a), Some(b)) => self.order(a, b),
                (a, b) => a.is_some().cmp(&b.is_some()),
            })
        });
    }

    /// Adds an access rule of a subject.
    fn allow(&self, allow: &Allow<'_>, more: &mut SubjectMore, base: &mut Base) {
        let limits = allow.extent.and_then(|extent| self.limits(extent, more, base));
        if allow.id.is_some() || allow.is_made {
            let origin = AllowOrigin { id: allow.id.map(boxed), is_placement: allow.is_made };
            base.allow_origins.insert(stored(base.allows.len()), origin);
        }
        base.allows.push(AllowRow::new(allow.scope, RoleId::new(allow.role), limits));
    }

    /// Adds the roles and organizations of the older form.
    pub(crate) fn placements(&self, base: &mut Base) {
        for (subject, written) in &self.tenant.placements {
            let mut organizations: Vec<ScopeId> =
                written.organizations.iter().map(|scope| self.scope(*scope)).collect();
            organizations.sort_unstable();
            let roles = written.roles.iter().map(|role| RoleId::new(*role)).collect();
            base.placements.insert(self.id(subject), Placement { roles, organizations });
        }
    }

    /// Returns the rules that roles and organizations make: a role that may be held at the tenant is held there, every
    /// other at the organizations whose kind admits it.
    fn made(&self, placement: &model::Placement) -> Vec<(usize, usize)> {
        let mut made = Vec::new();
        for role in &placement.roles {
            if self.can_be_held(*role, ROOT) {
                made.push((*role, ROOT));
                continue;
            }
            let organizations = placement.organizations.iter().copied();
            made.extend(organizations.filter(|scope| self.can_be_held(*role, *scope)).map(|scope| (*role, scope)));
        }
        made
    }

    /// Returns whether a role can be held at a scope.
    fn can_be_held(&self, role: usize, scope: usize) -> bool {
        let own = || role.checked_sub(self.catalogue.roles.len());
        let policy = self.catalogue.roles.get_index(role).map(|(_, role)| role);
        let written = policy.or_else(|| self.tenant.custom_roles.get_index(own()?).map(|(_, role)| role));
        let Some((role, scope)) = written.zip(self.tenant.scopes.get(scope)) else { return false };
        role.held_at.is_none_or(|held_at| held_at & bit(scope.kind) != 0)
    }

    /// Returns the deny rules, sorted.
    fn denies(&self) -> Vec<Deny<'_>> {
        let rules = self.tenant.deny_rules.iter();
        let mut sorted: Vec<Deny<'_>> = rules
            .map(|rule| Deny { subject: self.id(&rule.subject), scope: self.scope(rule.extent.scope), rule })
            .collect();
        sorted.sort_by(|a, b| {
            let by_name = a.place().cmp(&b.place()).then_with(|| self.denied(a.rule).cmp(&self.denied(b.rule)));
            by_name.then_with(|| self.order(&a.rule.extent, &b.rule.extent))
        });
        sorted
    }

    /// Adds a deny rule of a subject.
    fn deny(&self, deny: &Deny<'_>, more: &mut SubjectMore, base: &mut Base) {
        let rule = deny.rule;
        let denied = match &rule.denied {
            Denied::Role(role) => DeniedSet::Role(RoleId::new(*role)),
            Denied::Permissions(permissions) => DeniedSet::Permissions(Arc::new(self.set(permissions))),
        };
        let limits = self.limits(&rule.extent, more, base);
        base.denies.push(DenyRow { scope: deny.scope, denied, limits });
        more.denies.end = stored(base.denies.len());
        let cell = |cell: &(Option<usize>, Option<u64>)| DeniedCell { kind: cell.0.map(KindId::new), actions: cell.1 };
        let written = rule.written.iter().map(cell).collect();
        base.deny_origins.push(DenyOrigin { id: rule.id.as_deref().map(boxed), written });
    }

    fn id(&self, subject: &Subject) -> SubjectId {
        self.people.id(subject.kind, &subject.name)
    }

    fn scope(&self, scope: usize) -> ScopeId {
        self.scope_ids.get(scope).copied().unwrap_or(ScopeId::new(usize::MAX))
    }

    /// Returns the name of a role.
    fn role(&self, role: usize) -> &str {
        self.roles.get(role).map_or("", |row| &row.name)
    }

    /// Returns what a deny denies, to order denies that are alike in all else.
    fn denied<'r>(&'r self, rule: &'r DenyRule) -> (&'r str, &'r [(usize, u64)]) {
        match &rule.denied {
            Denied::Role(role) => (self.role(*role), &[]),
            Denied::Permissions(permissions) => ("", permissions),
        }
    }

    /// Orders extents that lie at one scope.
    fn order(&self, a: &Extent, b: &Extent) -> Ordering {
        let clusters = |extent: &Extent| {
            let name = |cluster: &usize| self.tenant.clusters.get_index(*cluster).map(|(name, _)| name.clone());
            let mut names: Vec<Option<String>> = extent.clusters.iter().flatten().map(name).collect();
            names.sort_unstable();
            (extent.clusters.is_some(), names)
        };
        let plain = (a.from, a.until).cmp(&(b.from, b.until)).then_with(|| clusters(a).cmp(&clusters(b)));
        plain.then_with(|| match (&a.when, &b.when) {
            (None, None) => Ordering::Equal,
            (a, b) => format!("{a:?}").cmp(&format!("{b:?}")),
        })
    }

    /// Returns permissions as bits.
    fn set(&self, permissions: &[(usize, u64)]) -> Bits {
        let mut set = Bits::with_size(self.n_permissions);
        for (kind, actions) in permissions {
            for action in (0..self.n_actions).filter(|action| actions & bit(*action) != 0) {
                set.insert(kind.saturating_mul(self.n_actions).saturating_add(action));
            }
        }
        set
    }

    /// Adds the limits of a rule, if it has any; returns their position among those of its subject.
    fn limits(&self, extent: &Extent, more: &mut SubjectMore, base: &mut Base) -> Option<u32> {
        if extent.clusters.is_none() && extent.from.is_none() && extent.until.is_none() && extent.when.is_none() {
            return None;
        }
        let clusters = extent.clusters.as_ref().map(|listed| {
            let mut bits = Bits::with_size(self.tenant.clusters.len());
            listed.iter().for_each(|cluster| bits.insert(*cluster));
            bits
        });
        let condition = extent.when.as_ref().map(|when| Arc::new(condition::compile(when)));
        let position = more.limits.end.saturating_sub(more.limits.start);
        base.limits.push(Limits { clusters, from: extent.from, until: extent.until, condition });
        more.limits.end = stored(base.limits.len());
        Some(position)
    }
}

/// What the subjects that come next have, and what is put together for one of them.
struct Left<'a> {
    groups: Peekable<btree_map::IntoIter<SubjectId, Vec<SubjectId>>>,
    allows: Peekable<vec::IntoIter<Allow<'a>>>,
    denies: Peekable<vec::IntoIter<Deny<'a>>>,
    /// Its access rules, where they cannot be added at once.
    own: Vec<Allow<'a>>,
    /// Its access rules in bulk: the scope, the place of the role by name, and the role.
    plain: Vec<(ScopeId, u16, u16)>,
    ranks: Vec<u16>,
}

impl<'a> Left<'a> {
    /// Adds the access rules that a subject has in bulk: at once, where they have no ids and it has no others.
    fn bulk(&mut self, books: &'a Books<'a>, id: SubjectId, bulk: BulkSubject<'a>, base: &mut Base) {
        let has_others = self.allows.peek().is_some_and(|allow| allow.subject <= id);
        if has_others || books.tenant.bulk.has_ids() {
            self.own.extend(books.allows_of(id, bulk));
            return;
        }
        let rank = |role: u16| self.ranks.get(usize::from(role)).copied().unwrap_or(u16::MAX);
        self.plain.clear();
        self.plain.extend(bulk.rules.iter().map(|rule| (books.scope(rule.scope as usize), rank(rule.role), rule.role)));
        if 1 < self.plain.len() {
            self.plain.sort_unstable();
        }
        let row = |(scope, _, role): &(ScopeId, u16, u16)| AllowRow::new(*scope, RoleId::new(usize::from(*role)), None);
        base.allows.extend(self.plain.iter().map(row));
    }
}

/// Returns the subject behind the last: its first access rule is where those of the last end.
pub(crate) fn nobody(base: &Base) -> SubjectRow {
    SubjectRow { first_allow: stored(base.allows.len()), more: NO_MORE, account: Account::default() }
}

/// An access rule: as written, or made of a role and an organization.
struct Allow<'a> {
    subject: SubjectId,
    scope: ScopeId,
    role: usize,
    id: Option<&'a str>,
    /// Nothing where it has no limits.
    extent: Option<&'a Extent>,
    is_made: bool,
}

/// A deny rule as written.
struct Deny<'a> {
    subject: SubjectId,
    scope: ScopeId,
    rule: &'a DenyRule,
}

impl Deny<'_> {
    /// Returns what denies are sorted by first.
    fn place(&self) -> (SubjectId, ScopeId, &str) {
        (self.subject, self.scope, self.rule.id.as_deref().unwrap_or(""))
    }
}

/// Adds items to the end of a list; returns where they stand.
fn append<T>(list: &mut Vec<T>, items: Vec<T>) -> Range<u32> {
    let first = stored(list.len());
    list.extend(items);
    first..stored(list.len())
}

/// Returns the empty range behind the last of a list.
fn end_of<T>(list: &[T]) -> Range<u32> {
    stored(list.len())..stored(list.len())
}

/// The position of the root among the scopes of a tenant.
const ROOT: usize = 0;
