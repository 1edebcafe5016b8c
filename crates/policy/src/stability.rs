//! Verdicts that depend on where exactly the plot lies.

use crate::bind::{Asked, Bound};
use crate::decision::{Decision, Finding, State, Verdict};
use crate::{Outcome, Policy};

/// The threshold that a policy may set, and what holds where it does not (percent).
const THRESHOLD: &str = "stable_pct";
const USUAL_PCT: f64 = 80.0;

/// The columns of a run that tell what came of the moved copies of its plots: by how many metres they were moved, then percent of
/// the copies, those that have the plot's own verdict and those that are low, more_info and high.
pub const MOVED_COLUMNS: [&str; 5] =
    ["moved_by_m", "stability_pct", "moved_low_pct", "moved_more_info_pct", "moved_high_pct"];

/// What came of the copies of a plot that were moved by its position error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// Standard deviation of the moves along each axis, in metres.
    pub error_m: f64,
    /// How many copies have the plot's own verdict.
    pub same: u32,
    /// How many are low.
    pub low: u32,
    /// How many are more_info.
    pub more_info: u32,
    /// How many are high.
    pub high: u32,
}

/// A number of [`Moved`], as a sentence names it: `{moved.low}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MovedNumber {
    ErrorM,
    Cases,
    Same,
    Low,
    MoreInfo,
    High,
}

impl MovedNumber {
    const ALL: [(&'static str, Self); 6] = [
        ("error_m", Self::ErrorM),
        ("cases", Self::Cases),
        ("same", Self::Same),
        ("low", Self::Low),
        ("more_info", Self::MoreInfo),
        ("high", Self::High),
    ];

    /// The number of this name.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, number)| number)
    }

    pub(crate) fn of(self, moved: &Moved) -> f64 {
        match self {
            Self::ErrorM => moved.error_m,
            Self::Cases => moved.cases().into(),
            Self::Same => moved.same.into(),
            Self::Low => moved.low.into(),
            Self::MoreInfo => moved.more_info.into(),
            Self::High => moved.high.into(),
        }
    }
}

impl Moved {
    /// What came of so many copies, from the numbers of [`MOVED_COLUMNS`].
    #[must_use]
    pub fn of_numbers([error_m, percent @ ..]: [f64; 5], cases: u32) -> Self {
        let [same, low, more_info, high] = percent.map(|pct| (pct * f64::from(cases) / 100.0).round() as u32);
        Self { error_m, same, low, more_info, high }
    }

    /// How many copies there are.
    #[must_use]
    pub fn cases(&self) -> u32 {
        self.low + self.more_info + self.high
    }

    /// Percent of the copies that have the plot's own verdict.
    #[must_use]
    pub fn same_pct(&self) -> f64 {
        100.0 * f64::from(self.same) / f64::from(self.cases())
    }
}

impl Policy {
    /// Percent of the moved copies of a plot below which its verdict depends on where exactly it lies.
    pub(crate) fn stable_pct(&self) -> f64 {
        let threshold = self.thresholds.iter().find(|threshold| threshold.name == THRESHOLD);
        threshold.map_or(USUAL_PCT, |threshold| threshold.value)
    }
}

impl Bound {
    /// The decision on a plot, with the finding of the rule that tells unsteady verdicts where the plot's moved copies say so:
    /// it is not low, and less than `stable_pct` (80 % unless the policy has a threshold of that name) of them have its
    /// verdict. The verdict stays.
    #[must_use]
    pub fn told_if_unsteady(&self, mut decision: Decision, moved: &Moved) -> Decision {
        let is_unsteady = decision.verdict != Verdict::Low && moved.same_pct() < self.stable_pct;
        if let (true, false, Some(rule)) = (is_unsteady, decision.alone, self.rule_of_moves()) {
            let sentence = self.rules[rule].sentence.of_moved(moved);
            let place = decision.findings.partition_point(|finding| finding.rule < rule);
            decision.findings.insert(place, Finding { rule, state: State::Fired, sentence });
        }
        decision
    }

    /// The rule that tells unsteady verdicts, by its index among [`Policy::rules`], if there is one.
    #[must_use]
    pub fn rule_of_moves(&self) -> Option<usize> {
        self.rules.iter().position(|rule| matches!(rule.asked, Asked::Moves))
    }

    /// Its sentence in Spanish, where the policy has one.
    #[must_use]
    pub fn spanish_of_moved(&self, moved: &Moved) -> Option<String> {
        Some(self.rules[self.rule_of_moves()?].spanish.as_ref()?.of_moved(moved))
    }

    /// The columns that rules read which can change a verdict, ascending: all but those of notes.
    #[must_use]
    pub fn deciding_columns(&self) -> Vec<usize> {
        let mut columns: Vec<usize> = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.outcome != Outcome::Note) {
            if let Asked::Condition(_, inputs) = &rule.asked {
                columns.extend(inputs.iter().filter_map(|input| input.source.column()));
            }
        }
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}
