//! Gates: asked once a tenant and cluster, when the snapshot is built.

use crate::model::{self, Catalogue, Fact, Facts, Requirement, Restriction, Role};
use crate::snapshot::GateState;

/// The gates of a policy, by position; a tenant's own roles add theirs behind.
#[derive(Clone, Default)]
pub(crate) struct Gates<'a> {
    gates: Vec<&'a model::Gate>,
    /// For each role, the position of its gate.
    of_roles: Vec<Option<u32>>,
}

impl<'a> Gates<'a> {
    /// Returns the gates of a policy: those of restrictions, of kinds, then of roles, each as they are numbered.
    pub(crate) fn of(catalogue: &'a Catalogue) -> Self {
        let mut gates = Self::default();
        let of_restrictions =
            restrictions(catalogue).into_iter().filter_map(|(_, restriction)| match &restriction.requirement {
                Requirement::Gate(gate) => Some(gate),
                Requirement::When(_) | Requirement::Unless(_) => None,
            });
        gates.gates.extend(of_restrictions);
        gates.gates.extend(catalogue.kinds.values().filter_map(|kind| kind.gate.as_ref()));
        catalogue.roles.values().for_each(|role| gates.add_role(role));
        gates
    }

    /// Adds the gate of the next role, if it has one.
    pub(crate) fn add_role(&mut self, role: &'a Role) {
        let position = super::stored(self.gates.len());
        self.gates.extend(role.gate.as_ref());
        self.of_roles.push(role.gate.as_ref().map(|_| position));
    }

    /// Returns the position of the gate of the `role`-th role that was added.
    pub(crate) fn of_role(&self, role: usize) -> Option<u32> {
        self.of_roles.get(role).copied().flatten()
    }

    /// Returns the gates as people read them.
    pub(crate) fn describe(&self) -> Vec<Box<str>> {
        self.gates.iter().map(|gate| text(gate).into_boxed_str()).collect()
    }

    /// Returns the state of every gate: without a cluster, then with each cluster.
    pub(crate) fn states(&self, tenant: &Facts, clusters: &[&Facts]) -> Vec<GateState> {
        let mut states = Vec::new();
        for gate in &self.gates {
            match gate.of {
                model::GateOf::Tenant => {
                    let n_states = clusters.len().saturating_add(1);
                    states.extend(std::iter::repeat_n(state(gate, tenant), n_states));
                }
                model::GateOf::Cluster => {
                    states.push(GateState::Error);
                    states.extend(clusters.iter().map(|facts| state(gate, facts)));
                }
            }
        }
        states
    }
}

/// Returns the restrictions in the order in which they are numbered: by name.
pub(crate) fn restrictions(catalogue: &Catalogue) -> Vec<(&String, &Restriction)> {
    let mut named: Vec<(&String, &Restriction)> = catalogue.restrictions.iter().collect();
    named.sort_by_key(|(name, _)| *name);
    named
}

/// Asks the facts of a gate. A fact that is missing for certain decides over one that is not known.
fn state(gate: &model::Gate, facts: &Facts) -> GateState {
    let states = gate.facts.iter().map(|fact| ask(fact, facts));
    states.fold(GateState::Open, |so_far, next| match (so_far, next) {
        (GateState::Missing, _) | (_, GateState::Missing) => GateState::Missing,
        (GateState::Error, _) | (_, GateState::Error) => GateState::Error,
        (GateState::Open, GateState::Open) => GateState::Open,
    })
}

fn ask(fact: &Fact, facts: &Facts) -> GateState {
    let holds = match fact {
        Fact::Module(module) => Some(facts.modules.contains(module)),
        Fact::Version(least) => facts.version.as_ref().map(|version| version.is_at_least(least)),
        Fact::Connected => facts.connected,
    };
    match holds {
        Some(true) => GateState::Open,
        Some(false) => GateState::Missing,
        None => GateState::Error,
    }
}

/// Returns what a gate asks, for people.
fn text(gate: &model::Gate) -> String {
    let of = match gate.of {
        model::GateOf::Tenant => "tenant",
        model::GateOf::Cluster => "cluster",
    };
    let facts = gate.facts.iter().map(|fact| match fact {
        Fact::Module(module) => format!("module {module}"),
        Fact::Version(version) => format!("version {version}"),
        Fact::Connected => "connected".to_owned(),
    });
    format!("{of}: {}", facts.collect::<Vec<_>>().join(", "))
}
