//! The same answers as everywhere: cases, explanations and random worlds through a program in C.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use bailiwick::cases::Cases;
use bailiwick::document::Document;
use bailiwick::{Groups, Reason, Request, RuleSource, Snapshot, Source, Value};
use bailiwick_oracle::{Plan, RuleText, SourceText, Verdict, World, decide_by_engine, run_against};
use bailiwick_shapes::ExplainShape;

use crate::build::{Build, program, root};

#[test]
fn cases_are_decided_and_explained_as_in_rust() {
    let mut program = Answers::start();
    let mut n_cases = 0;
    let mut reasons = BTreeSet::new();
    for path in cases_files() {
        let cases = Cases::load(&path).unwrap();
        let policy = cases.policy(&[]).unwrap();
        let snapshot = policy.compile();
        assert!(program.load(&texts(&path, &cases)), "{}", path.display());
        for case in cases.cases() {
            let (expected, explained) = case.ask(&policy, |request| {
                ['Q', 'X', 'J'].into_iter().for_each(|what| program.ask(what, request));
                (verdict(&snapshot, request), snapshot.explain(request))
            });
            program.go();
            assert_eq!(line(&program.verdict()), line(&expected), "{}", case.place.line);
            assert_eq!(program.explanation(), explained.to_string(), "{}", case.place.line);
            // What the command line prints, which is held to the same shape.
            let json = bailiwick_shapes::write("explain", ExplainShape::of(&explained, None, &snapshot)).unwrap();
            assert_eq!(program.explanation(), json, "{}", case.place.line);
            reasons.insert(expected.reason);
            assert_eq!(expected.is_allow, case.expect == bailiwick::cases::Expect::Allow);
            n_cases += 1;
        }
    }
    println!("{n_cases} cases");
    // Only a feed closes a tenant, and no case has one.
    reasons.insert(Reason::TenantClosed.code());
    assert_eq!(reasons, Reason::ALL.into_iter().map(Reason::code).collect(), "every reason is among them");
    assert!(400 < n_cases, "{n_cases} cases");
}

#[test]
fn a_million_random_requests_are_decided_as_by_the_reference() {
    let plan = Plan { seed: 20_260_101, n_triples: 2_000_000, per_world: 64, n_threads: 2, fault: None };
    let report = run_against(&plan, decide_by_c);
    let n_asked = N_ASKED.load(Ordering::Relaxed);
    println!("{n_asked} requests through C");
    assert!(1_000_000 <= n_asked, "{n_asked} requests through C");
    assert_eq!(report.n_disagreements, 0, "{report}");
}

#[test]
fn a_planted_fault_shows() {
    let fault = Some(bailiwick_oracle::Fault::ALL[0]);
    let plan = Plan { seed: 20_260_101, n_triples: 100_000, per_world: 64, n_threads: 1, fault };
    assert!(run_against(&plan, decide_by_c).n_disagreements != 0);
}

/// How many requests the program in C was asked.
static N_ASKED: AtomicUsize = AtomicUsize::new(0);

/// Decides by a program in C, one for each thread.
fn decide_by_c(documents: &[Document], requests: &[Request<'_>]) -> Result<Vec<Verdict>, String> {
    thread_local! {
        static PROGRAM: RefCell<Answers> = RefCell::new(Answers::start());
    }
    if documents.iter().any(|document| document.is_feed) {
        // A feed written as a document would be one of people: such a world goes through Rust, and does not count.
        return decide_by_engine(documents, requests);
    }
    let World { tenants, refused, .. } = World::new(documents);
    let texts: Vec<String> = documents.iter().map(|document| serde_json::to_string(document).unwrap()).collect();
    PROGRAM.with_borrow_mut(|program| {
        if !program.load(&texts) {
            // Where nothing is left, the load as a whole is refused.
            let is_right = tenants.is_empty() && !refused.is_empty();
            return if is_right { Ok(Vec::new()) } else { Err("the texts are refused".to_owned()) };
        }
        requests.iter().for_each(|request| program.ask('Q', request));
        program.go();
        N_ASKED.fetch_add(requests.len(), Ordering::Relaxed);
        Ok(requests.iter().map(|_| program.verdict()).collect())
    })
}

/// The program, which reads questions and writes answers.
struct Answers {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    asked: Vec<u8>,
}

impl Answers {
    fn start() -> Self {
        let mut command = Command::new(program("answers", Build::Plain));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (questions, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, questions, answers, asked: Vec::new() }
    }

    fn load(&mut self, texts: &[String]) -> bool {
        self.asked.push(b'L');
        self.number(i64::try_from(texts.len()).unwrap());
        texts.iter().for_each(|text| self.text(Some(text)));
        self.go();
        self.read_line() == "loaded"
    }

    fn ask(&mut self, what: char, request: &Request<'_>) {
        write!(self.asked, "{what}").unwrap();
        self.number(request.now);
        self.text(request.tenant);
        self.text(Some(request.subject));
        match request.groups {
            Groups::NotKnown => self.number(-1),
            Groups::Listed(groups) => {
                self.number(i64::try_from(groups.len()).unwrap());
                groups.iter().for_each(|group| self.text(Some(group)));
            }
        }
        [Some(request.action), Some(request.kind), Some(request.scope), request.cluster]
            .into_iter()
            .for_each(|text| self.text(text));
        self.attributes(request.resource);
        self.attributes(request.context);
    }

    fn attributes(&mut self, attributes: &[(&str, Value<'_>)]) {
        self.number(i64::try_from(attributes.len()).unwrap());
        for (name, value) in attributes {
            self.text(Some(name));
            match value {
                Value::List(values) => {
                    self.number(i64::try_from(values.len()).unwrap());
                    values.iter().for_each(|value| self.value(value));
                }
                single => {
                    self.number(-1);
                    self.value(single);
                }
            }
        }
    }

    fn value(&mut self, value: &Value<'_>) {
        match value {
            Value::Null | Value::List(_) => self.number(0),
            Value::Text(text) => {
                self.number(1);
                self.text(Some(text));
            }
            Value::Integer(number) => [2, *number].into_iter().for_each(|it| self.number(it)),
            Value::Decimal(number) => {
                self.number(3);
                self.text(Some(&number.to_string()));
            }
            Value::Boolean(truth) => [4, i64::from(*truth)].into_iter().for_each(|it| self.number(it)),
            Value::Time(seconds) => [5, *seconds].into_iter().for_each(|it| self.number(it)),
        }
    }

    fn number(&mut self, number: i64) {
        write!(self.asked, "{number} ").unwrap();
    }

    fn text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => write!(self.asked, "{} {text}", text.len()).unwrap(),
            None => self.number(-1),
        }
    }

    /// Has the program answer what was asked.
    fn go(&mut self) {
        self.asked.push(b'.');
        self.questions.write_all(&self.asked).unwrap();
        self.asked.clear();
    }

    fn read_line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.answers.read_line(&mut line).unwrap() != 0, "the program ended: {:?}", self.child.try_wait());
        line.pop();
        line
    }

    fn verdict(&mut self) -> Verdict {
        let line = self.read_line();
        let words: Vec<&str> = line.splitn(5, ' ').collect();
        let [decision, reason, has_valid_until, valid_until, rest] = words[..] else { panic!("no answer: {line}") };
        Verdict {
            is_allow: decision == "1",
            reason: Reason::ALL.into_iter().find(|it| it.code() == reason).map_or("unknown", Reason::code),
            valid_until: (has_valid_until == "1").then(|| valid_until.parse().unwrap()),
            source: source(&fields(rest)),
        }
    }

    fn explanation(&mut self) -> String {
        let length: usize = self.read_line().parse().unwrap();
        let mut text = vec![0; length + 1];
        self.answers.read_exact(&mut text).unwrap();
        text.pop();
        String::from_utf8(text).unwrap()
    }
}

