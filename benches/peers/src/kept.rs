//! Figures that outlive a run: a size measured again takes the place of what was kept of it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::engines::{ENTRIES, Entry};
use crate::figures::{Figures, median};
use crate::probes::Findings;
use crate::rounds::{Measured, Options};

/// What is known of one size.
pub(crate) struct Size {
    pub(crate) letter: String,
    pub(crate) origin: String,
    pub(crate) cap_seconds: u64,
    pub(crate) cap_bytes: f64,
    pub(crate) rows: Vec<Row>,
    pub(crate) probes: Vec<Probed>,
}

/// What a probe found out.
pub(crate) struct Probed {
    pub(crate) name: String,
    /// What was found in each round, or why nothing was.
    pub(crate) rounds: Result<Vec<Findings>, String>,
}

/// What is known of an engine at a size.
pub(crate) struct Row {
    pub(crate) entry: &'static Entry,
    /// Figures of each round, or why there are none.
    pub(crate) rounds: Result<Vec<Figures>, String>,
}

impl Size {
    pub(crate) fn of(
        letter: &str,
        origin: &str,
        options: &Options,
        measured: &[Measured],
        probes: Vec<Probed>,
    ) -> Self {
        let rows = measured.iter().map(|row| Row { entry: row.entry, rounds: row.rounds.clone() }).collect();
        let (letter, origin) = (letter.to_owned(), origin.to_owned());
        Self { letter, origin, cap_seconds: options.cap.as_secs(), cap_bytes: options.cap_bytes, rows, probes }
    }

    /// Returns the row of an engine.
    pub(crate) fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.entry.name == name)
    }

    /// Returns the median over the rounds of what a probe found, if it did.
    pub(crate) fn found(&self, probe: &str, key: &str) -> Option<f64> {
        let rounds = self.probes.iter().find(|it| it.name == probe)?.rounds.as_ref().ok()?;
        let values: Vec<f64> = rounds.iter().filter_map(|findings| findings.get(key).copied()).collect();
        (!values.is_empty()).then(|| median(values))
    }

    /// Returns the uniform mean of an engine.
    pub(crate) fn mean(&self, name: &str) -> Option<f64> {
        self.row(name)?.mid(|figures| Some(figures.uniform.mean))
    }
}

impl Row {
    /// Returns the median over the rounds of a figure, if there is one.
    pub(crate) fn mid(&self, figure: impl Fn(&Figures) -> Option<f64>) -> Option<f64> {
        let values: Vec<f64> = self.rounds.as_ref().ok()?.iter().filter_map(figure).collect();
        (!values.is_empty()).then(|| median(values))
    }

    /// Returns the largest uniform mean of a round over the smallest.
    pub(crate) fn spread(&self) -> Option<f64> {
        let means = || self.rounds.as_ref().ok().into_iter().flatten().map(|figures| figures.uniform.mean);
        Some(means().max_by(f64::total_cmp)? / means().min_by(f64::total_cmp)?)
    }
}

/// Puts a size among the others, S before M before L.
pub(crate) fn put(kept: &mut Vec<Size>, size: Size) {
    kept.retain(|other| other.letter != size.letter);
    kept.push(size);
    kept.sort_by_key(|size| ["S", "M", "L"].iter().position(|letter| *letter == size.letter));
}

/// Reads what is kept; a file that is not there keeps nothing.
pub(crate) fn read(path: Option<&Path>) -> Result<Vec<Size>, String> {
    let Some(path) = path.filter(|path| path.exists()) else { return Ok(Vec::new()) };
    let text = fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let sizes: Vec<Value> = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(sizes.iter().filter_map(size_of_json).collect())
}

