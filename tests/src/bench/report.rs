//! What a bench found: a table, and one JSON line per figure.

use std::time::Duration;

/// What may fail.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How often everything is measured; the median counts.
pub const RUNS: usize = 5;

/// What a figure should be.
#[derive(Clone, Copy)]
pub enum Aim {
    /// No more than this.
    Most(f64),
    /// No less than this.
    Least(f64),
    /// Nothing: it explains another.
    None,
}

impl Aim {
    fn met(self, value: f64) -> Option<bool> {
        match self {
            Self::Most(most) => Some(value <= most),
            Self::Least(least) => Some(value >= least),
            Self::None => None,
        }
    }
}

impl std::fmt::Display for Aim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Most(most) => write!(f, "<= {most}"),
            Self::Least(least) => write!(f, ">= {least}"),
            Self::None => Ok(()),
        }
    }
}

struct Figure {
    name: String,
    values: Vec<f64>,
    unit: &'static str,
    aim: Aim,
}

/// The figures of one bench.
pub struct Report {
    bench: &'static str,
    figures: Vec<Figure>,
}

impl Report {
    /// An empty one.
    pub fn new(bench: &'static str) -> Self {
        Self { bench, figures: Vec::new() }
    }

    /// Notes a figure by what each run gave.
    pub fn add(&mut self, name: impl Into<String>, values: impl Into<Vec<f64>>, unit: &'static str, aim: Aim) {
        let mut values = values.into();
        values.sort_by(f64::total_cmp);
        self.figures.push(Figure { name: name.into(), values, unit, aim });
    }

    /// Prints the table, then the lines.
    pub fn print(&self) {
        let machine = machine();
        println!("\n{} - {machine}", self.bench);
        println!("{:<52} {:>10} {:>23}  {:<9} {:<10} ", "figure", "median", "(least - most)", "unit", "aim");
        for figure in &self.figures {
            let value = median(&figure.values);
            let ends =
                (figure.values.first().copied().unwrap_or(value), figure.values.last().copied().unwrap_or(value));
            let verdict = figure.aim.met(value).map_or("", |met| if met { "met" } else { "MISSED" });
            let spread = format!("({} - {})", short(ends.0), short(ends.1));
            let aim = figure.aim.to_string();
            println!("{:<52} {:>10} {spread:>23}  {:<9} {aim:<10} {verdict}", figure.name, short(value), figure.unit);
        }
        for figure in &self.figures {
            let line = serde_json::json!({
                "bench": self.bench,
                "figure": figure.name,
                "value": median(&figure.values),
                "unit": figure.unit,
                "aim": figure.aim.to_string(),
                "machine": machine,
            });
            println!("{line}");
        }
    }
}

fn short(value: f64) -> String {
    if value.abs() >= 1000.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

/// The middle one.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Each of `values` over its partner, from the same run.
pub fn ratios(values: &[f64], floors: &[f64]) -> Vec<f64> {
    values.iter().zip(floors).map(|(value, floor)| value / floor).collect()
}

/// In milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Seconds of processor that this thread has used: what is left of a time when others share the machine.
///
/// The kernel brings the number up to date at its ticks, every few milliseconds.
pub fn thread_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|first| first.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1e9
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    format!("{cores} cores, {}", model.trim_start_matches(['\t', ' ', ':']))
}
