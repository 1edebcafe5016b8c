//! What was decided of a plot, and why.

use crate::{About, Outcome};
use lindero_logic::Day;

/// The answer of a policy. The order is that of concern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// No rule found anything.
    Low,
    /// A rule asks a question, or could not be decided.
    MoreInfo,
    /// A rule found what the policy looks for.
    High,
}

impl Verdict {
    /// The word for it: `low`, `more_info` or `high`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::MoreInfo => "more_info",
            Self::High => "high",
        }
    }

    pub(crate) fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::High => Self::High,
            Outcome::MoreInfo => Self::MoreInfo,
            Outcome::Note => Self::Low,
        }
    }
}

/// The verdict on one plot with all that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The verdict on the whole.
    pub verdict: Verdict,
    /// What was found, in the order of the rules.
    pub findings: Vec<Finding>,
    /// The last day up to which the maps have watched the plot, where that is known.
    pub evidence_until: Option<Day>,
    /// What is said besides the findings: what the policy says of a plot that is low, or why one without findings is not.
    pub said: Option<String>,
    /// A verdict for each of [`About::ALL`].
    pub(crate) by_about: [Verdict; 3],
    /// Whether a rule that stands alone is true.
    pub(crate) alone: bool,
}

impl Decision {
    pub(crate) fn new(findings: Vec<Finding>, by_about: [Verdict; 3], alone: bool) -> Self {
        let verdict = by_about.into_iter().max().unwrap_or(Verdict::Low);
        Self { verdict, findings, evidence_until: None, said: None, by_about, alone }
    }

    /// The verdict of the rules about one thing.
    #[must_use]
    pub fn verdict_about(&self, about: About) -> Verdict {
        self.by_about[about as usize]
    }

    /// Every sentence: those of the findings, then what is said besides.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.findings.iter().map(|finding| finding.sentence.as_str()).chain(self.said.as_deref())
    }
}

/// What one rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Index of the rule among [`Policy::rules`](crate::Policy::rules).
    pub rule: usize,
    /// Whether the rule is true, or nobody can tell.
    pub state: State,
    /// The sentence of the rule, or what is missing to decide it.
    pub sentence: String,
}

/// Whether a rule is true, or nobody can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// The rule is true.
    Fired,
    /// Something it reads is unknown, and might make it true.
    Undecided,
}
