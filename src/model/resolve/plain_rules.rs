//! The plain rules of feeds: those that are good are sorted by subject, without a word about any of them.

use std::collections::HashSet;
use std::ops::Range;

use super::plain::{Gathered, Known, PlainPart, slot};
use super::rules::Places;
use super::tenant::Origin;
use crate::document::{self, Field, PlainId, PlainRule};
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
    let mut sorter = Sorter::new(gathered.known.iter().map(Known::may_hold));
    for Judged { subject, good, .. } in judge.rules() {
        if good.is_some() {
            sorter.count(subject);
        }
    }
    sorter.begin(0 < gathered.ids.len());
    for Judged { subject, id, good, .. } in judge.rules() {
        if let Some(rule) = good {
            sorter.put(subject, rule, id.map_or(NO_ID, |(_, id)| id));
        }
    }
    let disputed = sorter.finish();
    let n_rules: usize = gathered.parts.iter().map(|part| part.plain.rules.len()).sum();
    let mut left = Vec::new();
    if sorter.rules.len() < n_rules {
        let is_left = |rule: &Judged<'_>| {
            let is_held = gathered.known.get(place(rule.subject)).is_some_and(Known::may_hold);
            rule.good.filter(|_| is_held).is_none_or(|good| disputed.contains(&(rule.subject, good)))
        };
        left.extend(judge.rules().filter(is_left).map(|rule| rule.written(&gathered)));
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
        self.parts.iter().flat_map(PlainPart::rules).filter_map(|(_, _, id)| id).for_each(|(_, id)| mark(id));
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
            let of_shared = part.rules().filter(|(_, _, id)| id.is_some_and(|(_, id)| is_set(shared, id)));
            for (_, rule, _) in of_shared {
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
}

/// The positions of the roles and scopes of a part.
struct Site {
    /// And the kinds of scope at which each role may be held, as a mask: none where there is no such role.
    roles: Vec<(u16, u64)>,
    /// And the kind of each scope: [`NO_KIND`] where there is no such scope.
    scopes: Vec<(u32, u32)>,
}

/// A rule, its id, and what it means where it is good and its subject may hold it.
struct Judged<'g> {
    part: &'g PlainPart,
    row: u32,
    rule: &'g PlainRule,
    subject: u32,
    id: Option<(&'g PlainId, u32)>,
    good: Option<BulkRule>,
}

impl<'g> Judge<'g> {
    fn new(gathered: &'g Gathered, shared: Vec<bool>, places: &Places, catalogue: &Catalogue, tenant: &Tenant) -> Self {
        let sites = gathered.parts.iter().map(|part| Site::of(part, places, catalogue, tenant)).collect();
        Self { gathered, shared, sites }
    }

    /// Returns the rules. Whether a subject may hold any is not asked here: the sorter knows it of each.
    fn rules(&self) -> impl Iterator<Item = Judged<'g>> {
        let parts = self.gathered.parts.iter().zip(&self.sites);
        parts.flat_map(move |(part, site)| {
            part.rules().map(move |(row, rule, id)| {
                let is_sure = id.is_none_or(|(_, id)| !is_set(&self.shared, id));
                let good = site.rule(rule).filter(|_| is_sure);
                Judged { part, row, rule, subject: part.subject(rule.subject), id, good }
            })
        })
    }
}

impl Site {
    fn of(part: &PlainPart, places: &Places, catalogue: &Catalogue, tenant: &Tenant) -> Self {
        let held_at = |role: usize| {
            let own = || tenant.custom_roles.get_index(role.checked_sub(catalogue.roles.len())?);
            let (_, role) = catalogue.roles.get_index(role).or_else(own)?;
            Some(role.held_at.unwrap_or(u64::MAX))
        };
        let role = |name: &str| {
            let role = places.role(name).filter(|role| !tenant.lost_roles.contains(role))?;
            Some((u16::try_from(role).ok()?, held_at(role)?))
        };
        let scope = |path: &str| {
            let scope = places.by_path.get(path).copied()?;
            Some((u32::try_from(scope).ok()?, u32::try_from(tenant.scopes.get(scope)?.kind).ok()?))
        };
        Self {
            roles: part.plain.roles.iter().map(|name| role(name).unwrap_or((0, 0))).collect(),
            scopes: part.plain.scopes.iter().map(|path| scope(path).unwrap_or((0, NO_KIND))).collect(),
        }
    }

    /// Returns what a rule gives, if its role may be held at its scope.
    #[inline]
    fn rule(&self, rule: &PlainRule) -> Option<BulkRule> {
        let (role, held_at) = *self.roles.get(usize::from(rule.role))?;
        let (scope, kind) = *self.scopes.get(place(rule.scope))?;
        let is_held = held_at.checked_shr(kind).is_some_and(|mask| mask & 1 == 1);
        is_held.then_some(BulkRule { scope, role })
    }
}

impl Judged<'_> {
    /// Returns the rule as the careful reader would have.
    fn written(&self, gathered: &Gathered) -> (Origin, Field<document::AccessRule>) {
        let who = gathered.subjects.at(self.subject);
        let id = self.id.map(|(id, number)| (id, gathered.ids.at(number)));
        (self.part.origin, self.part.plain.rule(self.row, self.rule, who, id))
    }
}

