//! Random conditions, and requests that satisfy them.

use bailiwick::document::{Condition, Field, Literal, NumberRange, Table, TimeRange};

use crate::ask::{Ask, Datum};
use crate::flatten::{read_time, rows_of_table, values};
use crate::pools::{INSTANTS, NUMBERS, SUBJECTS, TEXTS};
use crate::random::Random;
use crate::times;

/// Full name and type of an attribute.
pub(crate) type Attribute = (String, String);

/// Returns a condition over the attributes, at most `depth` operators deep.
pub(crate) fn condition(random: &mut Random, attributes: &[Attribute], depth: usize) -> Condition {
    let is_leaf = depth <= 1 || random.chance(55);
    if is_leaf {
        return leaf(random, attributes);
    }
    let part = |random: &mut Random| Field::from(condition(random, attributes, depth - 1));
    match random.below(5) {
        0 | 1 => Condition::All((0..random.between(1, 3)).map(|_| part(random)).collect()),
        2 | 3 => Condition::Any((0..random.between(1, 3)).map(|_| part(random)).collect()),
        _ => Condition::Not(Box::new(part(random))),
    }
}

fn leaf(random: &mut Random, attributes: &[Attribute]) -> Condition {
    let (name, declared) = random.pick(attributes).clone();
    if random.chance(8) {
        return Condition::SubjectIsOwner;
    }
    if random.chance(20) {
        return Condition::Present(Field::from(name));
    }
    if let Some(of) = declared.strip_prefix("list of ") {
        return Condition::Contains(table(name, literal(random, "", of)));
    }
    let alike: Vec<Attribute> = attributes.iter().filter(|(it, of)| *of == declared && *it != name).cloned().collect();
    match (random.below(6), declared.as_str()) {
        (0, _) if !alike.is_empty() => {
            let (other, _) = random.pick(&alike).clone();
            Condition::Same(vec![Field::from(name), Field::from(other)])
        }
        (1, _) => Condition::In(table(name.clone(), several(random, &name, &declared))),
        (2 | 3, "number") => Condition::Between(table(name, number_range(random))),
        (2..=4, "time") => Condition::During(table(name, time_range(random))),
        _ => Condition::Equals(equations(random, attributes, name, &declared)),
    }
}

fn table<V>(name: String, value: V) -> Table<V> {
    Table(vec![(Field::from(name), Field::from(value))])
}

/// One equation, or two of different attributes.
fn equations(random: &mut Random, attributes: &[Attribute], name: String, declared: &str) -> Table<Literal> {
    let mut rows = table(name.clone(), literal(random, &name, declared));
    let (other, of) = random.pick(attributes).clone();
    if other != name && !of.starts_with("list") && random.chance(50) {
        let value = literal(random, &other, &of);
        rows.0.push((Field::from(other), Field::from(value)));
    }
    rows
}

fn several(random: &mut Random, name: &str, declared: &str) -> Vec<Field<Literal>> {
    let mut found: Vec<Literal> = Vec::new();
    for _ in 0..random.between(1, 3) {
        let next = literal(random, name, declared);
        let is_there = |it: &Literal| *it == next || read_time(it).is_some_and(|a| read_time(&next) == Some(a));
        if !found.iter().any(is_there) {
            found.push(next);
        }
    }
    found.into_iter().map(Field::from).collect()
}

fn literal(random: &mut Random, name: &str, declared: &str) -> Literal {
    match declared {
        "number" => random.pick(&NUMBERS).clone(),
        "boolean" => Literal::Boolean(random.chance(50)),
        "time" => instant(random),
        _ => Literal::Text(text(random, name)),
    }
}

/// A text that may well be the value of the attribute.
fn text(random: &mut Random, name: &str) -> String {
    match name {
        "subject" | "resource.owner" => (*random.pick(&SUBJECTS)).to_owned(),
        "subject.kind" => (*random.pick(&["user", "app", "group"])).to_owned(),
        "subject.id" => random.pick(&SUBJECTS).split(':').next_back().unwrap_or_default().to_owned(),
        _ => (*random.pick(&TEXTS)).to_owned(),
    }
}

/// An instant as seconds or as text.
pub(crate) fn instant(random: &mut Random) -> Literal {
    let instant = *random.pick(&INSTANTS);
    written(random, instant)
}

pub(crate) fn written(random: &mut Random, instant: i64) -> Literal {
    match random.below(4) {
        0 if 0 <= instant => Literal::Text(times::format(instant, *random.pick(&[0, 2, -5]))),
        _ => Literal::Integer(instant),
    }
}

fn number_range(random: &mut Random) -> NumberRange {
    let (a, b) = (random.below(NUMBERS.len()), random.below(NUMBERS.len()));
    let (min, max) = (NUMBERS[a.min(b)].clone(), NUMBERS[a.max(b)].clone());
    match random.below(4) {
        0 => NumberRange { min: Field::from(min), max: Field::default() },
        1 => NumberRange { min: Field::default(), max: Field::from(max) },
        _ => NumberRange { min: Field::from(min), max: Field::from(max) },
    }
}

