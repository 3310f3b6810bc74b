//! What one process finds out about one engine in one round.

use serde_json::{Value, json};

/// The figures of an engine in a round; times in nanoseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) checked: u64,
    pub(crate) wrong: u64,
    pub(crate) load_ms: f64,
    /// By how much the process grew.
    pub(crate) resident_bytes: f64,
    /// What loading allocated and kept, and the most it held at once.
    pub(crate) heap_bytes: f64,
    pub(crate) heap_peak_bytes: f64,
    pub(crate) uniform: Draw,
    pub(crate) zipf: Draw,
    /// Decisions per second of processor time, on two threads at once over one.
    pub(crate) threads: Option<f64>,
}

/// The figures of a list of questions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Draw {
    /// The median of the means of blocks.
    pub(crate) mean: f64,
    /// Of single calls.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// A decision in a batch.
    pub(crate) batch: Option<f64>,
}

impl Figures {
    pub(crate) fn to_json(&self) -> Value {
        let draw = |draw: &Draw| json!({ "mean": draw.mean, "p50": draw.p50, "p99": draw.p99, "batch": draw.batch });
        json!({
            "checked": self.checked,
            "wrong": self.wrong,
            "load_ms": self.load_ms,
            "resident_bytes": self.resident_bytes,
            "heap_bytes": self.heap_bytes,
            "heap_peak_bytes": self.heap_peak_bytes,
            "uniform": draw(&self.uniform),
            "zipf": draw(&self.zipf),
            "threads": self.threads,
        })
    }

    pub(crate) fn of_json(value: &Value) -> Option<Self> {
        let number = |key: &str| value.get(key)?.as_f64();
        let draw = |key: &str| {
            let draw = value.get(key)?;
            let number = |key: &str| draw.get(key)?.as_f64();
            Some(Draw { mean: number("mean")?, p50: number("p50")?, p99: number("p99")?, batch: number("batch") })
        };
        Some(Self {
            checked: value.get("checked")?.as_u64()?,
            wrong: value.get("wrong")?.as_u64()?,
            load_ms: number("load_ms")?,
            resident_bytes: number("resident_bytes")?,
            heap_bytes: number("heap_bytes")?,
            heap_peak_bytes: number("heap_peak_bytes")?,
            uniform: draw("uniform")?,
            zipf: draw("zipf")?,
            threads: number("threads"),
        })
    }
}

/// Returns the middle one, half way between two where they are even, or 0 of none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.into_iter().collect();
    let below = values.iter().map(|value| -value);
    (quantile(values.iter().copied(), 0.5) - quantile(below, 0.5)) / 2.0
}

/// Returns the value below which such a share of the values lies, or 0 of none.
pub(crate) fn quantile(values: impl IntoIterator<Item = f64>, share: f64) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let at = (values.len() as f64 * share) as usize;
    values.get(at.min(values.len().saturating_sub(1))).copied().unwrap_or(0.0)
}
