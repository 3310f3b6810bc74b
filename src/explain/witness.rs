//! The witness of the walk: notes every rule that applies or lacks one thing.

use super::{Finding, Lack, RestrictionFinding, Step, Verdict};
use crate::attribute::{Attribute, Test as AttributeTest};
use crate::decide::{Facets, Met, Question, Seen, Trace, Truth, Value, Via, allow_source, deny_source, read};
use crate::id::RoleId;
use crate::name::show;
use crate::snapshot::{GateState, Test};
use crate::time::format_rfc3339;

/// Notes what the walk sees.
pub(crate) struct Witness<'q, 'a> {
    question: &'q Question<'a>,
    /// The tests of the rule or restriction that is being walked.
    steps: Vec<Step>,
    pub(crate) access_rules: Vec<Finding>,
    pub(crate) deny_rules: Vec<Finding>,
    pub(crate) restrictions: Vec<RestrictionFinding>,
    pub(crate) n_others: usize,
}

impl<'q, 'a> Witness<'q, 'a> {
    pub(crate) fn new(question: &'q Question<'a>) -> Self {
        Self {
            question,
            steps: Vec::new(),
            access_rules: Vec::new(),
            deny_rules: Vec::new(),
            restrictions: Vec::new(),
            n_others: 0,
        }
    }

    /// Returns a rule that applies or lacks one thing; of others, nothing.
    fn finding(&mut self, rule: &Rule<'_>, facets: Facets) -> Option<Finding> {
        let steps = std::mem::take(&mut self.steps);
        let verdict = verdict(facets.truth());
        let lacks = self.lacks(rule, facets);
        if verdict == Verdict::DoesNotApply && lacks.len() != 1 {
            return None;
        }
        let name = if rule.is_deny { deny_source } else { allow_source };
        let source = name(self.question.tables, rule.met.id)?;
        Some(Finding {
            id: source.id.map(str::to_owned),
            subject: format!("{}:{}", source.subject_kind, source.subject),
            role: source.role.map(str::to_owned),
            scope: source.scope.to_owned(),
            group: source.group.map(str::to_owned),
            verdict,
            lack: lacks.into_iter().next(),
            steps,
        })
    }

    /// Returns everything that keeps a rule from applying.
    fn lacks(&self, rule: &Rule<'_>, facets: Facets) -> Vec<Lack> {
        let mut lacks = Vec::new();
        let mut add = |code, text| lacks.push(Lack { code, text });
        if !facets.covers {
            add("scope", "it holds elsewhere".to_owned());
        }
        if !facets.permits {
            let (code, text) = self.permission_lack(rule);
            add(code, text);
        }
        match facets.clusters {
            Truth::False => add("cluster", self.cluster_lack(rule)),
            Truth::Error => add("cluster", "it is limited to clusters, and the request names none".to_owned()),
            Truth::True => {}
        }
        match facets.condition {
            Truth::False => add("condition", "its condition is false".to_owned()),
            Truth::Error => add("condition", "its condition could not be evaluated".to_owned()),
            Truth::True => {}
        }
        if !facets.is_active {
            add("window", self.window_lack(rule));
        }
        if matches!(rule.met.via, Via::Unknown(_)) {
            add("membership", "the groups of the token are not known".to_owned());
        }
        lacks
    }

    /// Returns why a rule's role, or list, does not hold the permission.
    fn permission_lack(&self, rule: &Rule<'_>) -> (&'static str, String) {
        let tenant = self.question.tenant;
        let (false, Some(role)) = (rule.is_deny, rule.met.role) else {
            return ("permission", "it does not hold the permission".to_owned());
        };
        let Some(row) = tenant.roles.get(role.index()) else { return ("permission", String::new()) };
        if row.is_disabled {
            return ("role_disabled", format!("role `{}` is disabled", row.name));
        }
        if let Some((gate, state)) = self.shut_gate(role) {
            let text = tenant.gates.get(gate as usize).map_or("", |gate| gate);
            let found = if state == GateState::Missing { "is missing" } else { "cannot be told" };
            return ("gate", format!("role `{}` needs {text}, which {found}", row.name));
        }
        let permission = self.question.permission.number;
        let text = if tenant.full.contains(role.index(), permission) {
            format!("role `{}` holds the permission qualified, or through a role that is disabled or gated", row.name)
        } else {
            format!("role `{}` does not hold the permission", row.name)
        };
        ("permission", text)
    }

    /// Returns the gate of a role that is not open.
    fn shut_gate(&self, role: RoleId) -> Option<(u32, GateState)> {
        let tenant = self.question.tenant;
        let gate = tenant.roles.get(role.index())?.gate?;
        let state = tenant.gate_state(gate, self.question.cluster);
        (state != GateState::Open).then_some((gate, state))
    }