/// Returns what is kept as JSON.
pub(crate) fn text(kept: &[Size]) -> String {
    let row = |row: &Row| match &row.rounds {
        Ok(rounds) => {
            json!({ "engine": row.entry.name, "rounds": rounds.iter().map(Figures::to_json).collect::<Vec<_>>() })
        }
        Err(why) => json!({ "engine": row.entry.name, "left_out": why }),
    };
    let probe = |probe: &Probed| match &probe.rounds {
        Ok(rounds) => json!({ "probe": probe.name, "rounds": rounds }),
        Err(why) => json!({ "probe": probe.name, "left_out": why }),
    };
    let size = |size: &Size| {
        let rows: Vec<Value> = size.rows.iter().map(row).collect();
        let probes: Vec<Value> = size.probes.iter().map(probe).collect();
        json!({
            "size": size.letter,
            "origin": size.origin,
            "cap_seconds": size.cap_seconds,
            "cap_bytes": size.cap_bytes,
            "rows": rows,
            "probes": probes,
        })
    };
    let sizes: Vec<Value> = kept.iter().map(size).collect();
    format!("{:#}\n", Value::from(sizes))
}

fn size_of_json(value: &Value) -> Option<Size> {
    let text = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
    let rows = value.get("rows")?.as_array()?.iter().filter_map(row_of_json).collect();
    Some(Size {
        letter: text("size")?,
        origin: text("origin")?,
        cap_seconds: value.get("cap_seconds")?.as_u64()?,
        cap_bytes: value.get("cap_bytes")?.as_f64()?,
        rows,
        probes: value.get("probes")?.as_array()?.iter().filter_map(probed_of_json).collect(),
    })
}

fn probed_of_json(value: &Value) -> Option<Probed> {
    let name = value.get("probe")?.as_str()?.to_owned();
    let rounds = match value.get("left_out") {
        Some(why) => Err(why.as_str()?.to_owned()),
        None => Ok(serde_json::from_value(value.get("rounds")?.clone()).ok()?),
    };
    Some(Probed { name, rounds })
}

fn row_of_json(value: &Value) -> Option<Row> {
    let name = value.get("engine")?.as_str()?;
    let entry = ENTRIES.iter().find(|entry| entry.name == name)?;
    let rounds = match value.get("left_out") {
        Some(why) => Err(why.as_str()?.to_owned()),
        None => Ok(value.get("rounds")?.as_array()?.iter().filter_map(Figures::of_json).collect()),
    };
    Some(Row { entry, rounds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let round = |mean| {
            let uniform = crate::figures::Draw { mean, p50: 1.5, p99: 2.5, batch: Some(0.5) };
            Figures { checked: 7, uniform, threads: Some(1.9), ..Figures::default() }
        };
        let rows = vec![
            Row { entry: &ENTRIES[0], rounds: Ok(vec![round(2.0), round(3.0), round(5.0)]) },
            Row { entry: &ENTRIES[1], rounds: Err("not done within 60 s".to_owned()) },
        ];
        let found = |nanos| Findings::from([("host_p50".to_owned(), nanos)]);
        let probes = vec![
            Probed { name: "updates".to_owned(), rounds: Ok(vec![found(7.0), found(9.0)]) },
            Probed { name: "live".to_owned(), rounds: Err("ended with an error".to_owned()) },
        ];
        let (letter, origin) = ("M".to_owned(), "here".to_owned());
        let size = Size { letter, origin, cap_seconds: 60, cap_bytes: 1e9, rows, probes };
        assert_eq!((size.found("updates", "host_p50"), size.found("live", "quiet_p99")), (Some(8.0), None));
        assert_eq!((size.mean(ENTRIES[0].name), size.rows[0].spread()), (Some(3.0), Some(2.5)));
        let written = text(&[size]);
        let sizes: Vec<Value> = serde_json::from_str(&written).unwrap();
        let read: Vec<Size> = sizes.iter().filter_map(size_of_json).collect();
        assert_eq!(text(&read), written);
        assert!(crate::page::page(&read, Some("a.svg")).contains("left out: not done within 60 s"));
        assert!(crate::picture::picture(&read).ends_with("</svg>\n"));
    }
}
