//! The plain rules of feeds: those that are good are sorted by subject, without a word about any of them.

use std::collections::HashSet;

use super::plain::{Gathered, Known, PlainPart, slot};
use super::rules::Places;
use super::tenant::Origin;
use crate::document::{self, Field, PlainId, PlainRule};
use crate::model::bit;
use crate::model::bulk::{Bulk, BulkRule, NO_ID};
use crate::model::catalogue::Catalogue;
use crate::model::directory::Tenant;
use crate::name;

/// The rules that are taken one by one anyway.
#[derive(Default)]
pub(crate) struct Beside<'a> {
    /// The subjects of those that may say the same as a plain rule.
    pub(crate) subjects: Vec<&'a str>,
    /// The ids of rules, and those that are withdrawn.
    pub(crate) ids: Vec<&'a str>,
}

/// Takes the good rules to the model; returns the others.
pub(crate) fn resolve(
    mut gathered: Gathered,
    beside: &Beside<'_>,
    places: &Places,
    catalogue: &Catalogue,
    tenant: &mut Tenant,
) -> Vec<(Origin, Field<document::AccessRule>)> {
    if gathered.parts.is_empty() {
        return Vec::new();
    }
    let shared = gathered.shared_ids(beside);
    gathered.mix(beside, &shared);
    // Room for the rules: no name is looked for any more.
    gathered.subjects.forget_numbers();
    gathered.ids.forget_numbers();
    let judge = Judge::new(&gathered, shared, places, catalogue, tenant);
    let mut sorter = Sorter::new(gathered.known.len());
    judge.rules().filter_map(|rule| rule.good).for_each(|(subject, _)| sorter.count(subject));
    sorter.begin(0 < gathered.ids.len());
    for Judged { id, good, .. } in judge.rules() {
        if let Some((subject, rule)) = good {
            sorter.put(subject, rule, id.map_or(NO_ID, |(_, id)| id));
        }
    }
    let disputed = sorter.finish();
    let n_rules: usize = gathered.parts.iter().map(|part| part.plain.rules.len()).sum();
    let mut left = Vec::new();
    if sorter.rules.len() < n_rules {
        let others = judge.rules().filter(|rule| rule.good.is_none_or(|good| disputed.contains(&good)));
        left.extend(others.map(|rule| rule.written(&gathered)));
    }
    let Gathered { parts, subjects, ids, known } = gathered;
    drop(parts);
    tenant.bulk = Bulk {
        subjects,
        listed: known.iter().map(|known| known.is_listed).collect(),
        starts: sorter.starts,
        rules: sorter.rules,
        ids: sorter.ids,
        id_names: ids,
    };
    left
}

impl Gathered {
    /// Returns which ids are not plainly those of one rule.
    fn shared_ids(&self, beside: &Beside<'_>) -> Vec<bool> {
        let mut shared: Vec<bool> = self.ids.iter().map(|id| name::check(id).is_err()).collect();
        let mut met = vec![false; shared.len()];
        let mut mark = |id: u32| {
            let Ok(at) = usize::try_from(id) else { return };
            if let Some((met, shared)) = met.get_mut(at).zip(shared.get_mut(at)) {
                *shared |= *met;
                *met = true;
            }
        };
        let others = beside.ids.iter().filter_map(|id| self.ids.find(id));
        // Twice, since one of them is enough.
        others.for_each(|id| (0..2).for_each(|_| mark(id)));
        self.parts.iter().flat_map(PlainPart::rules).filter_map(|(_, id)| id).for_each(|(_, id)| mark(id));
        shared
    }

    /// Marks the subjects of which a rule is taken by itself that may say the same as a plain one.
    fn mix(&mut self, beside: &Beside<'_>, shared: &[bool]) {
        for subject in &beside.subjects {
            if let Some(known) = self.subjects.find(subject).and_then(|number| slot(&mut self.known, number)) {
                known.is_mixed = true;
            }
        }
        if !shared.contains(&true) {
            return;
        }
        let Self { parts, known, .. } = self;
        for part in parts.iter() {
            let of_shared = part.rules().filter(|(_, id)| id.is_some_and(|(_, id)| is_set(shared, id)));
            for (rule, _) in of_shared {
                if let Some(known) = slot(known, part.subject(rule.subject)) {
                    known.is_mixed = true;
                }
            }
        }
    }
}

/// Says which rules are good.
struct Judge<'g> {
    gathered: &'g Gathered,
    shared: Vec<bool>,
    sites: Vec<Site>,
    /// The kinds of scope at which each role may be held.
    held_at: Vec<u64>,
}

/// The positions of the roles and scopes of a part, and the kind of each scope as a mask.
struct Site {
    roles: Vec<Option<u16>>,
    scopes: Vec<Option<(u32, u64)>>,
}

/// A rule, its id, and whose it is where it is good.
struct Judged<'g> {
    part: &'g PlainPart,
    rule: &'g PlainRule,
    id: Option<(&'g PlainId, u32)>,
    good: Option<(u32, BulkRule)>,
}

impl<'g> Judge<'g> {
    fn new(gathered: &'g Gathered, shared: Vec<bool>, places: &Places, catalogue: &Catalogue, tenant: &Tenant) -> Self {
        let roles = catalogue.roles.values().chain(tenant.custom_roles.values());
        let held_at = roles.map(|role| role.held_at.unwrap_or(u64::MAX)).collect();
        let sites = gathered.parts.iter().map(|part| Site::of(part, places, tenant)).collect();
        Self { gathered, shared, sites, held_at }
    }