/// Puts the rules of each subject side by side: they are counted, put in their places, and sorted there.
struct Sorter {
    /// Where the next rule of each subject goes, or [`NOWHERE`]; once all are put, where those of the next subject begin.
    starts: Vec<u32>,
    rules: Vec<BulkRule>,
    ids: Vec<u32>,
}

impl Sorter {
    /// Returns a sorter for subjects, of each of which it is said whether it may hold a rule.
    fn new(subjects: impl Iterator<Item = bool>) -> Self {
        let mut starts: Vec<u32> = subjects.map(|may_hold| if may_hold { 0 } else { NOWHERE }).collect();
        starts.push(0);
        Self { starts, rules: Vec::new(), ids: Vec::new() }
    }

    #[inline]
    fn count(&mut self, subject: u32) {
        if let Some(count) = self.starts.get_mut(place(subject)).filter(|count| **count != NOWHERE) {
            *count = count.saturating_add(1);
        }
    }

    /// Makes the places, after all were counted.
    fn begin(&mut self, has_ids: bool) {
        let mut n_rules = 0_u32;
        for start in self.starts.iter_mut().filter(|start| **start != NOWHERE) {
            let count = std::mem::replace(start, n_rules);
            n_rules = n_rules.saturating_add(count);
        }
        let n_rules = place(n_rules);
        self.rules = vec![BulkRule::default(); n_rules];
        self.ids = vec![NO_ID; if has_ids { n_rules } else { 0 }];
    }

    #[inline]
    fn put(&mut self, subject: u32, rule: BulkRule, id: u32) {
        let Some(next) = self.starts.get_mut(place(subject)).filter(|next| **next != NOWHERE) else { return };
        let at = place(*next);
        *next = next.saturating_add(1);
        self.rules.get_mut(at).into_iter().for_each(|slot| *slot = rule);
        self.ids.get_mut(at).into_iter().for_each(|slot| *slot = id);
    }

    /// Sorts the rules of each subject; takes those out, and returns them, that are given more than once.
    fn finish(&mut self) -> HashSet<(u32, BulkRule)> {
        let Self { starts, rules, ids } = self;
        let mut disputed = HashSet::new();
        let (mut start, mut kept) = (0_usize, 0_usize);
        for (subject, end) in (0_u32..).zip(starts) {
            let own = start..if *end == NOWHERE { start } else { place(*end) };
            start = own.end;
            sort(rules, ids, own.clone());
            let is_once = rules.get(own.clone()).unwrap_or_default().is_sorted_by(|a, b| a < b);
            if is_once && kept == own.start {
                kept = own.end;
            } else {
                kept = keep_single(rules, ids, own, kept, |rule| {
                    disputed.insert((subject, rule));
                });
            }
            *end = u32::try_from(kept).unwrap_or(NOWHERE);
        }
        rules.truncate(kept);
        ids.truncate(kept);
        // Where each ends is where the next begins.
        self.starts.rotate_right(1);
        self.starts.first_mut().into_iter().for_each(|first| *first = 0);
        disputed
    }
}

/// Sorts the rules of one subject, and their ids with them.
fn sort(rules: &mut [BulkRule], ids: &mut [u32], own: Range<usize>) {
    let Some(rules) = rules.get_mut(own.clone()).filter(|rules| 1 < rules.len()) else { return };
    let Some(ids) = ids.get_mut(own) else { return rules.sort_unstable() };
    let mut pairs: Vec<(BulkRule, u32)> = rules.iter().copied().zip(ids.iter().copied()).collect();
    pairs.sort_unstable();
    let slots = rules.iter_mut().zip(ids);
    slots.zip(pairs).for_each(|((rule, id), pair)| (*rule, *id) = pair);
}

/// Moves those of sorted rules forward that are given once, and tells the others; returns where they end.
fn keep_single(
    rules: &mut [BulkRule],
    ids: &mut [u32],
    own: Range<usize>,
    mut kept: usize,
    mut tell: impl FnMut(BulkRule),
) -> usize {
    let mut before = None;
    for at in own.clone() {
        let Some(rule) = rules.get(at).copied() else { break };
        let behind = at.checked_add(1).filter(|behind| *behind < own.end).and_then(|behind| rules.get(behind));
        if before == Some(rule) || behind == Some(&rule) {
            tell(rule);
        } else {
            rules.get_mut(kept).into_iter().for_each(|slot| *slot = rule);
            let id = ids.get(at).copied();
            ids.get_mut(kept).into_iter().zip(id).for_each(|(slot, id)| *slot = id);
            kept = kept.saturating_add(1);
        }
        before = Some(rule);
    }
    kept
}

fn is_set(marks: &[bool], number: u32) -> bool {
    marks.get(place(number)).copied().unwrap_or(false)
}

/// Returns a number as a position.
fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Where the rules of a subject go that may hold none here.
const NOWHERE: u32 = u32::MAX;

/// The kind of no scope.
const NO_KIND: u32 = u32::MAX;
