//! Many questions by names at once.

use bailiwick::{Decision, Request as Asked, Snapshot, Value};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

use crate::asked::{Arguments, Kept, Taken};
use crate::attributes::{Attributes, Read, values};
use crate::convert::{Names, groups};
use crate::errors;
use crate::request::Request;
use crate::word::Word;

/// Takes the questions of a batch.
pub(crate) fn taken<'py>(given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    match (given.cast_exact::<PyList>(), given.cast_exact::<PyTuple>()) {
        (Ok(list), _) => Ok(list.to_tuple()),
        (_, Ok(tuple)) => Ok(tuple.clone()),
        _ if given.is_instance_of::<PyString>() => Err(errors::wrong_type("requests", "a list of requests", given)),
        _ => PyTuple::new(given.py(), given.try_iter()?.collect::<PyResult<Vec<_>>>()?),
    }
}

/// Decides questions at one time, in chunks that stay near; other threads run meanwhile.
pub(crate) fn decide(snapshot: &Snapshot, items: &Bound<'_, PyTuple>, now: i64) -> PyResult<Vec<Decision>> {
    let items: Vec<Bound<'_, PyAny>> = items.iter().collect();
    let mut decisions = vec![Decision::default(); items.len()];
    for (items, decisions) in items.chunks(CHUNK).zip(decisions.chunks_mut(CHUNK)) {
        decide_chunk(snapshot, items, decisions, now)?;
    }
    Ok(decisions)
}

/// Keeps one question of a batch, for whoever wants to know why.
pub(crate) fn keep(item: &Bound<'_, PyAny>, now: i64) -> PyResult<Kept> {
    if let Ok(request) = item.cast::<Request>() {
        return Ok(request.get().0.again(item.py(), now));
    }
    let listed = listed(item)?;
    let tuple = item.cast::<PyTuple>()?;
    let word = |at: usize| tuple.get_borrowed_item(at)?.extract::<Word<'_, '_>>();
    let arguments = Arguments {
        subject: word(0)?,
        action: word(1)?,
        kind: word(2)?,
        scope: word(3)?,
        tenant: None,
        cluster: if tuple.len() == 6 { tuple.get_borrowed_item(5)?.extract()? } else { None },
        groups: None,
        resource: None,
        context: None,
    };
    let groups = listed.map(Names::keep);
    Ok(Kept { groups, ..Taken::at(arguments, now).keep()? })
}