/// Returns texts that stand one behind another, each after its length.
fn fields(mut rest: &str) -> Vec<String> {
    let mut fields = Vec::new();
    while let Some((length, text)) = rest.split_once(' ') {
        let (field, others) = text.split_at(length.parse().unwrap());
        fields.push(field.to_owned());
        rest = others;
    }
    fields
}

/// Returns what a decision rests on, from the fields of a rule.
fn source(fields: &[String]) -> Option<SourceText> {
    let [what, id, subject, role, scope, group, name] = fields else { return None };
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let (id, role, group) = (some(id), some(role), some(group));
    let rule = || RuleText { id, subject: subject.clone(), role, scope: scope.clone(), group };
    Some(match what.as_str() {
        "access_rule" => SourceText::Allow(rule()),
        "deny_rule" => SourceText::Deny(rule()),
        "restriction" => SourceText::Restriction(name.clone()),
        _ => SourceText::Gate(name.clone()),
    })
}

fn verdict(snapshot: &Snapshot, request: &Request<'_>) -> Verdict {
    let decision = snapshot.check(request);
    let rule = |rule: RuleSource<'_>| RuleText {
        id: rule.id.map(str::to_owned),
        subject: format!("{}:{}", rule.subject_kind, rule.subject),
        role: rule.role.map(str::to_owned),
        scope: rule.scope.to_owned(),
        group: rule.group.map(str::to_owned),
    };
    let source = snapshot.source(&decision).map(|source| match source {
        Source::AccessRule(it) => SourceText::Allow(rule(it)),
        Source::DenyRule(it) => SourceText::Deny(rule(it)),
        Source::Restriction(name) => SourceText::Restriction(name.to_owned()),
        Source::KindGate(name) => SourceText::Gate(name.to_owned()),
        other => panic!("{other:?} has no text"),
    });
    let (is_allow, reason) = (decision.is_allow(), decision.reason().code());
    Verdict { is_allow, reason, valid_until: decision.valid_until(), source }
}

fn line(verdict: &Verdict) -> String {
    let mut line = String::new();
    write!(line, "{verdict:?}").unwrap();
    line
}

/// Returns the texts of a cases file's policy: those that it names, or what stands in it.
fn texts(path: &std::path::Path, cases: &Cases) -> Vec<String> {
    let files = cases.paths().iter().map(|path| fs::read_to_string(path).unwrap());
    let whole: serde_yaml::Value = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let inline: Vec<serde_yaml::Value> = match whole.get("policy").unwrap() {
        serde_yaml::Value::Sequence(parts) => parts.iter().filter(|part| part.is_mapping()).cloned().collect(),
        one => vec![one.clone()],
    };
    inline.iter().map(|part| serde_yaml::to_string(part).unwrap()).chain(files).collect()
}

fn cases_files() -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for (dir, end) in [("tests/cases", ".yaml"), ("policies", ".cases.yaml")] {
        let entries = fs::read_dir(root().join(dir)).unwrap();
        files.extend(entries.map(|entry| entry.unwrap().path()).filter(|path| path.to_string_lossy().ends_with(end)));
    }
    files.sort();
    files
}