    fn rules(&self) -> impl Iterator<Item = Judged<'g>> {
        let parts = self.gathered.parts.iter().zip(&self.sites);
        parts.flat_map(move |(part, site)| {
            part.rules().map(move |(rule, id)| Judged { part, rule, id, good: self.good(part, site, rule, id) })
        })
    }

    #[inline]
    fn good(
        &self,
        part: &PlainPart,
        site: &Site,
        rule: &PlainRule,
        id: Option<(&PlainId, u32)>,
    ) -> Option<(u32, BulkRule)> {
        let subject = part.subject(rule.subject);
        let known: &Known = self.gathered.known.get(usize::try_from(subject).ok()?)?;
        let role = site.roles.get(usize::from(rule.role)).copied().flatten()?;
        let (scope, kind) = site.scopes.get(usize::try_from(rule.scope).ok()?).copied().flatten()?;
        let is_held = self.held_at.get(usize::from(role))? & kind != 0;
        let is_sure = id.is_none_or(|(_, id)| !is_set(&self.shared, id));
        (known.is_living && !known.is_mixed && is_held && is_sure).then_some((subject, BulkRule { scope, role }))
    }
}

impl Site {
    fn of(part: &PlainPart, places: &Places, tenant: &Tenant) -> Self {
        let role = |name: &str| {
            let role = places.role(name).filter(|role| !tenant.lost_roles.contains(role))?;
            u16::try_from(role).ok()
        };
        let scope = |path: &str| {
            let scope = places.by_path.get(path).copied()?;
            Some((u32::try_from(scope).ok()?, bit(tenant.scopes.get(scope)?.kind)))
        };
        Self {
            roles: part.plain.roles.iter().map(role).collect(),
            scopes: part.plain.scopes.iter().map(scope).collect(),
        }
    }
}

impl Judged<'_> {
    /// Returns the rule as the careful reader would have.
    fn written(&self, gathered: &Gathered) -> (Origin, Field<document::AccessRule>) {
        let who = gathered.subjects.at(self.part.subject(self.rule.subject));
        let id = self.id.map(|(id, number)| (id, gathered.ids.at(number)));
        (self.part.origin, self.part.plain.rule(self.rule, who, id))
    }
}

/// Puts the rules of each subject side by side: they are counted, put in their places, and sorted there.
struct Sorter {
    /// Where the next rule of each subject goes; once all are put, where those of the next subject begin.
    starts: Vec<u32>,
    rules: Vec<BulkRule>,
    ids: Vec<u32>,
}

impl Sorter {
    fn new(n_subjects: usize) -> Self {
        Self { starts: vec![0; n_subjects.saturating_add(1)], rules: Vec::new(), ids: Vec::new() }
    }

    fn count(&mut self, subject: u32) {
        if let Some(count) = self.next(subject) {
            *count = count.saturating_add(1);
        }
    }

    /// Makes the places, after all were counted.
    fn begin(&mut self, has_ids: bool) {
        let mut n_rules = 0_u32;
        for start in &mut self.starts {
            let count = std::mem::replace(start, n_rules);
            n_rules = n_rules.saturating_add(count);
        }
        let n_rules = usize::try_from(n_rules).unwrap_or(0);
        self.rules = vec![BulkRule::default(); n_rules];
        self.ids = vec![NO_ID; if has_ids { n_rules } else { 0 }];
    }

    fn put(&mut self, subject: u32, rule: BulkRule, id: u32) {
        let Some(next) = self.next(subject) else { return };
        let at = usize::try_from(*next).unwrap_or(usize::MAX);
        *next = next.saturating_add(1);
        self.rules.get_mut(at).into_iter().for_each(|slot| *slot = rule);
        self.ids.get_mut(at).into_iter().for_each(|slot| *slot = id);
    }

    /// Sorts the rules of each subject; takes those out, and returns them, that are given more than once.
    fn finish(&mut self) -> HashSet<(u32, BulkRule)> {
        let mut disputed = HashSet::new();
        let mut own: Vec<(BulkRule, u32)> = Vec::new();
        let (mut start, mut kept) = (0_usize, 0_usize);
        for (subject, end) in (0_u32..).zip(&mut self.starts) {
            let old_end = usize::try_from(*end).unwrap_or(usize::MAX);
            own.clear();
            let ids = self.ids.get(start..old_end).unwrap_or_default().iter().copied();
            let rules = self.rules.get(start..old_end).unwrap_or_default().iter().copied();
            own.extend(rules.zip(ids.chain(std::iter::repeat(NO_ID))));
            own.sort_unstable();
            let is_first = own.chunk_by(|(a, _), (b, _)| a == b);
            for alike in is_first {
                match alike {
                    [(rule, id)] => {
                        self.rules.get_mut(kept).into_iter().for_each(|slot| *slot = *rule);
                        self.ids.get_mut(kept).into_iter().for_each(|slot| *slot = *id);
                        kept = kept.saturating_add(1);
                    }
                    alike => disputed.extend(alike.first().map(|(rule, _)| (subject, *rule))),
                }
            }
            start = old_end;
            *end = u32::try_from(kept).unwrap_or(u32::MAX);
        }
        self.rules.truncate(kept);
        self.ids.truncate(kept);
        // Where each ends is where the next begins.
        self.starts.rotate_right(1);
        self.starts.first_mut().into_iter().for_each(|first| *first = 0);
        disputed
    }

    fn next(&mut self, subject: u32) -> Option<&mut u32> {
        self.starts.get_mut(usize::try_from(subject).ok()?)
    }
}

fn is_set(marks: &[bool], number: u32) -> bool {
    usize::try_from(number).ok().and_then(|at| marks.get(at)).copied().unwrap_or(false)
}