fn decide_chunk(snapshot: &Snapshot, items: &[Bound<'_, PyAny>], decisions: &mut [Decision], now: i64) -> PyResult<()> {
    let listed = items.iter().map(listed).collect::<PyResult<Vec<_>>>()?;
    let mut lines = Lines::default();
    for (item, listed) in items.iter().zip(&listed) {
        lines.push(item, listed.as_ref(), now)?;
    }
    let Lines { requests, lines, names, attributes } = lines;
    let read: Vec<[Vec<(&str, Read<'_>)>; 2]> = attributes.iter().map(|both| both.map(Attributes::read)).collect();
    let pairs: Vec<[Pairs<'_>; 2]> =
        read.iter().map(|[resource, context]| [values(resource), values(context)]).collect();
    let mut requests: Vec<Asked<'_>> = requests;
    for (request, line) in requests.iter_mut().zip(&lines) {
        request.groups = groups(line.groups.and_then(|(from, to)| names.get(from..to)));
        if let Some([resource, context]) = line.attributes.and_then(|at| pairs.get(at)) {
            (request.resource, request.context) = (resource, context);
        }
    }
    if let Some(first) = items.first() {
        first.py().detach(|| snapshot.check_batch(&requests, decisions));
    }
    Ok(())
}

/// Returns the groups of a question that is a tuple, where it names them.
fn listed<'py>(item: &Bound<'py, PyAny>) -> PyResult<Option<Names<'py>>> {
    let Ok(tuple) = item.cast_exact::<PyTuple>() else {
        return if item.is_instance_of::<Request>() { Ok(None) } else { Err(no_request(item)) };
    };
    match tuple.len() {
        4 => Ok(None),
        5 | 6 => {
            let groups = tuple.get_item(4)?;
            let mut names = Names::default();
            if groups.is_none() { Ok(None) } else { names.take("groups", &groups).map(|()| Some(names)) }
        }
        _ => Err(no_request(item)),
    }
}

#[cold]
fn no_request(item: &Bound<'_, PyAny>) -> PyErr {
    let expected = "a Request, or a tuple of subject, action, kind, scope and perhaps groups and cluster";
    match item.cast::<PyTuple>() {
        Ok(tuple) => PyTypeError::new_err(format!("requests: expected {expected}, found a tuple of {}", tuple.len())),
        Err(_) => errors::wrong_type("requests", expected, item),
    }
}

/// The questions of a chunk, with what they borrow beside them.
#[derive(Default)]
struct Lines<'a> {
    requests: Vec<Asked<'a>>,
    lines: Vec<Line>,
    /// The groups of all of them.
    names: Vec<&'a str>,
    /// The attributes of those that have some: resource and context.
    attributes: Vec<[&'a Attributes; 2]>,
}

/// Where the groups and the attributes of a question lie.
#[derive(Clone, Copy, Default)]
struct Line {
    groups: Option<(usize, usize)>,
    attributes: Option<usize>,
}

type Pairs<'a> = Vec<(&'a str, Value<'a>)>;

impl<'a> Lines<'a> {
    #[inline]
    fn push(&mut self, item: &'a Bound<'_, PyAny>, listed: Option<&'a Names<'_>>, now: i64) -> PyResult<()> {
        let Ok(tuple) = item.cast_exact::<PyTuple>() else {
            return self.push_kept(item.py(), &item.cast::<Request>()?.get().0, now);
        };
        let mut names = tuple.iter_borrowed();
        let mut name = || names.next().map_or(Ok(""), |name| name.extract::<&'a str>());
        let (subject, action, kind, scope) = (name()?, name()?, name()?, name()?);
        let groups = listed.map(|listed| self.list(listed.iter())).transpose()?;
        let cluster = names.nth(1).filter(|cluster| !cluster.is_none());
        let cluster = cluster.map(|cluster| cluster.extract::<&'a str>()).transpose()?;
        self.requests.push(Asked { subject, action, kind, scope, cluster, ..Asked::at(now) });
        self.lines.push(Line { groups, attributes: None });
        Ok(())
    }

    fn push_kept(&mut self, py: Python<'a>, kept: &'a Kept, now: i64) -> PyResult<()> {
        let groups = kept.groups.as_ref().map(|groups| self.list(groups.iter(py)));
        let optional = |text: &'a Option<Py<PyString>>| text.as_ref().map(|text| text.bind(py).to_str()).transpose();
        self.requests.push(Asked {
            tenant: optional(&kept.tenant)?,
            subject: kept.subject.bind(py).to_str()?,
            action: kept.action.bind(py).to_str()?,
            kind: kept.kind.bind(py).to_str()?,
            scope: kept.scope.bind(py).to_str()?,
            cluster: optional(&kept.cluster)?,
            ..Asked::at(now)
        });
        let has_attributes = !kept.resource.is_empty() || !kept.context.is_empty();
        let attributes = has_attributes.then_some(self.attributes.len());
        self.attributes.extend(has_attributes.then_some([&kept.resource, &kept.context]));
        self.lines.push(Line { groups: groups.transpose()?, attributes });
        Ok(())
    }

    /// Lists the groups of a question, and returns where they lie.
    fn list(&mut self, names: impl Iterator<Item = PyResult<&'a str>>) -> PyResult<(usize, usize)> {
        let from = self.names.len();
        for name in names {
            self.names.push(name?);
        }
        Ok((from, self.names.len()))
    }
}

/// How many questions are converted, and then decided, at once.
const CHUNK: usize = 1024;