    fn cluster_lack(&self, rule: &Rule<'_>) -> String {
        let Some(asked) = self.question.cluster else {
            return "it is limited to clusters, and the request names none".to_owned();
        };
        let tenant = self.question.tenant;
        let list = rule.met.limits.and_then(|limits| limits.clusters.as_ref());
        let admitted = (0..tenant.cluster_rows.len()).filter(|idx| list.is_some_and(|list| list.contains(*idx)));
        let admitted: Vec<String> = admitted.filter_map(|idx| tenant.cluster_name(idx)).map(show).collect();
        let asked = tenant.cluster_name(asked.index()).map_or_else(String::new, show);
        format!("cluster `{asked}` is not among its clusters: {}", admitted.join(", "))
    }

    fn window_lack(&self, rule: &Rule<'_>) -> String {
        let Some(limits) = rule.met.limits else { return String::new() };
        match (limits.from, limits.until) {
            (Some(from), _) if self.question.now < from => format!("it begins at {}", format_rfc3339(from)),
            (_, Some(until)) => format!("it ended at {}", format_rfc3339(until)),
            _ => String::new(),
        }
    }

    /// Returns the values that a test saw.
    fn seen(&self, test: &AttributeTest) -> String {
        let value = |attribute: &Attribute| match read(self.question, attribute) {
            Some(value) => in_words(value),
            None => NOTHING.to_owned(),
        };
        match test {
            AttributeTest::Same(a, b) => format!("{} and {}", value(a), value(b)),
            AttributeTest::In(a, _)
            | AttributeTest::Between(a, ..)
            | AttributeTest::During(a, ..)
            | AttributeTest::Contains(a, _)
            | AttributeTest::Present(a) => value(a),
        }
    }
}

/// A rule of either kind.
struct Rule<'t> {
    met: Met<'t>,
    is_deny: bool,
}

impl Seen for Witness<'_, '_> {
    fn test(&mut self, _: &Question<'_>, test: &AttributeTest, truth: Truth) {
        let answer = match truth {
            Truth::False => "false",
            Truth::Error => "error",
            Truth::True => "true",
        };
        let seen = self.seen(test);
        self.steps.push(Step { test: test.to_string(), seen, answer });
    }
}

impl Trace for Witness<'_, '_> {
    const COMPLETE: bool = true;

    fn allow(&mut self, met: Met<'_>, facets: Facets) {
        match self.finding(&Rule { met, is_deny: false }, facets) {
            Some(finding) if self.access_rules.len() < NAMED_MAX => self.access_rules.push(finding),
            _ => self.n_others = self.n_others.saturating_add(1),
        }
    }

    fn deny(&mut self, met: Met<'_>, facets: Facets) {
        match self.finding(&Rule { met, is_deny: true }, facets) {
            Some(finding) if self.deny_rules.len() < NAMED_MAX => self.deny_rules.push(finding),
            _ => self.n_others = self.n_others.saturating_add(1),
        }
    }

    fn restriction(&mut self, restriction: u32, truth: Truth) {
        let steps = std::mem::take(&mut self.steps);
        let Some(row) = self.question.tables.policy.restrictions.get(restriction as usize) else { return };
        let gate = match &row.test {
            Test::Gate(gate) => self.question.tenant.gates.get(*gate as usize).map(|gate| gate.to_string()),
            Test::When(_) | Test::Unless(_) => None,
        };
        self.restrictions.push(RestrictionFinding {
            name: row.name.to_string(),
            is_gate_of_kind: row.is_gate_of_kind,
            verdict: verdict(truth),
            gate,
            steps,
        });
    }
}

fn verdict(truth: Truth) -> Verdict {
    match truth {
        Truth::True => Verdict::Applies,
        Truth::Error => Verdict::Error,
        Truth::False => Verdict::DoesNotApply,
    }
}

/// Returns a value in words, bounded and on one line.
fn in_words(value: Value<'_>) -> String {
    match value {
        Value::Null => NOTHING.to_owned(),
        Value::Text(text) => format!("`{}`", show(text)),
        Value::Integer(integer) => integer.to_string(),
        Value::Decimal(decimal) => decimal.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Time(seconds) => format_rfc3339(seconds),
        Value::List(values) => {
            let shown: Vec<String> = values.iter().take(LIST_MAX).map(|value| in_element_words(*value)).collect();
            let more = if LIST_MAX < values.len() { ", …" } else { "" };
            format!("[{}{more}]", shown.join(", "))
        }
    }
}

/// Returns an element in words; a list in a list has no type and is not unfolded.
fn in_element_words(value: Value<'_>) -> String {
    if matches!(value, Value::List(_)) { "[…]".to_owned() } else { in_words(value) }
}

/// What a test saw of a missing attribute.
const NOTHING: &str = "nothing";

/// How many rules of each kind are named.
const NAMED_MAX: usize = 1_000;

/// How many elements of a list are shown.
const LIST_MAX: usize = 16;