fn time_range(random: &mut Random) -> TimeRange {
    let start = random.below(INSTANTS.len() - 1);
    let end = random.between(start + 1, INSTANTS.len() - 1);
    let from = written(random, INSTANTS[start]);
    let until = written(random, INSTANTS[end]);
    match random.below(4) {
        0 => TimeRange { from: Field::from(from), until: Field::default() },
        1 => TimeRange { from: Field::default(), until: Field::from(until) },
        _ => TimeRange { from: Field::from(from), until: Field::from(until) },
    }
}

/// Returns a value that an attribute of that type may have.
pub(crate) fn datum(random: &mut Random, name: &str, declared: &str) -> Datum {
    match declared.strip_prefix("list of ") {
        Some(of) => Datum::List((0..random.below(4)).map(|_| datum(random, "", of)).collect()),
        None => datum_of(&literal(random, name, declared), declared),
    }
}

fn datum_of(literal: &Literal, declared: &str) -> Datum {
    match literal {
        literal if declared == "time" => read_time(literal).map_or(Datum::Null, Datum::Time),
        Literal::Text(text) => Datum::Text(text.clone()),
        Literal::Integer(number) => Datum::Integer(*number),
        Literal::Decimal(number) => Datum::Decimal(*number),
        Literal::Boolean(truth) => Datum::Boolean(*truth),
    }
}

/// Sets attributes so that the condition is likely to be true (or false). It need not succeed.
pub(crate) fn satisfy(
    random: &mut Random,
    attributes: &[Attribute],
    condition: &Condition,
    wanted: bool,
    ask: &mut Ask,
) {
    match condition {
        Condition::Not(part) => {
            values(std::slice::from_ref(part.as_ref())).for_each(|it| satisfy(random, attributes, it, !wanted, ask))
        }
        Condition::All(parts) | Condition::Any(parts) => {
            let needs_all = matches!(condition, Condition::All(_)) == wanted;
            let n = if needs_all { parts.len() } else { 1 };
            for part in random.some(parts, n).iter().filter_map(Field::value) {
                satisfy(random, attributes, part, wanted, ask);
            }
        }
        leaf => satisfy_leaf(random, attributes, leaf, wanted, ask),
    }
}

fn satisfy_leaf(random: &mut Random, attributes: &[Attribute], leaf: &Condition, wanted: bool, ask: &mut Ask) {
    let of = |name: &str| attributes.iter().find(|(it, _)| it == name).map_or("text", |(_, of)| of.as_str());
    if let (Condition::Present(name), false) = (leaf, wanted) {
        values(std::slice::from_ref(name)).for_each(|it| ask.unset(it));
        return;
    }
    for (name, value) in values_for(random, leaf, ask, of) {
        match value {
            Some(value) if wanted => ask.set(&name, value),
            _ => {
                let other = datum(random, &name, of(&name));
                ask.set(&name, other);
            }
        }
    }
}

/// Returns values that make a comparison true, by attribute; none where any value will do.
fn values_for<'a>(
    random: &mut Random,
    leaf: &Condition,
    ask: &Ask,
    of: impl Fn(&str) -> &'a str,
) -> Vec<(String, Option<Datum>)> {
    let fit = |name: &str, literal: Option<&Literal>| literal.map(|it| datum_of(it, of(name)));
    match leaf {
        Condition::Equals(table) => {
            rows_of_table(table).map(|(name, it)| (name.clone(), fit(&name, Some(it)))).collect()
        }
        Condition::In(table) => {
            rows_of_table(table).map(|(name, it)| (name.clone(), fit(&name, random.pick(it).value()))).collect()
        }
        Condition::Between(table) => {
            let end = |random: &mut Random, it: &NumberRange| {
                let ends: Vec<&Literal> = [&it.min, &it.max].into_iter().filter_map(Field::value).collect();
                fit("", Some(*random.pick(&ends)))
            };
            rows_of_table(table).map(|(name, it)| (name, end(random, it))).collect()
        }
        Condition::During(table) => rows_of_table(table).map(|(name, it)| (name, instant_in(random, it))).collect(),
        Condition::Contains(table) => {
            let items = |random: &mut Random, name: &str, it: &Literal| {
                let of = of(name).trim_start_matches("list of ");
                Some(Datum::List(vec![datum(random, "", of), datum_of(it, of)]))
            };
            rows_of_table(table).map(|(name, it)| (name.clone(), items(random, &name, it))).collect()
        }
        Condition::Same(pair) => match &values(pair).collect::<Vec<_>>()[..] {
            [one, other] if other.starts_with("subject") => vec![((*one).clone(), ask.read(other))],
            [one, other] => vec![((*other).clone(), ask.read(one))],
            _ => Vec::new(),
        },
        Condition::Present(name) => name.value().map(|it| (it.clone(), None)).into_iter().collect(),
        Condition::SubjectIsOwner => vec![("resource.owner".to_owned(), Some(Datum::Text(ask.subject.clone())))],
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) => Vec::new(),
    }
}

/// Returns an instant at either end of a range, or just outside.
fn instant_in(random: &mut Random, range: &TimeRange) -> Option<Datum> {
    let from = range.from.value().and_then(read_time);
    let until = range.until.value().and_then(read_time);
    let chosen = match random.below(3) {
        0 => until.or(from),
        1 => until.map(|it| it - 1).or(from),
        _ => from.or(until.map(|it| it - 1)),
    };
    chosen.map(Datum::Time)
}
